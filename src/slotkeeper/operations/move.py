"""Move an appointment."""

from __future__ import annotations

from datetime import datetime, timedelta

from slotkeeper.domain.availability import why_not, wished_placements
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.errors import (
    AppointmentCancelled,
    TooLateToChange,
    UnknownAppointment,
    UnknownService,
)
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Call, Customer, Wish
from slotkeeper.operations.placing import TRIES, Seen, refusal_of, see
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
    Raises UnknownAppointment, AppointmentCancelled, TooLateToChange, or why the start is not to be
    had.
    """
    appointment = await store.appointments.find(company.id, appointment_id)
    if appointment is None:
        raise UnknownAppointment
    if appointment.status == "cancelled":
        raise AppointmentCancelled
    service = company.service_by_id(appointment.service_id)
    if service is None:
        raise UnknownService
    wish = Wish(service, starts_at, staff, appointment.party, Customer())
    seen = await see(company, wish, call=call, store=store, now=now, moving_id=appointment_id)
    refuse_late_change(company.rules.move_notice_min, appointment, seen.read_at)
    return await _to_first_free(
        company, appointment, wish, seen, call_id=call.id, store=store, now=now
    )


def refuse_late_change(notice_min: int, appointment: Appointment, now: datetime) -> None:
    """Raise TooLateToChange where the appointment starts within the notice."""
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
