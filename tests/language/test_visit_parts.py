import pytest

from slotkeeper.language.visits.visit_parts import VisitPart, parts_meant
from tests.language.catalogues import ENGLISH_SALON, SALON

GERMAN = {service.name: service for service in SALON}
ENGLISH = {service.name: service for service in ENGLISH_SALON}
CUT, COLOUR = GERMAN["Damenhaarschnitt"], GERMAN["Ansatzfärbung"]

ONE_PERSON = (
    VisitPart(1, CUT, is_caller=True),
    VisitPart(1, COLOUR, is_caller=True),
    VisitPart(1, GERMAN["Rebuild Treatment Olaplex"], is_caller=True),
)
FAMILY = (
    VisitPart(1, CUT, is_caller=True),
    VisitPart(1, COLOUR, is_caller=True),
    VisitPart(2, GERMAN["Kinderhaarschnitt"], "mein Sohn"),
    VisitPart(3, GERMAN["Herrenhaarschnitt"], "mein Mann"),
)
TWO_SONS = (
    VisitPart(1, CUT, is_caller=True),
    VisitPart(2, GERMAN["Kinderhaarschnitt"], "mein Sohn"),
    VisitPart(3, GERMAN["Kinderhaarschnitt"], "mein Sohn"),
)
ENGLISH_PAIR = (
    VisitPart(1, ENGLISH["Women's Haircut"], is_caller=True),
    VisitPart(1, ENGLISH["Full Colour"], is_caller=True),
    VisitPart(2, ENGLISH["Kids' Cut"], "my son"),
)


@pytest.mark.parametrize(
    ("said", "parts", "chosen"),
    [
        ("nein, nur die Farbe", ONE_PERSON, [1]),
        ("nur den Schnitt bitte", ONE_PERSON, [0]),
        ("die Färbung", ONE_PERSON, [1]),
        ("Olaplex", ONE_PERSON, [2]),
        ("den Haarschnitt und Olaplex", ONE_PERSON, [0, 2]),
        ("alles außer der Farbe", ONE_PERSON, [0, 2]),
        ("alles bis auf Olaplex", ONE_PERSON, [0, 1]),
        ("die Farbe soll bleiben", ONE_PERSON, [0, 2]),
        ("die Farbe bitte nicht", ONE_PERSON, [1]),
        ("ohne Olaplex", ONE_PERSON, [2]),
        ("nicht die Farbe, nur den Schnitt", ONE_PERSON, [0]),
        ("den Schnitt, nicht die Farbe", ONE_PERSON, [0]),
        ("den ganzen Termin", ONE_PERSON, [0, 1, 2]),
        ("alles", FAMILY, [0, 1, 2, 3]),
        ("mein Sohn kann nicht", FAMILY, [2]),
        ("mein Mann ist krank", FAMILY, [3]),
        ("nur mein Sohn", FAMILY, [2]),
        ("mein Mann und mein Sohn können nicht", FAMILY, [2, 3]),
        ("der Termin für meinen Mann", FAMILY, [3]),
        ("nur für mich", FAMILY, [0, 1]),
        ("nur ich", FAMILY, [0, 1]),
        ("nein, es kommt doch nur ich", FAMILY, [0, 1]),
        ("ich komme alleine", FAMILY, [2, 3]),
        ("nur meinen Termin", FAMILY, [0, 1]),
        ("nur meine Farbe", FAMILY, [1]),
        ("mein Sohn kommt nicht, mein Mann schon", FAMILY, [2, 3]),
        ("ich kann nicht, aber mein Sohn und mein Mann kommen", FAMILY, [0, 1]),
        ("mein Sohn kommt, aber mein Mann nicht", FAMILY, [3]),
        ("nein, nur die Farbe für mich", FAMILY, [1]),
        ("den Kinderschnitt", FAMILY, [2]),
        ("only the colour", ENGLISH_PAIR, [1]),
        ("no, just the women's cut", ENGLISH_PAIR, [0]),
        ("my son can't", ENGLISH_PAIR, [2]),
        ("my son can't make it", ENGLISH_PAIR, [2]),
        ("everything except the colour", ENGLISH_PAIR, [0, 2]),
        ("everything but my son", ENGLISH_PAIR, [0, 1]),
        ("keep the colour", ENGLISH_PAIR, [0, 2]),
        ("just me", ENGLISH_PAIR, [0, 1]),
        ("I'm coming alone", ENGLISH_PAIR, [2]),
        ("the whole thing", ENGLISH_PAIR, [0, 1, 2]),
        ("I can't but my son is coming", ENGLISH_PAIR, [0, 1]),
    ],
)
def test_words_choose_parts_of_a_visit(said, parts, chosen):
    """What is named is changed; what is kept is not, and then the rest is."""
    locale = "en" if parts is ENGLISH_PAIR else "de"
    choice = parts_meant(said, parts, locale)
    assert (choice.action, [parts.index(part) for part in choice.parts]) == ("take", chosen)


@pytest.mark.parametrize(
    ("said", "parts", "between"),
    [
        ("mein Sohn kann nicht", TWO_SONS, [1, 2]),
        ("den Haarschnitt", FAMILY, [0, 2, 3]),
    ],
)
def test_words_that_fit_several_parts_are_asked(said, parts, between):
    """One of two sons, or one of three cuts, is not guessed."""
    choice = parts_meant(said, parts, "de")
    assert (choice.action, [parts.index(part) for part in choice.parts]) == ("ask", between)


@pytest.mark.parametrize(
    "said", [None, "", "ja", "nein danke", "am Freitag um zehn", "ich kann nicht"]
)
def test_words_that_name_no_part_choose_none(said):
    """A yes, a day or "I cannot" says nothing of a part."""
    assert parts_meant(said, FAMILY, "de").action == "none"
