"""Sharing what is wished among the people who are spoken of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from slotkeeper.language.services.wish_words import SpokenWord
from slotkeeper.language.visits.people import PeopleMention, SpokenPerson
from slotkeeper.language.visits.visit_lexicon import FEWEST, VisitLexicon
from slotkeeper.language.visits.wishes import SpokenWish

# "auch meine Frau", "meine Frau kommt auch"
_NEAR = 3
CALLER = SpokenPerson(0, is_caller=True)


@dataclass(slots=True)
class PersonWishes:
    """What one person is to get."""

    person: SpokenPerson
    wishes: list[SpokenWish] = field(default_factory=list)


@dataclass(slots=True)
class SharedWishes:
    """Who gets what; ``unclear`` where the words leave open whose a wish is, or how many come."""

    shares: list[PersonWishes]
    whose_is_unclear: bool = False
    number_is_unclear: bool = False
    is_likely_only: bool = False


@dataclass(slots=True)
class _Phrase:
    """People who are spoken of together: "für mich und meinen Sohn"."""

    first: int
    last: int
    kind: str
    people: list[SpokenPerson]
    looks_ahead: bool = False


@dataclass(slots=True)
class _Group:
    people: list[SpokenPerson]
    wishes: list[SpokenWish]
    first: int
    is_behind: bool = False


def repeated(wishes: Sequence[SpokenWish], mentions: Sequence[PeopleMention]) -> list[SpokenWish]:
    """Give each "zweimal" to the wish behind it, or else to the one before it."""
    counted = list(wishes)
    for mention in mentions:
        if mention.kind == "times" and counted:
            behind = [n for n, wish in enumerate(counted) if wish.first >= mention.first]
            at = behind[0] if behind else len(counted) - 1
            counted[at] = replace(counted[at], times=mention.count)
    return counted


def share_out(
    mentions: Sequence[PeopleMention],
    wishes: Sequence[SpokenWish],
    spoken: Sequence[SpokenWord],
    lexicon: VisitLexicon,
) -> SharedWishes:
    """Share what is wished among those who are spoken of, or as many as were counted."""
    return _Sharing(mentions, wishes, spoken, lexicon).share()


@dataclass(slots=True)
class _Sharing:
    mentions: Sequence[PeopleMention]
    wishes: Sequence[SpokenWish]
    spoken: Sequence[SpokenWord]
    lexicon: VisitLexicon
    groups: list[_Group] = field(default_factory=list)
    whose_is_unclear: bool = False
    is_likely_only: bool = False

    def share(self) -> SharedWishes:
        phrases = list(self._phrases())
        for phrase in phrases:
            phrase.looks_ahead = self._looks_ahead(phrase, phrases)
        self._group(phrases)
        shares = self._by_person()
        total = max((each.count for each in self.mentions if each.kind == "total"), default=0)
        shares = self._completed(shares, total) if shares else self._counted(total)
        many = any(
            each.along or (each.many and (each.people or len(shares) < FEWEST))
            for each in self.mentions
            if total < max(len(shares), FEWEST)
        )
        return SharedWishes(shares, self.whose_is_unclear, many, self.is_likely_only)

    def _phrases(self) -> Iterator[_Phrase]:
        """Join mentions that stand together; leave out an "ich" that only begins a sentence."""
        phrase: _Phrase | None = None
        spoken_of = [each for each in self.mentions if each.people and each.kind != "weak"]
        for at, each in enumerate(self.mentions):
            if each.kind == "weak" and not self._is_contrasted(each, spoken_of):
                continue
            if not each.people:
                continue
            if phrase is not None and each.joined and not self._begins_anew(each, at):
                phrase.people += each.people
                phrase.last = each.last
                continue
            if phrase is not None:
                yield phrase
            kind = "subject" if each.kind == "weak" else each.kind
            phrase = _Phrase(each.first, each.last, kind, list(each.people))
        if phrase is not None:
            yield phrase

    def _begins_anew(self, mention: PeopleMention, at: int) -> bool:
        """Whether "und für meine Tochter" begins what she gets, which comes behind it."""
        own_for = self._sign(mention.first) == "F"
        return own_for and self._wishes_behind(mention.last, self._next(mention)) != []

    def _sign(self, at: int) -> str:
        return self.lexicon.signs(self.spoken[at : at + 1])[0]

    def _next(self, mention: PeopleMention) -> int:
        """Give where the next people are spoken of."""
        later = [e.first for e in self.mentions if e.people and e.first >= mention.last]
        return min(later, default=len(self.spoken))

    def _wishes_behind(self, first: int, last: int) -> list[SpokenWish]:
        return [wish for wish in self.wishes if first <= wish.first < last]

    def _is_contrasted(self, weak: PeopleMention, others: Sequence[PeopleMention]) -> bool:
        """Whether "ich" begins what the caller gets herself, after what somebody else gets."""
        behind = self._wishes_behind(weak.last, self._next(weak))
        if not behind or not any(each.first < weak.first for each in others):
            return False
        taken = any(e.kind == "for" and e.first == behind[-1].last for e in others)
        return len(behind) > 1 or not taken

    def _looks_ahead(self, phrase: _Phrase, phrases: Sequence[_Phrase]) -> bool:
        """Whether people are named before what they get: "meine Frau möchte Strähnen"."""
        later = min((p.first for p in phrases if p.first >= phrase.last), default=len(self.spoken))
        if not self._wishes_behind(phrase.last, later):
            return False
        earlier = max((p.last for p in phrases if p.last <= phrase.first), default=0)
        if phrase.kind == "subject" or not self._wishes_behind(earlier, phrase.first):
            return True
        begins = self.spoken[phrase.first]
        before = self.spoken[phrase.first - 1].folded if phrase.first else ""
        return bool(begins.pause) or before in self.lexicon.joints

    def _group(self, phrases: Sequence[_Phrase]) -> None:
        """Give each phrase the wishes before it, or (looking ahead) those behind it."""
        left: list[SpokenWish | _Phrase] = [*self.wishes, *phrases]
        left.sort(key=lambda each: each.first)
        loose: list[SpokenWish] = []
        for each in left:
            if isinstance(each, SpokenWish):
                group = self.groups[-1] if self.groups else None
                if group is None or group.is_behind:
                    loose.append(each)
                else:
                    group.wishes.append(each)
            elif each.looks_ahead:
                self._give_loose(loose)
                loose = []
                self.groups.append(_Group(each.people, [], each.first))
            elif loose and self._takes_part(each):
                if each.kind == "subject" and len(each.people) == 1:
                    # "einen Gloss, und meine Tochter auch"
                    each.people = [CALLER, *(p for p in each.people if not p.is_caller)]
                    self.is_likely_only = True
                self.groups.append(_Group(each.people, loose, each.first, is_behind=True))
                loose = []
            elif self._takes_part(each):
                self._give_behind(each)
        self._give_loose(loose)

    def _takes_part(self, phrase: _Phrase) -> bool:
        """Whether people wish what was said before: "meine Frau auch", not "er holt mich ab"."""
        if phrase.kind != "subject" or len(phrase.people) > 1:
            return True
        clause = self.spoken[max(phrase.first - _NEAR, 0) : phrase.last + _NEAR]
        return any(word.folded in self.lexicon.too for word in clause)

    def _give_loose(self, loose: Sequence[SpokenWish]) -> None:
        """Give the wishes that no people are named for."""
        if not loose:
            return
        if not self.groups:
            self.groups.append(_Group([], list(loose), 0))
            return
        last = self.groups[-1]
        if len(last.people) > 1:
            self.whose_is_unclear = True
        for wish in loose:
            clash = wish.audiences and any(
                other.audiences and not other.audiences & wish.audiences for other in last.wishes
            )
            group = last
            if clash:
                self.is_likely_only = True
                group = _Group([CALLER], [], wish.first)
                self.groups.append(group)
            group.wishes.append(wish)

    def _give_behind(self, phrase: _Phrase) -> None:
        """Give a phrase that has no wishes of its own what stands before it."""
        group = self.groups[-1] if self.groups else None
        if group is None:
            self.groups.append(_Group(phrase.people, [], phrase.first))
        elif group.is_behind or not group.wishes or len(group.wishes) == 1:
            group.people = [*group.people, *phrase.people]
        else:
            # "für mich Strähnen und einen Kinderschnitt für meinen Sohn"
            wish = group.wishes.pop()
            self.groups.append(_Group(phrase.people, [wish], phrase.first, is_behind=True))

    def _by_person(self) -> list[PersonWishes]:
        shares: dict[int, PersonWishes] = {}
        for group in self.groups:
            if group.is_behind and len(group.wishes) > 1 and len(group.people) == 1:
                self._doubt(group)
            if len(group.people) > 1 and self._clash(group.wishes):
                self._share_by_audience(group, shares)
                continue
            people = group.people
            if not people and len(self.groups) > 1:
                people = [CALLER]
            for person in people:
                share = shares.setdefault(person.key, PersonWishes(person))
                share.wishes += [wish for wish in group.wishes if wish not in share.wishes]
        return list(shares.values())

    def _clash(self, wishes: Sequence[SpokenWish]) -> bool:
        """Whether nobody can wish all of it: a cut for men, and one for women."""
        theirs = [wish.audiences for wish in wishes if wish.audiences]
        return bool(theirs) and not frozenset.intersection(*theirs)

    def _share_by_audience(self, group: _Group, shares: dict[int, PersonWishes]) -> None:
        """Give each wish to whom it fits: "Herren- und Damenschnitt für mich und meine Frau"."""
        self.is_likely_only = True
        given = set[int]()
        for person in sorted(group.people, key=lambda each: len(each.audiences) == 0):
            share = shares.setdefault(person.key, PersonWishes(person))
            mine = set(person.audiences)
            left = [w for n, w in enumerate(group.wishes) if w.audiences and n not in given]
            fitting = [w for w in left if w.audiences & mine] or (left if not mine else [])
            if len(fitting) != 1:
                self.whose_is_unclear = True
            for at, wish in enumerate(group.wishes):
                if not wish.audiences or wish in fitting[:1]:
                    share.wishes.append(wish)
                    given.add(at)
        if len(given) < len(group.wishes):
            self.whose_is_unclear = True

    def _doubt(self, group: _Group) -> None:
        """Doubt that all is for her where only the last is for her audience."""
        last = group.wishes[-1].audiences
        theirs = set(group.people[0].audiences)
        others = [w for w in group.wishes if w.audiences and theirs and not w.audiences & theirs]
        if others and len(others) < len(group.wishes):
            # "Damenschnitt und Bartschnitt für meinen Mann": the first is hers who calls.
            self.is_likely_only = True
            group.wishes = [wish for wish in group.wishes if wish not in others]
            self.groups.append(_Group([CALLER], others, group.first))
        for wish in group.wishes[:-1]:
            mine = wish.audiences
            if last and mine != last and last & set(group.people[0].audiences):
                self.whose_is_unclear = True

    def _counted(self, total: int) -> list[PersonWishes]:
        """Share among people of whom only the number is known."""
        wishes = [wish for group in self.groups for wish in group.wishes]
        times = max((wish.times for wish in wishes), default=1)
        if total:
            return [PersonWishes(SpokenPerson(-n, None), list(wishes)) for n in range(1, total + 1)]
        if times > 1:
            return list(self._repeated(wishes))
        return self._by_audience(wishes)

    def _repeated(self, wishes: Sequence[SpokenWish]) -> Iterator[PersonWishes]:
        """Give "zwei Herrenschnitte und einen Damenschnitt" three people."""
        shared = [w for w in wishes if w.times == 1 and not w.audiences]
        self.is_likely_only = bool(shared)
        key = 0
        for wish in wishes:
            for _ in range(wish.times if wish not in shared else 0):
                key -= 1
                yield PersonWishes(SpokenPerson(key), [wish, *shared])

    def _by_audience(self, wishes: Sequence[SpokenWish]) -> list[PersonWishes]:
        """Part what one person cannot wish: a cut for men, and one for women."""
        shares: list[PersonWishes] = []
        for wish in wishes:
            mine = wish.audiences
            for share in shares:
                theirs = {a for other in share.wishes for a in other.audiences}
                if not mine or not theirs or mine & theirs:
                    share.wishes.append(wish)
                    break
            else:
                shares.append(PersonWishes(SpokenPerson(-len(shares) - 1), [wish]))
        if len(shares) > 1:
            self.is_likely_only = True
            return shares
        return [PersonWishes(CALLER, list(wishes))]

    def _completed(self, shares: list[PersonWishes], total: int) -> list[PersonWishes]:
        """Add those who were counted and not named, and give each what all get."""
        missing = total - len(shares)
        if missing == 1 and not any(share.person.is_caller for share in shares):
            shares = [*shares, PersonWishes(CALLER)]
            missing -= 1
        shares += [PersonWishes(SpokenPerson(-n)) for n in range(1, missing + 1)]
        with_wishes = [share for share in shares if share.wishes]
        if any(word.folded in self.lexicon.each for word in self.spoken) and with_wishes:
            for share in shares:
                share.wishes = share.wishes or list(with_wishes[0].wishes)
        return shares
