"""Move an appointment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from slotkeeper.domain.availability import (
    search_window_of_any_service,
    search_window_of_wish,
)
from slotkeeper.domain.booked_visit import BookedVisit
from slotkeeper.domain.catalogue import Branch, Company, Staff
from slotkeeper.domain.diary import Diary, calendars_of_wish
from slotkeeper.domain.errors import (
    AppointmentCancelled,
    Refusal,
    TooLateToChange,
    UnknownAppointment,
    UnknownPart,
)
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Customer, Wish
from slotkeeper.operations.as_booked import at_another_branch, at_its_branch, wish_as_booked
from slotkeeper.operations.check_availability import Availability, find_alternatives
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import (
    PLACEMENT_TRIES,
    WishReading,
    is_lost,
    reading_of,
    refusal_of,
)
from slotkeeper.storage.calendars import Asker, BusyRead
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from slotkeeper.storage.reservation_results import MoveResult


async def move(
    context: RequestContext,
    appointment_id: int,
    starts_at: datetime,
    *,
    staff: Staff | None = None,
    branch: Branch | None = None,
    parts: Sequence[int] | None = None,
) -> Appointment:
    """Move an appointment to another start, whole; where that is refused it stays where it is.

    With ``parts``, only its parts of these numbers move, into an appointment of their own.

    Without ``staff`` it stays with whom it was wished with; where nobody was wished, with the same
    person where that person is free. Without ``branch`` it stays at its own, where the company asks
    for one; at another one somebody else may serve. It may overlap its own old time. A repeated
    move changes nothing and gives the appointment as it stands, even within the notice: the answer
    to the first request may have been lost. Raises UnknownAppointment, UnknownPart,
    AppointmentCancelled, TooLateToChange, or why the start cannot be had.
    """
    numbers = None if parts is None else tuple(parts)
    moving = Moving((appointment_id,), numbers)
    read = await _read_around(context, moving, starts_at)
    chosen = [part for part in _moving(read).parts if parts is None or part.number in parts]
    if numbers is not None and {part.number for part in chosen} != set(numbers):
        raise UnknownPart
    wish = wish_as_booked(context.company, chosen, starts_at, Customer())
    if staff is not None:
        wish = wish.with_staff(staff)
    if branch is not None and staff is not None:
        wish = wish.at_branch(context.company, branch)
    elif branch is not None:
        wish = at_another_branch(context.company, wish, branch)
    elif staff is None:
        wish = at_its_branch(context.company, wish, chosen[0].staff_id)
    return (await _move(context, moving, read, wish, anybody=staff is None)).first


@dataclass(frozen=True, slots=True)
class Moving:
    """What is to be moved: the appointments of a visit, or of one only the ``parts`` so numbered.

    The first appointment is the one that starts first.
    """

    appointment_ids: tuple[int, ...]
    parts: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class MovedVisit:
    """What was moved, as it now stands, with who served it first before."""

    visit: BookedVisit
    former_staff_id: UUID | None


async def move_or_find_others(
    context: RequestContext, moving: Moving, wish: Wish, *, anybody: bool = False
) -> MovedVisit | Availability:
    """Move to the wish's start, all or nothing, or hold the nearest other slots and say why not.

    ``anybody``: where it stands already, whoever serves it is right. One read serves both. Where
    no other slot can be held either, or where none would help (TooLateToChange,
    AppointmentCancelled, UnknownAppointment), it raises why the move is refused.
    """
    read = await _read_around(context, moving, wish.starts_at)
    former_staff_id = _moving(read).staff_id
    try:
        moved = await _move(context, moving, read, wish, anybody=anybody or wish.staff is None)
        return MovedVisit(moved, former_staff_id)
    except (TooLateToChange, AppointmentCancelled, UnknownAppointment, CatalogueChanged):
        raise
    except Refusal as refusal:
        try:
            availability = await find_alternatives(context, wish, _reading_for(context, wish, read))
        except Refusal:
            raise refusal from None
        return replace(availability, refusal=refusal)


def _moving(read: BusyRead) -> Appointment:
    """Give the appointment that was read. Raises why it cannot be moved."""
    appointment = read.moving
    if appointment is None:
        raise UnknownAppointment
    if appointment.status == "cancelled":
        raise AppointmentCancelled
    return appointment


async def _move(
    context: RequestContext, moving: Moving, read: BusyRead, wish: Wish, *, anybody: bool
) -> BookedVisit:
    appointment = _moving(read)
    alone = moving.parts is None and len(moving.appointment_ids) == 1
    staff = None if anybody else wish.staff
    here = _is_at_branch(context.company, appointment, wish.parts[0].branch_id)
    if alone and here and _stands_there(appointment, wish.starts_at, staff):
        return BookedVisit((appointment,))
    reading = _reading_for(context, wish, read)
    notice = timedelta(minutes=context.company.rules.move_notice_min)
    if appointment.starts_at < read.read_at + notice:
        raise TooLateToChange(context.company.rules.move_notice_min)
    return await _to_first_free(context, moving, appointment, reading)


async def _read_around(context: RequestContext, moving: Moving, starts_at: datetime) -> BusyRead:
    """Read the appointment with all calendars at once: only its service says which are needed."""
    company = context.company
    read = await context.store.calendars.busy(
        company.id,
        {calendar.id for calendar in company.calendars}
        | {member.calendar_id for member in company.staff},
        search_window_of_any_service(company, starts_at),
        asker=Asker(context.call.id, moving_ids=moving.appointment_ids, moving_parts=moving.parts),
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


def _is_at_branch(company: Company, appointment: Appointment, branch_id: int | None) -> bool:
    member = company.staff_by_id(appointment.staff_id) if appointment.staff_id else None
    return branch_id is None or (member is not None and member.branch_id == branch_id)


async def _to_first_free(
    context: RequestContext, moving: Moving, appointment: Appointment, reading: WishReading
) -> BookedVisit:
    wish = reading.wish
    placements = reading.placements(wish)
    placements.sort(key=lambda placement: placement.staff.id != appointment.staff_id)
    if not placements:
        raise reading.why_not(wish)
    refused: MoveResult | None = None
    for placement in placements[:PLACEMENT_TRIES]:
        refused = await _to(context, moving, wish, placement)
        if refused.outcome == "moved" and refused.appointments:
            context.conversation.done()
            return BookedVisit(refused.appointments)
        if not is_lost(refused):
            raise AppointmentCancelled
    raise refusal_of(refused)


async def _to(
    context: RequestContext, moving: Moving, wish: Wish, placement: Placement
) -> MoveResult:
    store, company = context.store, context.company
    if len(moving.appointment_ids) > 1:
        return await store.visits.move(
            company.id,
            moving.appointment_ids,
            wish,
            placement,
            call_id=context.call.id,
            catalogue_version=company.version,
            now=context.test_now,
        )
    return await store.reservations.move(
        company.id,
        moving.appointment_ids[0],
        wish,
        placement,
        parts=moving.parts,
        call_id=context.call.id,
        catalogue_version=company.version,
        now=context.test_now,
    )
