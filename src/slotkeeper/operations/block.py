"""Block a calendar for a while, because somebody is ill or a chair is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from slotkeeper.domain.catalogue import Calendar, Company
from slotkeeper.domain.errors import InThePast, InvalidInput, UnknownAbsence, UnknownCalendar
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.absences import Absence

# Parental leave lasts up to three years; who is away for longer has left.
MAX_DAYS = 3 * 366
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class BlockedTime:
    """An absence as it was committed, with what stands in it and stays for the desk to settle."""

    absence: Absence
    hits: Hits


async def block(
    context: RequestContext,
    calendar: Calendar,
    interval: Interval,
    *,
    reason: str | None = None,
) -> BlockedTime:
    """Offer nothing new on a calendar for a stretch of time, from this moment on.

    What is booked or held there stays: nothing but the caller, the clock or the desk ends a hold,
    and a hold that lives can still be converted. All of it is named: what was held before the
    absence was known, and nothing is held or booked there afterwards. Raises InThePast or
    InvalidInput.
    """
    reason = plain_text("$.reason", reason) if reason else None
    if interval.end <= await context.now():
        raise InThePast
    if interval.duration > timedelta(days=MAX_DAYS):
        raise InvalidInput("$.to", f"An absence lasts at most {MAX_DAYS} days")
    absence, hits = await context.store.absences.add(
        context.company.id, calendar.id, interval, reason=reason, now=context.test_now
    )
    return BlockedTime(absence, hits)


async def unblock(context: RequestContext, absence_id: int) -> Absence:
    """Offer the calendar again, from this moment on. Raises UnknownAbsence."""
    absence = await context.store.absences.remove(context.company.id, absence_id)
    if absence is None:
        raise UnknownAbsence
    return absence


def calendar_of(company: Company, *, staff: str | None, key: str | None) -> Calendar:
    """Find a person's calendar, by any of the person's names, or the calendar of a key.

    Exactly one is to be given, else InvalidInput. Raises UnknownStaff or UnknownCalendar.
    """
    if (staff is None) == (key is None):
        raise InvalidInput("$.staff", "Expected either `staff` or `calendar`")
    member = company.staff_member(staff) if staff is not None else None
    for calendar in company.calendars:
        if calendar.id == member.calendar_id if member else calendar.key == key:
            return calendar
    raise UnknownCalendar


def plain_text(where: str, text: str) -> str:
    """Take one line of printable text. Raises InvalidInput."""
    text = text.strip()
    if not 1 <= len(text) <= MAX_TEXT or not text.isprintable():
        raise InvalidInput(where, f"Expected one line of 1 to {MAX_TEXT} characters")
    return text
