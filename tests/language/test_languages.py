import importlib
import sys
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from slotkeeper.agents.words.agent_words import AGENT_WORDS
from slotkeeper.domain.catalogue import Segment, Service
from slotkeeper.domain.holiday_names.names import HOLIDAY_NAMES
from slotkeeper.domain.locale import LOCALES
from slotkeeper.language.people.people_words import PEOPLE_WORDS
from slotkeeper.language.replies.reply_words import REPLY_WORDS
from slotkeeper.language.say.speech import SPEECH
from slotkeeper.language.say.spoken import say, spoken_hours, spoken_price
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.language.services.service_words import SERVICE_WORDS
from slotkeeper.language.understanding import WishText, understand
from slotkeeper.language.visits.visit_words import VISIT_WORDS
from slotkeeper.language.vocabulary.tables import VOCABULARIES
from slotkeeper.language.when import Situation
from slotkeeper.language.when.understand import LEXICONS

ROOMS = (
    AGENT_WORDS,
    HOLIDAY_NAMES,
    PEOPLE_WORDS,
    REPLY_WORDS,
    SERVICE_WORDS,
    SPEECH,
    VISIT_WORDS,
    VOCABULARIES,
    LEXICONS,
)
NOW = datetime(2026, 11, 24, 12, 21, tzinfo=ZoneInfo("Europe/Berlin"))


def folder(room) -> Path:
    """Where a room's files are."""
    return Path(importlib.import_module(room.package).__file__).parent


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.package)
def test_every_language_has_a_file_in_every_room(room):
    """Each locale's file defines a LANGUAGE of the room's class."""
    assert [type(room[locale]) for locale in LOCALES] == [type(room["de"])] * len(LOCALES)


@pytest.mark.parametrize(
    "words",
    [
        lambda locale: SPEECH[locale].sentences,
        lambda locale: AGENT_WORDS[locale].spoken,
        lambda locale: AGENT_WORDS[locale].conditions,
    ],
    ids=["sentences", "what an agent says", "what an agent is asked"],
)
def test_each_language_has_a_word_for_the_same_things(words):
    """A German and an English salon have the same sentences."""
    assert {frozenset(words(locale)) for locale in LOCALES} == {frozenset(words("de"))}


def test_a_week_has_seven_days_and_a_year_twelve_months_in_every_language():
    """Each vocabulary has all its names and spells every minute."""
    for vocabulary in VOCABULARIES.values():
        assert (len(set(vocabulary.weekdays)), len(set(vocabulary.months))) == (7, 12)
        assert all(vocabulary.spell(number) for number in range(60))


@pytest.fixture
def third_language(tmp_path, monkeypatch):
    """A language xx in one new file for each room, which speaks as English does."""
    for room in ROOMS:
        new = tmp_path / room.package
        new.mkdir()
        (new / "xx.py").write_text(f"from {room.package}.en import LANGUAGE\n")
        package = importlib.import_module(room.package)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(new)])
        monkeypatch.setattr(room, "_languages", {})
    yield "xx"
    for room in ROOMS:
        sys.modules.pop(f"{room.package}.xx", None)


def test_a_further_language_is_one_file_in_each_room(third_language):
    """Nothing else has to know of it: wishes are understood, and answers said."""
    cut = Service(1, "cut", "Haircut", (Segment(1, "Haircut", 30),), frozenset())
    index = ServiceIndex([cut], locale=third_language)
    said = WishText("a haircut next Friday at half past two")
    found = understand(said, Situation(NOW), locale=third_language, index=index)
    assert (found.when.time, found.service.service) == (time(14, 30), cut)
    assert say("booked", third_language, NOW, "Haircut") == say("booked", "en", NOW, "Haircut")
    assert spoken_hours([(time(9), None)], third_language).endswith("to midnight")
    assert spoken_price(3250, "EUR", third_language) == "32 euros and 50 cents"
    assert AGENT_WORDS[third_language].language_tag == "en-US"
