"""Vapi's messages, with tool calls in both shapes: the documents' and the server SDK's.

Reading refuses nothing: Vapi would ignore a refusal, and the caller would hear silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import NOTHING, decode_envelope, part
from slotkeeper.tools.call_identity import call_id, phone

CHANNEL = "vapi"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VapiToolCall:
    """One tool call; a part that cannot be read is empty, so that the tool asks for it."""

    id: str
    name: str
    args: Mapping[str, object]


class _Party(msgspec.Struct):
    """One end of a call."""

    number: msgspec.Raw = NOTHING


class _Described(msgspec.Struct, rename="camel"):
    """What the message and the call in it both may say; the transcript is skipped."""

    customer: msgspec.Raw = NOTHING
    phone_number: msgspec.Raw = NOTHING
    ended_reason: msgspec.Raw = NOTHING


class _Call(_Described, rename="camel"):
    id: msgspec.Raw = NOTHING


class _Message(_Described, rename="camel"):
    type: msgspec.Raw = NOTHING
    status: msgspec.Raw = NOTHING
    call: msgspec.Raw = NOTHING
    # The same tool calls come in up to three lists.
    tool_call_list: msgspec.Raw = NOTHING
    tool_with_tool_call_list: msgspec.Raw = NOTHING
    tool_calls: msgspec.Raw = NOTHING


class _Body(msgspec.Struct):
    message: msgspec.Raw = NOTHING


class VapiMessage:
    """A server message: its type, the call it is about, and the tool calls in it."""

    def __init__(self, body: bytes) -> None:
        """Read the body of a request. Raises NotJson or InvalidInput where it is no object."""
        self._message = _opened(decode_envelope(body, _Body).message, _Message)
        self._call = _opened(self._message.call, _Call)

    @property
    def type(self) -> str:
        """The kind of message."""
        return _text(part(self._message.type))

    @property
    def caller_phone(self) -> str | None:
        """The customer's number; None where it is withheld or there is none."""
        numbers = (_opened(place.customer, _Party).number for place in self._beside())
        return next(filter(None, map(phone, map(part, numbers))), None)

    @property
    def line(self) -> str | None:
        """Our number, which was called; web calls have none."""
        ours = (_opened(place.phone_number, _Party).number for place in self._beside())
        return next(filter(None, map(_text, map(part, ours))), None)

    @property
    def call(self) -> Call:
        """The call, as identity, caps and hang-up know it."""
        caller = self.caller_phone or f"line:{self.line or 'web'}"
        return Call(CHANNEL, call_id(part(self._call.id)), caller)

    @property
    def has_ended(self) -> bool:
        """Whether it says that the call is over."""
        ended = self.type == "status-update" and part(self._message.status) == "ended"
        return ended or self.type == "end-of-call-report"

    @property
    def ended_reason(self) -> str | None:
        """Vapi's own word for how the call ended."""
        words = (_text(part(place.ended_reason)) for place in self._beside())
        return next(filter(None, words), None)

    @property
    def tool_calls(self) -> list[VapiToolCall]:
        """The tool calls, in their order."""
        message = self._message
        lists = map(
            part, (message.tool_call_list, message.tool_with_tool_call_list, message.tool_calls)
        )
        items = next((listed for listed in lists if isinstance(listed, list) and listed), [])
        return [_tool_call(item) for item in items if isinstance(item, dict)]

    def _beside(self) -> Iterator[_Described]:
        """Give the places where Vapi describes the call: the message, then the call itself."""
        yield self._message
        yield self._call


def _opened(raw: msgspec.Raw, shape: type[T]) -> T:
    """Read an object, also where it was sent as text; empty for anything else."""
    try:
        sent = bytes(raw)
        inner = msgspec.json.decode(sent, type=str).encode() if sent.startswith(b'"') else sent
        return decode_envelope(inner, shape)
    except (Refusal, msgspec.MsgspecError, UnicodeError):
        return shape()


def _tool_call(item: Mapping[str, Any]) -> VapiToolCall:
    """Read an item. Beside a ``toolCall`` stands the tool's definition, with no arguments."""
    called = _object(item.get("toolCall")) or item
    function = _object(called.get("function"))
    names = (called.get("name"), function.get("name"), item.get("name"))
    sent = (
        *(called.get("arguments"), called.get("parameters")),
        *(function.get("arguments"), function.get("parameters")),
    )
    return VapiToolCall(
        _text(called.get("id")),
        next(filter(None, map(_text, names)), ""),
        next(filter(None, map(_object, sent)), {}),
    )


def _object(value: object) -> Mapping[str, Any]:
    """Give an object, also where it was sent as text; empty for anything else."""
    value = part(value.encode()) if isinstance(value, str) else value
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
