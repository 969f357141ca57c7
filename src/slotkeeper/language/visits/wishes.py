"""Finding each thing that is wished in a sentence: named, left open, or not in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from slotkeeper.domain.catalogue import Service
from slotkeeper.language.services.named import NamedService, places_of
from slotkeeper.language.services.search import Match
from slotkeeper.language.services.service_index import (
    Heard,
    ServiceGuess,
    ServiceIndex,
    judged_alone,
)
from slotkeeper.language.services.wish_words import SpokenWord, Word, is_audience
from slotkeeper.language.visits.unexplained import Unexplained, further_wishes
from slotkeeper.language.visits.visit_lexicon import VisitLexicon


@dataclass(frozen=True, slots=True)
class SpokenWish:
    """One thing that is wished, in the words from ``first`` to before ``last``.

    ``guess`` is what it means for anybody; ``words`` are what it is judged by for somebody of an
    """

    first: int
    last: int
    words: tuple[Word, ...]
    guess: ServiceGuess
    core: frozenset[str]
    audiences: frozenset[str]
    named: bool
    times: int = 1
    others: tuple[Service, ...] = ()

    @property
    def says_audience(self) -> bool:
        """Whether it was said whom it is for, so that it is no mere part of another service."""
        return any(is_audience(stem) for word in self.words for stem in word.stems)

    @property
    def is_strange(self) -> bool:
        """Whether it is not in the catalogue."""
        return not self.words


@dataclass(frozen=True, slots=True)
class SpokenWishes:
    """All that is wished in a sentence, in the order it was said."""

    wishes: list[SpokenWish]
    unexplained: list[Unexplained]


def wishes_in(
    heard: Heard, index: ServiceIndex, lexicon: VisitLexicon, people: Set[int]
) -> SpokenWishes:
    """Find what is wished besides the words that speak of ``people``."""
    return _Wishes(heard, index, lexicon, people).read()


@dataclass(slots=True)
class _Wishes:
    heard: Heard
    index: ServiceIndex
    lexicon: VisitLexicon
    people: Set[int]
    spoken: Sequence[SpokenWord] = field(init=False)

    def __post_init__(self) -> None:
        self.spoken = self.heard.spoken

    def read(self) -> SpokenWishes:
        named = [w for each in self.heard.wanted for w in self._named(each)]
        open_, unknown = list[SpokenWish](), list[list[Word]]()
        for group in self._left_over():
            wish = self._open(group)
            if wish is not None:
                open_.append(wish)
            if (wish is None or self._is_strange(group)) and not self._is_included(group):
                unknown.append(group)
        all_ = sorted([*named, *open_], key=lambda each: each.first)
        places = {at for each in named for at in range(each.first, each.last)}
        further = further_wishes(
            self.spoken,
            unknown,
            lexicon=self.lexicon,
            wished=places | {at for each in open_ for at in range(each.first, each.last)},
        )
        strange = {at for each in further for at in range(each.first, each.last)}
        known = [each for each in all_ if each.first not in strange]
        wishes = self._choices(_repeated(known, self.spoken, self.lexicon))
        wishes += [_strange(each) for each in further]
        return SpokenWishes(sorted(wishes, key=lambda each: each.first), further)

    def _named(self, each: NamedService) -> Iterator[SpokenWish]:
        guess = judged_alone(replace(each, rivals=tuple(self._true_rivals(each))))
        for mention in each.mentions:
            words = tuple(self.heard.words[at] for at in places_of(mention))
            first, last = words[0].place, words[-1].place + 1
            audiences = frozenset(self.index.audiences[each.service.id])
            core = each.match.form.core
            yield SpokenWish(first, last, words, guess, core, audiences, named=True)

    def _true_rivals(self, named: NamedService) -> Iterator[Match]:
        """Leave out rivals that take words of another name: in "Damenschnitt, Kinderschnitt"."""
        for rival in named.rivals:
            others = (each for each in self.heard.named if each is not named)
            if not any(each.words & rival.words for each in others):
                yield rival

    def _left_over(self) -> Iterator[list[Word]]:
        """Give the words that no named service explains, in groups that stand together."""
        taken = 0
        for each in self.heard.named:
            taken |= each.words
        group: list[Word] = []
        for at, word in enumerate(self.heard.words):
            telling = not (taken >> at & 1) and self._tells(word)
            if group and not (telling and self._together(group[-1], word)):
                yield group
                group = []
            if telling:
                group.append(word)
        if group:
            yield group

    def _tells(self, word: Word) -> bool:
        if word.everyday or word.place in self.people:
            return False
        folded = self.spoken[word.place].folded if self.spoken else word.text
        stems = [each for each in word.stems if not is_audience(each)]
        known = bool(self.index.search.known_stems([word])[0])
        return (
            bool(stems) and not word.vague and (known or folded not in self.lexicon.further.plain)
        )

    def _together(self, one: Word, other: Word) -> bool:
        if one.clause != other.clause:
            return False
        between = self.spoken[one.place + 1 : other.place]
        return all(word.folded in self.lexicon.determiners for word in between)

    def _open(self, group: Sequence[Word]) -> SpokenWish | None:
        """Give what words may mean that are a part of services' names: "Haarschnitt", "Farbe"."""
        whole, _ = self.index.search.known_stems(group)
        if not whole or self._denied(group[0]):
            return None
        guess = self.index.judge(self.index.hear_words(group))
        if guess.action == "none":
            return None
        first, last = group[0].place, group[-1].place + 1
        core, nobody = frozenset(whole), frozenset[str]()
        return SpokenWish(first, last, tuple(group), guess, core, nobody, named=False)

    def _is_strange(self, group: Sequence[Word]) -> bool:
        """Whether words beside a known one make it another thing: "Wimpern färben"."""
        return any(not self.index.search.known_stems([word])[0] for word in group)

    def _is_included(self, group: Sequence[Word]) -> bool:
        """Whether a named service has it among its parts, such as the wash of a colouring."""
        stems = {stem for word in group for stem in word.stems}
        return any(self.index.includes(each.service, stems) for each in self.heard.wanted)

    def _denied(self, word: Word) -> bool:
        before = self.spoken[word.place - 1] if word.place else None
        return (
            before is not None
            and not self.spoken[word.place].pause
            and before.folded in self.index.lexicon.negations
        )

    def _choices(self, found: Sequence[SpokenWish]) -> list[SpokenWish]:
        """Make one wish of those between which the caller leaves the choice."""
        chosen: list[SpokenWish] = []
        for wish in found:
            if not (chosen and (wish.words[0].after_choice or self._corrects(chosen[-1], wish))):
                chosen.append(wish)
                continue
            before = chosen.pop()
            others = (*services_in(before.guess), *before.others, *services_in(wish.guess))
            chosen.append(replace(before, last=wish.last, others=tuple(dict.fromkeys(others))))
        return chosen

    def _corrects(self, before: SpokenWish, wish: SpokenWish) -> bool:
        """Whether "nein, lieber" stands between two wishes, so that one may replace the other."""
        for at in range(before.last, wish.first):
            word = self.spoken[at].folded
            # "no, a blow dry" corrects, "no blow dry" denies.
            denies = word in self.lexicon.further.negations and not self.spoken[at + 1].pause
            if word in self.lexicon.corrections and not denies:
                return True
        return False


def _strange(each: Unexplained) -> SpokenWish:
    nothing = frozenset[str]()
    return SpokenWish(
        each.first, each.last, (), ServiceGuess("none"), nothing, nothing, named=False
    )


def services_in(guess: ServiceGuess) -> tuple[Service, ...]:
    """List the services that a guess leaves possible."""
    if guess.service is None or guess.action == "accept":
        return (guess.service,) if guess.service else guess.candidates
    return (guess.service, *guess.candidates)


def _repeated(
    found: Sequence[SpokenWish], spoken: Sequence[SpokenWord], lexicon: VisitLexicon
) -> list[SpokenWish]:
    """Count a service that is joined to itself twice: "einen Herrenschnitt und noch einen ..."."""
    kept: list[SpokenWish] = []
    for wish in found:
        before = kept[-1] if kept else None
        if before is not None and wish.named and before.guess.service == wish.guess.service:
            between = {word.folded for word in spoken[before.last : wish.first]}
            if between & lexicon.joints and len(between) <= _JOINT_WORDS:
                kept[-1] = replace(before, last=wish.last, times=before.times + 1)
                continue
        kept.append(wish)
    return kept


# "und noch einen": what may stand between a service and the same again.
_JOINT_WORDS = 4
