"""Which service a caller means: taken, asked back, asked openly, or none was named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.sheet import SURE
from slotkeeper.language.numbers import Locale
from slotkeeper.language.phonetics import latin
from slotkeeper.language.service_forms import SHARE, Forms, Match
from slotkeeper.language.service_words import (
    LEXICONS,
    MAX_CHARS,
    Word,
    squeeze,
    words_of,
)

# What a caller had before is likely, and nothing that he said.
FROM_HISTORY = 0.5
# A name that explains nearly as much of the same words is a rival; with as much, both are asked.
RIVAL, EQUAL = 0.85, 0.97
# Two loose names in one sentence: the better one is asked back if it is clearly better.
CLEARLY_BETTER = 0.1
# Parts of names: who is this much behind the best is no candidate.
NEARLY = 0.15
# A part of a name is never as sure as a name.
FROM_A_PART = 0.7
# More cannot be read out; a caller remembers three.
MAX_CANDIDATES = 6

Action = Literal["accept", "confirm", "ask", "none"]


@dataclass(frozen=True, slots=True)
class ServiceGuess:
    """What was understood, and what is to be done about it.

    ``accept``: take ``service``. ``confirm``: ask whether it is ``service``. ``ask``: ask which of
    the ``candidates``, or openly where there are none. ``none``: no service was named; the
    ``candidates`` merely sound similar. Only ``accept`` and ``confirm`` carry a service; their
    candidates were named as well.
    """

    action: Action
    service: Service | None = None
    confidence: float = 0.0
    candidates: tuple[Service, ...] = ()


class ServiceIndex:
    """The services of a catalogue, made ready once to be understood often."""

    def __init__(self, services: Sequence[Service], *, locale: Locale) -> None:
        """Take in all names and synonyms."""
        self._lexicon = LEXICONS[locale]
        self._forms = Forms(services, self._lexicon)
        self._services = {service.id: service for service in services}
        self._keys = {latin(service.key): service for service in services}
        self._audiences = {
            service.id: frozenset().union(*(f.stems - f.core for f in self._forms.of(service)))
            for service in services
        }
        self._parts = {
            service.id: frozenset(
                stem
                for segment in service.segments
                for word in words_of(segment.name, self._lexicon)
                for stem in word.stems
            )
            for service in services
        }

    def understand(self, text: str | None, *, history: Service | None = None) -> ServiceGuess:
        """Understand a word or a whole sentence. Total: any text has an answer.

        ``history`` is what the caller had before: asked back where nothing was said, else ignored.
        """
        if text is not None and len(text) > MAX_CHARS:
            return ServiceGuess("ask")
        if text is not None and (named := self._keys.get(latin(text))):
            return ServiceGuess("accept", named, 1.0)
        words = words_of(text or "", self._lexicon)
        found = _best_of(self._matches(words))
        wanted = [one for one in found if not self._negated(one.match, words)]
        if len(wanted) == 1:
            return _judged(wanted[0])
        if wanted:
            return self._judged_together(wanted, words)
        if found:
            return ServiceGuess("ask", candidates=_services(one.match for one in found))
        return self._from_parts(words) or self._nothing(words, history)

    def _matches(self, words: Sequence[Word]) -> list[Match]:
        matches = list(self._forms.exact(words))
        taken = 0
        for match in matches:
            taken |= match.words if match.quality == 1 and match.confidence >= SURE else 0
        if not taken or any(not w.everyday and not taken >> at & 1 for at, w in enumerate(words)):
            matches += self._forms.similar(words, taken)
        return matches

    def _negated(self, match: Match, words: Sequence[Word]) -> bool:
        first, last = _ends(match)
        clause = words[first].clause
        before, after = words[max(first - 1, 0) : first], words[last : last + 2]
        if any(w.clause == clause and squeeze(w.text) in self._lexicon.negations for w in before):
            return True
        # "Dauerwelle nicht": at the end of a clause, else it belongs to what follows.
        follows = [squeeze(word.text) for word in after if word.clause == clause]
        return len(follows) == 1 and follows[0] in self._lexicon.negations

    def _judged_together(self, found: Sequence[_Found], words: Sequence[Word]) -> ServiceGuess:
        """Judge several services in one text: the one that the others belong to is the wish."""
        sure = [each for each in found if each.match.confidence >= SURE]
        # What takes longest is what a caller comes for; the rest is done along with it.
        main = max(sure or found, key=_extent)
        others = [each for each in found if each is not main]
        named = _services(each.match for each in (main, *others))
        a_choice = any(words[_ends(each.match)[0]].after_choice for each in found[1:])
        close = [
            each
            for each in others
            if not sure and each.match.confidence > main.match.confidence - CLEARLY_BETTER
        ]
        if a_choice or close:
            return ServiceGuess("ask", None, main.match.confidence / 2, named)
        judged = _judged(main)
        included = all(self._includes(main.service, each.match) for each in others)
        action = judged.action if included or judged.action == "ask" else "confirm"
        return ServiceGuess(action, judged.service, judged.confidence, named[1:])

    def _includes(self, main: Service, other: Match) -> bool:
        """Whether the other is a part of it: a colouring is washed, cut and dried."""
        parts = self._parts[main.id]
        return all(any(part.endswith(s) for part in parts) for s in other.form.core)

    def _from_parts(self, words: Sequence[Word]) -> ServiceGuess | None:
        shares = self._forms.partial(words)
        if not shares:
            return None
        best = max(shares.values())
        near = [service_id for service_id, share in shares.items() if share >= best - NEARLY]
        audiences = {stem for word in words for stem in word.stems if stem[0] == "@"}
        fitting = [each for each in near if self._audiences[each] & audiences] or near
        candidates = tuple(s for s in self._services.values() if s.id in fitting)
        if len(candidates) == 1 and best >= SHARE:
            return ServiceGuess("confirm", candidates[0], best * FROM_A_PART)
        return ServiceGuess("ask", None, best / 2, candidates[:MAX_CANDIDATES])

    def _nothing(self, words: Sequence[Word], history: Service | None) -> ServiceGuess:
        if all(word.everyday or word.vague for word in words):
            if history is not None:
                return ServiceGuess("confirm", history, FROM_HISTORY)
            return ServiceGuess("none")
        return ServiceGuess("none", candidates=self._forms.suggestions(words))


def understand_service(
    text: str | None,
    services: Sequence[Service],
    *,
    locale: Locale,
    history: Service | None = None,
) -> ServiceGuess:
    """Understand one text. Whoever asks more often keeps a ServiceIndex."""
    return ServiceIndex(services, locale=locale).understand(text, history=history)


@dataclass(frozen=True, slots=True)
class _Found:
    """The best explanation of some words, and those that explain them nearly as well."""

    match: Match
    rivals: tuple[Match, ...]

    @property
    def service(self) -> Service:
        return self.match.form.service


def _judged(found: _Found) -> ServiceGuess:
    match, rivals = found.match, found.rivals
    others = _services(rivals)
    if any(_as_good(rival, match) for rival in rivals):
        return ServiceGuess("ask", None, match.confidence / 2, (found.service, *others))
    action: Action = "accept" if match.confidence >= SURE and not others else "confirm"
    return ServiceGuess(action, found.service, match.confidence, others)


def _extent(found: _Found) -> tuple[int, float]:
    return found.service.duration_min, found.match.weight


def _best_of(matches: Iterable[Match]) -> list[_Found]:
    """Choose matches that share no word, by weight; one a service, in the order of the words."""
    ranked = sorted(matches, key=lambda match: (-match.weight, -match.confidence))
    taken, found = 0, dict[int, _Found]()
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
        known = found.get(service_id)
        if known is None or known.match.confidence < match.confidence:
            found[service_id] = _Found(match, tuple(rivals))
    return sorted(found.values(), key=lambda each: each.match.words & -each.match.words)


def _as_good(rival: Match, match: Match) -> bool:
    if rival.weight < EQUAL * match.weight:
        return False
    return rival.confidence > match.confidence - CLEARLY_BETTER


def _services(matches: Iterable[Match]) -> tuple[Service, ...]:
    unique = {match.form.service.id: match.form.service for match in matches}
    return tuple(unique.values())[:MAX_CANDIDATES]


def _ends(match: Match) -> tuple[int, int]:
    """Give the first word of a match and the one after its last."""
    return (match.words & -match.words).bit_length() - 1, match.words.bit_length()
