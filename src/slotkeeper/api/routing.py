"""From a table of routes to Starlette: who asks, what was sent, and how a no is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from slotkeeper.api.idempotency import HEADER as KEY_HEADER
from slotkeeper.api.idempotency import Sent, call_id_of, key_of, once
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import ClockRefused, HoldsOff, Refusal, SlotkeeperError
from slotkeeper.http.bodies import decode, read_json, read_query, read_text
from slotkeeper.http.keys import Keys
from slotkeeper.http.problems import problem
from slotkeeper.http.sandbox_clock import HEADER as CLOCK_HEADER
from slotkeeper.http.sandbox_clock import sandbox_now
from slotkeeper.rollout.cohort import Rollout
from slotkeeper.storage.idempotency import Key
from slotkeeper.storage.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a known company: body and query, already of the route's shapes, and the path.

    A body that is not JSON comes as the bytes that were sent. ``now`` is a sandbox company's test
    clock, None for the database's own. ``key`` is what the request is to be done once under.
    """

    company_id: int
    store: Store
    lifetime_s: int
    body: Any
    path: Mapping[str, str]
    rollout: Rollout
    query: Any = None
    now: datetime | None = None
    key: Key | None = None

    def refuse_if_off(self, company: Company) -> None:
        """Raise HoldsOff where nothing is to be held for the company."""
        if not self.rollout.may_hold(company):
            raise HoldsOff

    def call_id(self, named: str | None) -> str | None:
        """The call that a wish belongs to: the one it names, else one that is made of the key."""
        return call_id_of(self.key) if named is None and self.key else named

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
    """One operation of REST, as it is served and as it is described.

    ``takes_key``: it takes an Idempotency-Key. ``reads_first``: before anything else it reads busy
    time, and that read can claim the key as well.
    """

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
    takes_key: bool = False
    reads_first: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that it takes beside those of every request."""
        return (KEY_HEADER, CLOCK_HEADER) if self.takes_key else (CLOCK_HEADER,)


def serve(
    route: Route, *, store: Store, keys: Keys, lifetime_s: int, rollout: Rollout
) -> StarletteRoute:
    """Make the endpoint of a route."""

    async def endpoint(request: Request) -> Response:
        try:
            company_id = await keys.company_of(request)
            now = await _now(request, company_id, store)
            query = read_query(request, route.query) if route.query else None
            raw = await _raw(request, route)
            body = decode(raw, route.body) if route.body else raw
            key = key_of(request, raw) if route.takes_key else None
            asked = Asked(
                *(company_id, store, lifetime_s, body, request.path_params),
                rollout=rollout,
                query=query,
                now=now,
                key=key,
            )
            sent = await _sent(route, asked)
        except SlotkeeperError as error:
            if not isinstance(error, Refusal):
                log.error("fault", code=error.code, operation=route.operation_id)
            return problem(error)
        return Response(sent.body, sent.status, sent.headers, media_type="application/json")

    return StarletteRoute(route.path, endpoint, methods=[route.method], name=route.operation_id)


async def _now(request: Request, company_id: int, store: Store) -> datetime | None:
    """Read the test clock. Raises InvalidInput, and ClockRefused for what is no sandbox."""
    now = sandbox_now(request)
    if now is not None and not (await store.catalogues.get(company_id)).sandbox:
        raise ClockRefused
    return now


async def _raw(request: Request, route: Route) -> bytes:
    if route.text is not None:
        return await read_text(request, route.text.media_type, limit=route.text.max_bytes)
    return await read_json(request) if route.body else b""


async def _sent(route: Route, asked: Asked) -> Sent:
    async def run(store: Store) -> Sent:
        answer = await route.handler(replace(asked, store=store))
        return Sent(msgspec.json.encode(answer.body), answer.status)

    if asked.key is None:
        return await run(asked.store)
    return await once(
        asked.company_id, asked.key, run, store=asked.store, reads_first=route.reads_first
    )
