import pytest

from slotkeeper.language.services.service_index import ServiceIndex
from tests.language.catalogues import (
    HAIRCUT,
    SALON,
    SALON_INDEX,
    a_catalogue,
    a_service,
    candidates,
    said,
)
from tests.language.recorded import phrases

FRAMES = (
    "{}",
    "Ich hätte gern {} morgen um zehn Uhr.",
    "Haben Sie am Freitag noch einen Termin für {}?",
)
ACTIONS = {
    "accept": ("accept",),
    "confirm": ("confirm",),
    "accept_or_confirm": ("accept", "confirm"),
    "reject_unknown_or_ask": ("ask", "none"),
}


@pytest.mark.parametrize("item", phrases("service_phrase"), ids=lambda item: item["id"])
def test_a_recorded_phrase_is_understood(item):
    """What callers said, and recognisers heard, gives the service that was meant."""
    action, service = said(item["input"]["text"])
    assert service == item["expected"]["service"]
    assert action in ACTIONS[item["expected"]["action"]]


@pytest.mark.parametrize(
    ("service", "heard"),
    [
        ("Hairdetox", "Herzdehdock, Herdetox, Hair Detocks, Haardetox, Herr Detox, Herzdetox"),
        ("Hairdetox", "Härdetox, Haar Detox, Hertz Detox, Herdehdox, Hairdedocks"),
        ("Herrenhaarschnitt", "Herrenhausschnitt, Herrenhörschnitt, Herrenhafenschnitt"),
        ("Herrenhaarschnitt", "Herenharschnitt, Herrenschit, Herrenfriseur, Herrnschnitt"),
        ("Herrenhaarschnitt", "Herren Hausschnitt, Herren Haar Schnitt, Herrn Haarschnitt"),
        ("Herrenhaarschnitt", "Herrenhaarschmitt, Herrenharnschnitt, Männerharschnitt"),
        ("Damenhaarschnitt", "Damenhausschnitt, Damenhörschnitt, Damenhafenschnitt, Damenschit"),
        ("Damenhaarschnitt", "Namenhaarschnitt, Dahmenhaarschnitt, Fraunhaarschnitt"),
        ("Kinderhaarschnitt", "Kinderhausschnitt, Kinderhafenschnitt, Kindahaarschnitt"),
        ("Trockenschnitt", "Trockenschnit, Drockenschnitt, Trockenschritt, Trockenschiff"),
        ("Balayage/Ombré", "Ballajasch, Balajasch, Bala Jage, Ballayage, Palayage, Belayage"),
        ("Balayage/Ombré", "Strehnen, Strehnchen, Heileits, Foliensträhnchen"),
        ("Dauerwelle", "Dauerwele, Dauer Welle, Tauerwelle, Dauerquelle, Dauerbälle"),
        ("Ansatzfärbung", "Ansatzferbung, Ansatz Verbung, Ansatzwerbung"),
        ("Ansatz + Längenausgleich", "Ansatz-Längenausgleich, Ansatz Lengen Ausgleich"),
        ("Ansatz + Längenausgleich", "Ansatz plus Mengenausgleich"),
        ("Rebuild Treatment Olaplex", "Olaflex, Ola Plex, Ohlaplex, Olapleks, Oliplex"),
        ("Intensiv Pflege Maria Nila", "Maria Niller, Maria Mila, Maria Neela"),
        ("Komplette Umfärbung (Blondierung)", "Blondirung, Plondierung, Komplette Umferbung"),
        ("Waschen, schneiden, föhnen", "Wäsche schneiden föhnen, Waschen Schneider fönen"),
        ("Föhnen & Styling Damen", "Fönen und Steiling Damen, Föhnen Dame"),
        ("Haarspende", "Harspende, Haar Spände"),
        ("Gloss", "Klos, Klossing"),
    ],
)
def test_what_a_recogniser_garbles_is_heard(service, heard):
    """Misheard names give the right service, and are asked back if they only sound similar."""
    for garbled in heard.split(", "):
        for frame in FRAMES:
            action, found = said(frame.format(garbled))
            assert (found, action in ("accept", "confirm")) == (service, True), frame.format(
                garbled
            )


@pytest.mark.parametrize(
    "heard", ["Herrenhausschnitt", "Herrenhörschnitt", "Herrenschit", "Herrenfriseur", "Closs"]
)
def test_a_guess_is_asked_back(heard):
    """What only sounds similar is never taken without asking."""
    assert said(heard)[0] == "confirm"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Haarschnitt für meinen Mann", "Herrenhaarschnitt"),
        ("einen Haarschnitt, morgen um zehn, für Herren", "Herrenhaarschnitt"),
        ("Föhnen für die Dame", "Föhnen & Styling Damen"),
        ("zwei Herrenhaarschnitte", "Herrenhaarschnitt"),
        ("Haare blondieren", "Komplette Umfärbung (Blondierung)"),
        ("einen Balayage-Termin", "Balayage/Ombré"),
        ("HERREN, äh, HAARSCHNITT", "Herrenhaarschnitt"),
        ("waschen-schneiden-foehnen", "Waschen, schneiden, föhnen"),
        ("Nicht Herrenhaarschnitt, sondern Dauerwelle", "Dauerwelle"),
        ("Keinen Herrenhaarschnitt, ich will eine Dauerwelle", "Dauerwelle"),
        ("Dauerwelle statt Herrenhaarschnitt", "Dauerwelle"),
        ("Herrenhaarschnitt nicht, Dauerwelle bitte", "Dauerwelle"),
    ],
)
def test_a_wish_in_the_callers_own_words_is_taken(text, service):
    """Words may be in another order, inflected, scattered or corrected."""
    assert said(text) == ("accept", service)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Haarschnitt für meinen Sohn", "Kinderhaarschnitt"),
        ("Haarschnitt für meine Frau", "Damenhaarschnitt"),
        ("Herr Müller möchte einen Haarschnitt", "Herrenhaarschnitt"),
        ("Längenausgleich", "Ansatz + Längenausgleich"),
        ("Herrenhaarschneiden", "Herrenhaarschnitt"),
    ],
)
def test_what_is_only_likely_is_asked_back(text, service):
    """What is likely but not sure is asked back: a son may be grown."""
    assert said(text) == ("confirm", service)


