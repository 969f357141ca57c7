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
from slotkeeper.storage.reservations import Extension
from slotkeeper.storage.store import Store


async def extend(
    company: Company,
    token: UUID,
    *,
    ttl_s: int,
    store: Store,
    now: datetime | None = None,
) -> Extension:
    """Move a hold's expiry: never shorter, never revived, within the cap on its total age.

    A converted one stays as it is. Raises UnknownReservation, ReservationExpired or
    ReservationCancelled.
    """
    found = await store.reservations.extend(company.id, token=token, ttl_s=ttl_s, now=now)
    if not found:
        raise UnknownReservation
    if found[0].status == "expired":
        raise ReservationExpired
    if found[0].status == "cancelled":
        raise ReservationCancelled(found[0].end_reason or "")
    return found[0]


async def extend_call(
    company: Company, call_id: str, *, ttl_s: int, store: Store, now: datetime | None = None
) -> int:
    """Keep alive all that a call holds: it is still talking. How many holds that are."""
    found = await store.reservations.extend(company.id, call_id=call_id, ttl_s=ttl_s, now=now)
    return sum(one.status == "active" for one in found)
