"""From a table of routes to Starlette: who asks, what was sent, and how a no is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from slotkeeper.domain.errors import Refusal, SlotkeeperError
from slotkeeper.http.bodies import read, read_query, read_text
from slotkeeper.http.keys import Keys
from slotkeeper.http.problems import problem
from slotkeeper.storage.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a known company: body and query, already of the route's shapes, and the path.

    A body that is not JSON comes as the bytes that were sent.
    """

    company_id: int
    store: Store
    lifetime_s: int
    body: Any
    path: Mapping[str, str]
    query: Any = None

    def uuid(self, name: str, otherwise: type[Refusal]) -> UUID:
        """Read a path parameter; what is no UUID belongs to nobody."""
        try:
            return UUID(self.path[name])
        except ValueError:
            raise otherwise from None

    def integer(self, name: str, otherwise: type[Refusal]) -> int:
        """Read a path parameter; what is no id of ours belongs to nobody."""
        text = self.path[name]
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise otherwise
        return int(text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back."""

    body: msgspec.Struct
    status: int = 200


@dataclass(frozen=True, slots=True)
class Text:
    """A body that is not JSON: what it is sent as, and how much of it is read."""

    media_type: str
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of REST, as it is served and as it is described."""

    method: str
    path: str
    operation_id: str
    summary: str
    handler: Callable[[Asked], Awaitable[Answer]]
    answer: type[msgspec.Struct]
    status: int = 200
    body: type[msgspec.Struct] | None = None
    refusals: tuple[str, ...] = field(default=())
    text: Text | None = None
    query: type[msgspec.Struct] | None = None


def serve(route: Route, *, store: Store, keys: Keys, lifetime_s: int) -> StarletteRoute:
    """Make the endpoint of a route."""

    async def endpoint(request: Request) -> Response:
        try:
            company_id = await keys.company_of(request)
            query = read_query(request, route.query) if route.query else None
            body = await _body(request, route)
            answer = await route.handler(
                Asked(company_id, store, lifetime_s, body, request.path_params, query)
            )
        except SlotkeeperError as error:
            if not isinstance(error, Refusal):
                log.error("fault", code=error.code, operation=route.operation_id)
            return problem(error)
        return Response(
            msgspec.json.encode(answer.body), answer.status, media_type="application/json"
        )

    return StarletteRoute(route.path, endpoint, methods=[route.method], name=route.operation_id)


async def _body(request: Request, route: Route) -> Any:
    if route.text is not None:
        return await read_text(request, route.text.media_type, limit=route.text.max_bytes)
    return await read(request, route.body) if route.body else None
