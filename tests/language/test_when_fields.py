from datetime import datetime

import pytest

from tests.language.understood import BERLIN, understand_when, written

NOW = datetime(2026, 11, 24, 12, 21, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("Freitag um elf", "de", "2026-11-27 11:00"),
        ("Freitag gegen elf", "de", "2026-11-27 11:00"),
        ("Freitag elf", "de", "2026-11-27 11:00"),
        ("morgen um zehn", "de", "2026-11-25 10:00"),
        ("um elf", "de", "11:00"),
        ("tomorrow at ten", "en", "2026-11-25 10:00"),
        ("Friday at eleven", "en", "2026-11-27 11:00"),
        ("elf", "de", "2026-12-11"),
        ("am 11", "de", "2026-12-11"),
        ("der elfte", "de", "2026-12-11"),
        ("Freitag, den elften", "de", "2026-12-11"),
    ],
)
def test_a_field_for_the_date_may_hold_the_whole_wish(text, locale, expected):
    """A bare number there is a day of the month, and an hour where it is said like one."""
    assert written(understand_when(None, date_text=text, now=NOW, locale=locale)) == expected
