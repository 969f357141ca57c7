"""The OpenAPI 3.1 description, made from the routes and the structs that serve them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from slotkeeper import __version__
from slotkeeper.api.routing import Route
from slotkeeper.http.problems import STATUS, Problem

# Any operation with a key and a body may answer these.
_ALWAYS = ("unauthorized", "internal", "storage_unavailable")
_WITH_BODY = ("not_json", "invalid_input", "too_large", "wrong_media_type")
_WITH_TEXT = ("invalid_input", "too_large", "wrong_media_type")


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """Build the description; what it says of shapes is what the decoder enforces."""
    shapes: list[Any] = [Problem]
    for route in routes:
        shapes += [route.answer] + ([route.body] if route.body else [])
    _, components = msgspec.json.schema_components(
        list(dict.fromkeys(shapes)), ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Slotkeeper",
            "version": __version__,
            "description": "A slot that is named to a caller is already theirs.",
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    codes = route.refusals + _ALWAYS
    if route.body:
        codes += _WITH_BODY
    elif route.text:
        codes += _WITH_TEXT
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code], []).append(code)
    responses = {
        str(route.status): {"description": "Done", "content": _content(route.answer.__name__)}
    }
    for status in sorted(by_status):
        responses[str(status)] = {
            "description": ", ".join(by_status[status]),
            "content": _content("Problem", "application/problem+json"),
        }
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "parameters": [
            *(_parameter(name) for name in re.findall(r"\{(\w+)\}", route.path)),
            *(_query_parameters(route.query) if route.query else ()),
        ],
        "responses": responses,
    }
    if route.body:
        operation["requestBody"] = {"required": True, "content": _content(route.body.__name__)}
    elif route.text:
        content = {route.text.media_type: {"schema": {"type": "string"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "format": "uuid"} if name == "token" else {"type": "integer"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(shape: type[msgspec.Struct]) -> list[dict[str, Any]]:
    described = msgspec.json.schema(shape)["$defs"][shape.__name__]
    required = described.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]


def _content(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
