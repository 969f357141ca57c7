"""Vapi: tool calls and call events, all at one address, with one of our keys.

Vapi ignores every answer but HTTP 200, so whatever the model shall hear is sent with 200. The
caller is taken from the message's own ``call`` and ``customer``, never from a tool's arguments.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from slotkeeper.domain.errors import Fault
from slotkeeper.http.bodies import read_bytes
from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.keyed import keyed, sent_key
from slotkeeper.http.problems import log_fault
from slotkeeper.http.sandbox_clock import sandbox_now
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.wording import ToolAnswer
from slotkeeper.voice.vapi_message import CHANNEL, VapiMessage, VapiToolCall

# Room for the transcript, which comes with every call and grows with it.
MAX_MESSAGE_BYTES = 4 * 1024 * 1024
# A model calls a few tools at once. They are answered one after another, so Vapi waits for all;
# those beyond are told to come again.
MAX_TOOL_CALLS = 8
# Vapi's older kind of credential sends the key alone in this header.
VAPI_KEY_HEADER = "X-Vapi-Secret"


class Vapi:
    """Serves the messages that Vapi sends to its server address."""

    def __init__(self, answering: Answering, keys: ApiKeys) -> None:
        """Serve the companies of these keys."""
        self._answering = answering
        self._keys = keys

    def routes(self) -> list[Route]:
        """Give the routes to mount."""
        endpoint = keyed(self._message, self._keys, CHANNEL, header=VAPI_KEY_HEADER, limited=False)
        return [Route("/v1/vapi", endpoint, methods=["POST"])]

    async def _message(self, request: Request, company_id: int) -> dict[str, object]:
        """Take a message; only tool calls and the request for an assistant are answered."""
        message = VapiMessage(await read_bytes(request, MAX_MESSAGE_BYTES))
        now = sandbox_now(request)
        if message.type == "tool-calls":
            return {"results": await self._results(request, company_id, message)}
        if message.type == "assistant-request":
            return await self._assistant(request, company_id, message)
        if message.has_ended and message.call.id is not None:
            await self._answering.call_ended(
                company_id, message.call, why=message.ended_reason, test_now=now
            )
        return {}

    async def _results(
        self, request: Request, company_id: int, message: VapiMessage
    ) -> list[dict[str, object]]:
        """Answer every tool call: of one without a result Vapi tells the model that it failed."""
        calls = message.tool_calls
        results = [
            await self._result(request, company_id, message, each)
            for each in calls[:MAX_TOOL_CALLS]
        ]
        if beyond := calls[MAX_TOOL_CALLS:]:
            later = await self._answering.try_again(company_id, reason="too_many_at_once")
            results += [_result_of(each, later) for each in beyond]
        return results

    async def _result(
        self, request: Request, company_id: int, message: VapiMessage, called: VapiToolCall
    ) -> dict[str, object]:
        """Answer one tool call in a single line; a fault does not touch those beside it."""
        call, phone, now = message.call, message.caller_phone, sandbox_now(request)
        incoming = IncomingToolCall(called.name, called.args, call, phone, now)
        key = sent_key(request, VAPI_KEY_HEADER)
        limits = self._keys.limits
        try:
            if limits.admits(company_id, key=key, line=message.line, caller=phone):
                answer = await self._answering.answer(company_id, incoming)
            else:
                answer = await self._answering.try_again(company_id)
        except Fault as fault:
            log_fault(fault, channel=CHANNEL)
            return {"toolCallId": called.id, "name": called.name, "error": fault.code}
        return _result_of(called, answer)

    async def _assistant(
        self, request: Request, company_id: int, message: VapiMessage
    ) -> dict[str, object]:
        """Start the assistant that our address names, with facts for its first sentence.

        Without ``?assistant_id=`` Vapi chooses the assistant itself.
        """
        assistant_id = request.query_params.get("assistant_id")
        if not assistant_id:
            return {}
        facts = await self._answering.greeting(
            company_id, message.call, message.caller_phone, test_now=sandbox_now(request)
        )
        return {"assistantId": assistant_id, "assistantOverrides": {"variableValues": facts}}


def _result_of(called: VapiToolCall, answer: ToolAnswer) -> dict[str, object]:
    """Give an answer in the single line of text that Vapi hands to the model."""
    text = msgspec.json.encode(answer.flat()).decode()
    return {"toolCallId": called.id, "name": called.name, "result": text}
