"""The name that a caller gives on the question for it, and the answers that give none."""

import pytest

from tests.voice.line import TEN, appointments, reservations


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Krause & Töchter", "Krause & Töchter"),
        ("Lena Vogt (Tochter von Uwe)", "Lena Vogt (Tochter von Uwe)"),
        ("Özdemir/Lang", "Özdemir/Lang"),
        ("Herr Morgen", "Morgen"),
        ("Frau Danke", "Danke"),
    ],
)
async def test_a_name_with_signs_or_of_a_word_books(line, said, name):
    """It answers the question for the name, and is kept as it was said."""
    await line.tool("check_availability", TEN)
    booked = await line.tool("start_booking", {"customer_name": said})
    assert booked["status"] == "booked", booked
    (row,) = await appointments(line)
    assert row["customer_name"] == name


@pytest.mark.parametrize("said", ["nein danke", "das sag ich nicht", "no thanks"])
async def test_an_answer_that_gives_no_name_books_nothing(line, said):
    """The question stays, and so does the hold."""
    await line.tool("check_availability", TEN)
    answer = await line.tool("start_booking", {"customer_name": said})
    assert (answer["status"], answer["missing"]) == ("needs_info", ["customer_name"])
    assert await appointments(line) == []
    assert len(await reservations(line)) == 1
