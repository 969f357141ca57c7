"""The tools that change what is booked: cancel, move. A repeated request gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from slotkeeper.domain.errors import Refusal, UnknownService
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Wish
from slotkeeper.language.replies.reply import understand_reply
from slotkeeper.language.say.spoken import say, spoken_alternatives, spoken_list
from slotkeeper.language.when import When
from slotkeeper.operations import cancel
from slotkeeper.operations.move import MovedAppointment, move_or_find_others
from slotkeeper.tools.arguments import number
from slotkeeper.tools.caller_appointments import (
    CallerAppointments,
    asked_about,
    chosen,
    may_change,
    of_caller,
)
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.customer_and_staff import customer_of, note_wished_staff, wished_people
from slotkeeper.tools.customers import note_callback
from slotkeeper.tools.open_days import or_closed
from slotkeeper.tools.open_questions import ask, filled_in, named_for_choice, talked_about
from slotkeeper.tools.telling_apart import told_apart
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wish_arguments import unclear_staff, unclear_when
from slotkeeper.tools.wording import (
    ToolAnswer,
    appointment_facts,
    asking,
    moved,
    offered,
    refused,
    stands,
)

# What a callback is noted for where the caller's appointment is not found.
_CALLBACK_REASONS = {"cancel": "cancel", "move": "reschedule"}
# A cancellation is repeated within this where its answer was lost.
REPEATED_WITHIN = timedelta(minutes=15)


async def cancel_appointment(request: ToolRequest) -> ToolAnswer:
    """Cancel the caller's appointment, within the company's notice."""
    mine = await of_caller(request)
    when = _old_when(request, mine, ("date", "time"), cancelled=True)
    meant = _meant(request, mine, when, cancelled=True) or _just_cancelled(request, mine, when)
    meant = chosen(request, meant)
    if len(meant) == 2 and understand_reply(request.argument("which")) == "both":
        return _both(*[await _cancel(request, each) for each in meant])
    if len(meant) != 1:
        return await _ask_which_or_who(request, mine, meant, "cancel")
    return await _cancel(request, meant[0])


async def reschedule_appointment(request: ToolRequest) -> ToolAnswer:
    """Move the caller's appointment; where the wished time cannot be had, name others."""
    mine = await of_caller(request)
    when = _old_when(request, mine, _old_names(request))
    meant = _meant(request, mine, when)
    if not meant and (new := _new_when(request, None)).wall is not None:
        # Perhaps it stands there already, and only the answer was lost.
        meant = may_change(request, mine, new)
    meant = chosen(request, meant)
    appointment = meant[0] if len(meant) == 1 else None
    new = _new_when(request, appointment)
    _talk_about(request, new, appointment)
    if appointment is None:
        return await _ask_which_or_who(request, mine, meant, "move")
    answer = unclear_when(request, new, "move") or unclear_staff(request, "move")
    if answer is not None:
        return answer
    if new.wall is None:
        return ask(request, asking("time", request.company), "time", purpose="move")
    return await move_to(request, appointment, new.wall)


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
        for each in mine.own + mine.others
        if each.id in asked
        and (
            each.status == "booked"
            or (cancelled and each.cancelled_at is not None and each.cancelled_at > since)
        )
    ]
    return sorted(named, key=lambda each: (each.starts_at, each.id))


async def _cancel(request: ToolRequest, meant: Appointment) -> ToolAnswer:
    try:
        appointment = await cancel.cancel_appointment(request.context, meant.id, reason="customer")
    except Refusal as refusal:
        return refused(refusal, request.company)
    conversation = request.context.conversation
    question = conversation.topic.question
    if question is not None and question.about != "appointment":
        conversation.say(conversation.topic.settled())
    return stands("cancelled", request.company, appointment)


