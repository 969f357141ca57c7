"""The OpenAPI 3.1 description, made from the routes and the structs that serve them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from slotkeeper import __version__
from slotkeeper.api.idempotency_keys import IDEMPOTENCY_KEY_HEADER
from slotkeeper.api.routing import Route, TextBody
from slotkeeper.http.problems import STATUS, Problem
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.tools.call_identity import PHONE_HEADER

# Any operation may answer the first of these; one with a body also the others.
_ALWAYS = (
    "unauthorized",
    "scope_missing",
    "internal",
    "storage_unavailable",
    "too_many_requests",
    "too_busy",
)
# With these comes when to ask again.
_RETRIED = (429, 503)
_WITH_BODY = ("not_json", "invalid_input", "too_large", "wrong_media_type")
_WITH_TEXT = ("invalid_input", "too_large", "wrong_media_type")
_WITH_HEADER = {
    IDEMPOTENCY_KEY_HEADER: ("invalid_input", "key_reused", "outcome_unknown"),
    TEST_CLOCK_HEADER: ("invalid_input", "test_clock_refused"),
}

_HEADERS: dict[str, dict[str, Any]] = {
    IDEMPOTENCY_KEY_HEADER: {
        "description": "SentAnswer again with the same request, it is done once; for a day.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    PHONE_HEADER: {
        "description": "The number that rings, in E.164; anything else counts as withheld.",
        "schema": {"type": "string"},
    },
    TEST_CLOCK_HEADER: {
        "description": "What time it is; for sandbox companies only.",
        "schema": {"type": "string", "format": "date-time"},
    },
}

_RETRY_AFTER = {
    "description": "After how many seconds to send the same request again.",
    "schema": {"type": "integer", "minimum": 1},
}

# Path parameters that are no integers.
_IN_PATH = {
    "token": {"type": "string", "format": "uuid"},
    "tool": {"type": "string", "maxLength": 100},
    "call_id": {"type": "string", "minLength": 1, "maxLength": 100},
}


@dataclass(frozen=True, slots=True)
class Described:
    """An operation that another class serves, as it is described here."""

    method: str
    path: str
    operation_id: str
    summary: str
    answer: type[msgspec.Struct]
    status: int = 200
    body: type[msgspec.Struct] | None = None
    refusals: tuple[str, ...] = ()
    text: TextBody | None = None
    query: type[msgspec.Struct] | None = None
    headers: tuple[str, ...] = ()


def describe(routes: Sequence[Route | Described]) -> dict[str, Any]:
    """Build the description. Its shapes are those that the decoder enforces."""
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


def _operation(route: Route | Described) -> dict[str, Any]:
    codes = route.refusals + _ALWAYS
    for header in route.headers:
        codes += _WITH_HEADER.get(header, ())
    if route.body:
        codes += _WITH_BODY
    elif route.text:
        codes += _WITH_TEXT
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(STATUS[code], []).append(code)
    responses = {
        str(route.status): {"description": "Done", "content": _content(route.answer.__name__)}
    }
    for status in sorted(by_status):
        responses[str(status)] = {
            "description": ", ".join(by_status[status]),
            "content": _content("Problem", "application/problem+json"),
            **({"headers": {"Retry-After": _RETRY_AFTER}} if status in _RETRIED else {}),
        }
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "parameters": [
            *(_parameter(name) for name in re.findall(r"\{(\w+)\}", route.path)),
            *(_query_parameters(route.query) if route.query else ()),
            *(_header(name) for name in route.headers),
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
    schema = _IN_PATH.get(name, {"type": "integer"})
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _header(name: str) -> dict[str, Any]:
    described = _HEADERS.get(name, {"schema": {"type": "string"}})
    return {"name": name, "in": "header", "required": False, **described}


def _query_parameters(shape: type[msgspec.Struct]) -> list[dict[str, Any]]:
    described = msgspec.json.schema(shape)["$defs"][shape.__name__]
    required = described.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]


def _content(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
