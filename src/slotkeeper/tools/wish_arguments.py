"""From the arguments that a model sent to a wish, or to a question where they are unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.errors import InThePast, UnknownService
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Wish
from slotkeeper.language.services.service_index import ServiceGuess
from slotkeeper.language.understanding import Understanding, WishText, question, which_service
from slotkeeper.language.when import When, Window
from slotkeeper.tools.arguments import number
from slotkeeper.tools.company_language import language_of
from slotkeeper.tools.customer_and_staff import customer_of, staff_of
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wording import ToolAnswer, asking, refused

# Below this confidence a phrase only shares a word with a service that is offered.
SURELY_OURS = 0.5
# "Nine, or else three": the times of one breath that are checked, in their order.
MAX_PREFERENCES = 3
# The same bound as the table's constraint.
MAX_PERSON = 20


async def understand(request: ToolRequest) -> Understanding:
    """Understand the wish; what it leaves out may be clear from what the call already holds."""
    understanding = understand_arguments(request)
    incomplete = understanding.service.service is None or understanding.when.date is None
    if not incomplete or request.call_id is None:
        return understanding
    holds = await holds_of_call(request)
    starts = sorted(hold.starts_at for hold in holds if hold.is_active(request.now))
    understanding = understand_arguments(request, starts)
    return with_service_of_call(_on_the_day_offered(understanding, starts, request), request, holds)


def _on_the_day_offered(
    understanding: Understanding, offers: Sequence[datetime], request: ToolRequest
) -> Understanding:
    """Let "und um elf?" after an offer mean the day that was offered; the answer says it back."""
    days = {offer.astimezone(request.company.zone).date() for offer in offers}
    when = understanding.when
    if when.status != "ok" or when.date or when.date_range or not when.time or len(days) != 1:
        return understanding
    return replace(understanding, when=replace(when, date=days.pop()))


def understand_arguments(request: ToolRequest, offers: Sequence[datetime] = ()) -> Understanding:
    """Understand the wish as it was sent; ``offers`` are the starts that the call was offered."""
    said = WishText(
        text=request.argument("datetime"),
        date=request.argument("date"),
        time=request.argument("time"),
        service=request.argument("service"),
    )
    language = language_of(request.company)
    understanding = language.understand(said, now=request.now, offers=offers)
    request.notes.understanding = understanding
    return understanding


def with_service_of_call(
    understanding: Understanding, request: ToolRequest, holds: Sequence[AppointmentReservation]
) -> Understanding:
    """Take the one service that the call's holds are about, where none was said."""
    ids = {hold.service_id for hold in holds}
    if understanding.service.service or request.argument("service") or len(ids) != 1:
        return understanding
    service = request.company.service_by_id(ids.pop())
    if service is None:
        return understanding
    return replace(understanding, service=ServiceGuess("accept", service, 1.0))


async def holds_of_call(request: ToolRequest) -> list[AppointmentReservation]:
    """Read what the call has held, the oldest first, without what was cancelled.

    Where the platform names no call, the reservation token proves whose hold it is.
    """
    if request.call_id is None:
        return await _hold_without_call(request)
    reservations = await request.context.store.reservations.for_call(
        request.company.id, request.call_id
    )
    return [reservation for reservation in reservations if reservation.status != "cancelled"]


async def _hold_without_call(request: ToolRequest) -> list[AppointmentReservation]:
    """Read the token's hold, unless it belongs to a call."""
    token = token_of(request)
    if token is None:
        return []
    reservation, _ = await request.context.store.reservations.find(request.company.id, token)
    if reservation is None or reservation.call_id is not None or reservation.status == "cancelled":
        return []
    return [reservation]


def token_of(request: ToolRequest) -> UUID | None:
    """Give the reservation token that was sent; None for what is no UUID."""
    try:
        return UUID(request.argument("reservation_token") or "")
    except ValueError:
        return None


def not_understood(request: ToolRequest, understanding: Understanding) -> ToolAnswer | None:
    """Ask for what is missing or unsure, and say what is not offered; None if all is clear.

    The service that was clear comes along, so that the topic is not lost.
    """
    service = understanding.service.service
    if service is None:
        return _ask_service(request, understanding.service)
    answer = unclear_when(request, understanding.when)
    return answer and replace(
        answer, facts={"service": service.name} | answer.facts, service=service
    )


def unclear_when(request: ToolRequest, when: When) -> ToolAnswer | None:
    """Ask for the day or time that is missing or unsure; None if it is clear."""
    company = request.company
    if when.status == "ask":
        if when.past and when.wall is not None:
            return refused(InThePast(), company, when.wall)
        missing = "time" if when.date is not None else "date"
        return asking(missing, company, question(when, company.locale), reason=when.reason)
    if when.status == "none" or (when.date is None and when.date_range is None):
        return asking("date", company)
    return None


def _ask_service(request: ToolRequest, guess: ServiceGuess) -> ToolAnswer:
    """Ask which service is meant; say of what merely resembles one that it is not offered."""
    company, names = request.company, [service.name for service in guess.candidates]
    if not request.argument("service") and not guess.candidates:
        return asking("service", company)
    text = which_service(guess, company.locale)
    if guess.confidence >= SURELY_OURS:
        return asking("service", company, text, candidates=names)
    answer = refused(UnknownService(), company)
    spoken = f"{answer.say.split('. ')[0]}. {text}" if names else answer.say
    return replace(answer, say=spoken, facts=answer.facts | {"candidates": names})


def wished_times(when: When) -> list[datetime]:
    """The wall times that were named for the day, in order of preference."""
    if when.date is None or when.time is None:
        return []
    times = when.preferences[:MAX_PREFERENCES] or (when.time,)
    return [datetime.combine(when.date, wall_time) for wall_time in times]


def day_window(day: date, window: Window | None, zone: ZoneInfo) -> Interval:
    """A day, or the part of it that was named."""
    whole = day_of(datetime.combine(day, time(12), zone), zone)
    if window is None:
        return whole
    starts = datetime.combine(day, window.starts, zone) if window.starts else whole.start
    ends = datetime.combine(day, window.ends, zone) if window.ends else whole.end
    return Interval(starts, ends) if starts < ends else whole


def wish_of(
    request: ToolRequest,
    understanding: Understanding,
    wall: datetime | None,
    *,
    anyone: bool = False,
) -> Wish:
    """Make the wish for a wall time, or (None) for any from now on.

    ``anyone``: whoever was named. Raises UnknownStaff.
    """
    request.notes.asked()
    service = understanding.service.service
    assert service is not None, "an unsure service was asked back before"
    return Wish.of(
        service=service,
        starts_at=to_instant(wall, request.company.zone) if wall else request.now,
        staff=None if anyone else staff_of(request),
        person=person_of(request),
        customer=customer_of(request),
    )


def person_of(request: ToolRequest) -> int:
    """Read which person of a visit it is for; 1 where nothing was sent."""
    return min(max(number(request.args, "person") or 1, 1), MAX_PERSON)
