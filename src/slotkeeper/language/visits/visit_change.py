"""Understanding a second sentence about a visit: "und Ansatzfärbung", "doch ohne Färben"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from slotkeeper.domain.locale import Locale
from slotkeeper.language.services.stems import fold
from slotkeeper.language.services.wish_words import tokens_of
from slotkeeper.language.visits.people import people_in
from slotkeeper.language.visits.visit_lexicon import part_words, visit_lexicon
from slotkeeper.language.visits.visit_parts import VisitPart, parts_meant
from slotkeeper.language.visits.visit_words import VISIT_WORDS

# "adds": what is named comes to the visit. "without", "only": the named parts leave it, or are all
# that is left of it. "replaces": what is named is wished instead.
ChangeKind = Literal["adds", "without", "only", "replaces"]


@dataclass(frozen=True, slots=True)
class VisitChange:
    """How some words change a visit; ``parts`` are those that leave it or that are left of it."""

    kind: ChangeKind
    parts: tuple[VisitPart, ...] = ()


def change_of_visit(
    text: str | None, parts: Sequence[VisitPart], locale: Locale
) -> VisitChange | None:
    """Give how a sentence changes a visit of these parts; None where it does not speak of one."""
    spoken = tokens_of(text or "")
    if not spoken:
        return None
    words = part_words(locale)
    said = {word.folded for word in spoken}
    if said & _instead(locale):
        return VisitChange("replaces")
    if said & (words.except_words | words.refuses):
        return _named("without", text, parts, locale)
    if said & words.only:
        return _named("only", text, parts, locale)
    begins = spoken[0].folded in _joining(locale)
    return VisitChange("adds") if begins or said & _besides(locale) else None


def keeps_it_all(text: str, parts: Sequence[VisitPart], locale: Locale) -> bool:
    """Whether a sentence leaves a visit as it is: "nur den Schnitt", of nothing but a cut."""
    if not {word.folded for word in tokens_of(text)} & part_words(locale).only:
        return False
    choice = parts_meant(text, parts, locale)
    return choice.action == "take" and len(choice.parts) == len(parts)


def speaks_of_people(text: str | None, locale: Locale) -> bool:
    """Whether a sentence says for whom something is: "für mich", "for my son"."""
    mentions = people_in(tokens_of(text or ""), visit_lexicon(locale))
    return any(mention.people for mention in mentions)


def is_for_the_caller_alone(text: str | None, locale: Locale) -> bool:
    """Whether nobody else is wished for any more: "nur für mich", "doch nur ein Haarschnitt"."""
    said = {word.folded for word in tokens_of(text or "")}
    return bool(said & part_words(locale).only)


def is_all_for_the_caller(text: str, locale: Locale) -> bool:
    """Whether all of a visit is said to be for the caller alone: "alles für mich"."""
    spoken, lexicon = tokens_of(text), visit_lexicon(locale)
    people = [person for mention in people_in(spoken, lexicon) for person in mention.people]
    everything = part_words(locale).everything
    return (
        any(word.folded in everything for word in spoken)
        and bool(people)
        and all(person.is_caller for person in people)
    )


def _named(
    kind: ChangeKind, text: str | None, parts: Sequence[VisitPart], locale: Locale
) -> VisitChange | None:
    choice = parts_meant(text, parts, locale)
    if choice.action != "take" or len(choice.parts) == len(parts):
        return None
    words, said = part_words(locale), {word.folded for word in tokens_of(text or "")}
    if kind == "only" and said & words.keeps and not said & words.refuses:
        # "Ich komme alleine" keeps what it names, so the others were chosen.
        kind = "without"
    return VisitChange(kind, choice.parts)


@cache
def _joining(locale: Locale) -> frozenset[str]:
    words = VISIT_WORDS[locale]
    return _besides(locale) | _folded(f"{words.and_words} {words.with_words}")


@cache
def _besides(locale: Locale) -> frozenset[str]:
    return _folded(VISIT_WORDS[locale].besides)


@cache
def _instead(locale: Locale) -> frozenset[str]:
    return _folded(VISIT_WORDS[locale].instead)


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))
