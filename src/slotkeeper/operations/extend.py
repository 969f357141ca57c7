"""Keep a hold alive."""

from __future__ import annotations

from uuid import UUID

from slotkeeper.domain.errors import (
    ReservationCancelled,
    ReservationExpired,
    UnknownReservation,
)
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.reservation_results import ChangedReservation


async def extend(context: RequestContext, token: UUID) -> ChangedReservation:
    """Move a hold's expiry to the context's ``hold_ttl_s`` from now.

    The hold never gets shorter, never comes back to life, and never outlives the cap on its total
    age. A converted one stays as it is. Raises UnknownReservation, ReservationExpired or
    ReservationCancelled.
    """
    changed = await context.store.reservations.extend(
        context.company.id, token=token, ttl_s=context.hold_ttl_s, now=context.test_now
    )
    if not changed:
        raise UnknownReservation
    reservation = changed[0].reservation
    if reservation.status == "expired":
        raise ReservationExpired
    if reservation.status == "cancelled":
        raise ReservationCancelled(reservation.end_reason or "")
    return changed[0]


async def extend_call(context: RequestContext) -> int:
    """Extend all that the context's call holds, because it is still talking; count the holds.

    What the call talks about is kept along with it.
    """
    changed = await context.store.reservations.extend(
        context.company.id,
        call_id=context.call.id,
        ttl_s=context.hold_ttl_s,
        topic=context.conversation.unsaved,
        now=context.test_now,
    )
    context.conversation.saved()
    return sum(hold.reservation.status == "active" for hold in changed)
