"""Vapi's messages, with tool calls in both shapes: the documents' and the server SDK's.

Reading refuses nothing: Vapi would ignore a refusal, and the caller would hear silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from slotkeeper.domain.wish import Call
from slotkeeper.tools.call_identity import call_id, phone

CHANNEL = "vapi"

# The same tool calls come in up to three lists.
_LISTS = ("toolCallList", "toolWithToolCallList", "toolCalls")


@dataclass(frozen=True, slots=True)
class VapiToolCall:
    """One tool call; a part that cannot be read is empty, so that the tool asks for it."""

    id: str
    name: str
    args: Mapping[str, object]


class VapiMessage:
    """A server message: its type, the call it is about, and the tool calls in it."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        """Read the body of a request."""
        self._message = _object(body.get("message"))
        self._call = _object(self._message.get("call"))

    @property
    def type(self) -> str:
        """The kind of message."""
        return _text(self._message.get("type"))

    @property
    def caller_phone(self) -> str | None:
        """The customer's number; None where it is withheld or there is none."""
        numbers = (_object(place.get("customer")).get("number") for place in self._beside())
        return next(filter(None, map(phone, numbers)), None)

    @property
    def call(self) -> Call:
        """The call, as identity, caps and hang-up know it."""
        ours = (_object(place.get("phoneNumber")).get("number") for place in self._beside())
        line = next(filter(None, map(_text, ours)), "web")
        caller = self.caller_phone or f"line:{line}"
        return Call(CHANNEL, call_id(self._call.get("id")), caller)

    @property
    def has_ended(self) -> bool:
        """Whether it says that the call is over."""
        ended = self.type == "status-update" and self._message.get("status") == "ended"
        return ended or self.type == "end-of-call-report"

    @property
    def ended_reason(self) -> str | None:
        """Vapi's own word for how the call ended."""
        words = (_text(place.get("endedReason")) for place in self._beside())
        return next(filter(None, words), None)

    @property
    def tool_calls(self) -> list[VapiToolCall]:
        """The tool calls, in their order."""
        lists = (self._message.get(name) for name in _LISTS)
        items = next((listed for listed in lists if isinstance(listed, list) and listed), [])
        return [_tool_call(item) for item in items if isinstance(item, dict)]

    def _beside(self) -> Iterator[Mapping[str, Any]]:
        """Give the places where Vapi describes the call: the message, then the call itself."""
        yield self._message
        yield self._call


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
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
