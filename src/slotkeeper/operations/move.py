"""Move an appointment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from slotkeeper.domain.availability import (
    search_window_of_any_service,
    search_window_of_wish,
)
from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.diary import Diary, calendars_of_wish
from slotkeeper.domain.errors import (
    AppointmentCancelled,
    Refusal,
    TooLateToChange,
    UnknownAppointment,
    UnknownService,
)
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.check_availability import Availability, find_alternatives
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import (
    PLACEMENT_TRIES,
    WishReading,
    is_lost,
    reading_of,
    refusal_of,
)
from slotkeeper.operations.wished_staff import with_people
from slotkeeper.storage.calendars import Asker, BusyRead
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from slotkeeper.storage.reservation_results import MoveResult


async def move(
    context: RequestContext,
    appointment_id: int,
    starts_at: datetime,
    *,
    staff: Staff | None = None,
) -> Appointment:
    """Move an appointment to another start, whole; where that is refused it stays where it is.

    Without ``staff`` it stays with whom it was wished with; where nobody was wished, with the same
    person where that person is free. It may overlap its own old time. A repeated move changes
    nothing and gives the appointment as it stands, even within the notice: the answer to the first
    request may have been lost. Raises UnknownAppointment, AppointmentCancelled, TooLateToChange, or
    why the start cannot be had.
    """
    read = await _read_around(context, appointment_id, starts_at)
    appointment, service = _moving(context, read)
    wish = Wish.of(service, starts_at, staff, person=appointment.person)
    if staff is None:
        wish = _as_it_was_wished(context, appointment, wish)
    return await _move(context, read, wish, anybody=staff is None)


@dataclass(frozen=True, slots=True)
class MovedAppointment:
    """An appointment after a move, with who served it before."""

    appointment: Appointment
    former_staff_id: UUID | None


async def move_or_find_others(
    context: RequestContext, appointment_id: int, wish: Wish, *, staff_unsaid: bool = False
) -> MovedAppointment | Availability:
    """Move an appointment to the wish's start, or hold the nearest other slots and say why not.

    With ``staff_unsaid`` it is wished with whom it was wished when it was booked. One read serves
    both. Where no other slot can be held either, or where none would help
    (TooLateToChange, AppointmentCancelled, UnknownAppointment), it raises why the move is refused.
    """
    read = await _read_around(context, appointment_id, wish.starts_at)
    appointment, _ = _moving(context, read)
    if staff_unsaid:
        wish = _as_it_was_wished(context, appointment, wish)
    anybody = staff_unsaid or wish.staff is None
    try:
        moved = await _move(context, read, wish, anybody=anybody)
        return MovedAppointment(moved, appointment.staff_id)
    except (TooLateToChange, AppointmentCancelled, UnknownAppointment, CatalogueChanged):
        raise
    except Refusal as refusal:
        try:
            availability = await find_alternatives(context, wish, _reading_for(context, wish, read))
        except Refusal:
            raise refusal from None
        return replace(availability, refusal=refusal)


def _moving(context: RequestContext, read: BusyRead) -> tuple[Appointment, Service]:
    """Give the appointment that was read, and its service. Raises why it cannot be moved."""
    appointment = read.moving
    if appointment is None:
        raise UnknownAppointment
    if appointment.status == "cancelled":
        raise AppointmentCancelled
    service = context.company.service_by_id(appointment.service_id)
    if service is None:
        raise UnknownService
    return appointment, service


def _as_it_was_wished(context: RequestContext, appointment: Appointment, wish: Wish) -> Wish:
    """Give the wish with whom the appointment was wished, unless they no longer serve that."""
    staff_ids = {part.wished_staff_id for part in appointment.parts[:1]} - {None}
    if not staff_ids:
        return wish
    return with_people(context.company, wish, [each for each in staff_ids if each]) or wish


async def _move(
    context: RequestContext, read: BusyRead, wish: Wish, *, anybody: bool
) -> Appointment:
    appointment, _ = _moving(context, read)
    if _stands_there(appointment, wish.starts_at, None if anybody else wish.staff):
        return appointment
    reading = _reading_for(context, wish, read)
    notice = timedelta(minutes=context.company.rules.move_notice_min)
    if appointment.starts_at < read.read_at + notice:
        raise TooLateToChange(context.company.rules.move_notice_min)
    return await _to_first_free(context, appointment, reading)


async def _read_around(
    context: RequestContext, appointment_id: int, starts_at: datetime
) -> BusyRead:
    """Read the appointment with all calendars at once: only its service says which are needed."""
    company = context.company
    read = await context.store.calendars.busy(
        company.id,
        {calendar.id for calendar in company.calendars}
        | {member.calendar_id for member in company.staff},
        search_window_of_any_service(company, starts_at),
        asker=Asker(context.call.id, moving_id=appointment_id),
        now=context.test_now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    return read


def _reading_for(context: RequestContext, wish: Wish, read: BusyRead) -> WishReading:
    """Keep of what was read the calendars and days that the wish needs. Raises StaffCannot."""
    company = context.company
    needed = set(calendars_of_wish(company, wish.with_anyone()))
    busy = [row for row in read.busy if row.calendar_id in needed]
    window = search_window_of_wish(company, wish, wish.starts_at)
    # A visit of many parts may need more room than was read: beyond it nothing is known to be free.
    read_until = search_window_of_any_service(company, wish.starts_at).end
    grid = Grid.over(Interval(window.start, min(window.end, read_until)))
    return reading_of(wish, Diary(company, grid, busy), read.read_at)


def _stands_there(appointment: Appointment, starts_at: datetime, staff: Staff | None) -> bool:
    """Whether the appointment is already where it is to be; without ``staff`` with anybody."""
    with_staff = staff is None or staff.id == appointment.staff_id
    return appointment.starts_at == starts_at and with_staff


async def _to_first_free(
    context: RequestContext, appointment: Appointment, reading: WishReading
) -> Appointment:
    wish = reading.wish
    placements = reading.placements(wish)
    placements.sort(key=lambda placement: placement.staff.id != appointment.staff_id)
    if not placements:
        raise reading.why_not(wish)
    refused: MoveResult | None = None
    for placement in placements[:PLACEMENT_TRIES]:
        refused = await context.store.reservations.move(
            context.company.id,
            appointment.id,
            wish,
            placement,
            call_id=context.call.id,
            catalogue_version=context.company.version,
            now=context.test_now,
        )
        if refused.outcome == "moved" and refused.appointment is not None:
            context.conversation.done()
            return refused.appointment
        if not is_lost(refused):
            raise AppointmentCancelled
    raise refusal_of(refused)
