"""Retell's envelopes of function calls and events, in all forms that were seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.phone_numbers import line_forms
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import (
    NOTHING,
    decode_envelope,
    is_object,
    opened,
    part,
    text_of,
)
from slotkeeper.http.problems import NotJson
from slotkeeper.tools.answering import IncomingToolCall
from slotkeeper.tools.call_identity import phone
from slotkeeper.tools.registry import tool_named

CHANNEL = "retell"
MAX_CALL_ID = 100
MAX_TOOL_NAME = 100

# Outside the envelope's own field a call id counts only where it looks like one of Retell's own:
# models and smoke tests fill in "1", "call_1", "current" or "dummy_call_id".
_RETELL_ID = re.compile(r"call_[0-9a-f]{20,60}")


class CallEnvelope(msgspec.Struct):
    """Retell's description of a call; its other fields are ignored, whatever they hold."""

    call_id: msgspec.Raw = NOTHING
    agent_id: msgspec.Raw = NOTHING
    direction: msgspec.Raw = NOTHING
    from_number: msgspec.Raw = NOTHING
    to_number: msgspec.Raw = NOTHING
    disconnection_reason: msgspec.Raw = NOTHING

    @property
    def is_outbound(self) -> bool:
        """Whether we have rung the customer."""
        return text_of(self.direction) == "outbound"

    @property
    def line(self) -> str | None:
        """Our number: the one called, or the one calling out. Web calls have none."""
        return next(iter(self._line_forms), None)

    @property
    def lines(self) -> tuple[str | None, ...]:
        """All by which the call's company may be found."""
        return (*self._line_forms, text_of(self.agent_id) or None)

    @property
    def _line_forms(self) -> tuple[str, ...]:
        return line_forms(text_of(self.from_number if self.is_outbound else self.to_number))

    @property
    def caller_phone(self) -> str | None:
        """The customer's number; None where it is withheld."""
        return phone(text_of(self.to_number if self.is_outbound else self.from_number))

    @property
    def call(self) -> Call:
        """The call, as identity, caps and hang-up know it."""
        caller = self.caller_phone or f"line:{self.line or text_of(self.agent_id) or 'web'}"
        return Call(CHANNEL, text_of(self.call_id)[:MAX_CALL_ID] or None, caller)

    @property
    def why_ended(self) -> str | None:
        """Retell's own word for how the call ended."""
        return text_of(self.disconnection_reason) or None


class EventBody(msgspec.Struct):
    """An event of a call, or the announcement of an inbound call."""

    event: msgspec.Raw = NOTHING
    call: msgspec.Raw = NOTHING
    call_inbound: msgspec.Raw = NOTHING

    @property
    def name(self) -> str:
        """What happened."""
        return text_of(self.event)

    @property
    def about(self) -> CallEnvelope:
        """The call that it is about."""
        place = self.call if is_object(self.call) else self.call_inbound
        return opened(place, CallEnvelope)


def lines_of(body: bytes) -> tuple[str | None, ...]:
    """Find our line and the agent that an unproven body names; none where it cannot be read.

    It builds no object for whatever else the body holds, so that a stranger's body costs little.
    """
    try:
        return decode_envelope(body, EventBody).about.lines
    except (NotJson, InvalidInput):
        return ()


class _Arguments(msgspec.Struct):
    """The fields in which arguments were seen."""

    args: msgspec.Raw = NOTHING
    arguments: msgspec.Raw = NOTHING
    parameters: msgspec.Raw = NOTHING

    def sent(self) -> Mapping[str, Any] | None:
        """The first of them that is an object, or a text that holds one."""
        sent = map(part, (self.args, self.arguments, self.parameters))
        return next((value for value in sent if isinstance(value, dict)), None)


class FunctionBody(_Arguments):
    """The fields of a function call's envelope that are read."""

    name: msgspec.Raw = NOTHING
    function_name: msgspec.Raw = NOTHING
    function: msgspec.Raw = NOTHING
    call: msgspec.Raw = NOTHING
    call_id: msgspec.Raw = NOTHING

    @property
    def has_call(self) -> bool:
        """Whether the call is described, and not only named."""
        return is_object(self.call)


class _InnerFunction(_Arguments):
    """A function that is described in an object of its own."""

    name: msgspec.Raw = NOTHING


def function_call(
    raw: bytes,
    *,
    tool: str | None,
    test_now: datetime | None = None,
) -> IncomingToolCall:
    """Read a function call: Retell's envelope, one of its variants, or the bare arguments.

    ``tool`` is what the address names. It is not signed, so it must not differ from a name in the
    body; bare arguments have none. A call id among arguments is a model's guess and never read.
    Raises NotJson or InvalidInput.
    """
    body = decode_envelope(raw, FunctionBody)
    inner = opened(body.function, _InnerFunction)
    args = body.sent()
    if args is None:
        args = inner.sent()
    if args is None and not body.has_call and not is_object(body.function):
        # Arguments alone: a name among them is the customer's.
        args, body = part(raw), FunctionBody()
    call = _call(body)
    names = map(part, (body.name, body.function_name, inner.name))
    signed = next((text for text in names if _is_name(text)), None)
    name = tool or signed
    if name is None:
        raise InvalidInput("$.name", "Expected the name of a tool")
    if signed is not None and _meant(signed) != _meant(name):
        raise InvalidInput("$.name", "Expected the tool that the address names")
    args = {key: value for key, value in (args or {}).items() if key != "call_id"}
    return IncomingToolCall(name, args, call.call, call.caller_phone, test_now, call.line)


def _call(body: FunctionBody) -> CallEnvelope:
    if body.has_call:
        return opened(body.call, CallEnvelope)
    named = _RETELL_ID.fullmatch(text_of(body.call_id))
    return CallEnvelope(call_id=body.call_id) if named else CallEnvelope()


def _meant(name: str) -> str:
    """Give a tool's one name, by whatever former name or version it is called."""
    tool = tool_named(name)
    return tool.name if tool else name.strip()


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= MAX_TOOL_NAME
