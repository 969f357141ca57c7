import pytest

from tests.language.understood import HOURS, NOW, agrees, table, understand_when, written

ROWS = [(locale, *row) for locale in ("de", "en") for row in table(locale)]


@pytest.mark.parametrize(("locale", "hours", "phrase", "expected"), ROWS)
def test_a_phrase_is_understood(locale, hours, phrase, expected):
    """Every phrase of our own tables is understood, or asked about, as they say."""
    found = understand_when(phrase, now=NOW, locale=locale, hours=HOURS[hours])
    got = written(found)
    assert agrees(got, expected), f"{phrase!r}: {got}"


def test_the_tables_are_large():
    """Both languages are covered by hundreds of phrases, none of them twice."""
    assert len(ROWS) > 700
    assert len({row[:3] for row in ROWS}) == len(ROWS)
