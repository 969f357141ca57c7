"""Retell: custom functions and call events.

The signed envelope says who calls whom; the company is the one whose line was called, or whose
address was used. Arguments never do: a model fills them with ``call_1`` or ``{{call_id}}``. Every
business outcome is HTTP 200.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slotkeeper.domain.errors import Fault, SlotkeeperError
from slotkeeper.http.bodies import decode, decode_object, read_bytes
from slotkeeper.http.lines import Lines
from slotkeeper.http.problems import Unauthorized, problem
from slotkeeper.http.signing import is_signed_by_retell
from slotkeeper.http.test_clock import test_clock
from slotkeeper.tools.answering import Answering, Asked
from slotkeeper.voice.retell_envelope import CHANNEL, CallEnvelope, EventBody, function_call

# The transcript travels along and grows with the call.
MAX_ENVELOPE_BYTES = 4 * 1024 * 1024

log = structlog.get_logger()


class Retell:
    """Function calls and events, found by the line that is called or by the company's address."""

    def __init__(self, answering: Answering) -> None:
        """Answer with this."""
        self._answering = answering
        self._lines = Lines(answering.store.directory, CHANNEL)

    def routes(self) -> list[Route]:
        """What is mounted. The shorter addresses find the company by the line alone."""
        return [
            Route(f"/v1/retell{path}", endpoint, methods=["POST"])
            for endpoint, paths in (
                (self.functions, ("/functions", "/{company}/functions")),
                (self.functions, ("/functions/{tool}", "/{company}/functions/{tool}")),
                (self.events, ("/events", "/{company}/events")),
            )
            for path in paths
        ]

    async def functions(self, request: Request) -> Response:
        """Answer a tool call."""
        try:
            body = await read_bytes(request, MAX_ENVELOPE_BYTES)
            asked = function_call(
                decode_object(body),
                tool=request.path_params.get("tool"),
                call_id=request.headers.get("x-call-id"),
            )
            company_id = await self._company_of(request, body, asked.call)
            found = await self._answering.answer(
                company_id,
                Asked(
                    asked.name,
                    asked.args,
                    asked.call.call,
                    asked.call.caller_phone,
                    test_clock(request),
                ),
            )
        except SlotkeeperError as error:
            return _problem(error)
        return JSONResponse(found.flat())

    async def events(self, request: Request) -> Response:
        """Take what Retell tells of a call; told twice it is news once."""
        try:
            body = await read_bytes(request, MAX_ENVELOPE_BYTES)
            told = decode(body, EventBody)
            call = told.call or told.call_inbound or CallEnvelope()
            company_id = await self._company_of(request, body, call)
            answer = await self._take(company_id, told, call, request)
        except SlotkeeperError as error:
            return _problem(error)
        return Response(status_code=204) if answer is None else JSONResponse(answer)

    async def _take(
        self, company_id: int, told: EventBody, call: CallEnvelope, request: Request
    ) -> dict[str, Any] | None:
        now = test_clock(request)
        if told.event == "call_inbound":
            facts = await self._answering.greeting(
                company_id, call.call, call.caller_phone, test_now=now
            )
            return {"call_inbound": {"dynamic_variables": facts}}
        if call.call.id is None:
            return None
        if told.event == "call_ended":
            await self._answering.call_ended(
                company_id, call.call, why=call.disconnection_reason, test_now=now
            )
        elif told.event in ("call_started", "call_analyzed"):
            await self._answering.call_noted(
                company_id,
                call.call,
                "started" if told.event == "call_started" else "analyzed",
                test_now=now,
            )
        return None

    async def _company_of(self, request: Request, body: bytes, call: CallEnvelope) -> int:
        """Find the company whose line or address it is, and believe only what its secret signed.

        Raises Unauthorized alike for unknown lines and wrong signatures.
        """
        headers: list[str] = request.headers.getlist("x-retell-signature")
        slug = request.path_params.get("company")
        company_id = await self._lines.company_of(slug, (call.line, call.agent_id))
        if company_id is None or len(headers) != 1:
            raise Unauthorized
        now_ms = int(time.time() * 1000)
        if not await self._lines.believes(
            company_id, lambda secrets: is_signed_by_retell(body, headers[0], secrets, now_ms)
        ):
            raise Unauthorized
        return company_id


def _problem(error: SlotkeeperError) -> Response:
    if isinstance(error, Fault):
        log.error("fault", code=error.code, channel=CHANNEL)
    return problem(error)
