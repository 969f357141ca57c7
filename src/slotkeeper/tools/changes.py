"""The tools that change what is booked: cancel, move. A repeated request gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from slotkeeper.domain.booked_visit import BookedVisit, booked_visits
from slotkeeper.domain.catalogue import Company, Service
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.walltime import to_instant
from slotkeeper.language.replies.reply import understand_reply
from slotkeeper.language.say.spoken import say, spoken_alternatives, spoken_list
from slotkeeper.language.when import When
from slotkeeper.operations.as_booked import at_another_branch, at_its_branch, wish_as_booked
from slotkeeper.operations.move import MovedVisit, move_or_find_others
from slotkeeper.tools.arguments import number
from slotkeeper.tools.caller_appointments import (
    REPEATED_WITHIN,
    CallerAppointments,
    CallerFacts,
    asked_about,
    caller_facts,
    caller_number,
    chosen_visits,
    may_change,
    not_proven,
    of_caller,
)
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.customer_and_staff import customer_of, note_wished_staff, wished_people
from slotkeeper.tools.customers import note_callback
from slotkeeper.tools.meant_parts import MeantParts, meant_parts
from slotkeeper.tools.open_days import or_closed
from slotkeeper.tools.open_questions import ask, filled_in, named_for_choice, talked_about
from slotkeeper.tools.part_changes import cancel_parts, cancel_whole, unclear_parts, with_the_rest
from slotkeeper.tools.telling_apart import told_apart
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.which_branch import branch_said, unclear_new_branch
from slotkeeper.tools.wish_arguments import unclear_staff, unclear_when
from slotkeeper.tools.wording import (
    ToolAnswer,
    asking,
    moved,
    offered,
    refused,
    stands,
    visit_facts,
)

# What a callback is noted for where the caller's appointment is not found.
_CALLBACK_REASONS = {"cancel": "cancel", "move": "reschedule"}


async def cancel_appointment(request: ToolRequest) -> ToolAnswer:
    """Cancel the caller's appointment, within the company's notice."""
    facts = caller_facts(request, ("date", "time"))
    mine = await of_caller(request, facts)
    when = _old_when(request, mine, ("date", "time"), cancelled=True)
    meant = _meant(request, mine, when, cancelled=True) or _just_cancelled(request, mine, when)
    visits = chosen_visits(request, mine, meant)
    if len(visits) == 2 and understand_reply(request.argument("which")) == "both":
        return _both(*[await cancel_whole(request, each) for each in visits])
    if len(visits) != 1:
        return await _ask_which_or_who(request, mine, visits, "cancel", facts)
    return await cancel_parts(request, visits[0])


async def reschedule_appointment(request: ToolRequest) -> ToolAnswer:
    """Move the caller's appointment; where the wished time cannot be had, name others."""
    facts = caller_facts(request, ("old_date", "old_time"))
    mine = await of_caller(request, facts)
    when = _old_when(request, mine, _old_names(request))
    meant = _meant(request, mine, when)
    if not meant and (new := _new_when(request, None)).wall is not None:
        # Perhaps the call has moved it there already, and only the answer was lost.
        meant = may_change(request, mine, new)
    visits = chosen_visits(request, mine, meant)
    visit = visits[0] if len(visits) == 1 else None
    new = _new_when(request, visit)
    _talk_about(request, new, visit)
    if visit is None:
        return await _ask_which_or_who(request, mine, visits, "move", facts)
    answer = unclear_when(request, new, "move") or unclear_staff(request, "move")
    if answer is not None:
        return answer
    if new.wall is None:
        return ask(request, asking("time", request.company), "time", purpose="move")
    parts = meant_parts(request, visit)
    answer = unclear_parts(request, visit, parts, "move") or unclear_new_branch(
        request, _services(request.company, parts), "move"
    )
    if answer is not None:
        return answer
    return await move_to(request, visit, new.wall, parts)


