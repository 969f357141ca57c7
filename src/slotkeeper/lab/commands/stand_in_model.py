"""Chooses the tool for what a caller has said, as a small stand-in for a language model.

It looks for a few words and passes the caller's own words on. The server understands them, as with
any agent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool to call, with its arguments."""

    tool: str
    args: Arguments


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What the conversation knows after the last answer.

    ``last`` is the last tool call; ``missing`` are the arguments that its answer asked for, and
    ``why`` is its reason. ``of_several``: the caller must choose one of several appointments.
    ``is_like_none``: no service is like the one that was said. ``offers`` are the arguments of
    start_booking for each time that the caller may say yes to. ``service`` and ``day`` are the last
    that were talked about.
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
        """Give the state after a tool's answer."""
        missing, start, status = answer.get("missing"), answer.get("start"), answer.get("status")
        if status == "unknown_service":
            missing = ["service"]
        if status in _SETTLED:
            return DialogueState(last=use)
        # A refused time still says which service the wish was about.
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


def choose(said: str, state: DialogueState) -> ToolUse:
    """Choose the tool and its arguments for what the caller has just said."""
    words = re.findall(r"[^\W_]+", said.lower())
    if _is_only(words, _NO, _AFFIRMATIONS | _AROUND):
        return ToolUse("release_hold", {})
    if _is_only(words, _AFFIRMATIONS, _AROUND):
        return _agreed(said, state)
    for pattern, tool, parameter in _INTENTS:
        if pattern.search(said):
            return ToolUse(tool, {parameter: said} if parameter else {})
    if len(state.offers) == 1 and _NAMES.search(said):
        return ToolUse("start_booking", {**state.offers[0], "customer_name": said})
    if len(state.offers) > 1 and _SELECTS.search(said):
        return ToolUse("start_booking", {"time": said})
    return _continued(said, state) or _wished(said, state)


def filled_in(state: DialogueState) -> ToolUse | None:
    """Repeat the last tool call with missing arguments that are known, as a model would.

    "And at eleven?" means the day and the service that were talked about. None where they are
    unknown or were sent already.
    """
    last, known = state.last, {"service": state.service, "date": state.day}
    if last is None or last.tool != "check_availability":
        return None
    if state.is_like_none and last.args.get("service") == last.args.get("datetime"):
        return ToolUse(last.tool, {"datetime": last.args.get("datetime")})
    if state.why:
        return None
    new = {name: known[name] for name in state.missing if known.get(name) and name not in last.args}
    return ToolUse(last.tool, {**last.args, **new}) if new else None


def _offers(use: ToolUse, answer: Arguments) -> tuple[Arguments, ...]:
    """List what the caller may say yes to: holds or, without holds, times that were named."""
    if answer.get("status") == "available":
        return (use.args,)
    if answer.get("status") == "held":
        return ({"reservation_token": answer["reservation_token"]},)
    held, named = answer.get("offers"), answer.get("alternatives")
    if isinstance(held, list) and held:
        return tuple({"reservation_token": offer["reservation_token"]} for offer in held)
    if isinstance(named, list):
        service = {"service": answer.get("service")}
        return tuple({"datetime": alternative["time"], **service} for alternative in named)
    return ()


def _agreed(said: str, state: DialogueState) -> ToolUse:
    """Book the offer; of several, the server asks which. Without one, check the words as a wish."""
    if not state.offers:
        return ToolUse("check_availability", {"datetime": said})
    return ToolUse("start_booking", state.offers[0] if len(state.offers) == 1 else {})


def _continued(said: str, state: DialogueState) -> ToolUse | None:
    """Answer the question of the last tool; None where it asked about a wish or nothing."""
    last, missing = state.last, state.missing
    if last is None or not missing:
        return None
    if last.tool == "start_booking" and "customer_name" in missing:
        return ToolUse("start_booking", {**last.args, "customer_name": said})
    if "customer_phone" in missing:
        return ToolUse("request_callback", {"customer_phone": said})
    match last.tool:
        case "start_booking" if missing == ("time",):
            return ToolUse("start_booking", {**last.args, "time": said})
        case "get_opening_hours":
            return ToolUse(last.tool, {"date": said})
        case "cancel_appointment" | "reschedule_appointment" | "get_customer_appointments":
            return ToolUse(last.tool, _which_appointment(last, said, state))
    return None


def _which_appointment(last: ToolUse, said: str, state: DialogueState) -> Arguments:
    """Fill in which appointment is meant, or to which time it is to be moved."""
    day = "old_date" if last.tool == "reschedule_appointment" else "date"
    if state.of_several:
        return {**last.args, day: said}
    if "customer_name" not in state.missing:
        return {**last.args, "datetime": said}
    phrases = re.split(r",\s*|\s(?:und|and)\s", said)
    days = ", ".join(phrase for phrase in phrases if _DAYS.search(phrase))
    names = ", ".join(phrase for phrase in phrases if not _DAYS.search(phrase))
    # What was asked for replaces what did not fit.
    rest = {name: value for name, value in last.args.items() if name not in (day, "customer_name")}
    told = {day: days, "customer_name": names}
    return rest | {name: phrase for name, phrase in told.items() if phrase}


def _wished(said: str, state: DialogueState) -> ToolUse:
    """Check a new wish, or complete the last one."""
    last = state.last
    if last is not None and last.tool == "check_availability" and state.missing:
        if "service" in state.missing:
            return ToolUse(last.tool, {**last.args, "service": said})
        # Misunderstood words are replaced; missing ones are added to what was said.
        text = said if state.why else f"{last.args.get('datetime', '')}, {said}"
        return ToolUse(last.tool, {**last.args, "datetime": text})
    known = state.offers or state.service
    return ToolUse("check_availability", {"datetime": said} | ({} if known else {"service": said}))


def _is_only(words: list[str], some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether at least one word is of ``some`` and all are of ``some`` or ``others``."""
    return not some.isdisjoint(words) and (some | others).issuperset(words)


# Statuses after which nothing is on offer any more.
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
_DAYS = re.compile(
    r"\d|tag\b|woch|heute|morgen|day\b|tomorrow|januar|februar|märz|april|juni|juli|oktober|ember",
    re.I,
)
_NAMES = re.compile(r"\bnamen?\b|\bich hei(?:ß|ss)e\b|\b(?:my|the) name\b", re.I)
_SELECTS = re.compile(
    r"\b(?:erste|zweite|dritte|letzte|andere|frühere|spätere)[nrs]?\b|^(?:ja,? )?(?:den|der)\b"
    r"|\b(?:first|second|third|last|earlier|later) one\b|^(?:yes,? )?the (?:first|second|last)\b",
    re.I,
)
# A pattern, the tool that it calls, and the parameter that takes all that was said.
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
