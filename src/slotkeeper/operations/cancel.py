"""End holds and appointments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import TooLateToChange, UnknownAppointment, UnknownReservation
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Call
from slotkeeper.storage.reservations import ChangedReservation
from slotkeeper.storage.store import Store


async def cancel(
    company: Company,
    token: UUID,
    *,
    reason: str = "released",
    store: Store,
    now: datetime | None = None,
) -> ChangedReservation:
    """End a hold, all its segments; give it as it now is and the clock to judge it by.

    One that has ended, or is booked, stays as it is. Raises UnknownReservation.
    """
    released = await store.reservations.release(company.id, token, reason=reason, now=now)
    if released is None:
        raise UnknownReservation
    return released


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
    notice_min = company.rules.cancel_notice_min
    cancellation = await store.reservations.cancel_appointment(
        company.id,
        appointment_id,
        reason=reason,
        notice_min=None if anyway else notice_min,
        now=now,
    )
    if cancellation.appointment is None:
        raise UnknownAppointment
    if cancellation.outcome == "too_late":
        raise TooLateToChange(notice_min)
    return cancellation.appointment
