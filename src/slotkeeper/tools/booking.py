"""The tools of a booking: what time is it, is this free, book it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import SEARCH_DAYS, day_of
from slotkeeper.domain.errors import (
    InThePast,
    Refusal,
    SlotTaken,
    UnknownReservation,
    UnknownService,
)
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.language.say import say, weekday_name
from slotkeeper.language.services import ServiceGuess
from slotkeeper.language.understanding import Said, Understanding, question, which_service
from slotkeeper.language.when import When, Window
from slotkeeper.operations.book import book
from slotkeeper.operations.check_availability import check_availability as check_wish
from slotkeeper.operations.check_availability import find_openings
from slotkeeper.operations.convert import convert
from slotkeeper.operations.hold import hold
from slotkeeper.operations.look import look
from slotkeeper.storage.store import Store
from slotkeeper.tools.arguments import argument
from slotkeeper.tools.people import customer_of, needs_a_name, staff_of
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.understood import language_of
from slotkeeper.tools.wording import ToolAnswer, asking, booked, free, held, offered, refused

# Below this a phrase only shares a word with what we offer.
SURELY_OURS = 0.5
# "Nine, or else three": more times in one breath are no wish.
MAX_PREFERENCES = 3


async def get_current_context(asked: Conversation) -> ToolAnswer:
    """Tell the model what day and time it is in the salon."""
    company, local = asked.company, asked.local_now
    return ToolAnswer(
        "context",
        say("context", company.locale, local),
        {
            "success": True,
            "call_id": asked.call.id,
            "company": company.name,
            "date": local.date().isoformat(),
            "time": f"{local:%H:%M}",
            "weekday": weekday_name(local, company.locale),
            "timezone": company.zone.key,
        },
    )


async def check_availability(asked: Conversation) -> ToolAnswer:
    """Check a wish in the caller's own words, and hold what is named in the same instant."""
    found = _understand(asked)
    if (no := _not_understood(asked, found)) is not None:
        return no
    try:
        if found.when.wall is None:
            return await _open_question(asked, found)
        return await _checked(asked, found)
    except Refusal as refusal:
        return refused(refusal, asked.company, found.when.wall)


async def _checked(asked: Conversation, found: Understanding) -> ToolAnswer:
    """Check a time; of several that were named in order of wish the first that is free."""
    wishes = [_wish(asked, found, wall) for wall in _walls(found.when)]
    if not asked.holds:
        return await _look(asked, wishes[0])
    for wish in wishes[1:] and wishes:
        try:
            kept = await hold(asked.company, wish, **_where(asked), ttl_s=asked.lifetime_s)
        except SlotTaken:
            continue
        return held(asked.company, kept.reservation, kept.decided_at)
    answer = await check_wish(asked.company, wishes[0], **_where(asked), ttl_s=asked.lifetime_s)
    if answer.wished is None:
        return offered(asked.company, wishes[0], answer)
    kept = answer.wished
    if kept.booked and kept.reservation.appointment_id is not None:
        return await _as_booked(asked, kept.reservation.appointment_id)
    return held(asked.company, kept.reservation, kept.decided_at)


async def _open_question(asked: Conversation, found: Understanding) -> ToolAnswer:
    """Answer "what have you got on Friday afternoon?" with the first good slots, held."""
    zone, when = asked.company.zone, found.when
    first = when.date or (when.date_range.first if when.date_range else None)
    if first is None:
        return asking("date", asked.company)
    last = when.date or (when.date_range.last if when.date_range else None) or first
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, SEARCH_DAYS))]
    within = [_within(day, when.window, zone) for day in days]
    wish = replace(_wish(asked, found, None), starts_at=max(within[0].start, asked.now))
    answer = await find_openings(
        asked.company,
        wish,
        within,
        **_where(asked),
        ttl_s=asked.lifetime_s,
        limit=max(asked.company.rules.max_alternatives, 1),
        hold=asked.holds,
    )
    return offered(asked.company, wish, answer)


async def start_booking(asked: Conversation) -> ToolAnswer:
    """Book what the caller said yes to: the token's hold, the call's one hold, or at once."""
    if needs_a_name(asked):
        return asking("customer_name", asked.company)
    try:
        chosen = await _chosen_hold(asked)
        if isinstance(chosen, ToolAnswer):
            return chosen
        if chosen is not None:
            appointment = await convert(
                asked.company,
                chosen,
                customer=customer_of(asked),
                call_id=asked.call.id,
                reacquire=True,
                store=asked.store,
                now=asked.test_now,
            )
            return booked(asked.company, appointment)
    except Refusal as no:
        return refused(no, asked.company)
    return await _book_at_once(asked)


async def _look(asked: Conversation, wish: Wish) -> ToolAnswer:
    """Answer a call of the cohort without holds: nothing is kept."""
    seen = await look(asked.company, wish, call=asked.call, store=asked.store, now=asked.test_now)
    if seen.refusal is None:
        return free(asked.company, wish.service, seen.looked_at[0])
    return offered(asked.company, wish, seen)


