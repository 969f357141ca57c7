"""A language's words of a visit, folded and ready for the reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from slotkeeper.domain.locale import Locale
from slotkeeper.language.phonetics import latin
from slotkeeper.language.services.stems import fold
from slotkeeper.language.services.wish_words import SpokenWord, service_lexicon
from slotkeeper.language.visits.visit_words import VISIT_WORDS, Relation, VisitWords
from slotkeeper.language.vocabulary.tables import VOCABULARIES

# One stands for what is wished as well ("ein Herrenschnitt"), so it counts nobody.
FEWEST = 2
# A larger number in words is a time, a price or a year.
MOST = 99
# The ends of words that show a treatment: a Bartpflege is a Pflege. Shorter ends are chance.
SHORTEST_TREATMENT_END = 5


@dataclass(frozen=True, slots=True)
class FurtherWords:
    """The words that tell a further wish from what is said in passing, each folded."""

    wishing: frozenset[str]
    plain: frozenset[str]
    verbs: frozenset[str]
    prepositions: frozenset[str]
    articles: frozenset[str]
    titles: frozenset[str]
    names: frozenset[str]
    asides: frozenset[str]
    treatments: frozenset[str]
    treatment_ends: tuple[str, ...]
    acts: frozenset[str]
    adjective_ends: tuple[str, ...]
    noun_ends: tuple[str, ...]
    negations: frozenset[str]


@dataclass(frozen=True, slots=True)
class VisitLexicon:
    """The words of one language, each folded.

    ``classes`` gives the sign that stands for a word in the patterns: F for, U and, M me, I, P a
    possessive, Q one of somebody else, R a relation, V people, S a family, X a number of times. A
    number is #. ``relations`` gives the relation of a word, and whether the word may stand for one
    of them, or for several.
    """

    words: VisitWords
    classes: Mapping[str, str]
    numbers: Mapping[str, int]
    together: Mapping[str, int]
    times: Mapping[str, int]
    relations: Mapping[str, tuple[Relation, bool, bool]]
    people: Mapping[str, tuple[str, ...]]
    single: Mapping[str, str]
    ones: frozenset[str]
    openings: frozenset[str]
    and_words: frozenset[str]
    them: frozenset[str]
    we: frozenset[str]
    whole: frozenset[str]
    gets: frozenset[str]
    others_possessives: frozenset[str]
    everyday: frozenset[str]
    counted: Sequence[re.Pattern[str]]
    units: frozenset[str]
    clock: frozenset[str]
    years: frozenset[str]
    each: frozenset[str]
    too: frozenset[str]
    joints: frozenset[str]
    with_words: frozenset[str]
    determiners: frozenset[str]
    openers: frozenset[str]
    corrections: frozenset[str]
    owners: frozenset[str]
    i: frozenset[str]
    callers: frozenset[str]
    pronoun: re.Pattern[str]
    further: FurtherWords

    def value(self, word: str) -> int | None:
        """Give the number that a word stands for, from FEWEST on."""
        number = int(word) if word.isdigit() and len(word) <= len(str(MOST)) else None
        number = number if number is not None else self.numbers.get(word)
        return number if number is not None and number >= FEWEST else None

    def signs(self, spoken: Sequence[SpokenWord]) -> list[str]:
        """Give the sign, or else the word itself, for each word of a text."""
        return [self._sign(word.folded) for word in spoken]

    def _sign(self, word: str) -> str:
        sign = self.classes.get(word)
        return sign or ("#" if self.value(word) or word in self.together else word)


@dataclass(frozen=True, slots=True)
class PartWords:
    """The words that choose parts of a known visit, each folded."""

    only: frozenset[str]
    but_words: frozenset[str]
    except_words: frozenset[str]
    everything: frozenset[str]
    keeps: frozenset[str]
    refuses: frozenset[str]


@cache
def part_words(locale: Locale) -> PartWords:
    """Give a language's words that choose parts of a known visit."""
    words = VISIT_WORDS[locale]
    return PartWords(
        only=_folded(words.only),
        but_words=_folded(words.but_words),
        except_words=_folded(words.except_words),
        everything=_folded(words.everything),
        keeps=_folded(words.keeps),
        refuses=_folded(words.refuses),
    )


