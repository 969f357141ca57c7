"""Which service a caller means: take it, confirm it, ask which, or none was named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from slotkeeper.domain.catalogue import SURE_CONFIDENCE, Service
from slotkeeper.domain.locale import Locale
from slotkeeper.language.services.forms import Forms
from slotkeeper.language.services.named import (
    CLEARLY_BETTER,
    MAX_SERVICES_NAMED,
    NamedService,
    as_good,
    best_of,
    ends_of,
    services_of,
    without,
)
from slotkeeper.language.services.search import SHARE, Match, Search
from slotkeeper.language.services.stems import squeeze
from slotkeeper.language.services.wish_words import (
    MAX_WISH_CHARS,
    SpokenWord,
    Word,
    is_audience,
    service_lexicon,
    tokens_of,
    words_in,
    words_of,
)

# How likely a service is that the caller had before, if he named none now.
FROM_HISTORY = 0.5
# Of services found by a part of their name, those this far behind the best are no candidates.
NEARLY = 0.15
# How sure a part of a name is, compared with a whole name.
FROM_A_PART = 0.7
# How sure it is that one of the candidates is meant; less if unknown words were said as well.
ONE_OF_THEM = 0.5

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


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in a text: its words without the glue, and the services that they name.

    ``wanted`` are those ``named`` that are not denied. ``written`` is the service whose name or key
    is the whole text, to the letter; then no words are looked at.
    """

    spoken: Sequence[SpokenWord]
    words: Sequence[Word]
    named: Sequence[NamedService]
    wanted: Sequence[NamedService]
    written: Service | None = None
    too_long: bool = False


