"""Move an appointment."""

from __future__ import annotations

from datetime import datetime, timedelta

from slotkeeper.domain.availability import (
    people_for,
    search_window,
    search_window_of_any_service,
    why_not,
    wished_placements,
)
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import (
    AppointmentCancelled,
    TooLateToChange,
    UnknownAppointment,
    UnknownService,
)
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Call, Customer, Wish
from slotkeeper.operations.placing import TRIES, Seen, refusal_of
from slotkeeper.storage.calendars import Asker, BusyRead
from slotkeeper.storage.catalogues import CatalogueChanged
from slotkeeper.storage.reservations import Move
from slotkeeper.storage.store import Store


async def move(
    company: Company,
    appointment_id: int,
    starts_at: datetime,
    *,
    staff: Staff | None = None,
    call: Call,
    store: Store,
    now: datetime | None = None,
) -> Appointment:
    """Move an appointment to another start, whole; refused, it stays exactly where it is.

    With no ``staff`` the same person is kept where she is free. It may overlap its own old time.
    Asked again once it stands there, it gives the appointment, however late.
    Raises UnknownAppointment, AppointmentCancelled, TooLateToChange, or why the start is not to be
    had.
    """
    read = await _read_around(company, appointment_id, starts_at, call=call, store=store, now=now)
    appointment = read.moving
    if appointment is None:
        raise UnknownAppointment
    if appointment.status == "cancelled":
        raise AppointmentCancelled
    service = company.service_by_id(appointment.service_id)
    if service is None:
        raise UnknownService
    if _stands_at(appointment, starts_at, staff):
        return appointment  # this very move was asked for before, and its answer was lost
    wish = Wish(service, starts_at, staff, appointment.party, Customer())
    people = people_for(company, service, staff)
    _refuse_late(company, appointment, read.read_at)
    needed = set(read_calendars(company, service, people))
    busy = [row for row in read.busy if row.calendar_id in needed]
    grid = Grid.over(search_window(company, service, starts_at))
    seen = Seen(Diary(company, grid, busy), people, read.read_at)
    return await _to_first_free(
        company, appointment, wish, seen, call_id=call.id, store=store, now=now
    )


async def _read_around(
    company: Company,
    appointment_id: int,
    starts_at: datetime,
    *,
    call: Call,
    store: Store,
    now: datetime | None,
) -> BusyRead:
    """Read the appointment with all calendars at once: which are needed, only its service says."""
    read = await store.calendars.busy(
        company.id,
        {calendar.id for calendar in company.calendars}
        | {member.calendar_id for member in company.staff},
        search_window_of_any_service(company, starts_at),
        asker=Asker(call.id, moving_id=appointment_id),
        now=now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    return read


def _stands_at(appointment: Appointment, starts_at: datetime, staff: Staff | None) -> bool:
    return appointment.starts_at == starts_at and (
        staff is None or staff.id == appointment.staff_id
    )


def _refuse_late(company: Company, appointment: Appointment, now: datetime) -> None:
    notice_min = company.rules.move_notice_min
    if appointment.starts_at < now + timedelta(minutes=notice_min):
        raise TooLateToChange(notice_min)


async def _to_first_free(
    company: Company,
    appointment: Appointment,
    wish: Wish,
    seen: Seen,
    *,
    call_id: str | None,
    store: Store,
    now: datetime | None,
) -> Appointment:
    placements = wished_placements(seen.diary, wish, seen.people, seen.read_at)
    placements.sort(key=lambda placement: placement.staff.id != appointment.staff_id)
    if not placements:
        raise why_not(seen.diary, wish, seen.people, seen.read_at)
    refused: Move | None = None
    for placement in placements[:TRIES]:
        refused = await store.reservations.move(
            company.id, appointment.id, placement, call_id=call_id, now=now
        )
        if refused.outcome == "moved" and refused.appointment is not None:
            return refused.appointment
        if refused.outcome != "taken":
            raise AppointmentCancelled
    raise refusal_of(refused)
