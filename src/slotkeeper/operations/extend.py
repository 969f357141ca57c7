"""Keep a hold alive."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import (
    ReservationCancelled,
    ReservationExpired,
    UnknownReservation,
)
from slotkeeper.storage.reservations import ChangedReservation
from slotkeeper.storage.store import Store


async def extend(
    company: Company,
    token: UUID,
    *,
    ttl_s: int,
    store: Store,
    now: datetime | None = None,
) -> ChangedReservation:
    """Move a hold's expiry: never shorter, never revived, within the cap on its total age.

    A converted one stays as it is. Raises UnknownReservation, ReservationExpired or
    ReservationCancelled.
    """
    changed = await store.reservations.extend(company.id, token=token, ttl_s=ttl_s, now=now)
    if not changed:
        raise UnknownReservation
    reservation = changed[0].reservation
    if reservation.status == "expired":
        raise ReservationExpired
    if reservation.status == "cancelled":
        raise ReservationCancelled(reservation.end_reason or "")
    return changed[0]


async def extend_call(
    company: Company, call_id: str, *, ttl_s: int, store: Store, now: datetime | None = None
) -> int:
    """Keep alive all that a call holds: it is still talking. How many holds that are."""
    changed = await store.reservations.extend(company.id, call_id=call_id, ttl_s=ttl_s, now=now)
    return sum(hold.reservation.status == "active" for hold in changed)
