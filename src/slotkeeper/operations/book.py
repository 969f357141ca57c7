"""Book at once, without a hold before."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import CallEnded
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.placing import placements, taken
from slotkeeper.storage.reservations import Booking
from slotkeeper.storage.store import Store


async def book(
    company: Company, wish: Wish, *, call: Call, store: Store, now: datetime | None = None
) -> Appointment:
    """Reserve and convert in one transaction; the same booking of the same call is one.

    Raises SlotTaken, StaffCannot, InThePast or CallEnded.
    """
    refused: Booking | None = None
    for placement in await placements(company, wish, call=call, store=store, now=now):
        booking = await store.reservations.book(company.id, wish, placement, call=call, now=now)
        if booking.appointment is not None:
            return booking.appointment
        if booking.outcome == "call_ended":
            raise CallEnded
        refused = booking
    raise taken(refused)
