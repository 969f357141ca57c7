"""Hold a slot."""

from __future__ import annotations

from slotkeeper.domain.opening import sellable_week_min
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import PLACEMENT_TRIES, is_lost, read_for_wish, refusal_of
from slotkeeper.storage.reservation_results import ChangedReservation, OfferOptions, OptionResult


async def hold(context: RequestContext, wish: Wish) -> ChangedReservation:
    """Hold a slot until it is converted, cancelled or expired.

    The same wish of the same call gets the same hold again, renewed. Raises HoldsOff where the
    request must not hold, else the refusal that applies: SlotTaken, StaffCannot, Closed, TooSoon,
    CallEnded, TooManyHolds, ...
    """
    context.refuse_if_off()
    reading = await read_for_wish(context, wish)
    wish = reading.wish
    placements = reading.placements(wish, PLACEMENT_TRIES)
    if not placements:
        raise reading.why_not(wish)
    refused: OptionResult | None = None
    for placement in placements:
        (option,) = await context.store.reservations.reserve(
            context.company.id,
            wish,
            OfferOptions([placement]),
            call=context.call,
            ttl_s=context.hold_ttl_s,
            cancel_notice_min=context.company.rules.cancel_notice_min,
            catalogue_version=context.company.version,
            topic=context.conversation.unsaved,
            sellable_week_min=sellable_week_min(context.company),
            now=context.test_now,
        )
        context.conversation.saved()
        if option.held is not None:
            return option.held
        refused = option
        if not is_lost(option):
            break
    raise refusal_of(refused)
