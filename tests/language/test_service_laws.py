import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotkeeper.domain.catalogue import SURE_CONFIDENCE
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.language.services.wish_words import MAX_WISH_CHARS
from tests.language.catalogues import (
    DENTIST,
    DENTIST_INDEX,
    ENGLISH,
    ENGLISH_INDEX,
    HAIRCUT,
    SALON,
    SALON_INDEX,
    said,
)
from tests.language.recorded import phrases

FRAMES = (
    "{}",
    "Ich hätte gern {} morgen um zehn Uhr.",
    "Haben Sie am Freitag noch einen Termin für {}?",
    "äh, also {} bitte, auf den Namen Schuhmann",
    "Guten Tag, mein Name ist Müller und ich bräuchte nächste Woche {}, geht das?",
)
ENGLISH_FRAMES = (
    "{}",
    "I'd like to book {} for tomorrow at ten.",
    "Hi, this is John, can I get {} on Friday?",
)


def names(services):
    """List every name and synonym as (service, text, confidence)."""
    return [
        (service, text, confidence)
        for service in services
        for text, confidence in (
            (service.name, 1.0),
            *((synonym.text, synonym.confidence) for synonym in service.synonyms),
        )
    ]


def test_every_name_and_synonym_is_understood_by_its_confidence():
    """A name that is sure is taken, alone and in a sentence; any other is asked back."""
    wrong = [
        (frame.format(text), said(frame.format(text), index))
        for index, services, frames in (
            (SALON_INDEX, SALON, FRAMES),
            (DENTIST_INDEX, DENTIST, FRAMES),
            (ENGLISH_INDEX, ENGLISH, ENGLISH_FRAMES),
        )
        for service, text, confidence in names(services)
        for frame in frames
        if said(frame.format(text), index)
        != ("accept" if confidence >= SURE_CONFIDENCE else "confirm", service.name)
    ]
    assert not wrong
    assert sum(len(service.synonyms) for service in SALON) >= 115


NO_SERVICE = """
morgen um zehn; Ja gerne; Nein danke; Jens Schuhmann; Herr Schuhmann; Frau Müller; Hallo;
Guten Tag; Ja, hier ist Sabine Krasnik; Mein Name ist Toni Hinterhofer; um neun Uhr fünfundvierzig;
am Freitag um siebzehn Uhr; nächste Woche Mittwoch; übermorgen; halb drei; am fünfzehnten Januar;
auf den zehnten zehnten acht Uhr; Haben Sie heute noch einen Termin frei?; Was haben Sie morgen?;
Ich möchte einen Termin vereinbaren; Ich möchte meinen Termin absagen; Können wir das verschieben?;
auf denselben Tag neun Uhr verschieben; Einen Tag später, gleiche Uhrzeit; Der erste Termin passt;
Ja, zehn Uhr fünfzehn ist okay; Ich nehme den Termin um 11:00 Uhr, bitte; bei Emma bitte;
zu Fabian; egal bei wem; bei wem auch immer; irgendwann nachmittags; vormittags ab 9 Uhr;
Wie lange dauert das?; Was kostet das?; Wo sind Sie?; Haben Sie samstags geöffnet?; Auf Wiederhören;
Das war alles; Nein, das passt nicht; Ich weiß es noch nicht; Moment bitte; Einen Augenblick;
Können Sie das wiederholen?; Wie bitte?; meine Nummer ist 0170 2345678; null eins sieben null;
jens punkt schuhmann at gmx punkt de; Verbinden Sie mich bitte; Ich rufe später noch einmal an;
wie immer; das Übliche; wie letztes Mal; für zwei Personen; für mich; für meine Frau; für Herren;
Maria Schmidt; Marianna Osada; Peter Schneck; Klaus Ansorge; Anna Locke; Herr Wagner; Uwe Haas;
Stimmt genau; Perfekt, vielen Dank; Tschüss; Okay; hm; äh; ; ...; 123; 2025-11-28; 10:00; 🙂; ja;
Ich bin etwas spät dran; Ich stehe im Stau; Gibt es Parkplätze?; Kann ich mit Karte zahlen?;
Ist Fabian heute da?; Mein Kind ist krank; Ich habe mich verwählt; Das ist mir zu teuer
"""


@pytest.mark.parametrize("text", [text.strip() for text in re.split(";\\s", NO_SERVICE)])
def test_what_names_no_service_gives_none(text):
    """Dates, names and courtesies name no service."""
    assert said(text) == ("none", None)


def test_recorded_dates_and_times_name_no_service():
    """What callers say of the time has nothing to do with what for."""
    fired = [
        item["input"]["text"]
        for item in phrases("date_phrase", "time_phrase")
        if said(item["input"]["text"]) != ("none", None)
    ]
    assert not fired


