"""Book at once, without a hold before."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.domain.availability import why_not, wished_placements
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.placing import TRIES, refusal_of, see
from slotkeeper.storage.reservations import Booking
from slotkeeper.storage.store import Store


async def book(
    company: Company, wish: Wish, *, call: Call, store: Store, now: datetime | None = None
) -> Appointment:
    """Reserve and convert in one transaction; the same booking of the same call is one.

    That also holds for a repetition that comes when the slot could no longer be had. Raises the
    refusal that applies: SlotTaken, StaffCannot, Closed, TooSoon, CallEnded, ...
    """
    try:
        return await _book(company, wish, call=call, store=store, now=now)
    except Refusal:
        booked = await _booked_before(company, wish, call=call, store=store)
        if booked is None:
            raise
        return booked


async def _book(
    company: Company, wish: Wish, *, call: Call, store: Store, now: datetime | None
) -> Appointment:
    seen = await see(company, wish, call=call, store=store, now=now)
    placements = wished_placements(seen.diary, wish, seen.people, seen.read_at)[:TRIES]
    if not placements:
        raise why_not(seen.diary, wish, seen.people, seen.read_at)
    refused: Booking | None = None
    for placement in placements:
        booking = await store.reservations.book(company.id, wish, placement, call=call, now=now)
        if booking.appointment is not None:
            return booking.appointment
        refused = booking
        if booking.outcome != "taken":
            break
    raise refusal_of(refused)


async def _booked_before(
    company: Company, wish: Wish, *, call: Call, store: Store
) -> Appointment | None:
    """What the same wish of the same call has booked, and stands."""
    wished = (wish.service.id, wish.starts_at, wish.party)
    booked = await store.appointments.of_call(company.id, call.id) if call.id else []
    for one in booked:
        if one.status == "booked" and (one.service_id, one.starts_at, one.party) == wished:
            return one if wish.staff is None or wish.staff.id == one.staff_id else None
    return None
