"""Which service a caller means: take it, confirm it, ask which, or none was named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from slotkeeper.domain.catalogue import SURE_CONFIDENCE, Service
from slotkeeper.domain.locale import Locale
from slotkeeper.language.services.forms import Forms
from slotkeeper.language.services.search import SHARE, Match, Search
from slotkeeper.language.services.stems import squeeze
from slotkeeper.language.services.wish_words import (
    MAX_WISH_CHARS,
    Word,
    is_audience,
    service_lexicon,
    words_of,
)

# How likely a service is that the caller had before, if he named none now.
FROM_HISTORY = 0.5
# A match with at least 85 % of the best match's weight in the same words is its rival; with at
# least 97 %, the caller is asked which of both was meant.
RIVAL, EQUAL = 0.85, 0.97
# Of two unsure names in one sentence, the better one is confirmed if it is better by this much.
CLEARLY_BETTER = 0.1
# Of services found by a part of their name, those this far behind the best are no candidates.
NEARLY = 0.15
# How sure a part of a name is, compared with a whole name.
FROM_A_PART = 0.7
# How sure it is that one of the candidates is meant; less if unknown words were said as well.
ONE_OF_THEM = 0.5
# More candidates cannot be read out; a caller remembers three.
MAX_SERVICES_NAMED = 6

Action = Literal["accept", "confirm", "ask", "none"]


@dataclass(frozen=True, slots=True)
class ServiceGuess:
    """Which service was understood, and what to do about it.

    ``action``: ``accept``, take ``service``; ``confirm``, ask whether ``service`` is meant, as the
    ``candidates`` were named too; ``ask``, ask which of the ``candidates`` is meant, or openly if
    there are none; ``none``, no service was named, and the ``candidates`` only sound similar. Only
    ``accept`` and ``confirm`` have a service. ``confidence`` is 0 to 1; with ``ask`` it is
    ONE_OF_THEM, or less if unknown words were said as well ("Regenbogen Einhorn Schnitt").
    """

    action: Action
    service: Service | None = None
    confidence: float = 0.0
    candidates: tuple[Service, ...] = ()


class ServiceIndex:
    """The services of a catalogue, indexed once to understand many texts."""

    def __init__(self, services: Sequence[Service], *, locale: Locale) -> None:
        """Index all names and synonyms."""
        self._lexicon = service_lexicon(locale)
        forms = Forms(services, self._lexicon)
        self._search = Search(forms)
        self._services = {service.id: service for service in services}
        self._written = {s.name.strip().casefold(): s for s in services}
        self._written |= {s.key.casefold(): s for s in services}
        self._audiences = {
            service.id: {each for f in forms.of(service) for each in f.stems if is_audience(each)}
            for service in services
        }
        self._parts = {service.id: self._stems_of_parts(service) for service in services}

    def understand(self, text: str | None, *, history: Service | None = None) -> ServiceGuess:
        """Understand a word or a whole sentence. Total: every text gets a guess.

        ``history`` is the service that the caller had before; it is confirmed if none is named.
        """
        said = text or ""
        if len(said) > MAX_WISH_CHARS:
            return ServiceGuess("ask")
        if written := self._written.get(said.strip().casefold()):
            return ServiceGuess("accept", written, 1.0)
        words = self._search.heard(words_of(said, self._lexicon))
        exact = self._search.exact(words)
        named = _best_of([*exact, *self._search.similar(words, exact)])
        wanted = [each for each in named if not self._negated(each.match, words)]
        if wanted:
            rest = _without(named, words)
            return self._from_more_words(wanted, words) or self._judged(wanted, words, rest)
        if named:
            return _which(_services(each.match for each in named))
        return self._from_parts(words, self._search.partial(words)) or self._nothing(words, history)

    def _stems_of_parts(self, service: Service) -> set[str]:
        names = (segment.name for segment in service.segments)
        return {each for n in names for word in words_of(n, self._lexicon) for each in word.stems}

    def _negated(self, match: Match, words: Sequence[Word]) -> bool:
        first, last = _ends(match)
        clause = words[first].clause
        before, after = words[max(first - 1, 0) : first], words[last : last + 2]
        if any(w.clause == clause and squeeze(w.text) in self._lexicon.negations for w in before):
            return True
        # "Dauerwelle nicht" denies at the end of a clause; elsewhere "nicht" denies what follows.
        follows = [squeeze(word.text) for word in after if word.clause == clause]
        return len(follows) == 1 and follows[0] in self._lexicon.negations

    def _judged(
        self, named: Sequence[_NamedService], words: Sequence[Word], rest: Sequence[Word]
    ) -> ServiceGuess:
        """Judge the services that were named; of several, the longest one is wished."""
        if len(named) == 1:
            return self._judged_with_rest(named[0], rest)
        sure = [each for each in named if each.match.confidence >= SURE_CONFIDENCE]
        # A caller comes for what takes longest; the rest is done along with it.
        main = max(sure or named, key=lambda each: (each.service.duration_min, each.match.weight))
        others = [each for each in named if each is not main]
        services_named = _services(each.match for each in (main, *others))
        a_choice = any(words[_ends(each.match)[0]].after_choice for each in named[1:])
        close = [
            each
            for each in others
            if not sure and each.match.confidence > main.match.confidence - CLEARLY_BETTER
        ]
        if a_choice or close:
            said = _services(m for each in named for m in (each.match, *each.rivals))
            return _which(said)
        judged = _judged_alone(main)
        included = all(self._includes(main.service, each.match.form.core) for each in others)
        action = judged.action if included or judged.action == "ask" else "confirm"
        return ServiceGuess(action, judged.service, judged.confidence, services_named[1:])

    def _judged_with_rest(self, named: _NamedService, rest: Sequence[Word]) -> ServiceGuess:
        """Judge the one service that was named; if more was said ("... und färben"), confirm it."""
        judged = _judged_alone(named)
        shares = self._search.partial(rest)
        own = shares.pop(named.service.id, 0.0)
        if judged.action != "accept" or own >= max(shares.values(), default=0.0):
            return judged
        if self._includes(named.service, self._search.known_stems(rest)[1]):
            return judged
        return replace(judged, action="confirm", candidates=self._named(shares))

    def _includes(self, service: Service, stems: Iterable[str]) -> bool:
        """Whether all the stems are parts of the service, as washing is of a colouring."""
        parts = self._parts[service.id]
        return all(any(part.endswith(each) for part in parts) for each in stems)

    def _named(self, ids: Iterable[int]) -> tuple[Service, ...]:
        """Give services in the catalogue's order, at most as many as can be read out."""
        wanted = set(ids)
        return tuple(s for s in self._services.values() if s.id in wanted)[:MAX_SERVICES_NAMED]

    def _from_more_words(
        self, named: Sequence[_NamedService], words: Sequence[Word]
    ) -> ServiceGuess | None:
        """Prefer a name of which more words were said to an unsure one: "Föhnen und Styling"."""
        loose = max(each.match.confidence for each in named)
        if loose >= SURE_CONFIDENCE:
            return None
        shares = self._search.partial(words, at_least=2)
        own = max(shares.get(each.service.id, 0.0) for each in named)
        better = {
            key: share for key, share in shares.items() if share > max(own, loose + CLEARLY_BETTER)
        }
        return self._from_parts(words, better)

    def _from_parts(
        self, words: Sequence[Word], shares: Mapping[int, float]
    ) -> ServiceGuess | None:
        if not shares:
            return None
        best = max(shares.values())
        audiences = {each for word in words for each in word.stems if is_audience(each)}
        near = [key for key, share in shares.items() if share >= best - NEARLY]
        fitting = [key for key in near if self._audiences[key] & audiences] or near
        if len(fitting) == 1 and best >= SHARE:
            only = fitting[0]
            # The part that a name for an audience shares with others does not mean that audience:
            # "Untersuchung" alone need not be for children.
            if audiences or not self._audiences[only] or len(shares) == 1:
                return ServiceGuess("confirm", self._services[only], best * FROM_A_PART)
            fitting = list(shares)
        return _which(self._named(fitting), ONE_OF_THEM * self._search.known_share(words))

    def _nothing(self, words: Sequence[Word], history: Service | None) -> ServiceGuess:
        if all(word.everyday or word.vague for word in words):
            if history is not None:
                return ServiceGuess("confirm", history, FROM_HISTORY)
            return ServiceGuess("none")
        return ServiceGuess("none", candidates=self._search.suggestions(words))