@cache
def visit_lexicon(locale: Locale) -> VisitLexicon:
    """Give a language's words of a visit, made ready once."""
    words = VISIT_WORDS[locale]
    numbers = {fold(w): n for w, n in VOCABULARIES[locale].cardinals.items() if n <= MOST}
    people = _people(words)
    relations = _relations(words)
    return VisitLexicon(
        words=words,
        classes=_classes(words, relations, people),
        numbers=numbers | dict.fromkeys(_folded(words.both), FEWEST),
        together={fold(word): number for word, number in words.together.items()},
        times={fold(word): number for word, number in words.times.items()},
        relations=relations,
        people=people,
        single={fold(w): f"@{a}" for a, listed in words.single.items() for w in listed.split()},
        ones=_folded(words.articles),
        openings=_folded(f"{words.openers} {words.articles}"),
        and_words=_folded(words.and_words),
        them=_folded(words.them),
        we=_folded(words.we),
        whole=_folded(words.whole),
        gets=_folded(words.gets),
        others_possessives=_folded(words.others_possessives),
        everyday=service_lexicon(locale).everyday | service_lexicon(locale).glue,
        counted=[re.compile(rf"(?<!\S){pattern}(?!\S)") for pattern in words.counted],
        units=_folded(words.units),
        clock=_folded(words.clock),
        years=_folded(words.years),
        each=_folded(words.each),
        too=_folded(words.too),
        joints=_folded(f"{words.and_words} {words.then_words} {words.with_words}"),
        with_words=_folded(words.with_words),
        determiners=_folded(f"{words.determiners} {words.possessives}"),
        openers=_folded(words.openers),
        corrections=_folded(words.corrections),
        owners=_folded(words.possessives),
        i=_folded(words.i),
        callers=_folded(f"{words.me} {words.i} {words.we}"),
        pronoun=re.compile(f"(?:{_either(words.pronouns)}) (?:{_either(words.gets)})(?!\\S)"),
        further=_further(locale),
    )


def _people(words: VisitWords) -> dict[str, tuple[str, ...]]:
    return {
        fold(word): ((f"@{audience}",) if audience else ())
        for audience, listed in words.people.items()
        for word in listed.split()
    }


def _further(locale: Locale) -> FurtherWords:
    words = VISIT_WORDS[locale]
    treatments = _folded(words.treatments) | _folded(words.body)
    return FurtherWords(
        wishing=_folded(words.wishing),
        plain=_folded(words.plain),
        verbs=_folded(words.verbs),
        prepositions=_folded(words.prepositions),
        articles=_folded(words.articles),
        titles=_folded(words.titles),
        names=_folded(words.names),
        asides=_folded(words.asides),
        treatments=treatments,
        treatment_ends=tuple(t for t in treatments if len(t) >= SHORTEST_TREATMENT_END),
        acts=_folded(words.acts),
        adjective_ends=tuple(_folded(words.adjective_ends)),
        noun_ends=tuple(_folded(words.noun_ends)),
        negations=service_lexicon(locale).negations,
    )


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


def _either(words: str) -> str:
    return "|".join(sorted(_folded(words)))


def _relations(words: VisitWords) -> dict[str, tuple[Relation, bool, bool]]:
    relations: dict[str, tuple[Relation, bool, bool]] = {}
    for relation in words.relations:
        one = _folded(f"{relation.one} {relation.inflected}")
        several = _folded(relation.several)
        for word in one | several:
            relations.setdefault(word, (relation, word in one, word in several))
    return relations


def _classes(
    words: VisitWords,
    relations: Mapping[str, tuple[Relation, bool, bool]],
    people: Mapping[str, tuple[str, ...]],
) -> dict[str, str]:
    signs = dict.fromkeys(people, "V") | dict.fromkeys(relations, "R")
    for listed, sign in (
        (words.and_words, "U"),
        (words.for_words, "F"),
        (words.me, "M"),
        (words.i, "I"),
        (words.possessives, "P"),
        (words.others_possessives, "Q"),
        (" ".join(words.times), "X"),
        (words.family, "S"),
    ):
        signs |= dict.fromkeys(_folded(listed), sign)
    return signs


def called(relation: Relation, folded: str = "") -> str:
    """Give how a caller calls somebody: "mein Sohn"; by another name where she used it."""
    names = [relation.called] if relation.called else relation.one.split()
    name = next((name for name in names if fold(name) == folded), names[0])
    return f"{relation.possessive} {name}"


def relation_called(who: str, locale: Locale) -> Relation | None:
    """Find the relation that a caller calls so; None for a name."""
    spoken = fold(latin(who).split()[-1]) if latin(who) else ""
    for relation in visit_lexicon(locale).words.relations:
        if spoken in map(fold, [relation.called, *relation.one.split()]):
            return relation
    return None
