"""The tools for who has an appointment: who rings, what stands, cancel, move, ring back.

Nothing is said about anybody to callers who are not them: what a call booked itself is its own;
anything else takes the ringing number, and to change it a second fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import (
    AppointmentCancelled,
    Refusal,
    TooLateToChange,
    UnknownAppointment,
    UnknownStaff,
)
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Wish
from slotkeeper.language.people import same_person, understand_phone
from slotkeeper.language.say import say, spoken_choice, spoken_list
from slotkeeper.language.when import When
from slotkeeper.operations.cancel import cancel_appointment as cancel_it
from slotkeeper.operations.check_availability import find_alternatives
from slotkeeper.operations.move import move
from slotkeeper.operations.request_callback import request_callback as ask_for_callback
from slotkeeper.tools.arguments import argument, number
from slotkeeper.tools.people import customer_of, staff_of
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.understood import Said, as_json, language_of
from slotkeeper.tools.wishes import unclear_when, where
from slotkeeper.tools.wording import ToolAnswer, appointment_facts, asking, offered, refused, stands

# What is looked through of a number's appointments.
LOOKED_AT = 50
# What is told of them.
TOLD = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Appointments of the caller: ``own`` were booked in this very call, ``others`` before."""

    own: tuple[Appointment, ...] = ()
    others: tuple[Appointment, ...] = ()
    by_number: bool = False

    @property
    def all(self) -> tuple[Appointment, ...]:
        """All of them, by their start."""
        return tuple(sorted({*self.own, *self.others}, key=lambda one: one.starts_at))


async def check_customer(asked: Conversation) -> ToolAnswer:
    """Tell whether the number that rings is known, and what it is mostly about."""
    phone = understand_phone(asked.caller_phone)
    past = (
        await asked.store.appointments.of_phone(asked.company.id, phone, limit=LOOKED_AT)
        if phone
        else []
    )
    locale = asked.company.locale
    facts: dict[str, object] = {"success": True, "found": bool(past), "call_id": asked.call.id}
    if not past:
        return ToolAnswer("customer_unknown", say("customer_unknown", locale), facts)
    names = {one.customer_name for one in past if one.customer_name}
    if len(names) == 1:  # a number that a family shares says nothing of who it is
        facts["customer_name"] = names.pop()
    facts |= _habits(asked.company, past)
    return ToolAnswer("customer_known", say("customer_known", locale), facts)


async def get_customer_appointments(asked: Conversation) -> ToolAnswer:
    """Tell what the caller has booked and is still to come."""
    found = (await _of_caller(asked)).all
    company = asked.company
    facts: dict[str, object] = {
        "success": True,
        "appointments": [appointment_facts(company, one) for one in found],
    }
    if not found:
        return ToolAnswer("no_appointments", say("no_appointments", company.locale), facts)
    text = say(
        "appointments", company.locale, words={"others": _spoken(company, found, last="and")}
    )
    return ToolAnswer("appointments", text, facts)


async def cancel_appointment(asked: Conversation) -> ToolAnswer:
    """Cancel the caller's appointment, within the company's notice."""
    said = _old(asked, "date", "time")
    chosen = await _the_appointment(asked, said, reason="cancel")
    if isinstance(chosen, ToolAnswer):
        return chosen
    try:
        gone = await cancel_it(
            asked.company, chosen.id, store=asked.store, now=asked.test_now, reason="customer"
        )
    except Refusal as no:
        return refused(no, asked.company)
    return stands("cancelled", asked.company, gone)


async def reschedule_appointment(asked: Conversation) -> ToolAnswer:
    """Move the caller's appointment; where the wished time is not to be had, name others."""
    plain = argument(asked.args, "new_date") is None and argument(asked.args, "new_time") is None
    chosen = await _the_appointment(asked, _old(asked, "old_date", "old_time"), reason="reschedule")
    if isinstance(chosen, ToolAnswer):
        return chosen
    when = _new(asked, chosen, plain=plain)
    if (no := unclear_when(asked, when)) is not None:
        return no
    if when.wall is None:
        return asking("time", asked.company)
    try:
        starts_at = to_instant(when.wall, asked.company.zone)
        moved = await move(
            asked.company, chosen.id, starts_at, staff=staff_of(asked), **where(asked)
        )
    except (TooLateToChange, AppointmentCancelled, UnknownAppointment, UnknownStaff) as final:
        return refused(final, asked.company, when.wall)
    except Refusal as refusal:
        return await _other_times(asked, chosen, when.wall, refusal)
    return stands("moved", asked.company, moved)


async def request_callback(asked: Conversation) -> ToolAnswer:
    """Note that the caller wants to be rung back."""
    return await _ring_back(asked, argument(asked.args, "reason"), "callback_requested")


async def _of_caller(asked: Conversation) -> Found:
    """What stands and is still to come: this call's own, and the ringing number's."""
    company_id, store = asked.company.id, asked.store
    own = await store.appointments.of_call(company_id, asked.call.id) if asked.call.id else []
    phone = understand_phone(asked.caller_phone)
    others = await store.appointments.of_phone(company_id, phone, limit=LOOKED_AT) if phone else []
    mine = {one.id for one in own}
    return Found(
        tuple(one for one in own if _is_to_come(one, asked.now)),
        tuple(one for one in others if one.id not in mine and _is_to_come(one, asked.now)),
        by_number=phone is not None,
    )