class ServiceIndex:
    """The services of a catalogue, indexed once to understand many texts."""

    def __init__(self, services: Sequence[Service], *, locale: Locale) -> None:
        """Index all names and synonyms."""
        self.locale = locale
        self.lexicon = service_lexicon(locale)
        forms = Forms(services, self.lexicon)
        self.search = Search(forms)
        self.services = tuple(services)
        self._by_id = {service.id: service for service in services}
        self._written = {s.name.strip().casefold(): s for s in services}
        self._written |= {s.key.casefold(): s for s in services}
        self.audiences = {
            service.id: {each for f in forms.of(service) for each in f.stems if is_audience(each)}
            for service in services
        }
        self._parts = {service.id: self._stems_of_parts(service) for service in services}

    def understand(self, text: str | None, *, history: Service | None = None) -> ServiceGuess:
        """Understand a word or a whole sentence. Total: every text gets a guess.

        ``history`` is the service that the caller had before; it is confirmed if none is named.
        """
        return self.judge(self.hear(text), history=history)

    def hear(self, text: str | None) -> Heard:
        """Find the services that a text names. Total: of a text that is too long, nothing."""
        said = text or ""
        if len(said) > MAX_WISH_CHARS:
            return Heard((), (), (), (), too_long=True)
        tokens = tokens_of(said)
        if written := self._written.get(said.strip().casefold()):
            return Heard(tokens, (), (), (), written)
        return self.hear_words(words_in(tokens, self.lexicon), tokens)

    def hear_words(self, words: Sequence[Word], tokens: Sequence[SpokenWord] = ()) -> Heard:
        """Find the services that some words of a text name."""
        known = self.search.heard(words)
        exact = self.search.exact(known)
        named = best_of([*exact, *self.search.similar(known, exact)])
        wanted = [each for each in named if not self._negated(each.match, known)]
        return Heard(tokens, known, named, wanted)

    def hear_apart(
        self, stretches: Iterable[Sequence[Word]], spoken: Sequence[SpokenWord]
    ) -> Heard:
        """Find the services in stretches of a text, so that no name reaches from one to another."""
        words, named, wanted = list[Word](), list[NamedService](), list[NamedService]()
        for stretch in stretches:
            heard = self.hear_words(stretch)
            for each in heard.named:
                named.append(each.moved(len(words)))
                if each in heard.wanted:
                    wanted.append(named[-1])
            words += heard.words
        return Heard(spoken, words, named, wanted)

    def judge(self, heard: Heard, *, history: Service | None = None) -> ServiceGuess:
        """Judge which one service is meant by what was heard, as ``understand`` does."""
        if heard.too_long:
            return ServiceGuess("ask")
        if heard.written:
            return ServiceGuess("accept", heard.written, 1.0)
        words, named = heard.words, heard.named
        if heard.wanted:
            rest = without(named, words)
            return self._from_more_words(heard.wanted, words) or self._judged(
                heard.wanted, words, rest
            )
        if named:
            return _which(services_of(each.match for each in named))
        return self._from_parts(words, self.search.partial(words)) or self._nothing(words, history)

    def _stems_of_parts(self, service: Service) -> set[str]:
        names = (segment.name for segment in service.segments)
        return {each for n in names for word in words_of(n, self.lexicon) for each in word.stems}

    def _negated(self, match: Match, words: Sequence[Word]) -> bool:
        first, last = ends_of(match)
        clause = words[first].clause
        before, after = words[max(first - 1, 0) : first], words[last : last + 2]
        if any(w.clause == clause and squeeze(w.text) in self.lexicon.negations for w in before):
            return True
        neither, nor = self.lexicon.neither
        if any(w.text == nor for w in before) and any(w.text == neither for w in words[:first]):
            return True
        # "Dauerwelle nicht" denies at the end of a clause; elsewhere "nicht" denies what follows.
        follows = [squeeze(word.text) for word in after if word.clause == clause]
        return len(follows) == 1 and follows[0] in self.lexicon.negations

    def _judged(
        self, named: Sequence[NamedService], words: Sequence[Word], rest: Sequence[Word]
    ) -> ServiceGuess:
        """Judge the services that were named; of several, the longest one is wished."""
        if len(named) == 1:
            return self._judged_with_rest(named[0], rest)
        sure = [each for each in named if each.match.confidence >= SURE_CONFIDENCE]
        # A caller comes for what takes longest; the rest is done along with it.
        main = max(sure or named, key=lambda each: (each.service.duration_min, each.match.weight))
        others = [each for each in named if each is not main]
        services_named = services_of(each.match for each in (main, *others))
        a_choice = any(words[ends_of(each.match)[0]].after_choice for each in named[1:])
        close = [
            each
            for each in others
            if not sure and each.match.confidence > main.match.confidence - CLEARLY_BETTER
        ]
        if a_choice or close:
            said = services_of(m for each in named for m in (each.match, *each.rivals))
            return _which(said)
        judged = judged_alone(main)
        included = all(self.includes(main.service, each.match.form.core) for each in others)
        action = judged.action if included or judged.action == "ask" else "confirm"
        return ServiceGuess(action, judged.service, judged.confidence, services_named[1:])

    def _judged_with_rest(self, named: NamedService, rest: Sequence[Word]) -> ServiceGuess:
        """Judge the one service that was named; if more was said ("... und färben"), confirm it."""
        judged = judged_alone(named)
        shares = self.search.partial(rest)
        own = shares.pop(named.service.id, 0.0)
        if judged.action != "accept" or own >= max(shares.values(), default=0.0):
            return judged
        if self.includes(named.service, self.search.known_stems(rest)[1]):
            return judged
        return replace(judged, action="confirm", candidates=self._named(shares))

    def includes(self, service: Service, stems: Iterable[str]) -> bool:
        """Whether all the stems are parts of the service, as washing is of a colouring."""
        parts = self._parts[service.id]
        return all(any(part.endswith(each) for part in parts) for each in stems)

    def _named(self, ids: Iterable[int]) -> tuple[Service, ...]:
        """Give services in the catalogue's order, at most as many as can be read out."""
        wanted = set(ids)
        return tuple(s for s in self.services if s.id in wanted)[:MAX_SERVICES_NAMED]

    def _from_more_words(
        self, named: Sequence[NamedService], words: Sequence[Word]
    ) -> ServiceGuess | None:
        """Prefer a name of which more words were said to an unsure one: "Föhnen und Styling"."""
        loose = max(each.match.confidence for each in named)
        if loose >= SURE_CONFIDENCE:
            return None
        shares = self.search.partial(words, at_least=2)
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
        fitting = [key for key in near if self.audiences[key] & audiences] or near
        if len(fitting) == 1 and best >= SHARE:
            only = fitting[0]
            # The part that a name for an audience shares with others does not mean that audience:
            # "Untersuchung" alone need not be for children.
            if audiences or not self.audiences[only] or len(shares) == 1:
                return ServiceGuess("confirm", self._by_id[only], best * FROM_A_PART)
            fitting = list(shares)
        return _which(self._named(fitting), ONE_OF_THEM * self.search.known_share(words))

    def _nothing(self, words: Sequence[Word], history: Service | None) -> ServiceGuess:
        if all(word.everyday or word.vague for word in words):
            if history is not None:
                return ServiceGuess("confirm", history, FROM_HISTORY)
            return ServiceGuess("none")
        return ServiceGuess("none", candidates=self.search.suggestions(words))


def _which(candidates: tuple[Service, ...], confidence: float = ONE_OF_THEM) -> ServiceGuess:
    return ServiceGuess("ask", None, confidence, candidates)


def judged_alone(named: NamedService) -> ServiceGuess:
    """Judge a name as if nothing else had been said."""
    match, rivals = named.match, named.rivals
    others = services_of(rivals)
    if any(as_good(rival, match) for rival in rivals):
        return _which((named.service, *others))
    action: Action = "accept" if match.confidence >= SURE_CONFIDENCE and not others else "confirm"
    return ServiceGuess(action, named.service, match.confidence, others)
