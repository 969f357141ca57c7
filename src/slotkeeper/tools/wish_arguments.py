"""From the arguments that a model sent to a wish, or to a question where they are unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.booked_visit import as_it_stands
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import InThePast, Refusal, UnknownService
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Wish
from slotkeeper.language.people.names import understand_name
from slotkeeper.language.say.spoken import MAX_CHOICES, say, say_candidates, spoken_either
from slotkeeper.language.services.service_index import ServiceGuess
from slotkeeper.language.understanding import Understanding, WishText, question, which_service
from slotkeeper.language.visits.visit_speech import visit_question
from slotkeeper.language.when import When, Window
from slotkeeper.operations.confirm import as_named
from slotkeeper.operations.keep_topic import holds_and_topic
from slotkeeper.tools.arguments import number
from slotkeeper.tools.company_language import language_of
from slotkeeper.tools.customer_and_staff import customer_of, note_wished_staff, wished_people
from slotkeeper.tools.open_days import closed_among, days_of, or_closed, say_closed
from slotkeeper.tools.open_questions import (
    ask,
    asked_before,
    filled_in,
    named_for_choice,
    open_question,
    talked_about,
)
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.visit_wish import (
    changes_a_visit,
    said_services,
    topic_parts,
    visit_of_call,
    wished_parts,
)
from slotkeeper.tools.waiting_people import who_waits, with_waiting
from slotkeeper.tools.which_branch import (
    at_wished_branch,
    needs_the_topic,
    two_branches,
    unclear_branch,
    without_branches,
)
from slotkeeper.tools.wording import ToolAnswer, asking, refused

# Below this confidence a phrase only shares a word with a service that is offered.
SURELY_OURS = 0.5
# "Nine, or else three": the times of one breath that are checked, in their order.
MAX_PREFERENCES = 3
# The same bound as the table's constraint.
MAX_PERSON = 20


async def understand(
    request: ToolRequest, *, others: bool = False, soonest: bool = False
) -> Understanding:
    """Understand the wish; what it leaves out may be clear from what the call already holds.

    With ``others``, no day and time at all are those that the call talks about. ``soonest``: the
    next times are wished, whatever time was wished before.
    """
    understanding = understand_arguments(request)
    of_more = changes_a_visit(request) or not _is_complete(understanding)
    if request.context.conversation.stored.waiting:
        understanding = understand_by_holds(request, (), soonest=soonest)
    elif of_more and request.call_id is not None:
        holds = await holds_of_call(request)
        understanding = understand_by_holds(request, holds, soonest=soonest)
    elif request.call_id is not None and needs_the_topic(request):
        await holds_of_call(request)
    else:
        request.context.conversation.topic_unread = True
    when = or_closed(understanding.when, request.company)
    topic = request.context.conversation.topic
    if others and when.status == "none" and topic.day is not None:
        when = replace(when, status="ok", date=topic.day, time=topic.at)
    talked_about(request, topic_parts(understanding, request), when)
    note_wished_staff(request)
    return replace(understanding, when=when)


def understand_by_holds(
    request: ToolRequest, holds: Sequence[AppointmentReservation], *, soonest: bool = False
) -> Understanding:
    """Understand what was sent by what the call holds and by what it was asked."""
    starts = [hold.starts_at for hold in as_named(holds, request.now)]
    # What was named for choice last is what "the second one" means.
    understanding = understand_arguments(request, named_for_choice(request) or starts)
    if open_question(request) is None:
        understanding = _on_the_day_offered(understanding, starts, request)
        understanding = with_service_of_call(understanding, request, holds)
    filled = filled_in(understanding, request)
    return with_waiting(filled, request) or visit_of_call(filled, request, soonest=soonest)


def _is_complete(understanding: Understanding) -> bool:
    """Whether all parts of a wish were said and understood; then nothing that was asked is open."""
    when = understanding.when
    return (
        understanding.service.service is not None and when.status == "ok" and when.wall is not None
    )


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
        service=without_branches(request.company, request.argument("service")),
    )
    # A tool asks more than once on its way, and long texts take long.
    understood, wish = request.notes.understood, (said, request.now, tuple(offers))
    if wish not in understood:
        language = language_of(request.company)
        understood[wish] = language.understand(said, now=request.now, offers=offers)
    request.notes.understanding = understood[wish]
    return understood[wish]


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
    """Read what the call has held, the oldest first, without what was cancelled since.

    What a newer call took over comes along: its caller may still say yes to it.
    Where the platform names no call, the reservation token proves whose hold it is.
    """
    if request.call_id is None:
        return await _hold_without_call(request)
    named = understand_name(request.argument("customer_name")) is not None
    wished = _wished_time(request)
    reservations = await holds_and_topic(
        request.context, request.call_id, named=named, wished=wished
    )
    meant = [reservation for reservation in reservations if _may_be_meant(reservation)]
    return as_it_stands(meant, request.context.conversation.booked)


def _wished_time(request: ToolRequest) -> Interval | None:
    """Give the time of a wish as far as its words alone tell it; None where they do not."""
    understanding = understand_arguments(request)
    services = said_services(understanding) or request.company.services
    if understanding.when.wall is None or not services:
        return None
    minutes = [service.duration_min for service in services]
    length = sum(minutes) if said_services(understanding) else max(minutes)
    try:
        start = to_instant(understanding.when.wall, request.company.zone)
        return Interval(start, start + timedelta(minutes=length))
    except (Refusal, OverflowError):  # the clocks skip or repeat it; the end of time
        return None


def _may_be_meant(reservation: AppointmentReservation) -> bool:
    return reservation.status != "cancelled" or reservation.end_reason == "taken_over"


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
    if (unclear := two_branches(request, said_services(understanding))) is not None:
        return unclear
    if (unclear := visit_unclear(request, understanding)) is not None:
        return unclear
    if service is None:
        return _ask_service(request, understanding.service)
    answer = (
        unclear_when(request, understanding.when)
        or unclear_staff(request)
        or unclear_branch(request, said_services(understanding))
    )
    return answer and replace(
        answer, facts={"service": service.name} | answer.facts, service=service
    )


def unclear_staff(
    request: ToolRequest, purpose: Literal["book", "move"] = "book"
) -> ToolAnswer | None:
    """Ask who is meant by a name that only sounds like somebody's, or was asked before; else None.

    The question stays open for ``purpose``.
    """
    said, before = note_wished_staff(request), asked_before(request, "staff")
    if said.kind == "unclear":
        return ask_whom(request, said.people, purpose)
    if said.kind != "unsaid" or before is None:
        return None
    known = [request.company.staff_by_id(UUID(each)) for each in before.choices]
    people = [person for person in known if person is not None]
    return ask_whom(request, people, purpose) if people else None


def ask_whom(
    request: ToolRequest, people: Sequence[Staff], purpose: Literal["book", "move"] = "book"
) -> ToolAnswer:
    """Ask who is meant by a name that only sounds like somebody's, or that several bear."""
    company, people = request.company, people[:MAX_CHOICES]
    names = [person.name for person in people]
    words = {"people": spoken_either(names, company.locale)}
    text = say("which_staff", company.locale, words=words)
    answer = asking("staff", company, text, candidates=names)
    return ask(request, answer, "staff", choices=[person.id for person in people], purpose=purpose)


