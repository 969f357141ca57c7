"""Retell: custom functions and call events.

The signed envelope says who calls whom; the company is the one whose line was called. Arguments
never do: a model fills them with ``call_1`` or ``{{call_id}}``. Every business outcome is HTTP 200.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import SlotkeeperError
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import decode, read_bytes
from slotkeeper.http.problems import Unauthorized, problem
from slotkeeper.http.signing import is_signed_by_retell
from slotkeeper.operations.cancel import end_call
from slotkeeper.rollout.cohort import Rollout
from slotkeeper.storage.store import Store
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.tools import answer
from slotkeeper.tools.wording import ToolAnswer

CHANNEL = "retell"
# The transcript travels along and grows with the call.
MAX_ENVELOPE_BYTES = 4 * 1024 * 1024

log = structlog.get_logger()


class CallEnvelope(msgspec.Struct):
    """What Retell says of a call; more fields come and are ignored."""

    call_id: str = ""
    direction: str = "inbound"
    from_number: str | None = None
    to_number: str | None = None

    @property
    def line(self) -> str:
        """Our number: the one called, or the one calling out."""
        ours = self.from_number if self.direction == "outbound" else self.to_number
        return ours or ""

    @property
    def caller_phone(self) -> str | None:
        """The customer's number; None where it is withheld."""
        theirs = self.to_number if self.direction == "outbound" else self.from_number
        return theirs if theirs and theirs.startswith("+") else None

    @property
    def call(self) -> Call:
        """The call, as identity, caps and hang-up know it."""
        caller = self.caller_phone or f"line:{self.line}"
        return Call(CHANNEL, self.call_id[:100] or None, caller)


class FunctionEnvelope(msgspec.Struct):
    """A custom function's request."""

    name: str
    call: CallEnvelope
    args: dict[str, object] = {}


class EventEnvelope(msgspec.Struct):
    """A call event."""

    event: str
    call: CallEnvelope


class Retell:
    """The two endpoints."""

    def __init__(self, store: Store, *, lifetime_s: int, rollout: Rollout) -> None:
        """Serve the companies of this store."""
        self._store = store
        self._lifetime_s = lifetime_s
        self._rollout = rollout

    def routes(self) -> list[Route]:
        """What is mounted."""
        return [
            Route("/v1/retell/functions", self.functions, methods=["POST"]),
            Route("/v1/retell/events", self.events, methods=["POST"]),
        ]

    async def functions(self, request: Request) -> Response:
        """Answer a tool call."""
        try:
            body = await read_bytes(request, MAX_ENVELOPE_BYTES)
            envelope = decode(body, FunctionEnvelope)
            company_id = await self._company_of(request, body, envelope.call)
            found = await self._answer(company_id, envelope)
        except SlotkeeperError as error:
            return problem(error)
        return JSONResponse(found.flat())

    async def events(self, request: Request) -> Response:
        """Release what a call holds once it has ended."""
        try:
            body = await read_bytes(request, MAX_ENVELOPE_BYTES)
            envelope = decode(body, EventEnvelope)
            company_id = await self._company_of(request, body, envelope.call)
            if envelope.event == "call_ended" and envelope.call.call.id:
                company = await self._store.catalogues.get(company_id)
                await end_call(company, envelope.call.call, store=self._store)
        except SlotkeeperError as error:
            return problem(error)
        return Response(status_code=204)

    async def _company_of(self, request: Request, body: bytes, call: CallEnvelope) -> int:
        """Find the company whose line it is and believe it only if its secret signed.

        Raises Unauthorized alike for unknown lines and wrong signatures.
        """
        headers: list[str] = request.headers.getlist("x-retell-signature")
        company_id = await self._store.directory.find("line", call.line)
        if company_id is None or len(headers) != 1:
            raise Unauthorized
        secrets = await self._store.directory.signing_secrets(company_id, CHANNEL)
        if not is_signed_by_retell(body, headers[0], secrets, int(time.time() * 1000)):
            raise Unauthorized
        return company_id

    async def _answer(self, company_id: int, envelope: FunctionEnvelope) -> ToolAnswer:
        now = await self._store.clock.now()

        async def decide(company: Company) -> ToolAnswer:
            return await answer(
                envelope.name,
                Conversation(
                    company=company,
                    call=envelope.call.call,
                    caller_phone=envelope.call.caller_phone,
                    args=_arguments(envelope.args),
                    now=now,
                    lifetime_s=company.rules.hold_ttl_s or self._lifetime_s,
                    holds=self._rollout.holds(envelope.call.call.id),
                    store=self._store,
                ),
            )

        return await self._store.catalogues.deciding(company_id, decide)


def _arguments(args: Mapping[str, object]) -> dict[str, object]:
    # A model's idea of the call id must never reach anything that could believe it.
    return {name: value for name, value in args.items() if name != "call_id"}
