"""The tools that change what is booked: cancel, move. A repeated request gets the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from slotkeeper.domain.errors import Refusal, UnknownService
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Wish
from slotkeeper.language.replies.reply import understand_reply
from slotkeeper.language.say.spoken import say, spoken_alternatives, spoken_list
from slotkeeper.language.when import When
from slotkeeper.operations import cancel
from slotkeeper.operations.move import move_or_find_others
from slotkeeper.tools.caller_appointments import (
    CallerAppointments,
    chosen,
    may_change,
    of_caller,
)
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.customer_and_staff import customer_of, staff_of
from slotkeeper.tools.customers import note_callback
from slotkeeper.tools.telling_apart import told_apart
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wish_arguments import unclear_when
from slotkeeper.tools.wording import ToolAnswer, appointment_facts, asking, offered, refused, stands

# A cancellation is repeated within this where its answer was lost.
REPEATED_WITHIN = timedelta(minutes=15)


async def cancel_appointment(request: ToolRequest) -> ToolAnswer:
    """Cancel the caller's appointment, within the company's notice."""
    when, mine = _old_when(request, "date", "time"), await of_caller(request)
    meant = may_change(request, mine, when) or _just_cancelled(request, mine, when)
    meant = chosen(request, meant)
    if len(meant) == 2 and understand_reply(request.argument("which")) == "both":
        return _both(*[await _cancel(request, each) for each in meant])
    if len(meant) != 1:
        return await _ask_which_or_who(request, mine, meant, reason="cancel")
    return await _cancel(request, meant[0])


async def reschedule_appointment(request: ToolRequest) -> ToolAnswer:
    """Move the caller's appointment; where the wished time cannot be had, name others."""
    when, mine = _old_when(request, "old_date", "old_time"), await of_caller(request)
    meant = may_change(request, mine, when)
    if not meant and (new := _new_when(request, None)).wall is not None:
        # Perhaps it stands there already, and only the answer was lost.
        meant = may_change(request, mine, new)
    meant = chosen(request, meant)
    if len(meant) != 1:
        return await _ask_which_or_who(request, mine, meant, reason="reschedule")
    new = _new_when(request, meant[0])
    if (answer := unclear_when(request, new)) is not None:
        return answer
    if new.wall is None:
        return asking("time", request.company)
    return await _move(request, meant[0], new.wall)


async def _cancel(request: ToolRequest, meant: Appointment) -> ToolAnswer:
    try:
        appointment = await cancel.cancel_appointment(request.context, meant.id, reason="customer")
    except Refusal as refusal:
        return refused(refusal, request.company)
    return stands("cancelled", request.company, appointment)


def _both(first: ToolAnswer, second: ToolAnswer) -> ToolAnswer:
    """Say of two appointments what became of each; the facts are of the one that was refused."""
    telling = first if first.status != "cancelled" else second
    said = first.say if first.say == second.say else f"{first.say} {second.say}"
    return replace(telling, say=said)


async def _move(request: ToolRequest, appointment: Appointment, wall: datetime) -> ToolAnswer:
    """Move it; where the time cannot be had say why not, and hold the nearest others."""
    company = request.company
    service = company.service_by_id(appointment.service_id)
    try:
        if service is None:
            raise UnknownService
        starts_at, customer = to_instant(wall, company.zone), customer_of(request)
        staff = staff_of(request)
        wish = Wish.of(service, starts_at, staff, person=appointment.person, customer=customer)
        result = await move_or_find_others(request.context, appointment.id, wish)
    except Refusal as refusal:
        return refused(refusal, company, wall)
    if isinstance(result, Appointment):
        return stands("moved", company, result)
    return offered(company, wish.with_anyone(), result)


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
    request: ToolRequest, mine: CallerAppointments, meant: Sequence[Appointment], *, reason: str
) -> ToolAnswer:
    """Ask which of several is meant, or who calls.

    A number without appointments is called back, and so is a caller who does not know.
    """
    if meant and understand_reply(request.argument("which")) == "unsure":
        return await note_callback(request, reason, "callback_requested")
    if meant:
        return _ask_which(request, meant, both=reason == "cancel")
    if any(appointment.status == "booked" for appointment in mine.others):
        text = say("identify", request.company.locale)
        missing = ["customer_name", "date"]
        return ToolAnswer("needs_info", text, {"success": False, "missing": missing})
    return await note_callback(request, reason, "not_identified")


def _ask_which(
    request: ToolRequest, appointments: Sequence[Appointment], *, both: bool
) -> ToolAnswer:
    """Ask which one is meant: each is said so that no two sound alike, and there is a way out."""
    company = request.company
    said = told_apart(company, appointments)
    sentence = "which_or_both" if both and len(appointments) == 2 else "which_appointment"
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
    return ToolAnswer("needs_info", f"{text} {say('if_unsure', company.locale)}", facts)


def _old_when(request: ToolRequest, date_name: str, time_name: str) -> When:
    """Understand when the appointment is that the caller speaks of."""
    said = WishText(date=request.argument(date_name), time=request.argument(time_name))
    return language_of(request.company).understand(said, now=request.now).when


def _new_when(request: ToolRequest, appointment: Appointment | None) -> When:
    """Understand the new time; "an hour later" and a mere time count from the appointment's."""
    plain = request.argument("new_date") is None and request.argument("new_time") is None
    names = ("date", "time") if plain else ("new_date", "new_time")
    said = WishText(
        text=request.argument("datetime") if plain else None,
        date=request.argument(names[0]),
        time=request.argument(names[1]),
    )
    local = appointment.starts_at.astimezone(request.company.zone) if appointment else None
    understanding = language_of(request.company).understand(
        said, now=request.now, appointment=local
    )
    request.notes.understanding = understanding
    when = understanding.when
    if local is None:
        return when
    if when.status == "ok" and when.date is not None and when.time is None and not when.window:
        return replace(when, time=local.time())  # another day, the same time
    if when.status == "ok" and when.time is not None and when.date is None:
        return replace(when, date=local.date())
    return when