def visit_unclear(request: ToolRequest, understanding: Understanding) -> ToolAnswer | None:
    """Ask what is not clear of several services or people; what is clear is kept.

    None where it is clear, or about one service only.
    """
    company, visit = request.company, understanding.visit
    if visit.question is None or visit.is_single:
        return None
    parts, waiting = topic_parts(understanding, request), who_waits(visit, request)
    talked_about(request, parts, understanding.when, waiting=waiting)
    names = [service.name for service in visit.candidates]
    missing = "person" if visit.question == "people" else "service"
    text = visit_question(visit, company.locale)
    answer = asking(missing, company, text, candidates=names, reason=f"{visit.question}_unclear")
    # A yes to "only the rest?" takes what is clear.
    known = visit.services if visit.question == "unexplained" else ()
    choices = [service.id for service in visit.candidates or known]
    return ask(request, answer, "service", choices=choices)


def unclear_when(
    request: ToolRequest, when: When, purpose: Literal["book", "move"] = "book"
) -> ToolAnswer | None:
    """Ask for the day or time that is missing or unsure; None if it is clear.

    The question stays open for ``purpose``. One that was open before is asked again with what it
    named for choice.
    """
    company = request.company
    if when.status == "ask":
        if when.past and when.wall is not None:
            return refused(InThePast(), company, when.wall)
        return _ask_when(request, when, purpose)
    if when.status == "none" or (when.date is None and when.date_range is None):
        return _ask_day(request, purpose)
    return None


