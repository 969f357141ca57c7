"""A newer call of the same number takes over what an older call left behind, and only that."""

import asyncio
from datetime import timedelta

import pytest

from slotkeeper.domain.errors import ReservationCancelled, SlotTaken, TooManyHolds
from slotkeeper.domain.wish import Customer, Wish, WishedPart
from slotkeeper.operations.book import book
from slotkeeper.operations.check_availability import check_availability
from slotkeeper.operations.convert import convert
from slotkeeper.operations.extend import extend, extend_call
from slotkeeper.operations.hold import hold
from tests.build import FRIDAY_10, HAIRCUT, PERM, a_company

RITA = "+491729990011"
SILENT_S = 90


async def rings(salon, call, service=HAIRCUT, *, caller=RITA, **wish):
    """A call of Rita's number holds a slot with Emma."""
    context = salon.context(call, caller=caller)
    return (await hold(context, salon.wish(service, **{"staff": "Emma"} | wish))).reservation


async def left(salon, call="older", *, silent_s=SILENT_S, **wish):
    """A call that held a slot, and then the line dropped."""
    held = await rings(salon, call, **wish)
    salon.clock.advance(silent_s)
    return held


async def test_a_slot_left_behind_goes_to_the_newer_call(salon):
    """The old hold ends in the instant in which the new one is made."""
    old = await left(salon)
    new = await rings(salon, "newer")
    gone = await salon.find(old.token)
    assert (gone.status, gone.end_reason) == ("cancelled", "taken_over")
    assert (new.status, new.starts_at, new.staff_id) == ("active", old.starts_at, old.staff_id)


async def test_nothing_is_taken_over_from_a_call_that_may_still_think(salon):
    """People think for up to 73 s before they answer."""
    old = await left(salon, silent_s=SILENT_S - 1)
    with pytest.raises(SlotTaken):
        await rings(salon, "newer")
    assert (await salon.find(old.token)).status == "active"


async def test_a_call_that_was_heard_since_is_not_silent(salon):
    """Any tool call of the older call counts."""
    await left(salon, silent_s=60)
    await extend_call(salon.context("older", caller=RITA))
    salon.clock.advance(60)
    with pytest.raises(SlotTaken):
        await rings(salon, "newer")


async def test_a_yes_counts_as_heard(salon):
    """The caller has just booked one slot and thinks about the other."""
    first = await rings(salon, "older")
    await rings(salon, "older", at=FRIDAY_10 + timedelta(hours=3))
    salon.clock.advance(60)
    await convert(salon.context("older"), first.token, Customer())
    salon.clock.advance(60)
    with pytest.raises(SlotTaken):
        await rings(salon, "newer", at=FRIDAY_10 + timedelta(hours=3))


async def test_a_slot_is_taken_over_once(salon):
    """A third call finds it taken, however long the second is silent."""
    await left(salon)
    await left(salon, "newer")
    with pytest.raises(SlotTaken):
        await rings(salon, "third")


@pytest.mark.parametrize(
    "other",
    [
        {"caller": "+491729990012"},
        {"caller": "line:+4930123"},
        {"caller": None},
        {"at": FRIDAY_10 + timedelta(minutes=5)},
        {"service": "Trockenschnitt"},
    ],
    ids=["another number", "a withheld number", "no number", "another start", "another service"],
)
async def test_only_the_same_caller_takes_over_and_only_the_same_slot(salon, other):
    """Everything else is answered as somebody else's."""
    old = await left(salon)
    with pytest.raises(SlotTaken):
        await rings(salon, "newer", **other)
    assert (await salon.find(old.token)).status == "active"


@pytest.mark.parametrize("caller", ["line:+4930123", None], ids=["withheld", "unknown"])
async def test_without_a_number_nobody_is_the_same_caller(salon, caller):
    """Withheld numbers of one line are many people."""
    await left(salon, caller=caller)
    with pytest.raises(SlotTaken):
        await rings(salon, "newer", caller=caller)


async def test_another_company_takes_nothing_over(store, salon):
    """The same number rings elsewhere."""
    old = await left(salon)
    other = await a_company(store)
    await rings(other, "newer")
    assert (await salon.find(old.token)).status == "active"


