from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.language.exact import read_date, read_datetime, read_time

TODAY = date(2025, 11, 10)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-11-28", date(2025, 11, 28)),
        ("28.11.2025", date(2025, 11, 28)),
        ("28.11.", date(2025, 11, 28)),
        ("28.11", date(2025, 11, 28)),
        ("5. 1.", date(2026, 1, 5)),
        ("09.11.", date(2025, 11, 9)),
        ("10.10.", date(2026, 10, 10)),
        ("31.2.", None),
        ("2025-02-30", None),
        ("morgen", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_programs_write_it(text, day):
    """ISO and German numeric; without a year the next one, or the one just over."""
    assert read_date(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9:45", time(9, 45)),
        ("09:45:00", time(9, 45)),
        ("9 Uhr", time(9)),
        ("9 Uhr 45", time(9, 45)),
        ("24:00", None),
        ("9:60", None),
        ("neun", None),
        ("9", None),
    ],
)
def test_a_time_is_read_as_programs_write_it(text, at):
    """Digits with a colon or Uhr; a bare number is no time."""
    assert read_time(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-11 09:45",
        "2025-11-11T09:45",
        "2025-11-11T09:45:00",
        "11.11.2025 09:45",
        "11.11. um 9 Uhr 45",
        "11.11., 09:45",
    ],
)
def test_date_and_time_are_read_from_one_text(text):
    """As models put both into one argument."""
    assert read_datetime(text, TODAY) == datetime.combine(date(2025, 11, 11), time(9, 45))


@given(st.text(max_size=60))
def test_any_text_is_read_or_not_but_never_fails(text):
    """The readers are total."""
    read_date(text, TODAY)
    read_time(text)
    read_datetime(text, TODAY)
