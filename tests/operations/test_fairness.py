"""What keeps holding for one caller from starving the next."""

from datetime import timedelta

import pytest

from slotkeeper.domain.errors import TooManyHolds
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.book import book
from tests.build import FRIDAY_10, a_company
from tests.operations.test_check_availability import HOUR, check, set_rules, starts


async def test_where_every_calendar_is_crowded_another_day_is_offered(store):
    """Nobody hears a bare no because others hold much of the day."""
    salon = await a_company(store, staff=("Emma", "Sarah", "Zoe", "Mia", "Ida"))
    await set_rules(salon, max_held_min_per_day=30)
    for staff in salon.staff_ids:
        await salon.hold(call=f"c-{staff}", staff=staff)
    answer = await check(salon, call="late")
    assert len(answer.others) == 2
    assert FRIDAY_10.date() not in {at.date() for at in starts(answer)}


async def test_few_slots_left_few_are_held(store):
    """Where little is left of a day, one caller's alternatives do not take it all."""
    salon = await a_company(store, staff=("Emma",))
    for hour in range(7, 14):  # UTC: from eight to three in Berlin
        await salon.book(at=FRIDAY_10.replace(hour=hour))
    answer = await check(salon, at=FRIDAY_10.replace(hour=13))
    days = [at.date() for at in starts(answer)]
    assert (len(days), days.count(FRIDAY_10.date())) == (2, 1)


async def test_a_robot_with_many_calls_cannot_empty_the_salon(store):
    """One number holds only so much within the hour, and a normal caller still gets a slot."""
    salon = await a_company(store)
    kept, refused = 0, 0
    for n in range(60):
        at = FRIDAY_10 + timedelta(minutes=55 * (n % 8), days=n // 8)
        try:
            answer = await check(salon, call=f"robot-{n}", caller="+49666", at=at)
            kept += answer.wished is not None
            refused += answer.wished is None
        except TooManyHolds:
            refused += 1
    assert 0 < kept <= salon.company.rules.max_holds_per_caller_hour
    assert refused == 60 - kept
    human = await check(salon, call="human", caller="+49170", at=FRIDAY_10 + HOUR)
    assert human.wished or human.others


async def test_withheld_numbers_are_counted_by_line(store):
    """Who hides the number shares a larger cap with all who do."""
    salon = await a_company(store, staff=("Emma", "Sarah", "Zoe"))
    await set_rules(salon, max_holds_withheld_hour=3)
    for n in range(3):
        at = FRIDAY_10 + n * HOUR
        assert (await check(salon, call=f"a{n}", caller="line:+4930", at=at)).wished
    with pytest.raises(TooManyHolds):
        await check(salon, call="a9", caller="line:+4930", at=FRIDAY_10 + 5 * HOUR)


async def test_a_days_share_is_not_held_away(store):
    """Beyond a share of a calendar's day only a first wish is held; what is new is on others."""
    salon = await a_company(store, staff=("Emma",))
    await set_rules(salon, max_held_min_per_day=100)
    for n in range(2):
        await salon.hold(call=f"c{n}", at=FRIDAY_10 + n * HOUR)
    newcomer = await check(salon, call="new", at=FRIDAY_10 + 3 * HOUR)
    assert newcomer.wished is not None
    more = await check(salon, call="new", at=FRIDAY_10 + 5 * HOUR)
    assert isinstance(more.refusal, TooManyHolds)
    assert more.others
    assert {at for at in starts(more) if at.date() == FRIDAY_10.date()} <= {
        newcomer.wished.starts_at
    }


async def test_only_the_number_that_rang_is_a_customers(store):
    """A number that was said in the call that booked proves nobody, also a day later."""
    salon = await a_company(store)
    said = Customer("Anna", "+49301111111")
    wish = salon.wish(staff="Emma", customer=said)
    await book(salon.context("first", caller="+49302222222"), wish)
    salon.clock.advance(25 * 3600)
    for caller in ("+49301111111", "+49302222222"):
        await check(salon, call=f"call of {caller}", caller=caller, at=FRIDAY_10 + 3 * HOUR)
    unproven = await salon.rows(
        "SELECT DISTINCT call_id, unproven FROM appointment_reservations "
        "WHERE company_id = $1 AND status = 'active' ORDER BY call_id"
    )
    assert unproven == [("call of +49301111111", "number"), ("call of +49302222222", None)]


async def test_a_new_numbers_first_wish_is_held_on_a_crowded_day(store):
    """Only what it wishes beside that goes to another day."""
    salon = await a_company(store, staff=("Emma",))
    await set_rules(salon, max_held_min_per_day=100)
    for n in range(2):
        await salon.hold(call=f"c{n}", at=FRIDAY_10 + n * HOUR)
    for call in ("first", "second"):
        at = FRIDAY_10 + (3 if call == "first" else 5) * HOUR
        answer = await check(salon, call=call, caller="+49302222222", at=at)
        assert (answer.wished is not None) is (call == "first")
