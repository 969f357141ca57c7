"""Retell: custom functions and call events.

The signed envelope says who calls whom; the company is the one whose line was called, or whose
address was used. Arguments never do: a model fills them with ``call_1`` or ``{{call_id}}``. Every
business outcome is HTTP 200.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.http.bodies import decode_envelope, read_bytes
from slotkeeper.http.companies import CalledLines
from slotkeeper.http.once import SentAnswer, once
from slotkeeper.http.problems import Unauthorized
from slotkeeper.http.rate_limits import RateLimits
from slotkeeper.http.sandbox_clock import sandbox_now
from slotkeeper.http.signing import retell_signature
from slotkeeper.storage.idempotency import IdempotencyKey
from slotkeeper.storage.store import Store
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.wording import ToolAnswer
from slotkeeper.voice.retell_envelope import (
    CHANNEL,
    CallEnvelope,
    EventBody,
    function_call,
    lines_of,
)

# Room for the transcript, which comes with every call and grows with it.
MAX_ENVELOPE_BYTES = 4 * 1024 * 1024
# Where no address names the company, a body is looked through before the proof, which costs 6 ms a
# megabyte. A transcript of an hour is smaller.
MAX_NAMELESS_BYTES = 1024 * 1024


class Retell:
    """Serves Retell's function calls and events, by the called line or the company's address."""

    def __init__(self, answering: Answering, limits: RateLimits) -> None:
        """Answer tool calls with this, within these limits."""
        self._answering = answering
        self._limits = limits
        self._lines = CalledLines(answering.store, CHANNEL)

    def routes(self) -> list[Route]:
        """Give the routes to mount. The shorter addresses find the company by the line alone."""
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
        company_id, body = await self._signed(request)
        incoming = function_call(
            body,
            tool=request.path_params.get("tool"),
            test_now=sandbox_now(request),
        )
        if not self._limits.admits(company_id, line=incoming.line, caller=incoming.caller_phone):
            answer = await self._answering.try_again(company_id)
        elif incoming.call.id is None:
            return await self._answered_once(company_id, incoming, _key_of(request, body))
        else:
            answer = await self._answering.answer(company_id, incoming)
        return JSONResponse(answer.flat())

    async def _answered_once(
        self, company_id: int, incoming: IncomingToolCall, key: IdempotencyKey
    ) -> Response:
        """Answer a tool call that names no call: its repetition would not be known by its call.

        Raises KeyReused where the same signed bytes came to another tool's address.
        """
        faulty: list[ToolAnswer] = []

        async def run(store: Store) -> SentAnswer:
            answer = await self._answering.answer(company_id, incoming)
            if answer.fault is not None:  # to be tried again, also under the same signature
                faulty.append(answer)
                raise StorageUnavailable(answer.fault)
            return SentAnswer(msgspec.json.encode(answer.flat()), 200)

        try:
            sent = await once(company_id, key, run, store=self._answering.store, reads_first=False)
        except StorageUnavailable:
            if not faulty:
                raise
            return JSONResponse(faulty[0].flat())
        return Response(sent.body, sent.status, sent.headers, media_type="application/json")

    async def events(self, request: Request) -> Response:
        """Take an event of a call; a repeated event changes nothing."""
        company_id, body = await self._signed(request)
        event = decode_envelope(body, EventBody)
        answer = await self._take(company_id, event.name, event.about, request)
        return Response(status_code=204) if answer is None else JSONResponse(answer)

    async def _take(
        self, company_id: int, event: str, call: CallEnvelope, request: Request
    ) -> dict[str, Any] | None:
        now = sandbox_now(request)
        if event == "call_inbound":
            facts = await self._answering.greeting(
                company_id, call.call, call.caller_phone, test_now=now
            )
            return {"call_inbound": {"dynamic_variables": facts}}
        if call.call.id is None:
            return None
        if event == "call_ended":
            await self._answering.call_ended(
                company_id, call.call, why=call.why_ended, test_now=now
            )
        elif event in ("call_started", "call_analyzed"):
            await self._answering.call_noted(
                company_id,
                call.call,
                "started" if event == "call_started" else "analyzed",
                test_now=now,
            )
        return None

    async def _signed(self, request: Request) -> tuple[int, bytes]:
        """Prove which company a request is for; give its id and the body.

        Without a recent signature the body is not read. Before the proof nothing of it is parsed
        but the lines, and those only where no address tells whose secret signed. Raises
        Unauthorized alike for unknown lines and wrong signatures, and TooLarge.
        """
        headers: list[str] = request.headers.getlist("x-retell-signature")
        signature = retell_signature(headers, int(time.time() * 1000))
        if signature is None:
            raise Unauthorized
        slug = request.path_params.get("company")
        limit = MAX_NAMELESS_BYTES if slug is None else MAX_ENVELOPE_BYTES
        body = await read_bytes(request, limit)
        lines = lines_of(body) if slug is None else ()
        company_id = await self._lines.signed(body, signature, slug=slug, lines=lines)
        if slug is not None:
            of_line = await self._lines.company_of(lines_of(body))
            if of_line not in (None, company_id):
                raise Unauthorized  # the line in the body is another company's
        return company_id, body


def _key_of(request: Request, body: bytes) -> IdempotencyKey:
    """Make a key of what was signed (bytes and time), for this address alone."""
    signed = f"signed {request.headers['x-retell-signature']}".encode()
    return IdempotencyKey(
        sha256(signed).digest(), sha256(f"{request.url.path}\n".encode() + body).digest()
    )
