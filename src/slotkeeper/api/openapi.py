"""The OpenAPI 3.1 description, made from the routes and the structs that serve them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from slotkeeper import __version__
from slotkeeper.api.examples import EXAMPLES
from slotkeeper.api.idempotency_keys import IDEMPOTENCY_KEY_HEADER
from slotkeeper.api.routing import Route, TextBody
from slotkeeper.http.bodies import EARLIEST, LATEST
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
        "description": "Sent again with the same request, it is done once; for a day.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    PHONE_HEADER: {
        "description": "The number that rings, best in E.164; no number counts as withheld.",
        "schema": {"type": "string"},
    },
    TEST_CLOCK_HEADER: {
        "description": "What time it is, for sandbox companies only: an ISO 8601 instant with its "
        f"offset, from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}.",
        # No date-time: generators of clients take no such header that may be missing.
        "schema": {"type": "string", "maxLength": 40},
    },
}

JSON = "application/json"
_LOCATION = {
    "description": "The address of what was made.",
    "schema": {"type": "string", "format": "uri-reference"},
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
    arguments: Mapping[str, Any] | None = None
    location: str | None = None


def describe(routes: Sequence[Route | Described], *, server: str = "/") -> dict[str, Any]:
    """Build the description of what is served at ``server``.

    Its shapes are those that the decoder enforces; a body without a struct has the JSON Schema
    ``arguments``. What the path begins with is the tag.
    """
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
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(map(_tag, routes))],
        "paths": paths,
        "components": {
            "schemas": _plain(components),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _plain(components: dict[str, Any]) -> dict[str, Any]:
    """Write descriptions as Markdown has it: code stands between single backticks."""
    for component in components.values():
        if "description" in component:
            component["description"] = component["description"].replace("``", "`")
    return components


def _tag(route: Route | Described) -> str:
    return route.path.split("/")[2]


def _operation(route: Route | Described) -> dict[str, Any]:
    content = _json_body(route)
    codes = _codes_of(route, takes_json=content is not None)
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(STATUS[code], []).append(code)
    done = {"description": "Done", "content": _content(route.answer.__name__)}
    if route.location:
        done["headers"] = {"Location": _LOCATION}
    responses = {str(route.status): done}
    for status in sorted(by_status):
        responses[str(status)] = {
            "description": ", ".join(by_status[status]),
            "content": _content("Problem", "application/problem+json"),
            **({"headers": {"Retry-After": _RETRY_AFTER}} if status in _RETRIED else {}),
        }
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "tags": [_tag(route)],
        "parameters": [
            *(_parameter(name) for name in re.findall(r"\{(\w+)\}", route.path)),
            *(_query_parameters(route.query) if route.query else ()),
            *(_header(name) for name in route.headers),
        ],
        "responses": responses,
    }
    if content:
        if example := EXAMPLES.get(route.operation_id):
            content[JSON]["example"] = example
        operation["requestBody"] = {"required": True, "content": content}
    elif route.text:
        content = {each: {"schema": {"type": "string"}} for each in route.text.media_types}
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


def _codes_of(route: Route | Described, *, takes_json: bool) -> tuple[str, ...]:
    codes = route.refusals + _ALWAYS
    for header in route.headers:
        codes += _WITH_HEADER.get(header, ())
    if takes_json:
        return codes + _WITH_BODY
    return codes + _WITH_TEXT if route.text else codes


def _json_body(route: Route | Described) -> dict[str, Any] | None:
    """Describe the body of an operation that takes JSON."""
    if route.body:
        return _content(route.body.__name__)
    if isinstance(route, Described) and route.arguments is not None:
        return _json(route.arguments)
    return None


def _content(schema: str, media_type: str = JSON) -> dict[str, Any]:
    return _json({"$ref": f"#/components/schemas/{schema}"}, media_type)


def _json(schema: Mapping[str, Any], media_type: str = JSON) -> dict[str, Any]:
    return {media_type: {"schema": schema}}