MEN_WOMEN_CHILDREN = ["Herrenhaarschnitt", "Damenhaarschnitt", "Kinderhaarschnitt"]
BLOW_DRY = ["Föhnen & Styling Herren", "Föhnen & Styling Damen"]
COLOURS = [service.name for service in SALON if service.category == "Färben"]
CARE = [service.name for service in SALON if service.category == "Pflege"]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Haarschnitt", MEN_WOMEN_CHILDREN),
        ("Ich hätte gern einen Haarschnitt", MEN_WOMEN_CHILDREN),
        ("Ich möchte mir die Haare schneiden lassen", MEN_WOMEN_CHILDREN),
        ("einen Termin zum Haareschneiden", MEN_WOMEN_CHILDREN),
        ("Harschnitt", MEN_WOMEN_CHILDREN),
        ("Frisur", MEN_WOMEN_CHILDREN),
        ("Föhnen", BLOW_DRY),
        ("Föhnen und Styling", BLOW_DRY),
        ("Haare färben", COLOURS),
        ("eine Pflege", CARE),
        ("Waschen", ["Waschen, schneiden, föhnen", "Waschen & Styling"]),
        ("Damenhaarschnitt oder Balayage", ["Damenhaarschnitt", "Balayage/Ombré"]),
        ("Locken und Strähnen", ["Dauerwelle", "Balayage/Ombré"]),
        ("Ich möchte keine Dauerwelle", ["Dauerwelle"]),
    ],
)
def test_a_word_of_several_services_is_asked_with_them(text, choice):
    """If several services fit, the caller is asked, and none is taken by default."""
    assert (said(text), candidates(text)) == (("ask", None), choice)


@pytest.mark.parametrize("text", ["Regenbogen Einhorn Schnitt", "Bartschnitt", "Pferdeschnitt"])
def test_an_unknown_service_is_asked_with_similar_ones(text):
    """A compound that only ends like a service has less confidence."""
    guess = SALON_INDEX.understand(text)
    assert (guess.action, guess.service) == ("ask", None)
    assert HAIRCUT in guess.candidates
    assert guess.confidence < SALON_INDEX.understand("Haarschnitt").confidence


@pytest.mark.parametrize(
    "text", ["Beratung", "Eine fünfzehn Minuten Beratung", "Maniküre", "Bart trimmen", "Massage"]
)
def test_a_service_that_is_not_offered_is_none(text):
    """A service that the salon does not offer gives none, not the nearest one."""
    assert said(text) == ("none", None)


def test_what_nearly_sounds_like_a_service_comes_as_a_suggestion():
    """If no service was understood, similar ones are suggested."""
    assert said("Ballaja") == ("none", None)
    assert candidates("Ballaja") == ["Balayage/Ombré"]


def test_a_service_takes_in_its_own_parts():
    """A colouring is washed, cut and dried: that is no second wish."""
    for text in (
        "Ansatzfärbung, waschen, schneiden, föhnen",
        "Waschen, schneiden, föhnen und Ansatzfärbung",
        "Ansatz färben und schneiden",
    ):
        assert said(text) == ("accept", "Ansatzfärbung")
    assert candidates("Ansatzfärbung, waschen, schneiden, föhnen") == ["Waschen, schneiden, föhnen"]


@pytest.mark.parametrize(
    ("text", "service", "other"),
    [
        ("Damenhaarschnitt und Hairdetox", "Damenhaarschnitt", "Hairdetox"),
        ("Ballajasch mit Glanz", "Balayage/Ombré", "Gloss"),
        ("Damenhaarschnitt und färben", "Damenhaarschnitt", "Ansatzfärbung"),
        ("Haarschnitt für Damen und Kinder", "Damenhaarschnitt", "Kinderhaarschnitt"),
    ],
)
def test_of_two_wishes_none_is_dropped(text, service, other):
    """Of two services, the longer is asked back, with the other as its candidate."""
    assert said(text) == ("confirm", service)
    assert other in candidates(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("a men's cut", "Men's Haircut"), ("women's hair cut", "Women's Haircut"),
     ("ladies' cut", "Women's Haircut"), ("a cut for my husband", "Men's Haircut")],
)  # fmt: skip
def test_a_cut_is_a_haircut(text, name):
    """No synonym says so, and no other cut is taken instead."""
    services = [
        a_service(each, "Cuts") for each in ("Men's Haircut", "Women's Haircut", "Kids' Cut")
    ]
    guess = ServiceIndex(a_catalogue(*services), locale="en").understand(text)
    assert (guess.service and guess.service.name) == name
