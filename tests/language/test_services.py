import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotkeeper.domain.sheet import SURE
from slotkeeper.language.service_words import MAX_CHARS
from slotkeeper.language.services import ServiceIndex, understand_service
from tests.language.catalogues import DENTIST, ENGLISH, SALON
from tests.language.recorded import phrases

INDEX = ServiceIndex(SALON, locale="de")
TEETH = ServiceIndex(DENTIST, locale="de")
HAIRCUT = SALON[0]
ACTIONS = {
    "accept": ("accept",),
    "confirm": ("confirm",),
    "accept_or_confirm": ("accept", "confirm"),
    "reject_unknown_or_ask": ("ask", "none"),
}
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


def said(text, index=INDEX):
    """What was understood, in words."""
    guess = index.understand(text)
    return guess.action, guess.service.name if guess.service else None


def candidates(text, index=INDEX):
    """Whom a guess names besides."""
    return [service.name for service in index.understand(text).candidates]


def names(services):
    """Every name and synonym: (service, what it is called, how surely)."""
    return [
        (service, text, confidence)
        for service in services
        for text, confidence in (
            (service.name, 1.0),
            *((synonym.text, synonym.confidence) for synonym in service.synonyms),
        )
    ]


@pytest.mark.parametrize("item", phrases("service_phrase"), ids=lambda item: item["id"])
def test_a_recorded_phrase_is_understood(item):
    """What callers said, and recognisers heard, gives the service that was meant."""
    action, service = said(item["input"]["text"])
    assert service == item["expected"]["service"]
    assert action in ACTIONS[item["expected"]["action"]]


def test_every_name_and_synonym_is_understood_by_its_confidence():
    """Of all catalogues, alone and in a sentence: from SURE on it is taken, below asked back."""
    wrong = [
        (frame.format(text), said(frame.format(text), index))
        for index, services, frames in (
            (INDEX, SALON, FRAMES),
            (TEETH, DENTIST, FRAMES),
            (ServiceIndex(ENGLISH, locale="en"), ENGLISH, ENGLISH_FRAMES),
        )
        for service, text, confidence in names(services)
        for frame in frames
        if said(frame.format(text), index)
        != ("accept" if confidence >= SURE else "confirm", service.name)
    ]
    assert not wrong
    assert sum(len(service.synonyms) for service in SALON) >= 115


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
    """As in the recordings; never another service, and asked back where it only sounds similar."""
    for garbled in heard.split(", "):
        for frame in FRAMES[:3]:
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
    """In another order, inflected, scattered, corrected."""
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
    """A son may be grown, a part of a name another name."""
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
    """Never one of them by default."""
    assert (said(text), candidates(text)) == (("ask", None), choice)


@pytest.mark.parametrize("text", ["Regenbogen Einhorn Schnitt", "Bartschnitt", "Pferdeschnitt"])
def test_an_unknown_service_is_asked_with_similar_ones(text):
    """Its end is ours, it is not; the confidence tells."""
    guess = INDEX.understand(text)
    assert (guess.action, guess.service) == ("ask", None)
    assert HAIRCUT in guess.candidates
    assert guess.confidence < INDEX.understand("Haarschnitt").confidence


@pytest.mark.parametrize(
    "text", ["Beratung", "Eine fünfzehn Minuten Beratung", "Maniküre", "Bart trimmen", "Massage"]
)
def test_a_service_that_is_not_offered_is_none(text):
    """Not the nearest one."""
    assert said(text) == ("none", None)


def test_what_nearly_sounds_like_a_service_comes_as_a_suggestion():
    """Nothing was understood, but something may be offered."""
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
    """The longer appointment is asked back, the other comes with it."""
    assert said(text) == ("confirm", service)
    assert other in candidates(text)


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
    """Dates, names, courtesies: nothing is read into them."""
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
    """What she had before is likely, and never taken."""
    guess = INDEX.understand(text, history=HAIRCUT)
    assert (guess.action, guess.service) == ("confirm", HAIRCUT)


@pytest.mark.parametrize(
    ("text", "service"),
    [("Dauerwelle", "Dauerwelle"), ("Beratung", None), ("Haarschnitt", None), ("Kaffee", None)],
)
def test_a_wish_beats_history(text, service):
    """Also one that is not understood."""
    guess = INDEX.understand(text, history=HAIRCUT)
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
    """Nothing is made for one salon."""
    assert said(text, TEETH) == understood


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
    """With the words of its own language."""
    assert said(text, ServiceIndex(ENGLISH, locale="en")) == understood


def test_a_key_or_a_name_in_any_script_is_taken():
    """Programs send keys; a name that no rule can read is still itself."""
    assert said("waschen-styling")[1] == "Waschen & Styling"
    assert understand_service("HAIRDETOX", SALON, locale="de").action == "accept"


def test_a_monologue_is_asked():
    """Longer than a wish ever is, a part would be taken for the whole."""
    assert said("Herrenhaarschnitt " + "x" * MAX_CHARS) == ("ask", None)


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


@settings(max_examples=300, deadline=None)
@given(NOISE)
def test_any_text_has_an_answer(text):
    """Total; with a service exactly where one is taken or asked back, in bounds."""
    guess = INDEX.understand(text)
    assert (guess.service is not None) == (guess.action in ("accept", "confirm"))
    assert guess.action != "accept" or guess.confidence >= SURE
    assert 0 <= guess.confidence <= 1
    assert guess.service not in guess.candidates


@settings(max_examples=300, deadline=None)
@given(NAMES, st.sampled_from(FRAMES), st.data())
def test_spelling_changes_nothing(name, frame, data):
    """Case, umlauts, hyphens, punctuation and spaces: the same service, as surely."""
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
    assert INDEX.understand(respell(text)) == INDEX.understand(text)
