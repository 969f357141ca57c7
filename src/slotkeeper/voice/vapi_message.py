"""Vapi's messages, with tool calls in both shapes: the documents' and the server SDK's.

Reading refuses nothing: Vapi would ignore a refusal, and the caller would hear silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from slotkeeper.domain.phone_numbers import line_forms
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import NOTHING, decode_envelope, is_object, opened, part, text_of
from slotkeeper.tools.call_identity import call_id, phone

CHANNEL = "vapi"
# No model calls as many tools at once; each is answered, if only with a refusal.
MAX_ITEMS = 1_000


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


class _Function(msgspec.Struct):
    name: msgspec.Raw = NOTHING
    arguments: msgspec.Raw = NOTHING
    parameters: msgspec.Raw = NOTHING


class _Item(_Function, rename="camel"):
    id: msgspec.Raw = NOTHING
    function: msgspec.Raw = NOTHING
    tool_call: msgspec.Raw = NOTHING


class _Body(msgspec.Struct):
    message: msgspec.Raw = NOTHING


class VapiMessage:
    """A server message: its type, the call it is about, and the tool calls in it."""

    def __init__(self, body: bytes) -> None:
        """Read the body of a request. Raises NotJson or InvalidInput where it is no object."""
        self._message = opened(decode_envelope(body, _Body).message, _Message)
        self._call = opened(self._message.call, _Call)

    @property
    def type(self) -> str:
        """The kind of message."""
        return text_of(self._message.type)

    @property
    def caller_phone(self) -> str | None:
        """The customer's number; None where it is withheld or there is none."""
        numbers = (opened(place.customer, _Party).number for place in self._beside())
        return next(filter(None, map(phone, map(text_of, numbers))), None)

    @property
    def line(self) -> str | None:
        """Our number, which was called; web calls have none."""
        ours = (opened(place.phone_number, _Party).number for place in self._beside())
        forms = (line_forms(text_of(number)) for number in ours)
        return next((first for first, *_ in filter(None, forms)), None)

    @property
    def call(self) -> Call:
        """The call, as identity, caps and hang-up know it."""
        caller = self.caller_phone or f"line:{self.line or 'web'}"
        return Call(CHANNEL, call_id(part(self._call.id)), caller)

    @property
    def has_ended(self) -> bool:
        """Whether it says that the call is over."""
        ended = self.type == "status-update" and text_of(self._message.status) == "ended"
        return ended or self.type == "end-of-call-report"

    @property
    def ended_reason(self) -> str | None:
        """Vapi's own word for how the call ended."""
        words = (text_of(place.ended_reason) for place in self._beside())
        return next(filter(None, words), None)

    @property
    def tool_calls(self) -> list[VapiToolCall]:
        """The tool calls, in their order; at most MAX_ITEMS."""
        message = self._message
        places = (message.tool_call_list, message.tool_with_tool_call_list, message.tool_calls)
        items = next(filter(None, map(_objects, places)), [])
        return [_tool_call(opened(item, _Item)) for item in items[:MAX_ITEMS]]

    def _beside(self) -> Iterator[_Described]:
        """Give the places where Vapi describes the call: the message, then the call itself."""
        yield self._message
        yield self._call


def _objects(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """Give the objects of a list, unread."""
    return list(filter(is_object, opened(raw, list[msgspec.Raw])))


def _tool_call(item: _Item) -> VapiToolCall:
    """Read an item. Beside a ``toolCall`` stands the tool's definition, with no arguments."""
    called = opened(item.tool_call, _Item) if is_object(item.tool_call) else item
    function = opened(called.function, _Function)
    names = (called.name, function.name, item.name)
    sent = (called.arguments, called.parameters, function.arguments, function.parameters)
    return VapiToolCall(
        text_of(called.id),
        next(filter(None, map(text_of, names)), ""),
        next((args for args in map(part, sent) if isinstance(args, dict) and args), {}),
    )
