"""From a table of routes to endpoints: authenticate, read the body, open the context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from slotkeeper.api.idempotency_keys import (
    IDEMPOTENCY_KEY_HEADER,
    call_id_of,
    key_of,
)
from slotkeeper.domain.errors import Refusal, UnknownReservation
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import decode, read_json, read_query, read_text
from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.keyed import sent_key
from slotkeeper.http.once import SentAnswer, once
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER, sandbox_now
from slotkeeper.operations.context import Contexts, RequestContext
from slotkeeper.storage.idempotency import IdempotencyKey
from slotkeeper.storage.store import Store
from slotkeeper.storage.turns import Rank
from slotkeeper.tools.call_identity import PHONE_HEADER, phone

CHANNEL = "rest"
# Who speaks where no number is named, unless it is the desk.
WITHHELD = f"line:{CHANNEL}"


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A request as a handler gets it: body and query, already of the route's shapes, and the path.

    A body that is not JSON comes as the bytes that were sent. ``key`` is the idempotency key.
    """

    body: Any
    query: Any
    path: Mapping[str, str]
    key: IdempotencyKey | None = None

    def on_call(self, context: RequestContext, named: str | None) -> RequestContext:
        """Give the context on the call of a wish: the one it names, or one made of the key.

        A call without a number counts as one that is withheld.
        """
        if named is None:
            return context.on_call(call_id_of(self.key) if self.key else None)
        return context.on_call(named, caller=context.call.caller or WITHHELD)

    def token(self, context: RequestContext) -> UUID:
        """Read and unseal the reservation token of the path. Raises UnknownReservation."""
        try:
            return context.store.tokens.unseal(UUID(self.path["token"]))
        except ValueError:
            raise UnknownReservation from None

    def integer(self, name: str, otherwise: type[Refusal]) -> int:
        """Read a path parameter; raise ``otherwise`` unless it has 1 to 18 decimal digits."""
        text = self.path[name]
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise otherwise
        return int(text)


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """What a handler gives back."""

    body: msgspec.Struct
    status: int = 200


@dataclass(frozen=True, slots=True)
class TextBody:
    """A body that is not JSON: its media types, and how many bytes of it are read."""

    media_types: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of REST, as it is served and as it is described.

    ``takes_key``: it takes an Idempotency-Key. ``reads_first``: it begins with a read of busy time,
    and that read can claim the key as well. ``is_callers_wish``: it takes the number that rings.
    ``rank``: in what order a company's requests are worked on. ``location``: the address of what a
    201 has made, with the answer's ``token`` or ``id``.
    """

    method: str
    path: str
    operation_id: str
    summary: str
    handler: Callable[[RestRequest, RequestContext], Awaitable[RestAnswer]]
    answer: type[msgspec.Struct]
    status: int = 200
    body: type[msgspec.Struct] | None = None
    refusals: tuple[str, ...] = field(default=())
    text: TextBody | None = None
    query: type[msgspec.Struct] | None = None
    takes_key: bool = False
    reads_first: bool = False
    is_callers_wish: bool = False
    rank: Rank = "program"
    location: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that the route takes beside the key of the company."""
        taken = {IDEMPOTENCY_KEY_HEADER: self.takes_key, PHONE_HEADER: self.is_callers_wish}
        return (*(name for name, is_taken in taken.items() if is_taken), TEST_CLOCK_HEADER)


class _Made(msgspec.Struct):
    """What an answer says of what it has made."""

    token: str | None = None
    id: int | None = None


def serve(route: Route, contexts: Contexts, keys: ApiKeys) -> StarletteRoute:
    """Make the endpoint of a route."""

    async def endpoint(request: Request) -> Response:
        sent = await _answer(route, request, contexts, keys)
        headers = sent.headers
        if route.location and sent.status == 201:
            made = msgspec.json.decode(sent.body, type=_Made)
            headers = headers | {"Location": route.location.format(token=made.token, id=made.id)}
        return Response(sent.body, sent.status, headers, media_type="application/json")

    return StarletteRoute(route.path, endpoint, methods=[route.method], name=route.operation_id)


async def _answer(route: Route, request: Request, contexts: Contexts, keys: ApiKeys) -> SentAnswer:
    key = await keys.key_of(request, route.operation_id)
    company_id = key.company_id
    caller = phone(request.headers.get(PHONE_HEADER)) if route.is_callers_wish else None
    keys.limits.admit(company_id, key=sent_key(request), caller=caller)
    if caller is None and not key.is_desks:
        caller = WITHHELD
    raw = await _raw(request, route)  # before the turn: others must not wait for a slow client
    async with contexts.store.turns.turn(company_id, route.rank):
        call = Call(CHANNEL, caller=caller)
        context = await contexts.open(company_id, call, test_now=sandbox_now(request))
        request.state.zone = context.company.zone
        return await _answer_in(context, route, request, raw, contexts)


async def _answer_in(
    context: RequestContext, route: Route, request: Request, raw: bytes, contexts: Contexts
) -> SentAnswer:
    query = read_query(request, route.query) if route.query else None
    body = decode(raw, route.body) if route.body else raw
    key = key_of(request, raw) if route.takes_key else None
    rest_request = RestRequest(body, query, request.path_params, key)

    async def run(store: Store) -> SentAnswer:
        answer = await contexts.deciding(
            replace(context, store=store), partial(route.handler, rest_request)
        )
        body = store.tokens.seal_json(msgspec.json.encode(answer.body))
        return SentAnswer(body, answer.status)

    if key is None:
        return await run(context.store)
    return await once(
        context.company.id, key, run, store=context.store, reads_first=route.reads_first
    )


async def _raw(request: Request, route: Route) -> bytes:
    if route.text is not None:
        return await read_text(request, route.text.media_types, limit=route.text.max_bytes)
    return await read_json(request) if route.body else b""