def _meant(
    request: ToolRequest, mine: CallerAppointments, when: When, *, cancelled: bool = False
) -> list[Appointment]:
    """Give the appointments that may be meant; after a question, of those that it named.

    With ``cancelled``, what was cancelled in answer to it counts as well: the same answer may be
    sent twice, and then it means no other appointment.
    """
    named = _named_for_choice(request, mine, cancelled=cancelled)
    fitting = may_change(request, mine, when)
    if len(named) > 1:
        if cancelled:
            fitting += may_change(request, mine, when, status="cancelled")
        # An answer that fits none of them is no answer: the question is asked again.
        return [each for each in named if each in fitting] or named
    about = request.context.conversation.stored.appointment_id
    if when.status == "none" and not number(request.args, "appointment_id"):
        return [each for each in fitting if each.id == about] or fitting
    return fitting


def _named_for_choice(
    request: ToolRequest, mine: CallerAppointments, *, cancelled: bool = False
) -> list[Appointment]:
    """Give the appointments of which the caller was asked to choose one, by their start."""
    asked, since = asked_about(request), request.now - REPEATED_WITHIN
    named = [
        each
        for each in mine.own + mine.proven
        if each.id in asked
        and (
            each.status == "booked"
            or (cancelled and each.cancelled_at is not None and each.cancelled_at > since)
        )
    ]
    return sorted(named, key=lambda each: (each.starts_at, each.id))


def _both(first: ToolAnswer, second: ToolAnswer) -> ToolAnswer:
    """Say of two appointments what became of each; the facts are of the one that was refused."""
    telling = first if first.status != "cancelled" else second
    said = first.say if first.say == second.say else f"{first.say} {second.say}"
    return replace(telling, say=said)


def _services(company: Company, meant: MeantParts) -> list[Service]:
    """List the services of what is to be moved that are still offered."""
    services = (company.service_by_id(part.service_id) for part in meant.parts)
    return [service for service in services if service is not None]


async def move_to(
    request: ToolRequest, visit: BookedVisit, wall: datetime, meant: MeantParts | None = None
) -> ToolAnswer:
    """Move a visit, or only the meant parts of it; where that cannot be had, hold the nearest."""
    company, meant = request.company, meant or MeantParts("whole", visit.appointments, visit.parts)
    try:
        starts_at, people = to_instant(wall, company.zone), wished_people(request)
        unsaid = request.context.conversation.staff_unsaid and not people
        branch = branch_said(request).branch
        same = visit.starts_at == starts_at and unsaid and branch is None
        if meant.kind == "whole" and len(visit.ids) > 1 and same:
            return stands("moved", company, visit)  # asked again
        wish = wish_as_booked(company, meant.parts, starts_at, customer_of(request))
        if not unsaid:
            wish = wish.with_one_of(people)
        if branch is not None and people:
            wish = wish.at_branch(company, branch)
        elif branch is not None:
            wish = at_another_branch(company, wish, branch)
        elif not people:
            wish = at_its_branch(company, wish, visit.staff_id)
        result = await move_or_find_others(request.context, meant.moving, wish, anybody=unsaid)
    except Refusal as refusal:
        return refused(refusal, company, wall)
    if isinstance(result, MovedVisit):
        return with_the_rest(company, moved(company, result), meant.rest_of(visit))
    return offered(company, result.wish or wish, result)


def _just_cancelled(
    request: ToolRequest, mine: CallerAppointments, when: When
) -> list[Appointment]:
    """Find what was cancelled a moment ago, because the same request may be sent twice."""
    since = request.now - REPEATED_WITHIN
    recent = [
        appointment
        for appointment in may_change(request, mine, when, status="cancelled")
        if appointment.cancelled_at is not None and appointment.cancelled_at > since
    ]
    return sorted(recent, key=lambda appointment: str(appointment.cancelled_at))[-1:]


async def _ask_which_or_who(
    request: ToolRequest,
    mine: CallerAppointments,
    meant: Sequence[BookedVisit],
    purpose: Literal["move", "cancel"],
    facts: CallerFacts,
) -> ToolAnswer:
    """Ask which of several is meant, or who calls.

    Who does not know is called back, and so is whoever withholds the number and says nothing more.
    """
    told = booked_visits(mine.told)
    if meant and understand_reply(request.argument("which")) == "unsure":
        return await note_callback(request, _CALLBACK_REASONS[purpose], "callback_requested")
    standing = [each for each in meant if each.status == "booked"] or told
    if standing:
        return _ask_which(request, standing, purpose)
    if facts.say_nothing and caller_number(request) is None:
        return await note_callback(request, _CALLBACK_REASONS[purpose], "not_recognised")
    return not_proven(request, facts)


