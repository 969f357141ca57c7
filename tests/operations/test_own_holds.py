"""What the state machine found: nobody's hold gives way to a wish that did not take its place."""

from __future__ import annotations

from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Call
from slotkeeper.storage.reservation_results import OfferOptions, OptionResult
from tests.build import FRIDAY_10, HAIRCUT, Salon
from tests.races.arena import Caller, later


async def test_a_wish_takes_nothing_from_a_caller_without_a_call(salon):
    """Whoever's own hold makes way for a new wish, an anonymous one beside it does not."""
    await salon.hold(call="ann", at=FRIDAY_10, staff="Emma")
    other = await salon.hold(call=None, at=later(FRIDAY_10, minutes=60), staff="Emma")
    await _reserve(salon, "ann", Caller(salon, "ann").slot(later(FRIDAY_10, minutes=30)))
    assert (await salon.find(other.token)).status == "active"


async def test_a_stylist_who_is_not_to_be_had_replaces_nobody(salon):
    """The hold with Sarah stays where the wish for Emma at the same time is refused."""
    await salon.hold(call="bob", at=FRIDAY_10, staff="Emma")
    sarah = await salon.hold(call="ann", at=FRIDAY_10, staff="Sarah")
    ann = Caller(salon, "ann")
    slots = ann.slot(FRIDAY_10, "Emma"), ann.slot(later(FRIDAY_10, hours=2), "Emma")
    options = await _reserve(salon, "ann", *slots, named=True)
    assert [option.outcome for option in options] == ["taken", "held"]
    assert (await salon.find(sarah.token)).status == "active"


async def _reserve(
    salon: Salon, call: str, *slots: Placement, named: bool = False
) -> list[OptionResult]:
    return await salon.store.reservations.reserve(
        salon.id,
        Caller(salon, call).wish(slots[0], HAIRCUT, named),
        OfferOptions(slots),
        call=Call("test", call),
        ttl_s=300,
        now=salon.now,
    )