async def _the_appointment(
    asked: Conversation, said: When, *, reason: str
) -> Appointment | ToolAnswer:
    """Find the one appointment that is meant and that this caller may change; else what to say.

    Another call's takes a second fact beside the number: the name, or when it is.
    """
    found = await _of_caller(asked)
    wanted = number(asked.args, "appointment_id")
    matching = [one for one in found.all if _matches(one, said, wanted, asked)]
    own = [one for one in matching if one in found.own]
    if len(own) == 1:
        return own[0]
    if len(own) > 1:
        return _which(asked, own)
    known = [one for one in matching if _second_fact(one, said, wanted, asked)]
    if len(known) == 1:
        return known[0]
    if len(known) > 1:
        return _which(asked, known)
    if found.by_number and found.others and (not matching or said.date is None):
        text = say("identify", asked.company.locale)
        missing = ["customer_name", "date"]
        return ToolAnswer("needs_info", text, {"success": False, "missing": missing})
    return await _ring_back(asked, reason, "not_identified")


def _matches(one: Appointment, said: When, wanted: int | None, asked: Conversation) -> bool:
    """Whether an appointment may be the one that was spoken of."""
    local = one.starts_at.astimezone(asked.company.zone)
    return (
        (not wanted or one.id == wanted)
        and (said.date is None or said.date == local.date())
        and (said.time is None or said.time == local.time())
    )


def _second_fact(one: Appointment, said: When, wanted: int | None, asked: Conversation) -> bool:
    """Whether the caller knows more of it than the number that it was made from."""
    knows_when = said.date is not None
    return knows_when or same_person(argument(asked.args, "customer_name"), one.customer_name)


def _which(asked: Conversation, several: Sequence[Appointment]) -> ToolAnswer:
    company = asked.company
    text = say(
        "which_appointment", company.locale, words={"others": _spoken(company, several, last="or")}
    )
    facts: dict[str, object] = {
        "success": False,
        "missing": ["date"],
        "appointments": [appointment_facts(company, one) for one in several],
    }
    return ToolAnswer("needs_info", text, facts)


async def _ring_back(asked: Conversation, reason: str | None, sentence: str) -> ToolAnswer:
    """Keep a wish to be rung back, and ask for the number where there is none."""
    noted = await ask_for_callback(asked.company, customer_of(asked), reason=reason, **where(asked))
    locale = asked.company.locale
    text = say(sentence, locale)
    facts: dict[str, object] = {
        "success": sentence == "callback_requested",
        "callback_id": noted.id,
    }
    if noted.customer_phone is None:
        text = f"{text} {say('ask_customer_phone', locale)}"
        facts["missing"] = ["customer_phone"]
    return ToolAnswer("callback_requested", text, facts)


async def _other_times(
    asked: Conversation, chosen: Appointment, wall: datetime, refusal: Refusal
) -> ToolAnswer:
    """Say why not, and hold the nearest others: the appointment stays where it is meanwhile."""
    company = asked.company
    service = company.service_by_id(chosen.service_id)
    if service is None or not asked.holds:
        return refused(refusal, company, wall)
    wish = Wish(service, to_instant(wall, company.zone), None, chosen.party, customer_of(asked))
    try:
        found = await find_alternatives(company, wish, **where(asked), ttl_s=asked.lifetime_s)
    except Refusal:
        return refused(refusal, company, wall)
    return offered(company, wish, replace(found, refusal=refusal))


def _old(asked: Conversation, date_name: str, time_name: str) -> When:
    """When the appointment is that is spoken of, as it was said."""
    language = language_of(asked.company)
    said = Said(date=argument(asked.args, date_name), time=argument(asked.args, time_name))
    return language.understand(said, now=asked.now).when


def _new(asked: Conversation, chosen: Appointment, *, plain: bool) -> When:
    """Where it is to be moved to; "an hour later" and a mere time count from where it is."""
    names = ("date", "time") if plain else ("new_date", "new_time")
    language = language_of(asked.company)
    said = Said(
        text=argument(asked.args, "datetime") if plain else None,
        date=argument(asked.args, names[0]),
        time=argument(asked.args, names[1]),
    )
    local = chosen.starts_at.astimezone(asked.company.zone)
    found = language.understand(said, now=asked.now, appointment=local)
    asked.notes["understood"] = as_json(found, language, asked.now)
    when = found.when
    if when.status == "ok" and when.date is not None and when.time is None and not when.window:
        return replace(when, time=local.time())  # another day, the same time
    if when.status == "ok" and when.time is not None and when.date is None:
        return replace(when, date=local.date())
    return when


def _is_to_come(one: Appointment, now: datetime) -> bool:
    return one.status == "booked" and one.starts_at > now


def _habits(company: Company, past: Sequence[Appointment]) -> dict[str, object]:
    """What a customer mostly books, and with whom; only a help, never a default."""
    facts: dict[str, object] = {}
    services = Counter(one.service_id for one in past).most_common(1)
    if services and (service := company.service_by_id(services[0][0])):
        facts["usual_service"] = service.name
    people = Counter(one.staff_id for one in past if one.staff_id).most_common(1)
    if people and (member := company.staff_by_id(people[0][0])):
        facts["preferred_staff"] = member.name
    return facts


def _spoken(company: Company, several: Sequence[Appointment], *, last: str) -> str:
    """Say some appointments, each with its service."""
    words = []
    for one in several[:TOLD]:
        service = company.service_by_id(one.service_id)
        at = spoken_choice([one.starts_at.astimezone(company.zone)], company.locale)
        words.append(f"{service.name} {_on(company)} {at}" if service else at)
    if last == "or":
        return (" oder " if company.locale == "de" else " or ").join(words)
    return spoken_list(words, company.locale)


def _on(company: Company) -> str:
    return "am" if company.locale == "de" else "on"