@dataclass(frozen=True, slots=True)
class _NamedService:
    """A service that was named: its best match, that match's rivals, and all words that name it."""

    match: Match
    rivals: tuple[Match, ...]
    words: int

    @property
    def service(self) -> Service:
        return self.match.form.service


def _which(candidates: tuple[Service, ...], confidence: float = ONE_OF_THEM) -> ServiceGuess:
    return ServiceGuess("ask", None, confidence, candidates)


def _without(named: Iterable[_NamedService], words: Sequence[Word]) -> list[Word]:
    """List the words that belong to none of the named services."""
    explained = 0
    for each in named:
        explained |= each.words
    return [word for index, word in enumerate(words) if not explained >> index & 1]


def _judged_alone(named: _NamedService) -> ServiceGuess:
    match, rivals = named.match, named.rivals
    others = _services(rivals)
    if any(_as_good(rival, match) for rival in rivals):
        return _which((named.service, *others))
    action: Action = "accept" if match.confidence >= SURE_CONFIDENCE and not others else "confirm"
    return ServiceGuess(action, named.service, match.confidence, others)


def _best_of(matches: Iterable[Match]) -> list[_NamedService]:
    """Choose the heaviest matches that share no word, one for each service, in order of words."""
    ranked = sorted(matches, key=lambda match: (-match.weight, -match.confidence))
    taken, by_service = 0, dict[int, _NamedService]()
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
        new = _NamedService(match, tuple(rivals), match.words)
        known = by_service.get(service_id, new)
        best = known if known.match.confidence >= match.confidence else new
        by_service[service_id] = replace(best, words=known.words | new.words)
    return sorted(by_service.values(), key=lambda each: each.match.words & -each.match.words)


def _as_good(rival: Match, match: Match) -> bool:
    if rival.weight < EQUAL * match.weight:
        return False
    return rival.confidence > match.confidence - CLEARLY_BETTER


def _services(matches: Iterable[Match]) -> tuple[Service, ...]:
    unique = {match.form.service.id: match.form.service for match in matches}
    return tuple(unique.values())[:MAX_SERVICES_NAMED]


def _ends(match: Match) -> tuple[int, int]:
    """Give the first word of a match and the one after its last."""
    return (match.words & -match.words).bit_length() - 1, match.words.bit_length()
