"""The services that a text names: the best matches, each with its rivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from slotkeeper.domain.catalogue import SURE_CONFIDENCE, Service
from slotkeeper.language.services.search import SAME_SOUNDS, Match
from slotkeeper.language.services.wish_words import Word

# A match with at least 85 % of the best match's weight in the same words is its rival; with at
# least 97 %, the caller is asked which of both was meant.
RIVAL, EQUAL = 0.85, 0.97
# Of two unsure names in one sentence, the better one is confirmed if it is better by this much.
CLEARLY_BETTER = 0.1
# More candidates cannot be read out; a caller remembers three.
MAX_SERVICES_NAMED = 6
_A_PAIR = 2


@dataclass(frozen=True, slots=True)
class NamedService:
    """A service that was named: its best match, that match's rivals, and all words that name it.

    ``mentions`` has the words of each place where it was named, in no order.
    """

    match: Match
    rivals: tuple[Match, ...]
    words: int
    mentions: tuple[int, ...]

    @property
    def service(self) -> Service:
        """Give the service that the best match names."""
        return self.match.form.service

    def moved(self, by: int) -> NamedService:
        """Give the same name in words that stand so many places later."""
        return NamedService(
            replace(self.match, words=self.match.words << by),
            tuple(replace(rival, words=rival.words << by) for rival in self.rivals),
            self.words << by,
            tuple(words << by for words in self.mentions),
        )


def without(named: Iterable[NamedService], words: Sequence[Word]) -> list[Word]:
    """List the words that belong to none of the named services."""
    explained = 0
    for each in named:
        explained |= each.words
    return [word for index, word in enumerate(words) if not explained >> index & 1]


def best_of(matches: Iterable[Match]) -> list[NamedService]:
    """Choose the heaviest matches that share no word, one for each service, in order of words."""
    ranked = sorted(_whole(list(matches)), key=lambda each: (-each.weight, -each.confidence))
    taken, by_service = 0, dict[int, NamedService]()
    for match in ranked:
        if match.words & taken:
            continue
        taken |= match.words
        rivals = [
            rival
            for rival in ranked
            if rival.words & match.words
            and rival.form.service.id != match.form.service.id
            and rival.weight >= RIVAL * match.weight
        ]
        service_id = match.form.service.id
        new = NamedService(match, tuple(rivals), match.words, (match.words,))
        known = by_service.get(service_id, new)
        best = known if known.match.confidence >= match.confidence else new
        mentions = new.mentions if known is new else (*known.mentions, *new.mentions)
        by_service[service_id] = replace(best, words=known.words | new.words, mentions=mentions)
    return sorted(by_service.values(), key=lambda each: each.match.words & -each.match.words)


def _whole(matches: Sequence[Match]) -> list[Match]:
    """Leave out names that are only heard where two sure names meet.

    In "Styling Herren, Haarschnitt Kinder" nobody wishes a Herrenhaarschnitt.
    """
    sure = [m for m in matches if m.confidence >= SURE_CONFIDENCE and m.quality >= SAME_SOUNDS]
    if len(sure) < _A_PAIR:
        return list(matches)
    pairs = {
        (one.words, other.words)
        for one, other in combinations(sure, _A_PAIR)
        if not one.words & other.words
    }
    return [match for match in matches if not any(_is_torn(match.words, *pair) for pair in pairs)]


def _is_torn(words: int, one: int, other: int) -> bool:
    """Whether words take something from both of two names, and leave something of them."""
    return not words & ~(one | other) and words not in (words & one, words & other, one | other)


def as_good(rival: Match, match: Match) -> bool:
    """Whether a rival is so near to a match that the caller is asked which was meant."""
    if rival.weight < EQUAL * match.weight:
        return False
    return rival.confidence > match.confidence - CLEARLY_BETTER


def services_of(matches: Iterable[Match]) -> tuple[Service, ...]:
    """List each service of some matches once, at most as many as can be read out."""
    unique = {match.form.service.id: match.form.service for match in matches}
    return tuple(unique.values())[:MAX_SERVICES_NAMED]


def ends_of(match: Match) -> tuple[int, int]:
    """Give the first word of a match and the one after its last."""
    return (match.words & -match.words).bit_length() - 1, match.words.bit_length()


def places_of(words: int) -> list[int]:
    """List the places of some words, which are bits."""
    return [at for at in range(words.bit_length()) if words >> at & 1]
