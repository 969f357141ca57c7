"""Which tool an agent calls next, by what the caller has said: a tiny stand-in for a model.

It is honest about being small: it looks for a few words and sends on the caller's own. What they
mean is understood by the server, as with any agent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool to call."""

    tool: str
    args: Arguments


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What the conversation has come to.

    ``last`` is the last tool call, ``missing`` what its answer asked for and ``why``;
    ``of_several`` appointments one was to be chosen, the service was like none there is. ``offers``
    are what start_booking takes for each time that was named and may be said yes to; ``service``
    and ``day`` are what it was about last.
    """

    last: ToolUse | None = None
    missing: tuple[str, ...] = ()
    why: str | None = None
    of_several: bool = False
    is_like_none: bool = False
    offers: tuple[Arguments, ...] = ()
    service: str | None = None
    day: str | None = None

    def after(self, use: ToolUse, answer: Arguments) -> DialogueState:
        """What it has come to after a tool's answer."""
        missing, start, status = answer.get("missing"), answer.get("start"), answer.get("status")
        if status == "unknown_service":
            missing = ["service"]
        if status in _SETTLED:
            return DialogueState(last=use)
        # A time that is not to be had is about the service all the same.
        service = answer.get("service") or (status in _NO_SUCH_TIME and use.args.get("service"))
        refused = use.tool == "check_availability" and status != "needs_info"
        return DialogueState(
            last=use,
            missing=tuple(map(str, missing)) if isinstance(missing, list) else (),
            why=str(answer["reason"]) if answer.get("reason") else None,
            of_several="appointments" in answer,
            is_like_none=status == "unknown_service" and not answer.get("candidates"),
            offers=_offers(use, answer) or (() if refused else self.offers),
            service=str(service or "") or self.service,
            day=str(start)[:10] if start else self.day,
        )


def choose(said: str, heard: DialogueState) -> ToolUse:
    """Choose the tool for what the caller has said last."""
    words = re.findall(r"[^\W_]+", said.lower())
    if _is_only(words, _NO, _AFFIRMATIONS | _AROUND):
        return ToolUse("release_hold", {})
    if _is_only(words, _AFFIRMATIONS, _AROUND):
        return _agreed(said, heard)
    for pattern, tool, parameter in _INTENTS:
        if pattern.search(said):
            return ToolUse(tool, {parameter: said} if parameter else {})
    if len(heard.offers) == 1 and _NAMES.search(said):
        return ToolUse("start_booking", {**heard.offers[0], "customer_name": said})
    if len(heard.offers) > 1 and _SELECTS.search(said):
        return ToolUse("start_booking", {"time": said})
    return _continued(said, heard) or _wished(said, heard)


def filled_in(heard: DialogueState) -> ToolUse | None:
    """Ask again with what is missing, where the conversation has it already, as a model would.

    "And at eleven?" is about the day and the service that were talked of; None where it is not
    known, or was sent already.
    """
    last, known = heard.last, {"service": heard.service, "date": heard.day}
    if last is None or last.tool != "check_availability":
        return None
    if heard.is_like_none and last.args.get("service") == last.args.get("datetime"):
        return ToolUse(last.tool, {"datetime": last.args.get("datetime")})
    if heard.why:
        return None
    new = {name: known[name] for name in heard.missing if known.get(name) and name not in last.args}
    return ToolUse(last.tool, {**last.args, **new}) if new else None


def _offers(use: ToolUse, answer: Arguments) -> tuple[Arguments, ...]:
    """What may be said yes to: what is held, or (in the cohort without holds) what was named."""
    if answer.get("status") == "available":
        return (use.args,)
    if answer.get("status") == "held":
        return ({"reservation_token": answer["reservation_token"]},)
    held, named = answer.get("offers"), answer.get("alternatives")
    if isinstance(held, list) and held:
        return tuple({"reservation_token": one["reservation_token"]} for one in held)
    if isinstance(named, list):
        service = {"service": answer.get("service")}
        return tuple({"datetime": one["time"], **service} for one in named)
    return ()


def _agreed(said: str, heard: DialogueState) -> ToolUse:
    """Book what was offered; of several the server asks which. To nothing nobody says yes."""
    if not heard.offers:
        return ToolUse("check_availability", {"datetime": said})
    return ToolUse("start_booking", heard.offers[0] if len(heard.offers) == 1 else {})