async def test_what_else_is_free_comes_before_what_was_left_behind(salon):
    """Somebody else of the number may still want it, so anyone who is free serves."""
    old = await left(salon)
    new = await rings(salon, "newer", staff=None)
    assert new.staff_id == salon.staff_ids["Sarah"]
    assert (await salon.find(old.token)).status == "active"


async def test_a_visit_of_several_segments_is_taken_over_whole(salon):
    """All that the old hold blocked is the new one's, and nothing else is."""
    old = await left(salon, service=PERM)
    new = await rings(salon, "newer", PERM)
    assert (await salon.find(old.token)).end_reason == "taken_over"
    assert len(new.segments) == len(old.segments)


async def test_a_visit_of_two_people_is_taken_over_whole_or_not_at_all(salon):
    """The same services for the same people; a part of it alone is another wish."""
    cut, dry = salon.company.service(HAIRCUT), salon.company.service("Trockenschnitt")
    both = Wish((WishedPart(cut), WishedPart(dry, 2)), FRIDAY_10)
    old = (await hold(salon.context("older", caller=RITA), both)).reservation
    salon.clock.advance(SILENT_S)
    newer = salon.context("newer", caller=RITA)
    with pytest.raises(SlotTaken):
        await hold(newer, Wish.of(cut, FRIDAY_10))
    new = (await hold(newer, both)).reservation
    assert (await salon.find(old.token)).end_reason == "taken_over"
    assert [part.service_id for part in new.parts] == [cut.id, dry.id]


async def test_a_call_that_hung_up_has_left_nothing_behind(salon):
    """Its holds went with it, so the slot is simply free."""
    old = await rings(salon, "older")
    await salon.hang_up("older")
    await rings(salon, "newer")
    assert (await salon.find(old.token)).end_reason == "call_ended"


async def test_a_slot_left_behind_can_be_booked_at_once(salon):
    """Booking takes over as holding does."""
    old = await left(salon)
    booked = await book(salon.context("newer", caller=RITA), salon.wish(staff="Emma"))
    assert (booked.starts_at, booked.staff_id) == (old.starts_at, old.staff_id)
    assert (await salon.find(old.token)).end_reason == "taken_over"


async def test_a_slot_left_behind_is_never_an_alternative(salon):
    """Only the exact wish takes over; other times are found as if it were taken."""
    await left(salon)
    context = salon.context("newer", caller=RITA)
    wish = salon.wish(at=FRIDAY_10 + timedelta(minutes=5), staff="Emma")
    named = await check_availability(context, wish)
    assert named.wished is None
    assert FRIDAY_10 not in [slot.starts_at for slot in named.others]


async def test_a_takeover_does_not_count_as_one_more_hold(salon):
    """The number's hourly share is the same as before."""
    await salon.rows("UPDATE companies SET max_holds_per_caller_hour = 1 WHERE id = $1")
    await left(salon)
    await rings(salon, "newer")
    with pytest.raises(TooManyHolds):
        await rings(salon, "third", at=FRIDAY_10 + timedelta(hours=3))


async def test_the_older_call_hears_that_its_slot_went_to_the_newer_call(salon):
    """Its yes and its renewal are refused with the reason, and a new wish is told it too."""
    old = await left(salon)
    await rings(salon, "newer")
    older = salon.context("older", caller=RITA)
    for attempt in (convert(older, old.token, Customer()), extend(older, old.token)):
        with pytest.raises(ReservationCancelled) as refused:
            await attempt
        assert refused.value.reason == "taken_over"
    named = await check_availability(older, salon.wish(staff="Emma"))
    assert named.refusal.blocked_by == "newer_call"


async def test_what_became_an_appointment_stays_one(salon):
    """The older call's yes came first."""
    old = await left(salon)
    await convert(salon.context("older"), old.token, Customer())
    with pytest.raises(SlotTaken):
        await rings(salon, "newer")


async def test_a_takeover_races_the_older_calls_yes_and_one_wins(store):
    """Whoever is first under the company's lock has it, and the other is told so."""
    for _ in range(10):
        salon = await a_company(store)
        old = await left(salon)
        yes, taken = await asyncio.gather(
            convert(salon.context("older"), old.token, Customer()),
            rings(salon, "newer"),
            return_exceptions=True,
        )
        if isinstance(yes, ReservationCancelled):
            assert taken.status == "active"
        else:
            assert isinstance(taken, SlotTaken)
            assert yes.status == "booked"
