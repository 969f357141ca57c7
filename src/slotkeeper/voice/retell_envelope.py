"""Retell's envelopes of function calls and events, in all forms that were seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import NOTHING, decode_envelope, decode_object, part, without_nul
from slotkeeper.http.problems import NotJson
from slotkeeper.tools.answering import IncomingToolCall
from slotkeeper.tools.registry import tool_named

CHANNEL = "retell"
MAX_CALL_ID = 100
MAX_TOOL_NAME = 100

# Outside the envelope's own field a call id counts only where it looks like one of Retell's own:
# models and smoke tests fill in "1", "call_1", "current" or "dummy_call_id".
_RETELL_ID = re.compile(r"call_[0-9a-f]{20,60}")


class CallParties(msgspec.Struct):
    """The two ends of a call."""

    agent_id: str | None = None
    direction: str | None = None
    from_number: str | None = None
    to_number: str | None = None

    @property
    def line(self) -> str | None:
        """Our number: the one called, or the one calling out. Web calls have none."""
        return self.from_number if self.direction == "outbound" else self.to_number


class CallEnvelope(CallParties):
    """Retell's description of a call; its other fields are ignored."""

    call_id: str | None = None
    disconnection_reason: str | None = None

    @property
    def caller_phone(self) -> str | None:
        """The customer's number; None where it is withheld."""
        theirs = self.to_number if self.direction == "outbound" else self.from_number
        return theirs if theirs and theirs.startswith("+") else None

    @property
    def call(self) -> Call:
        """The call, as identity, caps and hang-up know it."""
        caller = self.caller_phone or f"line:{self.line or self.agent_id or 'web'}"
        return Call(CHANNEL, (self.call_id or "")[:MAX_CALL_ID] or None, caller)


class _Unproven(msgspec.Struct):
    """All that is read of a body before its signature is proven; the rest is skipped unparsed."""

    call: CallParties | None = None
    call_inbound: CallParties | None = None


def lines_of(body: bytes) -> tuple[str | None, ...]:
    """Find our line and the agent that an unproven body names; none where it cannot be read.

    It builds no object for whatever else the body holds, so that a stranger's body costs little.
    """
    try:
        unproven = decode_envelope(body, _Unproven)
    except (NotJson, InvalidInput):
        return ()
    parties = unproven.call or unproven.call_inbound
    return (parties.line, parties.agent_id) if parties else ()


class EventBody(msgspec.Struct):
    """An event of a call, or the announcement of an inbound call."""

    event: str
    call: CallEnvelope | None = None
    call_inbound: CallEnvelope | None = None


class _Arguments(msgspec.Struct):
    """The fields in which arguments were seen."""

    args: msgspec.Raw = NOTHING
    arguments: msgspec.Raw = NOTHING
    parameters: msgspec.Raw = NOTHING

    def sent(self) -> Mapping[str, Any] | None:
        """The first of them that is an object, or a text that holds one."""
        opened = (part(raw) for raw in (self.args, self.arguments, self.parameters))
        return next((value for value in opened if isinstance(value, dict)), None)


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
        return bytes(self.call).startswith(b"{")


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
    is_inner = bytes(body.function).startswith(b"{")
    inner = decode_envelope(body.function, _InnerFunction) if is_inner else _InnerFunction()
    args = body.sent()
    if args is None:
        args = inner.sent()
    if args is None and not body.has_call and not is_inner:
        # Arguments alone: a name among them is the customer's.
        args, body = decode_object(without_nul(raw)), FunctionBody()
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
        try:
            return decode_envelope(body.call, CallEnvelope)
        except InvalidInput as error:
            raise InvalidInput("$.call", str(error.facts()["reason"])) from None
    beside = part(body.call_id)
    if isinstance(beside, str) and _RETELL_ID.fullmatch(beside):
        return CallEnvelope(call_id=beside)
    return CallEnvelope()


def _meant(name: str) -> str:
    """Give a tool's one name, by whatever former name or version it is called."""
    tool = tool_named(name)
    return tool.name if tool else name.strip()


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= MAX_TOOL_NAME
