"""Book at once, without a hold before."""

from __future__ import annotations

from slotkeeper.domain.booked_visit import booked_as_wished
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.opening import sellable_week_min
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.for_whom import refuse_nobody
from slotkeeper.operations.placing import (
    PLACEMENT_TRIES,
    WishReading,
    is_lost,
    read_for_wish,
    refusal_of,
)
from slotkeeper.storage.reservation_results import BookingResult


async def book(context: RequestContext, wish: Wish) -> Appointment:
    """Book at once and give the first person's appointment; see book_visit."""
    return (await book_visit(context, wish))[0]


async def book_visit(
    context: RequestContext, wish: Wish, *, reading: WishReading | None = None
) -> tuple[Appointment, ...]:
    """Reserve and convert in one transaction; the same booking of the same call is one.

    There is an appointment for each person of the visit. A repetition gives the same ones, also
    when the slot could no longer be had. ``reading`` is what has been read around the wish, if it
    has been. Raises the refusal that applies: CustomerNeeded,
    SlotTaken, StaffCannot, Closed, TooSoon, CallEnded, ...
    """
    try:
        return await _book(context, reading or await read_for_wish(context, wish))
    except Refusal:
        booked = booked_as_wished(context.conversation.booked, wish)
        if not booked:
            raise
        return booked


async def _book(context: RequestContext, reading: WishReading) -> tuple[Appointment, ...]:
    wish = reading.wish
    if booked := booked_as_wished(context.conversation.booked, wish):
        return booked
    placements = reading.placements(wish, PLACEMENT_TRIES)
    if not placements:
        raise reading.why_not(wish)
    refuse_nobody(context.company, wish.customer)
    refused: BookingResult | None = None
    for placement in placements:
        booking = await context.store.reservations.book(
            context.company.id,
            wish,
            placement,
            call=context.call,
            cancel_notice_min=context.company.rules.cancel_notice_min,
            catalogue_version=context.company.version,
            topic=context.conversation.unsaved,
            known=context.conversation.known_to_stand,
            sellable_week_min=sellable_week_min(context.company),
            without_holds=not context.holds,
            now=context.test_now,
        )
        context.conversation.saved()
        if booking.appointments:
            return booking.appointments
        refused = booking
        if not is_lost(booking):
            break
    raise refusal_of(refused)
