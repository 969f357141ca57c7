"""Which appointments are a caller's: those of this very call, and those of the caller's number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from slotkeeper.domain.booked_visit import BookedVisit, booked_visits
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.reservation import Appointment
from slotkeeper.language.people.names import same_person
from slotkeeper.language.people.phones import understand_phone
from slotkeeper.language.people.staff import understand_staff
from slotkeeper.language.replies.reply import understand_place
from slotkeeper.language.when import When, Window
from slotkeeper.tools.arguments import number
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.meant_parts import meant_parts
from slotkeeper.tools.open_days import days_of
from slotkeeper.tools.tool import ToolRequest

# How many of a number's appointments are read.
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class CallerAppointments:
    """A caller's appointments that are still to come, by their start; cancelled ones too.

    ``own`` were booked in this very call, ``others`` earlier and from the caller's number.
    """

    own: tuple[Appointment, ...]
    others: tuple[Appointment, ...]

    @property
    def standing(self) -> list[Appointment]:
        """All that were not cancelled, by their start."""
        both = [each for each in self.own + self.others if each.status == "booked"]
        return sorted(both, key=lambda appointment: appointment.starts_at)


async def of_caller(request: ToolRequest) -> CallerAppointments:
    """Read what the caller has booked and is still to come, and what the call talks about.

    Extends what the call holds.
    """
    context = request.context
    own, of_phone, topic = await context.store.appointments.of_caller(
        context.company.id,
        context.call.id,
        understand_phone(request.caller_phone),
        limit=LOOKED_AT,
        ttl_s=context.hold_ttl_s,
        now=context.test_now,
    )
    context.conversation.saw(topic)
    context.conversation.renewed = True
    own_ids = {appointment.id for appointment in own}
    others = [appointment for appointment in of_phone if appointment.id not in own_ids]
    return CallerAppointments(_to_come(own, request), _to_come(others, request))


def may_change(
    request: ToolRequest, mine: CallerAppointments, when: When, *, status: str = "booked"
) -> list[Appointment]:
    """Give those that may be meant and that this caller may change.

    The caller may always change what this very call booked. Any other appointment takes a second
    fact beside the number: the name, its day, or that the call was asked which of several it is.
    """
    own = [each for each in mine.own if each.status == status and _matches(each, when, request)]
    name, asked = request.argument("customer_name"), asked_about(request)
    return own or [
        each
        for each in mine.others
        if each.status == status
        and _matches(each, when, request)
        and (
            when.date is not None
            or when.reason == "ambiguous_date"  # "Samstag": this one or the next
            or each.id in asked
            or same_person(name, each.customer_name)
        )
    ]


def chosen(request: ToolRequest, meant: Sequence[Appointment]) -> list[Appointment]:
    """Narrow several appointments by what the caller said when asked which one is meant.

    They are numbered as they were said: by their start, and those that start together as they
    were booked. "With Emma", "the first one", or a day and time; all of them where it is not clear.
    """
    said, company = request.argument("which"), request.company
    offers = sorted(meant, key=lambda appointment: (appointment.starts_at, appointment.id))
    if said is None or len(offers) < 2:
        return offers
    served = understand_staff(said, company.staff)
    if isinstance(served, Staff):
        return [each for each in offers if each.staff_id == served.id] or offers
    if (place := understand_place(said)) is not None:
        return [sorted(offers, key=lambda each: each.id)[place]]
    starts = [each.starts_at.astimezone(company.zone) for each in offers]
    language = language_of(company)
    when = language.understand(WishText(text=said), now=request.now, offers=starts).when
    if when.selects is None or not -len(offers) <= when.selects < len(offers):
        return offers
    picked = offers[when.selects]
    # A time of day does not tell apart what starts together; only a place among them does.
    by_time = language.understand(WishText(text=said), now=request.now).when.time is not None
    return [each for each in offers if each.starts_at == picked.starts_at] if by_time else [picked]


def chosen_visits(
    request: ToolRequest, mine: CallerAppointments, meant: Sequence[Appointment]
) -> list[BookedVisit]:
    """Give the visits that are meant, each with all its people, by their start.

    The id of an appointment that is not its visit's first means that person alone.
    """
    ids = {each.id for each in meant}
    known = {each.id: each for each in (*mine.standing, *meant)}
    visits = [each for each in booked_visits(known.values()) if ids & set(each.ids)]
    if len(visits) > 1:
        visits = _with_the_part(request, visits)
    if len(visits) > 1:
        picked = {each.id for each in chosen(request, [each.first for each in visits])}
        visits = [each for each in visits if each.first.id in picked]
    wanted = number(request.args, "appointment_id")
    if len(visits) == 1 and wanted in visits[0].ids and wanted != visits[0].first.id:
        alone = tuple(each for each in visits[0].appointments if each.id == wanted)
        return [BookedVisit(alone)]
    return visits


def _with_the_part(request: ToolRequest, visits: list[BookedVisit]) -> list[BookedVisit]:
    """Keep the visits of which a part was named: "nur die Farbe"; all where that is not clear."""
    together = BookedVisit(tuple(each for visit in visits for each in visit.appointments))
    meant = meant_parts(request, together)
    ids = {each.id for each in meant.appointments}
    return [visit for visit in visits if ids & set(visit.ids)] if meant.kind == "some" else visits


def asked_about(request: ToolRequest) -> list[int]:
    """Give the ids of the appointments of which the caller was asked to choose one."""
    question = request.context.conversation.stored.question
    chosen = question.choices if question and question.about == "appointment" else ()
    return [int(each) for each in chosen]


def days_said(when: When) -> list[date]:
    """Give the days of which one was said: one where it is sure."""
    if when.date is not None:
        return [when.date]
    return days_of(when.candidates) if when.status == "ask" else []


def _to_come(appointments: Sequence[Appointment], request: ToolRequest) -> tuple[Appointment, ...]:
    later = (each for each in appointments if each.starts_at > request.now)
    return tuple(sorted(later, key=lambda appointment: appointment.starts_at))


def _matches(appointment: Appointment, when: When, request: ToolRequest) -> bool:
    """Whether an appointment may be the one that the caller speaks of."""
    wanted_id = number(request.args, "appointment_id")
    local = appointment.starts_at.astimezone(request.company.zone)
    days = days_said(when)
    return (
        (not wanted_id or appointment.id == wanted_id)
        and (not days or local.date() in days)
        and (when.time is None or when.time == local.time())
        and (when.window is None or _is_within(local.time(), when.window))
    )


def _is_within(at: time, window: Window) -> bool:
    return (window.starts is None or window.starts <= at) and (
        window.ends is None or at <= window.ends
    )
