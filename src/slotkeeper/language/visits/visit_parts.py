"""Understanding which parts of a known visit a caller means: "only the colour", "my son can't"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.locale import Locale
from slotkeeper.language.services.named import without
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.language.services.wish_words import SpokenWord, tokens_of, words_in
from slotkeeper.language.visits.people import PeopleMention, people_in
from slotkeeper.language.visits.visit_lexicon import (
    part_words,
    relation_called,
    visit_lexicon,
)


@dataclass(frozen=True, slots=True)
class VisitPart:
    """One service of one person of a visit; ``who`` and ``is_caller`` as in PersonServices."""

    person: int
    service: Service
    who: str | None = None
    is_caller: bool = False


@dataclass(frozen=True, slots=True)
class PartsChoice:
    """Which parts of a visit are to be changed, cancelled or moved.

    ``action``: ``take``, these ``parts``; ``ask``, which of these ``parts``, as the words fit
    several; ``none``, no part was named, so that the whole visit is meant or nothing is said of it.
    """

    action: Literal["take", "ask", "none"]
    parts: tuple[VisitPart, ...] = ()


def parts_meant(text: str | None, parts: Sequence[VisitPart], locale: Locale) -> PartsChoice:
    """Choose the parts that a caller wants changed. Pure and total.

    What she names is changed ("nur die Farbe", "mein Sohn kann nicht"), and what she keeps is not
    ("die Farbe soll bleiben"): then all others are.
    """
    spoken = tokens_of(text or "")
    if not spoken or not parts:
        return PartsChoice("none")
    return _Chooser(spoken, tuple(parts), locale).choose()


@dataclass(frozen=True, slots=True)
class _Named:
    parts: tuple[VisitPart, ...]
    keeps: bool
    is_denied: bool = False
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class _Chooser:
    spoken: Sequence[SpokenWord]
    parts: tuple[VisitPart, ...]
    locale: Locale

    def choose(self) -> PartsChoice:
        words = part_words(self.locale)
        folded = [word.folded for word in self.spoken]
        everything = next((n for n, word in enumerate(folded) if word in words.everything), None)
        if everything is not None:
            return self._all_but(everything)
        named = [each for clause in self._clauses() for each in self._named_in(clause)]
        if any(each.is_unsure for each in named):
            unsure = next(each for each in named if each.is_unsure)
            return PartsChoice("ask", unsure.parts)
        if any(not (each.keeps or each.is_denied) for each in named):
            # "nicht die Farbe, nur den Schnitt"; alone, "nicht die Farbe" takes the colour out.
            named = [replace(each, keeps=each.keeps or each.is_denied) for each in named]
        changed = {part for each in named if not each.keeps for part in each.parts}
        kept = {part for each in named if each.keeps for part in each.parts}
        if kept and not changed:
            changed = set(self.parts)
        chosen = tuple(part for part in self.parts if part in changed and part not in kept)
        return PartsChoice("take", chosen) if chosen else PartsChoice("none")

    def _all_but(self, everything: int) -> PartsChoice:
        """Choose all, or all but what is named behind "außer"."""
        excepts = part_words(self.locale).except_words
        behind = list(self.spoken[everything + 1 :])
        begin = next((n for n, word in enumerate(behind) if word.folded in excepts), None)
        left_out: set[VisitPart] = set()
        if begin is not None:
            left_out = {part for each in self._named_in(behind[begin:]) for part in each.parts}
        else:
            # "beide Kinder", "alles von meinem Sohn"
            said = [part for each in self._named_in(list(self.spoken)) for part in each.parts]
            if said:
                return PartsChoice("take", tuple(part for part in self.parts if part in said))
        chosen = tuple(part for part in self.parts if part not in left_out)
        return PartsChoice("take", chosen) if chosen else PartsChoice("none")

    def _clauses(self) -> Iterator[list[SpokenWord]]:
        """Part the words at pauses and at "aber"."""
        buts = part_words(self.locale).but_words
        clause: list[SpokenWord] = []
        for word in self.spoken:
            if clause and (word.pause or word.folded in buts):
                yield clause
                clause = []
            clause.append(word)
        if clause:
            yield clause

    def _named_in(self, clause: Sequence[SpokenWord]) -> Iterator[_Named]:
        words = part_words(self.locale)
        said = {word.folded for word in clause}
        keeps = bool(said & words.keeps) and not said & words.refuses
        denied = clause[0].folded in words.refuses
        mentions = people_in(clause, visit_lexicon(self.locale))
        theirs = [part for each in mentions for part in self._of(each, clause)]
        herself = not any(each.people for each in mentions) and self._speaks_of_herself(said)
        if herself:
            theirs = [part for part in self.parts if part.is_caller]
        by_service, is_unsure = self._by_service(clause, mentions)
        if by_service and theirs:
            both = tuple(part for part in by_service if part in theirs)
            yield _Named(both or tuple(by_service), keeps, denied)
        elif by_service:
            yield _Named(tuple(by_service), keeps, denied, is_unsure)
        elif theirs:
            unsure = not herself and self._is_one_of_several(theirs, mentions)
            yield _Named(tuple(theirs), keeps, denied, unsure)

    def _of(self, mention: PeopleMention, clause: Sequence[SpokenWord]) -> Iterator[VisitPart]:
        """Give the parts of those whom a mention speaks of."""
        for person in mention.people:
            if person.is_caller and (mention.kind != "weak" or self._means_herself(clause)):
                yield from (part for part in self.parts if part.is_caller)
            relation = relation_called(person.who, self.locale) if person.who else None
            for part in self.parts if relation is not None else ():
                if part.who and relation_called(part.who, self.locale) is relation:
                    yield part

    def _speaks_of_herself(self, said: set[str]) -> bool:
        """Whether the caller names nobody but herself: "nur ich", "nur meinen Termin"."""
        lexicon, only = visit_lexicon(self.locale), part_words(self.locale).only
        several = len({part.person for part in self.parts}) > 1
        return several and bool(said & only) and bool(said & (lexicon.i | lexicon.owners))

    def _means_herself(self, clause: Sequence[SpokenWord]) -> bool:
        """Whether "ich" chooses the caller's own part: "nur ich", "ich kann nicht, aber ..."."""
        words = part_words(self.locale)
        said = {word.folded for word in clause}
        several = len({part.person for part in self.parts}) > 1
        contrasted = any(word.folded in words.but_words for word in self.spoken)
        return several and (bool(said & words.only) or (contrasted and bool(said & words.refuses)))

    def _is_one_of_several(
        self, people: Sequence[VisitPart], mentions: Sequence[PeopleMention]
    ) -> bool:
        """Whether one was named of several who are called so, as of two sons."""
        meant = sum(len(each.people) for each in mentions if not each.many)
        many = any(each.many for each in mentions)
        return not many and len({part.person for part in people}) > meant

    def _by_service(
        self, clause: Sequence[SpokenWord], mentions: Sequence[PeopleMention]
    ) -> tuple[list[VisitPart], bool]:
        """Give the parts whose service is named, and whether only one of them was meant."""
        services = tuple({part.service.id: part.service for part in self.parts}.values())
        index = ServiceIndex(services, locale=self.locale)
        people = {at for each in mentions if each.people for at in range(each.first, each.last)}
        words = [word for word in words_in(clause, index.lexicon) if word.place not in people]
        heard = index.hear_words(words)
        named = [each for each in heard.wanted or heard.named]
        chosen = {each.service.id for each in named}
        rivals = {m.form.service.id for each in named for m in each.rivals}
        shares = index.search.partial(without(named, heard.words))
        best = max(shares.values(), default=0.0)
        nearest = {key for key, share in shares.items() if share == best} - chosen
        is_unsure = bool(rivals) or len(nearest) > 1
        chosen |= rivals | nearest
        return [part for part in self.parts if part.service.id in chosen], is_unsure
