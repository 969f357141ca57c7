"""End holds and appointments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import UnknownAppointment, UnknownReservation
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Call
from slotkeeper.operations.move import refuse_late_change
from slotkeeper.storage.store import Store


async def cancel(
    company: Company,
    token: UUID,
    *,
    reason: str = "released",
    store: Store,
    now: datetime | None = None,
) -> tuple[AppointmentReservation, datetime]:
    """End a hold, all its segments; give it as it now is and the clock to judge it by.

    One that has ended, or is booked, stays as it is. Raises UnknownReservation.
    """
    await store.reservations.cancel(company.id, token=token, reason=reason, now=now)
    reservation, read_at = await store.reservations.find(company.id, token)
    if reservation is None or read_at is None:
        raise UnknownReservation
    return reservation, read_at


async def end_call(
    company: Company,
    call: Call,
    *,
    why: str | None = None,
    store: Store,
    now: datetime | None = None,
) -> int:
    """Release what a call still holds when it hangs up; how many holds that were.

    ``why`` is the platform's own word for how it ended.
    """
    return len(await store.reservations.end_call(company.id, call, why=why, now=now))


async def release_call(
    company: Company, call: Call, *, store: Store, now: datetime | None = None
) -> int:
    """Release what a call holds while it goes on; how many holds that were."""
    return len(
        await store.reservations.cancel(company.id, call_id=call.id, reason="released", now=now)
    )


async def cancel_appointment(
    company: Company,
    appointment_id: int,
    *,
    reason: str = "cancelled",
    anyway: bool = False,
    store: Store,
    now: datetime | None = None,
) -> Appointment:
    """Free an appointment's calendars at once; again changes nothing.

    Raises UnknownAppointment, and TooLateToChange within the company's notice, which the desk may
    set aside (``anyway``).
    """
    if not anyway:
        await _refuse_late(company, appointment_id, store=store, now=now)
    appointment = await store.reservations.cancel_appointment(
        company.id, appointment_id, reason=reason, now=now
    )
    if appointment is None:
        raise UnknownAppointment
    return appointment


async def _refuse_late(
    company: Company, appointment_id: int, *, store: Store, now: datetime | None
) -> None:
    appointment = await store.appointments.find(company.id, appointment_id)
    if appointment is not None and appointment.status == "booked":
        at = now or await store.clock.now()
        refuse_late_change(company.rules.cancel_notice_min, appointment, at)
