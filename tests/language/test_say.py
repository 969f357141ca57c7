import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slotkeeper.domain.locale import LOCALES
from slotkeeper.language.say.en import ordinal
from slotkeeper.language.say.speech import SPEECH
from slotkeeper.language.say.spoken import (
    say,
    say_candidates,
    say_others,
    spoken_date,
    spoken_price,
    spoken_time,
)
from slotkeeper.language.vocabulary.tables import VOCABULARIES
from tests.language.understood import understand_when

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=BERLIN)
HOURS = {day: [(time(0), None)] for day in range(1, 8)}

instants = st.integers(1, 120 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
locales = st.sampled_from(LOCALES)


def understood(text, locale):
    """What our own parser makes of what we say."""
    return understand_when(text, now=NOW, locale=locale, hours=HOURS)


def exists_once(at):
    """Whether the clock on the wall shows this time once that day."""
    return at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset()


@given(instants, locales)
@example(datetime(2027, 3, 5, 12, 15, tzinfo=BERLIN), "en")
@example(datetime(2027, 3, 5, 0, 0, tzinfo=BERLIN), "de")
@example(datetime(2027, 3, 5, 1, 1, tzinfo=BERLIN), "de")
def test_every_time_we_say_we_understand(at, locale):
    """A date and time as we say them are read as that very date and time."""
    if not exists_once(at):
        return
    preposition = "um" if locale == "de" else "at"
    text = f"{spoken_date(at, locale)} {preposition} {spoken_time(at, locale)}"
    found = understood(text, locale)
    assert (found.status, found.wall) == ("ok", at.replace(tzinfo=None)), text


@pytest.mark.parametrize("status", ["held", "available", "booked", "moved", "cancelled"])
@given(instants, locales)
def test_every_sentence_with_a_time_is_understood(status, at, locale):
    """A caller may repeat our whole sentence."""
    if not exists_once(at):
        return
    text = say(status, locale, at, "Dauerwelle")
    found = understood(text, locale)
    assert (found.date, found.time) == (at.date(), at.time()), text


@given(st.lists(instants, min_size=1, max_size=3, unique=True), locales)
def test_what_is_said_can_be_spoken(times, locale):
    """A sentence has no ISO date, id, newline or unfilled blank; it offers three times at most."""
    no = say("slot_taken", locale, times[0], "Gloss")
    for text in (say_others(no, times, locale), say_others("", times, locale)):
        assert not re.search(r"[{}\n]|\d{4}|\d:\d", text), text
        assert len(re.findall(r"[.?!](?: |$)", re.sub(r"\d\. ", "", text))) <= 3, text


def test_no_machine_word_is_ever_said():
    """Sentences hold no code and no blank but those that are filled."""
    blanks = {"date", "time", "service", "others", "no", "duration", "price", "hours"} | {
        "whom",
        "with",
        "wish",
    }
    blanks |= {"days", "reason", "staff", "people", "ahead", "services", "times", "wished"}
    blanks |= {"how", "until", "more", "cost", "price", "branch", "branches"}
    for speech in SPEECH.values():
        for text in speech.sentences.values():
            assert set(re.findall(r"\{(\w+)\}", text)) <= blanks
            assert "_" not in text


@pytest.mark.parametrize(
    ("at", "german", "english"),
    [
        (time(15, 30), "fünfzehn Uhr dreißig", "half past three in the afternoon"),
        (time(9, 45), "neun Uhr fünfundvierzig", "quarter to ten in the morning"),
        (time(10), "zehn Uhr", "ten o'clock in the morning"),
        (time(1, 5), "ein Uhr fünf", "five past one in the morning"),
        (time(12), "zwölf Uhr", "noon"),
        (
            time(19, 21),
            "neunzehn Uhr einundzwanzig",
            "seven twenty-one in the evening",
        ),
    ],
)
def test_a_time_is_said_as_people_say_it(at, german, english):
    """A time is said in words, so that only one time can be meant."""
    assert (spoken_time(at, "de"), spoken_time(at, "en")) == (german, english)


def test_a_price_is_told_in_whole_words():
    """A price is said in whole words and never as a decimal."""
    assert spoken_price(3200, "EUR", "de") == "32 Euro"
    assert spoken_price(3250, "EUR", "de") == "32 Euro 50"
    assert spoken_price(3250, "EUR", "en") == "32 euros and 50 cents"


def test_candidates_are_offered_as_a_choice():
    """What was not sure is asked about, in the words of the choice."""
    days = [NOW.date(), (NOW + timedelta(days=1)).date()]
    assert (
        say_candidates(days, "de") == "Meinen Sie Montag, den 1. März oder Dienstag, den 2. März?"
    )
    assert say_candidates([time(9), time(15)], "en") == (
        "Do you mean nine o'clock in the morning or three o'clock in the afternoon?"
    )


def test_numbers_are_spelt():
    """Numbers are spelt as far as a clock goes, and refused beyond."""
    assert [VOCABULARIES["de"].spell(n) for n in (1, 21, 30, 45)] == [
        "eins",
        "einundzwanzig",
        "dreißig",
        "fünfundvierzig",
    ]
    assert [ordinal(n) for n in (1, 2, 3, 11, 22)] == ["1st", "2nd", "3rd", "11th", "22nd"]
    for vocabulary in VOCABULARIES.values():
        with pytest.raises(ValueError, match="0 to 59"):
            vocabulary.spell(60)