def _ask_when(request: ToolRequest, when: When, purpose: Literal["book", "move"]) -> ToolAnswer:
    """Ask which of several days or times is meant, or for one that can be."""
    company = request.company
    missing: Literal["date", "time"] = "time" if when.date is not None else "date"
    closed = closed_among(when, company)
    if closed:
        left = tuple(each for each in when.candidates if days_of([each])[0] not in closed)
        when = replace(when, candidates=left)
    text = f"{say_closed(closed, company)} {question(when, company.locale)}".strip()
    answer = asking(missing, company, text, reason=when.reason)
    if missing == "date":
        return ask(request, answer, "date", choices=days_of(when.candidates), purpose=purpose)
    times = [c.time() if isinstance(c, datetime) else c for c in when.candidates]
    choices = [c for c in times if isinstance(c, time)]
    return ask(request, answer, "time", choices=choices, purpose=purpose)


def _ask_day(request: ToolRequest, purpose: Literal["book", "move"]) -> ToolAnswer:
    """Ask for the day, with the days that were named for choice before."""
    company, before = request.company, asked_before(request, "date")
    days = before.days if before is not None else ()
    text = say_candidates(days, company.locale) if days else ""
    return ask(request, asking("date", company, text), "date", choices=days, purpose=purpose)


def _ask_service(request: ToolRequest, guess: ServiceGuess) -> ToolAnswer:
    """Ask which service is meant; say of what merely resembles one that it is not offered."""
    company = request.company
    if not request.argument("service") and not guess.candidates:
        return _ask_service_again(request)
    names = [service.name for service in guess.candidates]
    text = which_service(guess, company.locale)
    ids = [service.id for service in guess.candidates]
    if guess.confidence >= SURELY_OURS:
        return ask(
            request, asking("service", company, text, candidates=names), "service", choices=ids
        )
    answer = refused(UnknownService(), company)
    spoken = f"{answer.say.split('. ')[0]}. {text}" if names else answer.say
    told = replace(answer, say=spoken, facts=answer.facts | {"candidates": names})
    return ask(request, told, "service", choices=ids)


def _ask_service_again(request: ToolRequest) -> ToolAnswer:
    """Ask for the service, with those that were named for choice before."""
    company, before = request.company, asked_before(request, "service")
    known = [company.service_by_id(int(each)) for each in before.choices] if before else []
    services = tuple(service for service in known if service is not None)
    guess = ServiceGuess("ask", None, SURELY_OURS, services)
    text = which_service(guess, company.locale)
    names = [service.name for service in services]
    answer = asking("service", company, text, candidates=names)
    return ask(request, answer, "service", choices=[service.id for service in services])


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
    wish = Wish(
        wished_parts(understanding, request, person=person_of(request)),
        to_instant(wall, request.company.zone) if wall else request.now,
        customer_of(request),
    )
    if not anyone:
        wish = wish.with_one_of(wished_people(request))
    return at_wished_branch(request, wish)


def person_of(request: ToolRequest) -> int:
    """Read which person of a visit it is for; 1 where nothing was sent."""
    return min(max(number(request.args, "person") or 1, 1), MAX_PERSON)
