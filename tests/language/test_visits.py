import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotkeeper.domain.catalogue import SURE_CONFIDENCE
from slotkeeper.language.services.wish_words import words_of
from slotkeeper.language.visits.understand_visit import first_service, understand_visit
from slotkeeper.language.visits.visit_speech import visit_question
from tests.language.catalogues import ENGLISH_SALON_INDEX, SALON_INDEX
from tests.language.recorded import phrases
from tests.language.visited import visits, written

INDEXES = {"de": SALON_INDEX, "en": ENGLISH_SALON_INDEX}
ROWS = [(locale, said, expected) for locale in INDEXES for said, expected in visits(locale)]


@pytest.mark.parametrize(("locale", "said", "expected"), ROWS)
def test_a_spoken_visit_is_understood_or_asked(locale, said, expected):
    """Each visit of the tables gives the services of each person, or the question."""
    assert written(understand_visit(said, INDEXES[locale]), locale) == expected


JOINTS = {
    "de": " und |, | mit | plus | und danach |, dann | sowie | und dazu noch | |, anschließend ",
    "en": " and |, | with | plus | and then | followed by |, then | and also | ",
}
FRAMES = {
    "de": ("{}", "Ich hätte gern {} morgen um zehn Uhr.", "äh, also {} bitte, bei Emma"),
    "en": ("{}", "I'd like to book {} for tomorrow at ten.", "could I get {} with Sarah please"),
}


def sure_names(service):
    """List what a service is surely called by."""
    return [service.name, *(s.text for s in service.synonyms if s.confidence >= SURE_CONFIDENCE)]


def is_included(service, others, index):
    """Whether another of the services has this one among its parts."""
    stems = {stem for word in words_of(service.name, index.lexicon) for stem in word.stems}
    return any(index.includes(other, stems) for other in others if other is not service)


@settings(max_examples=200)
@given(st.sampled_from(sorted(INDEXES)), st.data())
def test_no_service_that_was_joined_to_another_is_dropped(locale, data):
    """Two or three services, however they are joined, are all understood, or asked about."""
    index = INDEXES[locale]
    services = data.draw(
        st.lists(st.sampled_from(index.services), min_size=2, max_size=3, unique_by=lambda s: s.id)
    )
    names = [data.draw(st.sampled_from(sure_names(service))) for service in services]
    joint = data.draw(st.sampled_from(JOINTS[locale].split("|")))
    said = data.draw(st.sampled_from(FRAMES[locale])).format(joint.join(names))
    guess = understand_visit(said, index)
    dropped = [
        service.name
        for service in services
        if service not in guess.services and not is_included(service, services, index)
    ]
    assert guess.action == "ask" or not dropped, said
    assert guess.action != "accept" or set(guess.services) <= set(services), said


NOISE = st.lists(
    st.sampled_from(
        "und mit für mich meinen Sohn zwei zu zweit beide wir sind drei je nicht oder kein Bart"
        " Damenhaarschnitt Gloss Haarschnitt Ansatz färben , . um zehn Uhr ihn auch nein".split()
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=300)
@given(st.one_of(NOISE, st.text(max_size=60)))
def test_any_text_is_understood_as_a_visit(said):
    """Every text gets a guess that holds together, and can be said."""
    guess = understand_visit(said, SALON_INDEX)
    assert (guess.question is not None) == (guess.action == "ask")
    assert bool(visit_question(guess, "de")) == (guess.action == "ask")
    assert [each.person for each in guess.people] == list(range(1, len(guess.people) + 1))
    assert guess.action not in ("accept", "confirm") or all(each.services for each in guess.people)
    assert 0 <= guess.confidence <= 1


def test_one_service_for_one_person_is_what_it_was():
    """A plain wish gives the same service, action and candidates as the guess of one service."""
    for service in SALON_INDEX.services:
        for synonym in (service.name, *(synonym.text for synonym in service.synonyms)):
            guess, visit = SALON_INDEX.understand(synonym), understand_visit(synonym, SALON_INDEX)
            assert visit.is_single
            assert (visit.action, visit.candidates) == (guess.action, guess.candidates)
            assert first_service(visit, guess) == guess


def test_more_people_than_are_served_are_counted():
    """Twelve people are twelve: who cannot serve so many says so."""
    guess = understand_visit("Herrenhaarschnitt für zwölf Personen", SALON_INDEX)
    assert len(guess.people) == 12


@pytest.mark.parametrize("kind", ["service_phrase", "date_phrase", "time_phrase"])
def test_recorded_phrases_hold_no_further_wish(kind):
    """What real callers said of one service, or of the time, raises no false alarm."""
    guesses = [understand_visit(item["input"]["text"], SALON_INDEX) for item in phrases(kind)]
    assert not [guess for guess in guesses if guess.unexplained or len(guess.people) > 1]