def _continued(said: str, heard: DialogueState) -> ToolUse | None:
    """Answer what the last tool has asked for; None where it was about a wish, or nothing."""
    last, missing = heard.last, heard.missing
    if last is None or not missing:
        return None
    if "customer_phone" in missing:
        return ToolUse("request_callback", {"customer_phone": said})
    match last.tool:
        case "start_booking" if missing in (("time",), ("customer_name",)):
            return ToolUse("start_booking", {**last.args, missing[0]: said})
        case "get_opening_hours":
            return ToolUse(last.tool, {"date": said})
        case "cancel_appointment" | "reschedule_appointment":
            return ToolUse(last.tool, _which_appointment(last, said, heard))
    return None


def _which_appointment(last: ToolUse, said: str, heard: DialogueState) -> Arguments:
    """Say which one is meant, or where to it is to be moved."""
    if "customer_name" in heard.missing or heard.of_several:
        day = "old_date" if last.tool == "reschedule_appointment" else "date"
        return {**last.args, day: said, "customer_name": said}
    return {**last.args, "datetime": said}


def _wished(said: str, heard: DialogueState) -> ToolUse:
    """Check a time: a new wish, or more of the one that was incomplete."""
    last = heard.last
    if last is not None and last.tool == "check_availability" and heard.missing:
        if "service" in heard.missing:
            return ToolUse(last.tool, {**last.args, "service": said})
        # What was misunderstood is not said again; what was merely missing is added.
        text = said if heard.why else f"{last.args.get('datetime', '')}, {said}"
        return ToolUse(last.tool, {**last.args, "datetime": text})
    known = heard.offers or heard.service
    return ToolUse("check_availability", {"datetime": said} | ({} if known else {"service": said}))


def _is_only(words: list[str], some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether at least one of ``some`` is there, and nothing beyond them and the others."""
    return not some.isdisjoint(words) and (some | others).issuperset(words)


# After these nothing is on offer any more.
_SETTLED = {"booked", "moved", "cancelled", "released", "call_ended"}
_NO_SUCH_TIME = {"in_the_past", "closed", "too_soon", "too_far", "off_step", "staff_absent"}
_NO = frozenset("nein nee nö no nope nicht nichts".split())
_AFFIRMATIONS = frozenset(
    "ja jawohl jo jep klar gern gerne passt genau ok okay perfekt super prima gut einverstanden "
    "ordnung nehme buchen yes yeah yep sure fine great perfect works good book".split()
)
_AROUND = frozenset(
    "das der den die ich es so bitte danke doch mir uns sie sehr in dann mal gar lieber that it "
    "please thanks thank you sounds me for i ll take this the is very".split()
)
_NAMES = re.compile(r"\bnamen?\b|\bich hei(?:ß|ss)e\b|\b(?:my|the) name\b", re.I)
_SELECTS = re.compile(
    r"\b(?:erste|zweite|dritte|letzte|andere|frühere|spätere)[nrs]?\b|^(?:ja,? )?(?:den|der)\b"
    r"|\b(?:first|second|third|last|earlier|later) one\b|^(?:yes,? )?the (?:first|second|last)\b",
    re.I,
)
# Words, the tool they call for, and the parameter that takes the whole of what was said.
_INTENTS: tuple[tuple[re.Pattern[str], str, str | None], ...] = tuple(
    (re.compile(pattern, re.I), tool, parameter)
    for pattern, tool, parameter in (
        (r"absagen|\babsage\b|stornier|\bcancel", "cancel_appointment", "date"),
        (
            r"verschieb|verlegen|umbuchen|\breschedule|\bmove\b",
            "reschedule_appointment",
            "datetime",
        ),
        (
            r"rückruf|zurück ?rufen|rufen sie mich|\bcall ?back|\bcall me\b",
            "request_callback",
            "reason",
        ),
        (
            r"welche[nr]? termine? habe|meine termine|wann (?:ist|habe ich) (?:mein|einen) termin"
            r"|\bmy appointments?\b",
            "get_customer_appointments",
            None,
        ),
        (
            r"öffnungszeit|geöffnet|\bopening hours\b|(?:sie|ihr) offen|are you open",
            "get_opening_hours",
            "date",
        ),
        (
            r"was (?:bieten|machen) sie|welche leistungen|what do you (?:offer|do)|what services",
            "get_available_services",
            None,
        ),
        (
            r"was kostet|wie (?:lange dauert|teuer)|how (?:much|long)",
            "get_available_services",
            "service",
        ),
    )
)
