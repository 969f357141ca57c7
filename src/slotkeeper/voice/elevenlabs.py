"""ElevenLabs: webhook tools, the start of a conversation, and the webhook after it.

Tools and the start come with one of our keys, the webhook comes signed. The caller is taken from
the platform's own variables; a call id that does not look like ElevenLabs' own is ignored.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import (
    MAX_PART_BYTES,
    NOTHING,
    decode_envelope,
    opened,
    part,
    read_bytes,
    text_of,
)
from slotkeeper.http.companies import ApiKeys, CalledLines
from slotkeeper.http.keyed import keyed, sent_key
from slotkeeper.http.problems import Unauthorized
from slotkeeper.http.sandbox_clock import sandbox_now
from slotkeeper.http.signing import elevenlabs_signature
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.call_identity import (
    CALL_HEADER,
    HANDLE,
    PHONE_HEADER,
    call_id,
    call_of,
    phone,
)

CHANNEL = "elevenlabs"
# ElevenLabs can keep a secret for a header of this name, but not for a bearer token.
ELEVENLABS_KEY_HEADER = "X-Slotkeeper-Key"
# Room for the transcript. The webhook with the audio is larger and is refused.
MAX_EVENT_BYTES = 4 * 1024 * 1024

_CONVERSATION = re.compile(r"conv_[0-9A-Za-z]{20,60}")
# Variables that the platform binds beside the arguments; two of them are telephone numbers.
_BOUND = ("call_id", "caller_id", "called_number", "call_sid", "agent_id")
_ENDED = ("post_call_transcription", "call_initiation_failure")


class _Ended(msgspec.Struct, frozen=True):
    """How a conversation ended."""

    termination_reason: msgspec.Raw = NOTHING


class _Conversation(msgspec.Struct, frozen=True):
    """What a webhook says of its conversation; the transcript is skipped."""

    conversation_id: msgspec.Raw = NOTHING
    failure_reason: msgspec.Raw = NOTHING
    metadata: msgspec.Raw = NOTHING


class CallWebhook(msgspec.Struct):
    """The webhook after a call; its other fields are ignored, whatever they hold."""

    type: msgspec.Raw = NOTHING
    data: msgspec.Raw = NOTHING

    @property
    def has_ended(self) -> bool:
        """Whether it says that the conversation is over."""
        return text_of(self.type) in _ENDED

    @property
    def conversation(self) -> str | None:
        """The conversation that it is about; None where none is named."""
        return call_id(text_of(opened(self.data, _Conversation).conversation_id))

    @property
    def why(self) -> str | None:
        """The platform's own word for how the call ended."""
        data = opened(self.data, _Conversation)
        metadata = opened(data.metadata, _Ended)
        words = map(text_of, (metadata.termination_reason, data.failure_reason))
        return next(filter(None, words), None)


class ElevenLabs:
    """Serves ElevenLabs: tools, and the start and end of conversations."""

    def __init__(self, answering: Answering, keys: ApiKeys) -> None:
        """Serve the companies of these keys."""
        self._answering = answering
        self._keys = keys
        self._lines = CalledLines(answering.store, CHANNEL)

    def routes(self) -> list[Route]:
        """Give the routes to mount."""
        tool, start = (
            keyed(handler, self._keys, CHANNEL, header=ELEVENLABS_KEY_HEADER, limited=False)
            for handler in (self._tool, self._start)
        )
        return [
            Route("/v1/elevenlabs/tools/{tool}", tool, methods=["POST"]),
            Route("/v1/elevenlabs/start", start, methods=["POST"]),
            Route("/v1/elevenlabs/{company}/events", self.events, methods=["POST"]),
        ]

    async def _tool(self, request: Request, company_id: int) -> dict[str, object]:
        body = _object_of(await read_bytes(request, MAX_PART_BYTES))
        incoming, handle = _incoming(request.path_params["tool"], body, request)
        key, caller = sent_key(request, ELEVENLABS_KEY_HEADER), incoming.caller_phone
        if self._keys.limits.admits(company_id, key=key, line=incoming.line, caller=caller):
            answer = (await self._answering.answer(company_id, incoming)).flat()
        else:
            answer = (await self._answering.try_again(company_id)).flat()
        return answer | {HANDLE: handle} if handle else answer

    async def _start(self, request: Request, company_id: int) -> dict[str, object]:
        """Give the agent facts for its first sentence. The conversation has no id yet."""
        body = _object_of(await read_bytes(request, MAX_PART_BYTES))
        caller_phone = phone(body.get("caller_id"))
        call = Call(CHANNEL, None, _caller(caller_phone, body))
        facts = await self._answering.greeting(
            company_id, call, caller_phone, test_now=sandbox_now(request)
        )
        return {"type": "conversation_initiation_client_data", "dynamic_variables": facts}

    async def events(self, request: Request) -> Response:
        """Take the webhook after a call, and release what the call still holds."""
        company_id, body = await self._signed(request)
        webhook = decode_envelope(body, CallWebhook)
        ended = webhook.conversation
        if webhook.has_ended and ended is not None:
            await self._answering.call_ended(
                company_id, Call(CHANNEL, ended), why=webhook.why, test_now=sandbox_now(request)
            )
        return JSONResponse({})

    async def _signed(self, request: Request) -> tuple[int, bytes]:
        """Prove which company a request is for; give its id and the body, which is not parsed.

        Without a recent signature the body is not read. Raises Unauthorized alike for unknown
        addresses and wrong signatures, and TooLarge.
        """
        headers = request.headers.getlist("elevenlabs-signature")
        signature = elevenlabs_signature(headers, int(time.time()))
        if signature is None:
            raise Unauthorized
        body = await read_bytes(request, MAX_EVENT_BYTES)
        slug = request.path_params["company"]
        return await self._lines.signed(body, signature, slug=slug), body


def _incoming(
    tool: str, body: Mapping[str, Any], request: Request
) -> tuple[IncomingToolCall, str | None]:
    """Read a tool's request: the flat body, or the wrapper with the arguments inside.

    The second is the handle that the answer must carry, where the platform named no conversation.
    The platform binds the conversation beside what the model may fill in, so its place counts: no
    argument ``conversation_id`` stands above it. The caller's number is believed beside it.
    """
    inner = body.get("parameters")
    args = inner if isinstance(inner, dict) and "tool_name" in body else body
    wrapped = None if args is body else body.get(HANDLE)
    bound = (body.get("call_id"), wrapped, args.get("call_id"))
    conversation = next(filter(_is_conversation, bound), None)
    caller_phone = phone(request.headers.get(PHONE_HEADER))
    if conversation is not None:
        caller_phone = caller_phone or phone(args.get("caller_id"))
    named = call_id(request.headers.get(CALL_HEADER)) or conversation
    call, handle = call_of(CHANNEL, named, args, caller=_caller(caller_phone, args))
    unbound = {name: value for name, value in args.items() if name not in _BOUND}
    line = phone(args.get("called_number"))
    now = sandbox_now(request)
    return IncomingToolCall(tool, unbound, call, caller_phone, now, line), handle


def _object_of(body: bytes) -> Mapping[str, Any]:
    """Read a body; what cannot be read is empty, so that the tool asks for what it needs."""
    value = part(body)
    return value if isinstance(value, dict) else {}


def _is_conversation(value: object) -> bool:
    return isinstance(value, str) and _CONVERSATION.fullmatch(value) is not None


def _caller(caller_phone: str | None, bound: Mapping[str, Any]) -> str:
    """Give the identity under which holds are counted: the caller's number, or the called line."""
    return caller_phone or f"line:{phone(bound.get('called_number')) or 'web'}"
