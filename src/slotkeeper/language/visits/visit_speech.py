"""Speaking of a visit: who gets what, and what must be asked before anything is held."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rapidfuzz import fuzz

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.locale import Locale
from slotkeeper.language.phonetics import latin, sounds
from slotkeeper.language.say.spoken import (
    MAX_CHOICES,
    say,
    spoken_duration,
    spoken_either,
    spoken_list,
)
from slotkeeper.language.visits.visit_guess import PersonServices, VisitGuess
from slotkeeper.language.visits.visit_lexicon import FEWEST, relation_called
from slotkeeper.language.visits.visit_words import VISIT_WORDS
from slotkeeper.language.vocabulary.tables import VOCABULARIES

# Names whose sounds are this alike (of 100), word for word, cannot be told apart by telephone.
SOUNDS_ALIKE = 88
# Vocabularies spell so far.
_MOST_SPELT = 59


def visit_question(guess: VisitGuess, locale: Locale) -> str:
    """Word what must be asked about a visit; "" if nothing must be.

    A question offers at most MAX_CHOICES services, and none that sound alike without saying what
    tells them apart.
    """
    choices = spoken_either(told_apart(guess.candidates[:MAX_CHOICES], locale), locale)
    match guess.question:
        case None:
            return ""
        case "people":
            return say("how_many_people", locale)
        case "whose":
            return say("whose_services", locale, service=_listed(guess.services, locale))
        case "besides":
            words = {"more": _listed(guess.candidates, locale)}
            visit = spoken_visit(guess.people, locale)
            return say("besides_or_instead", locale, service=visit, words=words)
        case "unexplained":
            return _without_unexplained(guess, choices, locale)
        case "service":
            return _which(guess, choices, locale)


def spoken_visit(people: Sequence[PersonServices], locale: Locale) -> str:
    """Say who gets what: "Damenhaarschnitt für Sie und Kinderhaarschnitt für Ihre Tochter".

    For one person it is only her services.
    """
    if len(people) < 2:
        return _listed([service for each in people for service in each.services], locale)
    words = VISIT_WORDS[locale]
    parts = [
        words.service_for.format(
            service=_listed(services, locale),
            whom=spoken_list(_whom(list(group), people, locale), locale),
        )
        for services, group in groupby(people, key=lambda each: each.services)
        if services
    ]
    return spoken_list(parts, locale)


def _whom(
    group: Sequence[PersonServices], people: Sequence[PersonServices], locale: Locale
) -> list[str]:
    """Say whom the same is for; people who were only counted are said as a number."""
    counted = [each for each in group if each.who is None and not each.is_caller]
    if len(counted) < FEWEST or len(counted) > _MOST_SPELT:
        return [spoken_person(each, people, locale) for each in group]
    number = VOCABULARIES[locale].spell(len(counted))
    named = [spoken_person(each, people, locale) for each in group if each not in counted]
    return [*named, VISIT_WORDS[locale].several_people.format(number=number)]


def spoken_person(person: PersonServices, people: Sequence[PersonServices], locale: Locale) -> str:
    """Say whom something is for: "Sie", "Ihren Sohn", "Ihren zweiten Sohn", "die zweite Person"."""
    words = VISIT_WORDS[locale]
    if person.is_caller:
        return words.you
    if person.who is None:
        nth = _nth(person.person, words.nth_person.split()[0], locale)
        return words.nth_person.format(nth=nth) if nth else words.further_person
    relation = relation_called(person.who, locale)
    if relation is None:
        return person.who
    name = person.who.split()[-1]
    alike = [each.person for each in people if each.who == person.who]
    number = alike.index(person.person) + 1 if len(alike) > 1 else 0
    nth = _nth(number, relation.yours, locale) if number else ""
    return " ".join(filter(None, (relation.yours, nth, words.as_object.get(name, name))))


def told_apart(services: Sequence[Service], locale: Locale) -> list[str]:
    """Give the names of services to choose from; where two sound alike, with how long each takes.

    One that even then sounds like another is left out.
    """
    said: list[str] = []
    for service in services:
        alike = [s for s in services if s is not service and sound_alike(s.name, service.name)]
        name = service.name
        if any(each.duration_min != service.duration_min for each in alike):
            name = f"{name}, {spoken_duration(service.duration_min, locale)}"
        elif any(sound_alike(name, other) for other in said):
            continue
        said.append(name)
    return said


def sound_alike(one: str, other: str) -> bool:
    """Whether two names sound so alike that a caller could not choose between them."""
    words, others = latin(one).split(), latin(other).split()
    if len(words) != len(others):
        words, others = ["".join(words)], ["".join(others)]
    return all(
        fuzz.ratio(sounds(word), sounds(as_heard)) >= SOUNDS_ALIKE
        for word, as_heard in zip(words, others, strict=True)
    )


def _which(guess: VisitGuess, choices: str, locale: Locale) -> str:
    if len(guess.people) > 1 and guess.asked is not None:
        asked = guess.people[guess.asked - 1]
        whom = {"whom": spoken_person(asked, guess.people, locale)}
        status = "which_service_for" if choices else "ask_service_for"
        return say(status, locale, service=choices, words=whom)
    return say("which_service" if choices else "ask_service", locale, service=choices)


def _without_unexplained(guess: VisitGuess, choices: str, locale: Locale) -> str:
    """Say what is not offered, and ask whether the rest is wished without it, or what is open."""
    wish = {"wish": spoken_list(guess.unexplained, locale)}
    if choices:
        not_offered = say("not_offered", locale, words=wish).split(". ")[0]
        return f"{not_offered}. {_which(guess, choices, locale)}"
    if not guess.services:
        return say("not_offered", locale, words=wish)
    return say("only_the_rest", locale, service=spoken_visit(guess.people, locale), words=wish)


def _nth(number: int, before: str, locale: Locale) -> str:
    words = VISIT_WORDS[locale]
    names = words.nth.split()
    if not 0 < number <= len(names):
        return ""
    return names[number - 1] + words.nth_endings.get(before, "")


def _listed(services: Sequence[Service], locale: Locale) -> str:
    return spoken_list(list(dict.fromkeys(service.name for service in services)), locale)
