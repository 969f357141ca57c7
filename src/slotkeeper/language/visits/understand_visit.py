"""Understanding which services a caller wishes, and for whom."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from slotkeeper.domain.catalogue import SURE_CONFIDENCE, Service
from slotkeeper.language.services.named import MAX_SERVICES_NAMED, places_of
from slotkeeper.language.services.search import SAME_SOUNDS
from slotkeeper.language.services.service_index import (
    ONE_OF_THEM,
    Action,
    Heard,
    ServiceGuess,
    ServiceIndex,
)
from slotkeeper.language.services.wish_words import Word
from slotkeeper.language.visits.people import people_in
from slotkeeper.language.visits.sharing import (
    CALLER,
    PersonWishes,
    SharedWishes,
    repeated,
    share_out,
)
from slotkeeper.language.visits.visit_guess import PersonServices, VisitGuess, VisitQuestion
from slotkeeper.language.visits.visit_lexicon import FEWEST, visit_lexicon
from slotkeeper.language.visits.wishes import SpokenWish, SpokenWishes, services_in, wishes_in


def understand_visit(text: str | None, index: ServiceIndex) -> VisitGuess:
    """Understand the services and people in a sentence. Total: every text gets a guess."""
    heard = index.hear(text)
    return visit_in(heard, index, index.judge(heard))


def visit_in(heard: Heard, index: ServiceIndex, single: ServiceGuess) -> VisitGuess:
    """Understand the services and people in what was heard.

    ``single`` is the guess for the case that it is one service for one person.
    """
    if heard.too_long or heard.written or not heard.words:
        return _visit_of_one(single)
    lexicon = visit_lexicon(index.locale)
    spans, wished = _places_of_names(heard, index)
    mentions = people_in(heard.spoken, lexicon, within_names=spans, wished=wished)
    people = {at for each in mentions if each.people for at in range(each.first, each.last)}
    apart = heard
    if people:
        apart = index.hear_apart(_stretches(heard.words, people), heard.spoken)
    spoken = wishes_in(apart, index, lexicon, people)
    if not mentions and len(spoken.wishes) < FEWEST and not _is_doubtful(spoken):
        return _visit_of_one(single)
    wishes = repeated(spoken.wishes, mentions)
    shares = share_out(mentions, wishes, heard.spoken, lexicon)
    alone = len(shares.shares) == 1
    if alone and not _is_more(spoken, shares):
        visit = _visit_of_one(single, shares.shares[0])
    else:
        visit = _Judge(index, single, spoken, shares).visit()
    return _with_all_that_was_named(visit, heard, index)


def first_service(visit: VisitGuess, single: ServiceGuess) -> ServiceGuess:
    """Give a visit's first service as a guess, for who serves one service only.

    A visit that must be asked about has none, so that nothing is taken before it is clear.
    """
    if visit.is_single:
        return single
    services = tuple(dict.fromkeys(visit.services))
    if visit.action == "ask":
        return ServiceGuess("ask", None, visit.confidence, visit.candidates or services)
    action: Action = "accept" if visit.action == "accept" else "confirm"
    return ServiceGuess(action, services[0], visit.confidence, services[1:])


def _with_all_that_was_named(visit: VisitGuess, heard: Heard, index: ServiceIndex) -> VisitGuess:
    """Ask where a sure name would get lost on the way, whatever the reason."""
    if visit.action not in ("accept", "confirm"):
        return visit
    services = visit.services
    lost = [
        each.service
        for each in heard.wanted
        if each.match.quality >= SAME_SOUNDS
        and each.match.confidence >= SURE_CONFIDENCE
        and each.service not in services
        and not any(index.includes(service, each.match.form.core) for service in services)
    ]
    if not lost:
        return visit
    candidates = tuple(dict.fromkeys((*services, *lost)))[:MAX_SERVICES_NAMED]
    return replace(
        visit,
        action="ask",
        question="service",
        asked=1,
        candidates=candidates,
        confidence=min(visit.confidence, ONE_OF_THEM),
    )


def _places_of_names(heard: Heard, index: ServiceIndex) -> tuple[set[int], set[int]]:
    """Give the places of names that stand in one piece, and of all words that name services."""
    spans, wished = set[int](), set[int]()
    for each in heard.named:
        for mention in each.mentions if each.match.quality >= _NO_CHANCE else ():
            places = [heard.words[at].place for at in places_of(mention)]
            wished |= set(places)
            if places[-1] - places[0] < len(places):
                spans |= set(places)
    known = (w for w in heard.words if not w.everyday and index.search.known_stems([w])[1])
    return spans, wished | {word.place for word in known}


def _stretches(words: Sequence[Word], people: Set[int]) -> Iterator[list[Word]]:
    """Part the words where people are spoken of: "Damenschnitt für mich, Kinderschnitt für ..."."""
    places = sorted(people)
    for _, stretch in groupby(
        (word for word in words if word.place not in people),
        key=lambda word: bisect(places, word.place),
    ):
        yield list(stretch)


def _is_doubtful(spoken: SpokenWishes) -> bool:
    """Whether one wish is not all, or not plain."""
    plain = all(wish.times == 1 and not wish.others for wish in spoken.wishes)
    return bool(spoken.unexplained and len(spoken.wishes) > len(spoken.unexplained)) or not plain


def _is_more(spoken: SpokenWishes, shares: SharedWishes) -> bool:
    """Whether more was wished than one service."""
    wishes = _once([wish for wish in shares.shares[0].wishes if not wish.is_strange])
    return bool(
        len(wishes) > 1
        or shares.whose_is_unclear
        or shares.number_is_unclear
        or any(wish.others for wish in wishes)
        or (spoken.unexplained and wishes)
    )


def _once(wishes: Sequence[SpokenWish]) -> list[SpokenWish]:
    """Leave out a service that was named before."""
    kept: list[SpokenWish] = []
    for wish in wishes:
        again = wish.named and any(
            each.named and each.guess == wish.guess and not each.others for each in kept
        )
        if not again or wish.others:
            kept.append(wish)
    return kept


def _visit_of_one(guess: ServiceGuess, share: PersonWishes | None = None) -> VisitGuess:
    """Give one service of one person, as it was guessed, as a visit."""
    person = share.person if share is not None else CALLER
    services = (guess.service,) if guess.service is not None else ()
    one = PersonServices(1, services, person.who, is_caller=person.who is None)
    asks = guess.action == "ask"
    return VisitGuess(
        guess.action,
        () if guess.action == "none" else (one,),
        guess.candidates,
        confidence=guess.confidence,
        question="service" if asks else None,
        asked=1 if asks else None,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What one wish means for one person: a service, or ``candidates`` to choose from."""

    service: Service | None
    confidence: float
    candidates: tuple[Service, ...] = ()
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class _Judge:
    index: ServiceIndex
    single: ServiceGuess
    spoken: SpokenWishes
    shares: SharedWishes

    def visit(self) -> VisitGuess:
        """Judge each wish for each person, and what must be asked first."""
        people, parts = [], list[list[_Part]]()
        for number, share in enumerate(self.shares.shares, start=1):
            mine = self._parts(share)
            services = [part.service for part in mine if part.service is not None]
            person = share.person
            people.append(
                PersonServices(
                    number, tuple(dict.fromkeys(services)), person.who, is_caller=person.is_caller
                )
            )
            parts.append(mine)
        if not any(parts) and not self.spoken.unexplained:
            return VisitGuess("none", candidates=self.single.candidates)
        return self._asked(tuple(people), parts)

    def _asked(
        self, people: tuple[PersonServices, ...], parts: Sequence[Sequence[_Part]]
    ) -> VisitGuess:
        unexplained = tuple(each.said for each in self.spoken.unexplained)
        open_ = [
            (number, part)
            for number, mine in enumerate(parts, start=1)
            for part in mine or self._nothing_said(number)
            if part.service is None
        ]
        question: VisitQuestion | None = None
        if unexplained:
            question = "unexplained"
        elif self.shares.number_is_unclear:
            question = "people"
        elif self.shares.whose_is_unclear:
            question = "whose"
        elif open_:
            question = "service"
        asked, candidates = None, tuple[Service, ...]()
        if open_ and question in ("service", "unexplained"):
            asked, candidates = open_[0][0], open_[0][1].candidates
        everything = [part for mine in parts for part in mine]
        confidence = min((part.confidence for part in everything), default=0.0)
        if question is not None:
            confidence = min(confidence, ONE_OF_THEM)
            return VisitGuess("ask", people, candidates, unexplained, confidence, question, asked)
        sure = all(part.is_sure for part in everything) and not self.shares.is_likely_only
        return VisitGuess("accept" if sure else "confirm", people, (), (), confidence)

    def _nothing_said(self, number: int) -> list[_Part]:
        """Ask what somebody is to get for whom nothing was said, not even what is not offered."""
        return [] if self.shares.shares[number - 1].wishes else [_Part(None, ONE_OF_THEM)]

    def _parts(self, share: PersonWishes) -> list[_Part]:
        """Judge what one person wishes, without what another service of hers includes."""
        known = [wish for wish in share.wishes if not wish.is_strange]
        wishes = self._without_included(known)
        return [self._part(wish, share.person.audiences) for wish in wishes]

    def _without_included(self, wishes: Sequence[SpokenWish]) -> list[SpokenWish]:
        """Leave out what another wish takes in, and what was said twice."""
        kept = _once(wishes)
        for wish in kept.copy():
            others = [each for each in kept if each is not wish and each.named]
            taken_in = any(self._takes_in(other.guess.service, wish) for other in others)
            if taken_in and not wish.others:
                kept.remove(wish)
        return kept

    def _takes_in(self, service: Service | None, wish: SpokenWish) -> bool:
        """Whether a service has the wish among its parts, or the wish is another word for it."""
        if service is None or (wish.named and wish.says_audience):
            return False
        if wish.core and self.index.includes(service, wish.core):
            return True
        if wish.named:
            return False
        shares = self.index.search.partial(wish.words)
        own = shares.pop(service.id, 0.0)
        return own > 0 and own >= max(shares.values(), default=0.0)

    def _part(self, wish: SpokenWish, audiences: Sequence[str]) -> _Part:
        if wish.others:
            return _Part(None, ONE_OF_THEM, wish.others[:MAX_SERVICES_NAMED])
        guess = wish.guess
        if not wish.named and audiences:
            return self._for_audiences(wish, audiences)
        if guess.service is None:
            return _Part(None, guess.confidence, guess.candidates)
        return _Part(guess.service, guess.confidence, (), guess.action == "accept")

    def _for_audiences(self, wish: SpokenWish, audiences: Sequence[str]) -> _Part:
        """Judge what a word such as "Haarschnitt" means for a son, who may be a child or a man."""
        guesses = [self._with(wish, audience) for audience in audiences]
        likely = {guess.service: guess for guess in guesses if guess.service is not None}
        if len(likely) == 1:
            service, guess = next(iter(likely.items()))
            return _Part(service, min(guess.confidence, _A_RELATION))
        candidates = likely or dict.fromkeys(services_in(wish.guess))
        return _Part(None, ONE_OF_THEM, tuple(candidates)[:MAX_SERVICES_NAMED])

    def _with(self, wish: SpokenWish, audience: str) -> ServiceGuess:
        word = replace(wish.words[-1], text="", stems=frozenset((audience,)), vague=True)
        return self.index.judge(self.index.hear_words([*wish.words, word]))


# What only sounds like a name may be somebody's: "für Max" is no "für Männer".
_NO_CHANCE = 0.85
# A relation makes a service likely, and no more: she may wish another one.
_A_RELATION = SURE_CONFIDENCE - 0.05
