"""What sounds like a further wish and is not in the catalogue: "und Bartpflege"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from slotkeeper.language.services.wish_words import SpokenWord, Word
from slotkeeper.language.visits.visit_lexicon import FurtherWords, VisitLexicon

# A name, a place and what else somebody says in passing is longer than a wish.
_MOST_WORDS = 4
_MARKS = " .,;:!?\"'„“”()-"


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Words from ``first`` to before ``last``, as they were said, that nothing explains."""

    first: int
    last: int
    said: str


def further_wishes(
    spoken: Sequence[SpokenWord],
    groups: Sequence[Sequence[Word]],
    *,
    lexicon: VisitLexicon,
    wished: Set[int],
) -> list[Unexplained]:
    """Give the groups of unknown words that sound like a wish beside the ``wished`` places."""
    return list(_Ear(spoken, lexicon, wished).listen(groups))


@dataclass(frozen=True, slots=True)
class _Ear:
    spoken: Sequence[SpokenWord]
    lexicon: VisitLexicon
    wished: Set[int]

    @property
    def further(self) -> FurtherWords:
        """Give the words that tell a wish from what is said in passing."""
        return self.lexicon.further

    def listen(self, groups: Sequence[Sequence[Word]]) -> Iterator[Unexplained]:
        wished = set(self.wished)
        for group in groups:
            first, last = group[0].place, group[-1].place + 1
            if self._denied(first) or self._is_a_name(first):
                continue
            if self._is_treatment(first, last) or self._is_coordinated(first, last, wished):
                wished |= set(range(first, last))
                said = " ".join(word.said.strip(_MARKS) for word in self.spoken[first:last])
                yield Unexplained(first, last, said)

    def _word(self, at: int) -> str:
        return self.spoken[at].folded if 0 <= at < len(self.spoken) else ""

    def _pause(self, at: int) -> str:
        return self.spoken[at].pause if 0 <= at < len(self.spoken) else "."

    def _denied(self, first: int) -> bool:
        at = first - 1
        while at >= 0 and self._word(at) in self.lexicon.determiners:
            at -= 1
        return at >= 0 and not self._pause(first) and self._word(at) in self.further.negations

    def _is_a_name(self, first: int) -> bool:
        """Whether a title or "mein Name ist" stands before it."""
        before = self._word(first - 1), self._word(first - 2)
        owned = before[1] in self.lexicon.owners
        return not self._pause(first) and (
            (before[0] in self.further.titles and not owned)
            or before[0] in self.further.names
            or before[1] in self.further.names
        )

    def _is_treatment(self, first: int, last: int) -> bool:
        """Whether it names by itself what is done to somebody: Kopfmassage, eyebrow threading."""
        return any(
            word.folded in self.further.treatments
            or word.folded.endswith(self.further.treatment_ends)
            or (word.folded in self.further.acts and last - first > 1)
            for word in self.spoken[first:last]
        )

    def _is_coordinated(self, first: int, last: int, wished: Set[int]) -> bool:
        """Whether it is joined to a wish as one more thing, and sounds like a thing."""
        if last - first > _MOST_WORDS or not self._is_thing(first, last):
            return False
        clause = any(word.folded in self.further.verbs for word in self.spoken[first:last])
        # "und mein Hund", "und mein Zahn tut weh": what is the caller's own is hardly a service.
        if clause or self._word(first - 1) in self.lexicon.owners:
            return False
        return self._follows_a_wish(first, last, wished) or self._leads_to_a_wish(
            first, last, wished
        )

    def _is_thing(self, first: int, last: int) -> bool:
        words = self.spoken[first:last]
        lexicon = self.lexicon
        if words[-1].folded.endswith(self.further.adjective_ends):
            return False
        capital = any(word.said[:1].isupper() for word in self.spoken[1:])
        if not lexicon.words.nouns_are_capital or not capital:
            return True
        return any(word.said[:1].isupper() for word in words)

    def _follows_a_wish(self, first: int, last: int, wished: Set[int]) -> bool:
        at, article, joined = first - 1, False, False
        while at >= 0 and not joined:
            word = self._word(at)
            if at in wished or not self._is_between(word):
                break
            article = article or word in self.further.articles
            joined = word in self.lexicon.joints
            at -= 1
        comma = self._pause(at + 1) == ","
        if self._word(last) in self.further.verbs and not self._pause(last):
            return False
        # "mit Anna" names who serves; "mit Typberatung" is something that is done.
        is_done = article or self._word(last - 1).endswith(self.further.noun_ends)
        if joined and self._word(at + 1) in self.lexicon.with_words and not is_done:
            return False
        if joined:
            return (
                any(place < first for place in wished)
                and self._word(at + 2) not in self.further.asides
            )
        listed = self._word(last) in self.lexicon.joints or self._pause(last) == ","
        return comma and at in wished and (article or (listed and last < len(self.spoken)))

    def _is_between(self, word: str) -> bool:
        lexicon = self.lexicon
        return (
            word in lexicon.determiners
            or word in lexicon.joints
            or word in self.further.wishing
            or word in lexicon.too
            or word in lexicon.callers
        ) and word not in self.further.prepositions

    def _leads_to_a_wish(self, first: int, last: int, wished: Set[int]) -> bool:
        """Whether "und" joins it to a wish that comes after it."""
        at = last
        while self._word(at) and self._is_between(self._word(at)) and at not in wished:
            at += 1
        joints = [self._word(place) for place in range(last, at)]
        joined = bool(joints) and joints[0] in self.lexicon.joints
        aside = any(word in self.further.asides for word in joints[1:])
        before = self._word(first - 1)
        begins = first == 0 or bool(self._pause(first)) or before in self.lexicon.determiners
        return joined and not aside and at in wished and (begins or before in self.further.wishing)
