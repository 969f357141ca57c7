"""The words of a wish for a service: which may name one, which are everyday, which an audience."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from slotkeeper.domain.locale import Locale
from slotkeeper.language.phonetics import latin
from slotkeeper.language.services.service_words import SERVICE_WORDS
from slotkeeper.language.services.stems import (
    SHORTEST_STEM,
    is_number,
    purpose_of,
    squeeze,
    stem,
)

# A wish is a sentence or two: a quarter of a minute's speech. In a monologue, one part would be
# taken for the whole wish, and looking for names in it would keep other callers waiting.
MAX_WISH_CHARS = 240
MAX_WISH_WORDS = 40
_PAUSES = re.compile(r"([.,;:!?\n]+)")


@dataclass(frozen=True, slots=True)
class ServiceLexicon:
    """The word lists of one language, each word folded; ``vague`` ones are stems.

    ``audiences`` and ``relations`` give the audience of a word, ``@men``; so do the ``prefixes``.
    """

    glue: frozenset[str]
    everyday: frozenset[str]
    vague: frozenset[str]
    kinds: frozenset[str]
    negations: frozenset[str]
    choices: frozenset[str]
    audiences: Mapping[str, str]
    relations: Mapping[str, str]
    prefixes: Mapping[str, str]
    neither: tuple[str, str]


@cache
def service_lexicon(locale: Locale) -> ServiceLexicon:
    """Give a language's lexicon of services, made ready once."""
    words = SERVICE_WORDS[locale]
    kinds = _folded(words.kinds)
    return ServiceLexicon(
        glue=_folded(words.glue),
        everyday=_folded(words.everyday),
        vague=frozenset(map(stem, _folded(words.vague) | kinds)),
        kinds=kinds,
        negations=_folded(words.negations),
        choices=_folded(words.choices),
        audiences=_by_audience(words.audiences),
        relations=_by_audience(words.relations),
        prefixes=_by_audience(words.prefixes),
        neither=words.neither,
    )


def _folded(words: str) -> frozenset[str]:
    return frozenset(squeeze(latin(word)) for word in words.split())


def _by_audience(words_by_audience: Mapping[str, str]) -> dict[str, str]:
    return {
        squeeze(latin(word)): f"@{audience}"
        for audience, words in words_by_audience.items()
        for word in words.split()
    }


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word as it stands in a text: ``said`` as it was written, ``spelt`` from a to z.

    ``clause`` counts the marks that pause before it, of which ``pause`` is the last if it comes
    directly before the word, else "".
    """

    said: str
    spelt: str
    folded: str
    clause: int
    pause: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a wish. ``stems`` are what it is made of; one may be an audience, ``@men``.

    ``place`` is its token's index.
    """

    text: str
    stems: frozenset[str]
    everyday: bool
    vague: bool
    related: bool
    clause: int
    after_choice: bool
    place: int


def tokens_of(text: str) -> list[SpokenWord]:
    """List all words of a text, the glue as well; of a text that is too long, the beginning."""
    return list(_tokens(text[:MAX_WISH_CHARS]))


def words_in(tokens: Sequence[SpokenWord], lexicon: ServiceLexicon) -> list[Word]:
    """List the words without the glue, at most MAX_WISH_WORDS."""
    return list(_words(tokens, lexicon))[:MAX_WISH_WORDS]


def words_of(text: str, lexicon: ServiceLexicon) -> list[Word]:
    """List a text's words without the glue, at most MAX_WISH_WORDS."""
    return words_in(tokens_of(text), lexicon)


def stems_of(folded: str, lexicon: ServiceLexicon) -> frozenset[str]:
    """Take a word apart: ``herrenhaarschnitt`` is for men, and a ``haarschnitt``."""
    audience = lexicon.audiences.get(folded) or lexicon.relations.get(folded)
    if audience:
        return frozenset((audience,))
    for prefix, whose in lexicon.prefixes.items():
        rest = folded.removeprefix(prefix)
        if rest != folded and len(rest) >= SHORTEST_STEM:
            return frozenset((whose, stem(rest)))
    return frozenset((stem(folded),))


def is_audience(stem: str) -> bool:
    """Whether a stem is an audience, such as ``@men``."""
    return stem.startswith("@")


def _tokens(text: str) -> Iterator[SpokenWord]:
    pause = ""
    parts = _PAUSES.split(text)
    for clause, part in enumerate(parts[::2]):
        for piece in part.split():
            for spelt in latin(piece).split():
                yield SpokenWord(piece, spelt, squeeze(spelt), clause, pause)
                pause = ""
        pause = parts[2 * clause + 1][:1] if 2 * clause + 1 < len(parts) else ""


def _words(tokens: Sequence[SpokenWord], lexicon: ServiceLexicon) -> Iterator[Word]:
    choice = False
    for place, token in enumerate(tokens):
        written = purpose_of(token.spelt)
        folded = token.folded if written == token.spelt else squeeze(written)
        if folded in lexicon.choices:
            choice = True
        elif folded not in lexicon.glue:
            yield _word(written, folded, lexicon, (token.clause, choice, place))
            choice = False


def _word(written: str, folded: str, lexicon: ServiceLexicon, where: tuple[int, bool, int]) -> Word:
    names_nothing = folded in lexicon.everyday or folded in lexicon.negations
    return Word(
        text=written,
        stems=stems_of(folded, lexicon),
        everyday=names_nothing or is_number(folded),
        vague=stem(folded) in lexicon.vague,
        related=folded in lexicon.relations,
        clause=where[0],
        after_choice=where[1],
        place=where[2],
    )
