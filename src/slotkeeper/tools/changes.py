"""The tools that change what is booked: cancel, move. Asked again, they say what is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
from slotkeeper.language.say import say
from slotkeeper.language.when import When
from slotkeeper.operations.cancel import cancel_appointment as cancel_it
from slotkeeper.operations.check_availability import find_alternatives
from slotkeeper.operations.move import move
from slotkeeper.tools.arguments import argument
from slotkeeper.tools.caller import Found, may_change, of_caller
from slotkeeper.tools.customers import ring_back, spoken_appointments
from slotkeeper.tools.people import customer_of, staff_of
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.understood import WishText, as_json, language_of
from slotkeeper.tools.wishes import unclear_when, where
from slotkeeper.tools.wording import ToolAnswer, appointment_facts, asking, offered, refused, stands

# A cancellation of which the answer was lost is asked again within this.
ASKED_AGAIN = timedelta(minutes=15)


async def cancel_appointment(asked: Conversation) -> ToolAnswer:
    """Cancel the caller's appointment, within the company's notice."""
    said, found = _old(asked, "date", "time"), await of_caller(asked)
    meant = may_change(asked, found, said) or _just_cancelled(asked, found, said)
    if len(meant) != 1:
        return await _which_or_who(asked, found, meant, reason="cancel")
    try:
        gone = await cancel_it(
            asked.company, meant[0].id, store=asked.store, now=asked.test_now, reason="customer"
        )
    except Refusal as no:
        return refused(no, asked.company)
    return stands("cancelled", asked.company, gone)


async def reschedule_appointment(asked: Conversation) -> ToolAnswer:
    """Move the caller's appointment; where the wished time is not to be had, name others."""
    said, found = _old(asked, "old_date", "old_time"), await of_caller(asked)
    meant = may_change(asked, found, said)
    if not meant and (wished := _new(asked, None)).wall is not None:
        # Perhaps it stands there already, and only the answer was lost.
        meant = may_change(asked, found, wished)
    if len(meant) != 1:
        return await _which_or_who(asked, found, meant, reason="reschedule")
    when = _new(asked, meant[0])
    if (no := unclear_when(asked, when)) is not None:
        return no
    if when.wall is None:
        return asking("time", asked.company)
    return await _moved(asked, meant[0], when.wall)


async def _moved(asked: Conversation, chosen: Appointment, wall: datetime) -> ToolAnswer:
    try:
        starts_at = to_instant(wall, asked.company.zone)
        moved = await move(
            asked.company, chosen.id, starts_at, staff=staff_of(asked), **where(asked)
        )
    except (TooLateToChange, AppointmentCancelled, UnknownAppointment, UnknownStaff) as final:
        return refused(final, asked.company, wall)
    except Refusal as refusal:
        return await _other_times(asked, chosen, wall, refusal)
    return stands("moved", asked.company, moved)


def _just_cancelled(asked: Conversation, found: Found, said: When) -> list[Appointment]:
    """What has been cancelled a moment ago: the same wish again, and it is true."""
    gone = may_change(asked, found, said, status="cancelled")
    since = asked.now - ASKED_AGAIN
    recent = [one for one in gone if one.cancelled_at is not None and one.cancelled_at > since]
    return sorted(recent, key=lambda one: str(one.cancelled_at))[-1:]


async def _which_or_who(
    asked: Conversation, found: Found, meant: Sequence[Appointment], *, reason: str
) -> ToolAnswer:
    """Ask which of several is meant, or who it is; whom nothing is known of is rung back."""
    if meant:
        return _which(asked, meant)
    if any(one.status == "booked" for one in found.others):
        text = say("identify", asked.company.locale)
        missing = ["customer_name", "date"]
        return ToolAnswer("needs_info", text, {"success": False, "missing": missing})
    return await ring_back(asked, reason, "not_identified")


def _which(asked: Conversation, several: Sequence[Appointment]) -> ToolAnswer:
    company = asked.company
    text = say(
        "which_appointment",
        company.locale,
        words={"others": spoken_appointments(company, several, last="or")},
    )
    facts: dict[str, object] = {
        "success": False,
        "missing": ["date"],
        "appointments": [appointment_facts(company, one) for one in several],
    }
    return ToolAnswer("needs_info", text, facts)


async def _other_times(
    asked: Conversation, chosen: Appointment, wall: datetime, refusal: Refusal
) -> ToolAnswer:
    """Say why not, and hold the nearest others: the appointment stays where it is meanwhile."""
    company = asked.company
    service = company.service_by_id(chosen.service_id)
    if service is None:
        return refused(refusal, company, wall)
    wish = Wish(service, to_instant(wall, company.zone), None, chosen.party, customer_of(asked))
    try:
        found = await find_alternatives(
            company, wish, **where(asked), ttl_s=asked.lifetime_s, hold=asked.holds
        )
    except Refusal:
        return refused(refusal, company, wall)
    return offered(company, wish, replace(found, refusal=refusal))


def _old(asked: Conversation, date_name: str, time_name: str) -> When:
    """When the appointment is that is spoken of, as it was said."""
    language = language_of(asked.company)
    said = WishText(date=argument(asked.args, date_name), time=argument(asked.args, time_name))
    return language.understand(said, now=asked.now).when


def _new(asked: Conversation, chosen: Appointment | None) -> When:
    """Where it is to be moved to; "an hour later" and a mere time count from where it is."""
    plain = argument(asked.args, "new_date") is None and argument(asked.args, "new_time") is None
    names = ("date", "time") if plain else ("new_date", "new_time")
    language = language_of(asked.company)
    said = WishText(
        text=argument(asked.args, "datetime") if plain else None,
        date=argument(asked.args, names[0]),
        time=argument(asked.args, names[1]),
    )
    local = chosen.starts_at.astimezone(asked.company.zone) if chosen else None
    found = language.understand(said, now=asked.now, appointment=local)
    asked.notes["understood"] = as_json(found, language, asked.now)
    when = found.when
    if local is None:
        return when
    if when.status == "ok" and when.date is not None and when.time is None and not when.window:
        return replace(when, time=local.time())  # another day, the same time
    if when.status == "ok" and when.time is not None and when.date is None:
        return replace(when, date=local.date())
    return when