@pytest.mark.parametrize("text", [None, "", "  ", "wie immer", "das Übliche", "morgen um zehn"])
def test_history_is_asked_back_where_nothing_was_said(text):
    """The service that she had before is asked back, never taken."""
    guess = SALON_INDEX.understand(text, history=HAIRCUT)
    assert (guess.action, guess.service) == ("confirm", HAIRCUT)


@pytest.mark.parametrize(
    ("text", "service"),
    [("Dauerwelle", "Dauerwelle"), ("Beratung", None), ("Haarschnitt", None), ("Kaffee", None)],
)
def test_a_wish_beats_history(text, service):
    """Also one that is not understood."""
    guess = SALON_INDEX.understand(text, history=HAIRCUT)
    assert (guess.service.name if guess.service else None) == service


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("Ich brauche eine Zahnreinigung", ("confirm", "Professionelle Zahnreinigung")),
        ("professionelle Zahn-Reinigung", ("accept", "Professionelle Zahnreinigung")),
        ("Wurtzelbehandlung", ("accept", "Wurzelbehandlung")),
        ("einen Kontrolltermin", ("accept", "Kontrolluntersuchung")),
        ("Meine Plombe ist raus", ("accept", "Füllung (Komposit)")),
        ("meine Brücke wackelt", ("accept", "Krone/Brücke")),
        ("Eine fünfzehn Minuten Beratung", ("accept", "Beratung")),
        ("Untersuchung", ("ask", None)),
        ("Untersuchung für mein Kind", ("accept", "Kinderuntersuchung")),
        ("Haarschnitt", ("none", None)),
        ("Behandlung", ("none", None)),
    ],
)
def test_a_dentists_catalogue_is_understood_as_well(text, understood):
    """Other catalogues are understood as well as the salon's."""
    assert said(text, DENTIST_INDEX) == understood


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("a men's haircut please", ("accept", "Men's Haircut")),
        ("haircut for my wife on Friday", ("confirm", "Women's Haircut")),
        ("I'd like a haircut", ("ask", None)),
        ("massage", ("ask", None)),
        ("deep tishue massage", ("confirm", "Deep Tissue Massage")),
        ("not the pedicure, the gel manicure", ("accept", "Gel Manicure")),
        ("blowdry tomorrow at ten", ("accept", "Blow Dry")),
        ("a beard trim or a haircut", ("ask", None)),
        ("tomorrow at half past two", ("none", None)),
        ("Friday until closing", ("none", None)),
        ("yes please", ("none", None)),
    ],
)
def test_an_english_catalogue_is_understood_as_well(text, understood):
    """An English catalogue is understood by the English word lists."""
    assert said(text, ENGLISH_INDEX) == understood


def test_a_key_or_a_name_in_any_script_is_taken():
    """Programs send keys; a name that no rule can read is still itself."""
    assert said("waschen-styling")[1] == "Waschen & Styling"
    assert said("HAIRDETOX")[0] == "accept"


def test_a_monologue_is_asked():
    """Longer than a wish ever is, a part would be taken for the whole."""
    assert said("Herrenhaarschnitt " + "x" * MAX_WISH_CHARS) == ("ask", None)


def test_a_catalogue_of_nothing_understands_nothing():
    """No service, no guess."""
    assert said("Haarschnitt", ServiceIndex([], locale="de")) == ("none", None)


NAMES = st.sampled_from(names(SALON))
NOISE = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["Herren", "nicht", "oder", "und", "schnitt", "färben", "haare", "Frau", "morgen", ","]
            + [text for _, text, _ in names(SALON)]
        ),
        max_size=12,
    ).map(" ".join),
)


@settings(max_examples=300)
@given(NOISE)
def test_any_text_has_an_answer(text):
    """Any text gets a guess, with a service exactly if it is taken or confirmed."""
    guess = SALON_INDEX.understand(text)
    assert (guess.service is not None) == (guess.action in ("accept", "confirm"))
    assert guess.action != "accept" or guess.confidence >= SURE_CONFIDENCE
    assert 0 <= guess.confidence <= 1
    assert guess.service not in guess.candidates


@settings(max_examples=300)
@given(NAMES, st.sampled_from(FRAMES), st.data())
def test_spelling_changes_nothing(name, frame, data):
    """Case, umlauts, hyphens, punctuation and spaces do not change the guess."""
    respell = data.draw(
        st.sampled_from(
            [
                str.upper,
                str.lower,
                lambda text: re.sub("[ ,+/&]+", "-", text),
                lambda text: text.replace("-", " "),
                lambda text: text.replace(" ", "  "),
                lambda text: re.sub("[,.!?]", "", text),
                lambda text: text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"),
                lambda text: text.replace("ä", "a").replace("ö", "o").replace("ü", "u"),
            ]
        )
    )
    text = frame.format(name[1])
    assert SALON_INDEX.understand(respell(text)) == SALON_INDEX.understand(text)