def _understand(asked: Conversation, offers: Sequence[datetime] = ()) -> Understanding:
    said = Said(
        text=argument(asked.args, "datetime"),
        date=argument(asked.args, "date"),
        time=argument(asked.args, "time"),
        service=argument(asked.args, "service"),
    )
    return language_of(asked.company).understand(said, now=asked.now, offers=offers)


def _not_understood(asked: Conversation, found: Understanding) -> ToolAnswer | None:
    """Ask for what is missing or unsure, and say what is not offered; None if all is clear."""
    company, when = asked.company, found.when
    if found.service.service is None:
        return _ask_service(asked, found.service)
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
    if not argument(asked.args, "service"):
        return asking("service", company)
    text = which_service(guess, company.locale)
    if guess.confidence >= SURELY_OURS:
        return asking("service", company, text, candidates=names)
    no = refused(UnknownService(), company)
    spoken = f"{no.say.split('. ')[0]}. {text}" if names else no.say
    return ToolAnswer(no.status, spoken, no.facts | {"reason": no.status, "candidates": names})


def _walls(when: When) -> list[datetime]:
    """The wall times that were named for the day, in order of wish."""
    if when.date is None or when.time is None:
        return []
    times = when.preferences[:MAX_PREFERENCES] or (when.time,)
    return [datetime.combine(when.date, at) for at in times]


def _within(day: date, window: Window | None, zone: ZoneInfo) -> Interval:
    """A day, or the part of it that was named."""
    whole = day_of(datetime.combine(day, time(12), zone), zone)
    if window is None:
        return whole
    starts = datetime.combine(day, window.starts, zone) if window.starts else whole.start
    ends = datetime.combine(day, window.ends, zone) if window.ends else whole.end
    return Interval(starts, ends) if starts < ends else whole


def _wish(asked: Conversation, found: Understanding, wall: datetime | None) -> Wish:
    company = asked.company
    assert found.service.service is not None  # what is not sure was asked before
    return Wish(
        service=found.service.service,
        starts_at=to_instant(wall, company.zone) if wall else asked.now,
        staff=staff_of(asked),
        customer=customer_of(asked),
    )


def _where(asked: Conversation) -> Where:
    """What every operation wants to know beside the wish."""
    return {"call": asked.call, "store": asked.store, "now": asked.test_now}


class Where(TypedDict):
    """The conversation as operations take it."""

    call: Call
    store: Store
    now: datetime | None


async def _chosen_hold(asked: Conversation) -> UUID | ToolAnswer | None:
    """Find the hold that is meant. The token is only good for the call that holds it."""
    mine = await _mine(asked)
    token = _token(argument(asked.args, "reservation_token"))
    if token is not None and any(found.token == token for found in mine):
        return token
    live = [found for found in mine if found.is_active(asked.now)]
    understood = _understand(asked, [found.starts_at for found in live])
    if (chosen := understood.when.selects) is not None and -len(live) <= chosen < len(live):
        return sorted(live, key=lambda found: found.starts_at)[chosen].token
    if understood.when.wall is not None and understood.when.status == "ok":
        start = to_instant(understood.when.wall, asked.company.zone)
        matching = [found for found in mine if found.starts_at == start]
        return matching[-1].token if matching else None
    if len({found.token for found in live}) > 1:
        text = say("which_one", asked.company.locale)
        return ToolAnswer("needs_info", text, {"success": False, "missing": ["time"]})
    if live:
        return live[0].token
    done = [found for found in mine if found.status in ("converted", "expired")]
    if not done:
        text = say("nothing_held", asked.company.locale)
        return ToolAnswer("needs_info", text, {"success": False, "missing": ["date", "time"]})
    return done[-1].token


async def _mine(asked: Conversation) -> list[AppointmentReservation]:
    if asked.call.id is None:
        return []
    found = await asked.store.reservations.for_call(asked.company.id, asked.call.id)
    return [reservation for reservation in found if reservation.status != "cancelled"]


def _token(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def _book_at_once(asked: Conversation) -> ToolAnswer:
    found = _understand(asked)
    if (no := _not_understood(asked, found)) is not None:
        return no
    if found.when.wall is None:
        return asking("time", asked.company)
    try:
        wish = _wish(asked, found, found.when.wall)
        appointment = await book(asked.company, wish, **_where(asked))
    except Refusal as refusal:
        return refused(refusal, asked.company, found.when.wall)
    return booked(asked.company, appointment)


async def _as_booked(asked: Conversation, appointment_id: int) -> ToolAnswer:
    appointment = await asked.store.appointments.find(asked.company.id, appointment_id)
    if appointment is None:
        return refused(UnknownReservation(), asked.company)
    return booked(asked.company, appointment)
