"""What a caller was refused, and somebody gave back meanwhile, is held for the caller and said."""

from datetime import timedelta

from slotkeeper.operations.cancel import release_call
from tests.build import FRIDAY_10
from tests.operations.test_check_availability import HOUR, check

DAY = timedelta(days=1)


async def a_refusal(salon, **wish):
    """Let a rival hold ten o'clock with Emma, and c1 wish it in vain."""
    await salon.hold(call="rival", staff="Emma")
    answer = await check(salon, staff="Emma", **wish)
    assert answer.wished is None


async def gives_back(salon):
    """Let the rival decline."""
    await release_call(salon.context("rival"))


def given_back(answer):
    """The starts of which the answer says that they were given back."""
    return [slot.starts_at for slot in answer.others if slot.given_back]


async def test_it_is_held_beside_the_next_wish(salon):
    """Whoever asks for three hears that ten is free by now, and both are held."""
    await a_refusal(salon)
    await gives_back(salon)
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + 5 * HOUR)
    assert answer.wished.starts_at == FRIDAY_10 + 5 * HOUR
    assert given_back(answer) == [FRIDAY_10]
    assert answer.others[0].hold.reservation.status == "active"
    assert (await salon.convert(answer.others[0].hold.reservation.token)).starts_at == FRIDAY_10


async def test_it_leads_what_is_offered_instead_of_the_next_wish(salon):
    """Where that is taken as well, ten is among the others."""
    await a_refusal(salon)
    await gives_back(salon)
    await salon.book(staff="Emma", at=FRIDAY_10 + 5 * HOUR)
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + 5 * HOUR)
    assert (answer.wished, given_back(answer)) == (None, [FRIDAY_10])
    assert len(answer.others) <= salon.company.rules.max_alternatives


async def test_it_is_seen_from_another_day(salon):
    """Whoever goes on to the next week hears of this week's ten."""
    await a_refusal(salon)
    await gives_back(salon)
    assert given_back(await check(salon, staff="Emma", at=FRIDAY_10 + 4 * DAY)) == [FRIDAY_10]


async def test_it_is_seen_whoever_is_wished_next(salon):
    """Ten with Emma is named to whoever now asks for Sarah."""
    await a_refusal(salon)
    await gives_back(salon)
    (back,) = (await check(salon, staff="Sarah", at=FRIDAY_10 + HOUR)).others
    assert (back.starts_at, back.staff_id) == (FRIDAY_10, salon.staff_ids["Emma"])


async def test_what_is_still_taken_is_not_named(salon):
    """The rival thinks on."""
    await a_refusal(salon)
    assert given_back(await check(salon, staff="Emma", at=FRIDAY_10 + 5 * HOUR)) == []


async def test_it_is_said_once(salon):
    """Then the call holds it, and it is in nobody's answer as news."""
    await a_refusal(salon)
    await gives_back(salon)
    for hours, news in ((5, [FRIDAY_10]), (6, [])):
        answer = await check(salon, staff="Emma", at=FRIDAY_10 + hours * HOUR)
        assert given_back(answer) == news


async def test_whoever_asks_first_gets_it(salon):
    """Of two who were refused, the one who speaks first; the other hears nothing of it."""
    await a_refusal(salon)
    await check(salon, call="c2", staff="Emma")
    await gives_back(salon)
    later = FRIDAY_10 + 5 * HOUR
    assert given_back(await check(salon, call="c2", staff="Emma", at=later)) == [FRIDAY_10]
    assert given_back(await check(salon, staff="Emma", at=later + HOUR)) == []


async def test_whoever_has_booked_another_time_waits_no_longer(salon):
    """Eleven is booked, so ten is not named when the caller asks for a second appointment."""
    await a_refusal(salon)
    await salon.book(call="c1", staff="Emma", at=FRIDAY_10 + HOUR)
    await gives_back(salon)
    assert given_back(await check(salon, staff="Emma", at=FRIDAY_10 + 5 * HOUR)) == []


async def test_another_person_still_waits(salon):
    """The father has booked; ten, that was wished for the son, is named."""
    await a_refusal(salon, person=2)
    await salon.book(call="c1", staff="Sarah")
    await gives_back(salon)
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + 5 * HOUR, person=2)
    assert given_back(answer) == [FRIDAY_10]


async def test_it_takes_nothing_back_from_the_call(salon):
    """An alternative that lies across ten was promised, and stays."""
    await salon.hold(call="rival", staff="Emma")
    await check(salon, staff="Emma")
    await gives_back(salon)
    mine = await salon.hold(call="c1", staff="Emma", at=FRIDAY_10 + timedelta(minutes=15))
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + 5 * HOUR)
    assert given_back(answer) == []
    assert (await salon.find(mine.token)).status == "active"


async def test_a_call_keeps_its_last_refusals_only(salon):
    """Four, so that a call that asks for hours stays small."""
    for hour in range(6):
        await salon.book(staff="Emma", at=FRIDAY_10 + hour * HOUR)
    for hour in range(6):
        await check(salon, staff="Emma", at=FRIDAY_10 + hour * HOUR)
    (row,) = await salon.rows(
        "SELECT jsonb_array_length(wishes) AS kept FROM refused_wishes WHERE company_id = $1"
    )
    assert row["kept"] == 4
