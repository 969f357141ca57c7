"""Turn a hold into an appointment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import (
    ReservationCancelled,
    ReservationExpired,
    UnknownReservation,
)
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Customer
from slotkeeper.storage.store import Store


async def convert(
    company: Company,
    token: UUID,
    *,
    customer: Customer,
    call_id: str | None = None,
    reacquire: bool = False,
    store: Store,
    now: datetime | None = None,
) -> Appointment:
    """Convert a live hold, all its segments; asked again, give the same appointment.

    Raises UnknownReservation (also where ``call_id`` is given and it is another call's),
    ReservationCancelled or ReservationExpired; with ``reacquire`` the last only if it cannot be
    had again whole.
    """
    done = await store.reservations.convert(
        company.id,
        token,
        (customer.name, customer.phone),
        call_id=call_id,
        reacquire=reacquire,
        now=now,
    )
    if done.appointment is not None:
        return done.appointment
    if done.outcome == "expired":
        raise ReservationExpired
    if done.outcome == "cancelled":
        raise ReservationCancelled(done.end_reason or "")
    raise UnknownReservation
