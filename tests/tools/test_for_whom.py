"""Nobody is booked before it is known for whom, and the hold lives on until then."""

import pytest

from slotkeeper.domain.errors import CustomerNeeded
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.book import book
from slotkeeper.operations.convert import convert
from slotkeeper.tools.booking import start_booking
from slotkeeper.tools.checking import check_availability
from tests.build import HAIRCUT

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}
NOBODY, NAME, PHONE = Customer(), Customer("Anna Meier"), Customer(phone="+493012345678")


async def needs(salon, needed):
    """Let the company need this to book."""
    await salon.rows("UPDATE companies SET needed_to_book = $2 WHERE id = $1 RETURNING id", needed)
    salon.company = await salon.store.catalogues.reload(salon.id)


async def test_the_name_is_asked_before_the_slot_is_booked(salon):
    """The hold is renewed meanwhile, and the answer books it."""
    held = await check_availability(salon.tool_request(**TEN))
    token = held.facts["reservation_token"]
    salon.clock.advance(200)
    asked = await start_booking(salon.tool_request())
    assert (asked.status, asked.facts["missing"]) == ("needs_info", ["customer_name"])
    assert (asked.say, asked.facts["reservation_token"]) == (
        "Auf welchen Namen darf ich den Termin eintragen?",
        token,
    )
    salon.clock.advance(200)
    booked = await start_booking(salon.tool_request(customer_name="Anna Meier"))
    assert (booked.status, booked.facts["reservation_token"]) == ("booked", token)


async def test_what_was_not_held_is_held_before_the_name_is_asked(salon):
    """Nobody takes it while the caller spells a name."""
    asked = await start_booking(salon.tool_request(**TEN))
    assert (asked.status, asked.facts["missing"]) == ("needs_info", ["customer_name"])
    assert asked.say.endswith(" Auf welchen Namen darf ich den Termin eintragen?")
    (hold,) = await salon.store.reservations.active(salon.id, now=salon.now)
    assert asked.facts["reservation_token"] == str(hold.token)


async def test_the_number_that_rings_is_a_number(salon):
    """Nothing is asked of who can be rung back."""
    await check_availability(salon.tool_request(**TEN))
    answer = await start_booking(salon.tool_request(caller="+493012345678"))
    assert answer.status == "booked"


@pytest.mark.parametrize(
    ("needed", "missing"),
    [
        ("name", ["customer_name"]),
        ("number", ["customer_phone"]),
        ("name_and_number", ["customer_name", "customer_phone"]),
    ],
)
async def test_what_is_missing_is_asked_for(salon, needed, missing):
    """All of it in one question."""
    await needs(salon, needed)
    await check_availability(salon.tool_request(**TEN))
    asked = await start_booking(salon.tool_request())
    assert (asked.status, asked.facts["missing"]) == ("needs_info", missing)


@pytest.mark.parametrize(
    ("needed", "customer", "missing"),
    [
        ("name_or_number", NOBODY, ("name", "phone")),
        ("name_or_number", NAME, ()),
        ("name_or_number", PHONE, ()),
        ("name_or_number", Customer(" ", ""), ("name", "phone")),
        ("name", PHONE, ("name",)),
        ("number", NAME, ("phone",)),
        ("name_and_number", NAME, ("phone",)),
        ("nothing", NOBODY, ()),
    ],
)
async def test_each_rule_refuses_what_it_must_know(salon, needed, customer, missing):
    """By a hold as well as at once, and the hold stays."""
    await needs(salon, needed)
    hold = await salon.hold(customer=NOBODY)
    context = salon.context()
    if not missing:
        assert (await convert(context, hold.token, customer)).status == "booked"
        return
    with pytest.raises(CustomerNeeded) as refused:
        await convert(context, hold.token, customer)
    assert refused.value.missing == missing
    assert (await salon.find(hold.token)).status == "active"
    with pytest.raises(CustomerNeeded):
        await book(context, salon.wish(customer=customer))


async def test_what_the_hold_knows_is_enough_and_a_repetition_asks_nothing(salon):
    """The same appointment, whoever asks again."""
    hold = await salon.hold(customer=NAME)
    first = await convert(salon.context(), hold.token, NOBODY)
    assert (await convert(salon.context(), hold.token, NOBODY)).id == first.id
    assert first.customer_name == "Anna Meier"
