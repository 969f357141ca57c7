"""From what a model sent along to a wish: understood, or asked back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.errors import InThePast, UnknownService
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.language.services import ServiceGuess
from slotkeeper.language.understanding import Understanding, WishText, question, which_service
from slotkeeper.language.when import When, Window
from slotkeeper.storage.store import Store
from slotkeeper.tools.arguments import argument, number
from slotkeeper.tools.people import customer_of, staff_of
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.understood import as_json, language_of
from slotkeeper.tools.wording import ToolAnswer, asking, refused

# Below this a phrase only shares a word with what we offer.
SURELY_OURS = 0.5
# "Nine, or else three": more times in one breath are no wish.
MAX_PREFERENCES = 3
# As the table's constraint.
MAX_PARTY = 20


class Where(TypedDict):
    """The conversation as operations take it."""

    call: Call
    store: Store
    now: datetime | None


def where(asked: Conversation) -> Where:
    """What every operation wants to know beside the wish."""
    return {"call": asked.call, "store": asked.store, "now": asked.test_now}


async def understand(asked: Conversation) -> Understanding:
    """Read the wish; what is missing in it may be clear from what the call already holds."""
    found = read(asked)
    incomplete = found.service.service is None or found.when.date is None
    if not incomplete or asked.call.id is None:
        return found
    mine = await of_this_call(asked)
    live = sorted(one.starts_at for one in mine if one.is_active(asked.now))
    again = read(asked, live)
    return pinned(_on_the_day_offered(again, live, asked), asked, mine)


def _on_the_day_offered(
    found: Understanding, offers: Sequence[datetime], asked: Conversation
) -> Understanding:
    """Let "und um elf?" after an offer mean the day that was offered, which is said back."""
    days = {at.astimezone(asked.company.zone).date() for at in offers}
    when = found.when
    if when.status != "ok" or when.date or when.date_range or not when.time or len(days) != 1:
        return found
    return replace(found, when=replace(when, date=days.pop()))


def read(asked: Conversation, offers: Sequence[datetime] = ()) -> Understanding:
    """Read the wish as it was sent, beside the starts that the call was offered."""
    said = WishText(
        text=argument(asked.args, "datetime"),
        date=argument(asked.args, "date"),
        time=argument(asked.args, "time"),
        service=argument(asked.args, "service"),
    )
    language = language_of(asked.company)
    found = language.understand(said, now=asked.now, offers=offers)
    asked.notes["understood"] = as_json(found, language, asked.now)
    return found


def pinned(
    found: Understanding, asked: Conversation, mine: Sequence[AppointmentReservation]
) -> Understanding:
    """Take the service that the call has been about, where none was said."""
    about = {one.service_id for one in mine}
    if found.service.service or argument(asked.args, "service") or len(about) != 1:
        return found
    service = asked.company.service_by_id(about.pop())
    if service is None:
        return found
    return replace(found, service=ServiceGuess("accept", service, 1.0))


async def of_this_call(asked: Conversation) -> list[AppointmentReservation]:
    """What the call has held, the oldest first, without what it gave up.

    Where the platform names no call, a token stands for itself, if no other call's: nobody can
    guess one.
    """
    if asked.call.id is None:
        return await _of_nobody(asked)
    found = await asked.store.reservations.for_call(asked.company.id, asked.call.id)
    return [reservation for reservation in found if reservation.status != "cancelled"]


async def _of_nobody(asked: Conversation) -> list[AppointmentReservation]:
    token = token_of(asked)
    if token is None:
        return []
    found, _ = await asked.store.reservations.find(asked.company.id, token)
    if found is None or found.call_id is not None or found.status == "cancelled":
        return []
    return [found]


def token_of(asked: Conversation) -> UUID | None:
    """The reservation token that was sent; None for what is none."""
    try:
        return UUID(argument(asked.args, "reservation_token") or "")
    except ValueError:
        return None


def not_understood(asked: Conversation, found: Understanding) -> ToolAnswer | None:
    """Ask for what is missing or unsure, and say what is not offered; None if all is clear.

    What was clear comes along, so that the topic is not lost.
    """
    service = found.service.service
    if service is None:
        return _ask_service(asked, found.service)
    no = unclear_when(asked, found.when)
    return no and replace(no, facts={"service": service.name} | no.facts)


def unclear_when(asked: Conversation, when: When) -> ToolAnswer | None:
    """Ask for the day or time that is missing or unsure; None if it is clear."""
    company = asked.company
    if when.status == "ask":
        if when.past and when.wall is not None:
            return refused(InThePast(), company, when.wall)
        missing = "time" if when.date is not None else "date"
        return asking(missing, company, question(when, company.locale), reason=when.reason)
    if when.status == "none" or (when.date is None and when.date_range is None):
        return asking("date", company)
    return None


def _ask_service(asked: Conversation, guess: ServiceGuess) -> ToolAnswer:
    """Ask which service is meant; what merely resembles one is said not to be offered."""
    company, names = asked.company, [service.name for service in guess.candidates]
    if not argument(asked.args, "service") and not guess.candidates:
        return asking("service", company)
    text = which_service(guess, company.locale)
    if guess.confidence >= SURELY_OURS:
        return asking("service", company, text, candidates=names)
    no = refused(UnknownService(), company)
    spoken = f"{no.say.split('. ')[0]}. {text}" if names else no.say
    return ToolAnswer(no.status, spoken, no.facts | {"reason": no.status, "candidates": names})


def walls(when: When) -> list[datetime]:
    """The wall times that were named for the day, in order of wish."""
    if when.date is None or when.time is None:
        return []
    times = when.preferences[:MAX_PREFERENCES] or (when.time,)
    return [datetime.combine(when.date, at) for at in times]


def within(day: date, window: Window | None, zone: ZoneInfo) -> Interval:
    """A day, or the part of it that was named."""
    whole = day_of(datetime.combine(day, time(12), zone), zone)
    if window is None:
        return whole
    starts = datetime.combine(day, window.starts, zone) if window.starts else whole.start
    ends = datetime.combine(day, window.ends, zone) if window.ends else whole.end
    return Interval(starts, ends) if starts < ends else whole


def wish_of(asked: Conversation, found: Understanding, wall: datetime | None) -> Wish:
    """Make the wish for a wall time, or (None) for any from now on. Raises UnknownStaff."""
    company = asked.company
    asked.notes.setdefault("wish", "asked")
    assert found.service.service is not None  # what is not sure was asked before
    return Wish(
        service=found.service.service,
        starts_at=to_instant(wall, company.zone) if wall else asked.now,
        staff=staff_of(asked),
        party=party_of(asked),
        customer=customer_of(asked),
    )


def party_of(asked: Conversation) -> int:
    """Which person of a party it is for; 1 where nothing was sent."""
    return min(max(number(asked.args, "party") or 1, 1), MAX_PARTY)
