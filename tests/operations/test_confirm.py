"""Which hold a caller's yes means, decided from what was said and what the call holds."""

from datetime import date, time, timedelta

import pytest

from slotkeeper.domain.errors import CallEnded
from slotkeeper.operations.check_availability import check_availability
from slotkeeper.operations.confirm import SpokenYes, book_or_name_others, held_slot
from tests.build import FRIDAY_10, PERM

TWO_HOURS = timedelta(hours=2)
FRIDAY = date(2027, 3, 5)


async def meant(salon, *holds, **yes):
    """What a yes means of some holds, which are read again as they now are."""
    read = [await salon.find(hold.token) for hold in holds]
    hold = held_slot(SpokenYes(**yes), read, now=salon.now, zone=salon.company.zone)
    return hold if isinstance(hold, str) else hold.token


@pytest.fixture
async def ten(salon):
    """A haircut at ten."""
    return await salon.hold(call="call_a", staff="Emma")


@pytest.fixture
async def perm(salon, ten):
    """A perm at noon, held a minute later."""
    salon.clock.advance(60)
    return await salon.hold(PERM, call="call_a", staff="Sarah", at=FRIDAY_10 + TWO_HOURS)


async def test_a_mere_yes_means_what_was_named_last(salon, ten, perm):
    """Both live, and the perm was the last word."""
    assert await meant(salon, ten, perm) == perm.token


async def test_what_was_said_wins_over_what_was_named_last_and_over_a_token(salon, ten, perm):
    """The service, or the day and time."""
    haircut = salon.company.service_by_id(ten.service_id)
    assert await meant(salon, ten, perm, services=(haircut,), token=perm.token) == ten.token
    assert await meant(salon, ten, perm, day=FRIDAY, at=time(10), token=perm.token) == ten.token


async def test_a_token_is_good_among_the_calls_own_holds_alone(salon, ten, perm):
    """Another's names nothing, so the yes means what was named last."""
    other = await salon.hold(call="call_b", at=FRIDAY_10 + 3 * TWO_HOURS)
    assert await meant(salon, ten, perm, token=ten.token) == ten.token
    assert await meant(salon, ten, perm, token=other.token) == perm.token


async def test_the_token_of_what_was_named_instead_means_it(salon):
    """Emma was wished, ten with Sarah was named with her name, and the agent still says Emma."""
    await salon.book(staff="Emma")
    wish = salon.wish(staff="Emma")
    availability = await check_availability(salon.context("call_a"), wish, or_others=True)
    (sarah,) = (slot.hold.reservation for slot in availability.others if slot.is_with_another)
    yes = {"staff": (wish.staff,), "day": FRIDAY, "at": time(10)}
    assert await meant(salon, sarah, token=sarah.token, **yes) == sarah.token
    assert await meant(salon, sarah, **yes) == "never_held"


async def test_the_second_one_is_counted_by_time(salon, ten, perm):
    """Not by when it was held."""
    assert await meant(salon, perm, ten, picked=1) == perm.token


async def test_two_that_were_named_in_one_answer_are_asked_apart(salon):
    """Nothing tells which of them is meant."""
    first = await salon.hold(call="call_a", staff="Emma")
    second = await salon.hold(call="call_a", staff="Sarah", person=2)
    assert await meant(salon, first, second) == "several"
    assert await meant(salon, first, second, person=2) == second.token


async def test_a_time_that_is_not_held_was_never_held(salon, ten):
    """So it is booked at once, if it can be."""
    assert await meant(salon, ten, day=FRIDAY, at=time(15)) == "never_held"


async def test_another_service_than_is_held_was_never_held(salon, ten):
    """Only a call that holds nothing at all has nothing to say yes to."""
    perm = salon.company.service(PERM)
    assert await meant(salon, ten, services=(perm,)) == "never_held"
    assert await meant(salon) == await meant(salon, services=(perm,)) == "nothing_held"


async def test_a_yes_after_the_booking_is_a_repetition(salon, ten):
    """It means the hold that was converted."""
    await salon.convert(ten.token, call="call_a")
    assert await meant(salon, ten) == ten.token


async def test_a_yes_to_what_has_expired_means_it_still(salon, ten):
    """Perhaps it can be had again."""
    salon.clock.advance(301)
    assert await meant(salon, ten) == ten.token


async def test_a_slot_that_cannot_be_booked_is_answered_with_others(salon):
    """They are held, and the refusal says why."""
    for staff in salon.staff_ids:
        await salon.book(staff=staff)
    instead = await book_or_name_others(salon.context("call_a"), salon.wish())
    assert instead.availability.refusal.code == "slot_taken"
    assert all(slot.hold for slot in instead.availability.others)


async def test_a_slot_that_is_free_is_booked(salon):
    """Without a hold before."""
    booked = await book_or_name_others(salon.context("call_a"), salon.wish())
    assert [each.status for each in booked] == ["booked"]


async def test_a_call_that_has_ended_is_offered_nothing(salon):
    """No other slot is an answer to that."""
    await salon.hang_up("call_a")
    with pytest.raises(CallEnded):
        await book_or_name_others(salon.context("call_a"), salon.wish())
