"""A line drops and the caller rings again, as a platform tells it."""

import pytest

from tests.voice.line import CALLER, TEN, appointments

RITA = {"customer_name": "Rita Probe"}
EMMA = TEN | {"mitarbeiter": "Emma"}


async def test_a_second_call_with_the_same_wish_books_nothing_unasked(test_line):
    """The first call's "booked" was never heard."""
    first = await test_line.tool("book_appointment", TEN | RITA, call="call_a")
    second = await test_line.tool("book_appointment", TEN | RITA, call="call_b")
    assert (first["status"], second["status"]) == ("booked", "needs_info")
    assert second["missing"] == ["another"]
    assert len(await appointments(test_line)) == 1


async def test_a_number_is_one_number_however_it_is_spelt(test_line):
    """With blanks or without, it is the same caller."""
    await test_line.tool("check_availability", EMMA, call="call_a", caller="+49 170 1234567")
    test_line.salon.clock.advance(90)
    again = await test_line.tool("check_availability", EMMA, call="call_b", caller=CALLER)
    assert again["status"] == "held"


@pytest.mark.parametrize("words", ["Bartpflege", "xyz", "nur Maniküre", "alleine zaubern"])
async def test_what_the_salon_does_not_offer_is_not_what_was_wished_before(test_line, words):
    """Words that explain nothing are asked about, whatever the call holds."""
    await test_line.tool("check_availability", EMMA, call="call_a")
    asked = await test_line.tool("check_availability", {"dienstleistung": words}, call="call_a")
    assert asked["status"] in ("needs_info", "unknown_service")


async def test_a_call_that_is_asked_back_still_speaks(test_line):
    """A question is an answer: what was held stays the older call's."""
    await test_line.tool("check_availability", EMMA, call="call_a")
    test_line.salon.clock.advance(60)
    asked = await test_line.tool("check_availability", {"dienstleistung": "xyz"}, call="call_a")
    assert asked["status"] in ("needs_info", "unknown_service")
    test_line.salon.clock.advance(60)
    again = await test_line.tool("check_availability", EMMA, call="call_b")
    assert again["status"] == "slot_taken"
