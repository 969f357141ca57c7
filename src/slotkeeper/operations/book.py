"""Book at once, without a hold before."""

from __future__ import annotations

from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import PLACEMENT_TRIES, read_for_wish, refusal_of
from slotkeeper.storage.reservation_results import BookingResult


async def book(context: RequestContext, wish: Wish) -> Appointment:
    """Reserve and convert in one transaction; the same booking of the same call is one.

    A repetition gives the same appointment, also when the slot could no longer be had. Raises the
    refusal that applies: SlotTaken, StaffCannot, Closed, TooSoon, CallEnded, ...
    """
    try:
        return await _book(context, wish)
    except Refusal:
        booked = await _booked_before(context, wish)
        if booked is None:
            raise
        return booked


async def _book(context: RequestContext, wish: Wish) -> Appointment:
    reading = await read_for_wish(context, wish)
    placements = reading.placements(wish, PLACEMENT_TRIES)
    if not placements:
        raise reading.why_not(wish)
    refused: BookingResult | None = None
    for placement in placements:
        booking = await context.store.reservations.book(
            context.company.id, wish, placement, call=context.call, now=context.test_now
        )
        if booking.appointment is not None:
            return booking.appointment
        refused = booking
        if booking.outcome != "taken":
            break
    raise refusal_of(refused)


async def _booked_before(context: RequestContext, wish: Wish) -> Appointment | None:
    """Find the standing appointment that the same call has booked for the same wish."""
    if context.call.id is None:
        return None
    wished = (wish.service.id, wish.starts_at, wish.party)
    for appointment in await context.store.appointments.of_call(
        context.company.id, context.call.id
    ):
        same = (appointment.service_id, appointment.starts_at, appointment.party) == wished
        if same and appointment.status == "booked":
            with_staff = wish.staff is None or wish.staff.id == appointment.staff_id
            return appointment if with_staff else None
    return None