def _ask_which(
    request: ToolRequest,
    visits: Sequence[BookedVisit],
    purpose: Literal["move", "cancel"],
) -> ToolAnswer:
    """Ask which one is meant: each is said so that no two sound alike, and there is a way out."""
    company = request.company
    said = told_apart(company, visits)
    both = purpose == "cancel" and len(visits) == 2
    sentence = "which_or_both" if both else "which_appointment"
    if len(visits) > len(said):
        sentence = "which_of_many"
    join = spoken_list if sentence == "which_of_many" else spoken_alternatives
    text = say(sentence, company.locale, words={"others": join(said, company.locale)})
    facts: dict[str, object] = {
        "success": False,
        "missing": ["which"],
        "appointments": [
            visit_facts(company, each) | ({"spoken": said[n]} if n < len(said) else {})
            for n, each in enumerate(visits)
        ],
    }
    answer = ToolAnswer("needs_info", f"{text} {say('if_unsure', company.locale)}", facts)
    choices = [visit.first.id for visit in visits]
    return ask(request, answer, "appointment", choices=choices, purpose=purpose)


def _old_names(request: ToolRequest) -> tuple[str, str]:
    """Give the arguments that say which appointment is meant.

    After "which of them?" a plain day or time is the answer to that, not where it is moved to.
    """
    old = request.argument("old_date") or request.argument("old_time")
    answers = asked_about(request) and not old and _is_plain(request)
    return ("date", "time") if answers else ("old_date", "old_time")


def _is_plain(request: ToolRequest) -> bool:
    return request.argument("new_date") is None and request.argument("new_time") is None


def _old_when(
    request: ToolRequest,
    mine: CallerAppointments,
    names: tuple[str, str],
    *,
    cancelled: bool = False,
) -> When:
    """Understand when the appointment is that the caller speaks of."""
    said = WishText(date=request.argument(names[0]), time=request.argument(names[1]))
    zone = request.company.zone
    named = _named_for_choice(request, mine, cancelled=cancelled)
    offers = [each.starts_at.astimezone(zone) for each in named]
    return language_of(request.company).understand(said, now=request.now, offers=offers).when


def _talk_about(request: ToolRequest, new: When, visit: BookedVisit | None) -> None:
    """Note where an appointment is to be moved to, and with whom."""
    moving = visit.first.id if visit is not None else None
    talked_about(request, (), new, moving=moving)
    note_wished_staff(request)


def _new_when(request: ToolRequest, appointment: BookedVisit | None) -> When:
    """Understand the new time; "an hour later" and a mere time count from the appointment's.

    A question about the day that is open, or a move that was begun, comes before the appointment's
    own day: a mere time never moves it to a day that nobody has named.
    """
    plain = _is_plain(request) and _old_names(request) != ("date", "time")
    names = ("date", "time") if plain else ("new_date", "new_time")
    said = WishText(
        text=request.argument("datetime") if plain else None,
        date=request.argument(names[0]),
        time=request.argument(names[1]),
    )
    topic = request.context.conversation.stored
    local = appointment.starts_at.astimezone(request.company.zone) if appointment else None
    question = topic.question
    asked_day = question is not None and question.about == "date"
    understanding = language_of(request.company).understand(
        said,
        now=request.now,
        appointment=None if asked_day else local,
        offers=named_for_choice(request),
    )
    begun = appointment is not None and topic.appointment_id == appointment.first.id
    if begun or asked_day or (question is not None and question.purpose == "move"):
        understanding = filled_in(understanding, request)
    understanding = replace(understanding, when=or_closed(understanding.when, request.company))
    request.notes.understanding = understanding
    when = understanding.when
    if local is not None and when.status == "none" and branch_said(request).branch is not None:
        # Another branch, the same day and time.
        return replace(when, status="ok", date=local.date(), time=local.time())
    if local is None or when.status != "ok" or when.window:
        return when
    if when.date is not None and when.time is None:
        # Another day, the same time.
        return replace(when, time=(topic.at if begun else None) or local.time())
    if when.time is not None and when.date is None and not asked_day:
        return replace(when, date=local.date())
    return when
