import pytest

from slotkeeper.domain.locale import LOCALES
from slotkeeper.language.visits.understand_visit import understand_visit
from slotkeeper.language.visits.visit_speech import (
    sound_alike,
    spoken_visit,
    told_apart,
    visit_question,
)
from tests.language.catalogues import (
    ENGLISH_SALON_INDEX,
    SALON_INDEX,
    a_catalogue,
    a_service,
)
from tests.language.visited import visits

INDEXES = {"de": SALON_INDEX, "en": ENGLISH_SALON_INDEX}


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (
            "Haarschnitt für mich und meinen Sohn",
            "Was darf es für Sie sein: Herrenhaarschnitt, Damenhaarschnitt oder Kinderhaarschnitt?",
        ),
        (
            "Dauerwelle für mich und einen Haarschnitt für meine zwei Söhne",
            "Was darf es für Ihren ersten Sohn sein: Kinderhaarschnitt oder Herrenhaarschnitt?",
        ),
        (
            "Gloss für mich, und meine Frau kommt auch",
            "Gloss für Sie und Ihre Frau",
        ),
        (
            "Herrenhaarschnitt und Bartpflege",
            "Bartpflege bieten wir leider nicht an. Soll ich nur Herrenhaarschnitt nehmen?",
        ),
        (
            "Haarschnitt mit Kopfmassage",
            "Kopfmassage bieten wir leider nicht an. Meinen Sie Herrenhaarschnitt, "
            "Damenhaarschnitt oder Kinderhaarschnitt?",
        ),
        ("Kinderschnitt für meine Kinder", "Für wie viele Personen soll der Termin sein?"),
        (
            "Strähnen und einen Kinderschnitt für meinen Sohn",
            "Balayage/Ombré und Kinderhaarschnitt: Wer bekommt davon was?",
        ),
        ("Gloss für zwei Personen", "Gloss für zwei Personen"),
        ("Herrenschnitt für meinen Neffen und mich", "Herrenhaarschnitt für Ihren Neffen und Sie"),
    ],
)
def test_a_visit_is_said_back_or_asked(said, question):
    """The caller hears who gets what, or one question about what is not clear."""
    guess = understand_visit(said, SALON_INDEX)
    assert (visit_question(guess, "de") or spoken_visit(guess.people, "de")) == question


@pytest.mark.parametrize("locale", LOCALES)
def test_every_visit_of_the_tables_can_be_said(locale):
    """There is a question exactly if something must be asked, and nothing is left unfilled."""
    for said, _ in visits(locale):
        guess = understand_visit(said, INDEXES[locale])
        question = visit_question(guess, locale)
        assert bool(question) == (guess.action == "ask"), said
        assert "{" not in question + spoken_visit(guess.people, locale)


def test_options_that_sound_alike_are_told_apart():
    """Two names that sound alike are said with how long each takes."""
    services = a_catalogue(
        a_service("Gloss", minutes=30), a_service("Glos", minutes=45), a_service("Dauerwelle")
    )
    assert told_apart(services, "de") == [
        "Gloss, dreißig Minuten",
        "Glos, fünfundvierzig Minuten",
        "Dauerwelle",
    ]


def test_an_option_that_nothing_tells_apart_is_offered_once():
    """Two services that sound alike and take as long are no choice."""
    services = a_catalogue(a_service("Haarschnitt"), a_service("Haar-Schnitt", category="Neu"))
    assert told_apart(services, "de") == ["Haarschnitt"]


def test_the_salons_services_sound_different():
    """No two names of the shipped catalogue are taken for each other."""
    names = [service.name for service in SALON_INDEX.services]
    assert not [
        (one, other) for one in names for other in names if one != other and sound_alike(one, other)
    ]