def _both(first: ToolAnswer, second: ToolAnswer) -> ToolAnswer:
    """Say of two appointments what became of each; the facts are of the one that was refused."""
    telling = first if first.status != "cancelled" else second
    said = first.say if first.say == second.say else f"{first.say} {second.say}"
    return replace(telling, say=said)


async def move_to(request: ToolRequest, appointment: Appointment, wall: datetime) -> ToolAnswer:
    """Move it; where the time cannot be had say why not, and hold the nearest others."""
    company = request.company
    service = company.service_by_id(appointment.service_id)
    try:
        if service is None:
            raise UnknownService
        starts_at, customer = to_instant(wall, company.zone), customer_of(request)
        people = wished_people(request)
        wish = Wish.of(service, starts_at, person=appointment.person, customer=customer)
        wish = wish.with_one_of(people)
        unsaid = request.context.conversation.staff_unsaid and not people
        result = await move_or_find_others(
            request.context, appointment.id, wish, staff_unsaid=unsaid
        )
    except Refusal as refusal:
        return refused(refusal, company, wall)
    if isinstance(result, MovedAppointment):
        return moved(company, result)
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
    meant: Sequence[Appointment],
    purpose: Literal["move", "cancel"],
) -> ToolAnswer:
    """Ask which of several is meant, or who calls.

    A number without appointments is called back, and so is a caller who does not know.
    """
    own = [each for each in mine.own if each.status == "booked"]
    if meant and understand_reply(request.argument("which")) == "unsure":
        return await note_callback(request, _CALLBACK_REASONS[purpose], "callback_requested")
    standing = [each for each in meant if each.status == "booked"] or own
    if standing:
        return _ask_which(request, standing, purpose)
    if any(appointment.status == "booked" for appointment in mine.others):
        text = say("identify", request.company.locale)
        missing = ["customer_name", "date"]
        return ToolAnswer("needs_info", text, {"success": False, "missing": missing})
    return await note_callback(request, _CALLBACK_REASONS[purpose], "not_identified")


def _ask_which(
    request: ToolRequest,
    appointments: Sequence[Appointment],
    purpose: Literal["move", "cancel"],
) -> ToolAnswer:
    """Ask which one is meant: each is said so that no two sound alike, and there is a way out."""
    company = request.company
    said = told_apart(company, appointments)
    both = purpose == "cancel" and len(appointments) == 2
    sentence = "which_or_both" if both else "which_appointment"
    if len(appointments) > len(said):
        sentence = "which_of_many"
    join = spoken_list if sentence == "which_of_many" else spoken_alternatives
    text = say(sentence, company.locale, words={"others": join(said, company.locale)})
    facts: dict[str, object] = {
        "success": False,
        "missing": ["which"],
        "appointments": [
            appointment_facts(company, each) | ({"spoken": said[n]} if n < len(said) else {})
            for n, each in enumerate(appointments)
        ],
    }
    answer = ToolAnswer("needs_info", f"{text} {say('if_unsure', company.locale)}", facts)
    choices = [appointment.id for appointment in appointments]
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


def _talk_about(request: ToolRequest, new: When, appointment: Appointment | None) -> None:
    """Note where an appointment is to be moved to, and with whom."""
    moving = appointment.id if appointment is not None else None
    talked_about(request, None, new, moving=moving)
    note_wished_staff(request)


def _new_when(request: ToolRequest, appointment: Appointment | None) -> When:
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
    begun = appointment is not None and topic.appointment_id == appointment.id
    if begun or asked_day or (question is not None and question.purpose == "move"):
        understanding = filled_in(understanding, request)
    understanding = replace(understanding, when=or_closed(understanding.when, request.company))
    request.notes.understanding = understanding
    when = understanding.when
    if local is None or when.status != "ok" or when.window:
        return when
    if when.date is not None and when.time is None:
        # Another day, the same time.
        return replace(when, time=(topic.at if begun else None) or local.time())
    if when.time is not None and when.date is None and not asked_day:
        return replace(when, date=local.date())
    return when
