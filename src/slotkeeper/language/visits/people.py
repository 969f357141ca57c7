"""Finding the people whom a caller speaks of, and how many they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from slotkeeper.language.services.wish_words import SpokenWord
from slotkeeper.language.visits.visit_lexicon import VisitLexicon, called

# "my two little sons", "mein zwölf Jahre alter Sohn": a possessive, a few words, a relation.
_RELATION = re.compile(r"(?:P|Q|#|[a-z]+)(?: (?:[a-z0-9]+|#|V)){0,4}? R(?!\S)")
_TELLING = frozenset("#RVXMFS")
_BEGINNINGS = frozenset("#PQRVXMIF")
# "for two" may be a time, and more is hardly ever a number of people unless a time is said as well.
_MOST_IN_FOR = 4
# "zwei Herrenhaarschnitte"; a larger number before a service is a time more often than not.
_MOST_TIMES = 6
# "all of" us, "my whole" family.
_MOST_BEFORE_SEVERAL = 3
_TIMES = ("mal", "x", "times")

MentionKind = Literal["for", "subject", "weak", "total", "times"]


@dataclass(frozen=True, slots=True)
class SpokenPerson:
    """Somebody who was spoken of; ``key`` tells two people who are called the same apart."""

    key: int
    who: str | None = None
    audiences: tuple[str, ...] = ()
    is_caller: bool = False


@dataclass(frozen=True, slots=True)
class PeopleMention:
    """The words from ``first`` to before ``last`` that speak of people.

    ``kind``: ``for`` them ("für mich"), as the ``subject`` ("meine Frau möchte"), ``weak`` where it
    may be the caller's way of speaking only ("ich hätte gern"), a ``total``, or how many ``times``.
    ``joined``: to the mention before it. ``many``: several, but nobody said how many.
    ``generic``: whom a service is for ("für Kinder"). ``along``: they come with the caller, and
    may wish the same or nothing ("mit meiner Freundin").
    """

    first: int
    last: int
    kind: MentionKind
    people: tuple[SpokenPerson, ...] = ()
    count: int = 0
    joined: bool = False
    many: bool = False
    generic: bool = False
    along: bool = False


def people_in(
    spoken: Sequence[SpokenWord],
    lexicon: VisitLexicon,
    *,
    within_names: Set[int] = frozenset(),
    wished: Set[int] = frozenset(),
) -> list[PeopleMention]:
    """List who is spoken of, in the order of words.

    ``within_names`` are the places of words in a service's name ("kids' cut"), ``wished`` those of
    all words that name services.
    """
    return _Reader(spoken, lexicon, within_names, wished).read()


@dataclass(slots=True)
class _Reader:
    spoken: Sequence[SpokenWord]
    lexicon: VisitLexicon
    within_names: Set[int]
    wished: Set[int]
    signs: list[str] = field(init=False)
    text: str = field(init=False)
    starts: list[int] = field(init=False)
    found: list[PeopleMention] = field(default_factory=list)
    known: dict[str, SpokenPerson] = field(default_factory=dict)
    keys: int = 0

    def __post_init__(self) -> None:
        self.signs = self.lexicon.signs(self.spoken)
        self.text = " ".join(self.signs)
        self.starts, at = [], 0
        for sign in self.signs:
            self.starts.append(at)
            at += len(sign) + 1

    def read(self) -> list[PeopleMention]:
        if _TELLING.isdisjoint(self.signs):
            return []
        at = 0
        while at < len(self.signs):
            mention = self._at(at) if self._may_speak_of_people(at) else None
            if mention is not None:
                self.found.append(mention)
            at = mention.last if mention is not None else at + 1
        self.found += self._totals()
        generic = {each.people[0].audiences for each in self.found if each.generic}
        # "Haarschnitt für Kinder" is the name of a service; for women and for children it is two.
        alone = len(generic) == 1 and not any(
            each.people and not each.generic and each.kind != "weak" for each in self.found
        )
        left = [each for each in self.found if not (each.generic and alone)]
        return list(self._in_order(sorted(left, key=lambda each: each.first)))

    def _may_speak_of_people(self, at: int) -> bool:
        """Whether a word may begin a mention; most do not, and are passed over quickly."""
        sign, lexicon = self.signs[at], self.lexicon
        return sign in _BEGINNINGS or sign in lexicon.openings or bool(self.found)

    def _at(self, at: int) -> PeopleMention | None:
        reads = (self._relation, self._me, self._times, self._several, self._somebody)
        return next((mention for read in reads if (mention := read(at)) is not None), None)

    def _in_order(self, mentions: Sequence[PeopleMention]) -> Iterator[PeopleMention]:
        """Join "und ein Herr" to "zwei Damen", which are counted last."""
        before: PeopleMention | None = None
        for each in mentions:
            between = self.signs[before.last : each.first] if before and before.people else None
            yield replace(each, joined=each.joined or (between == ["U"] and bool(each.people)))
            before = each

    def _relation(self, at: int) -> PeopleMention | None:
        """Read "für meine zwei Söhne", "beide Kinder", or "Sohn" beside another relation."""
        begin = at + (self.signs[at] == "F")
        if begin >= len(self.signs):
            return None
        if pronoun := self.lexicon.pronoun.match(self.text, self.starts[begin]):
            return self._pronoun(begin, pronoun)
        if self._is_generic(begin, at):
            audiences = self._audiences(self._word(begin))
            people = self._people(1, None, audiences, repeated=False)
            return PeopleMention(
                at, begin + 1, "for", people, joined=self._joined(at), generic=True
            )
        last = self._end_of_relation(begin, at)
        return self._related(at, begin, last) if last is not None else None

    def _related(self, at: int, begin: int, last: int) -> PeopleMention | None:
        word = self._word(last - 1)
        relation, one, several = self.lexicon.relations[word]
        owned = bool({"P", "Q"} & set(self.signs[begin:last]))
        number = relation.count if relation.count > 1 else self._number_in(begin, last - 1)
        if not owned and (relation.is_title or (number and not several and relation.count == 1)):
            return None
        by_name = owned or number == 0 or self._word(begin) in self.lexicon.openers
        who = called(relation, word) if by_name else None
        if who is not None and self.signs[begin] == "Q":
            who = f"{self.spoken[begin].said.lower()} {who.split()[-1]}"
        # "My daughter's haircut" is of one.
        of_one = self.spoken[last - 1].said.endswith(("'s", "\u2019s"))
        several = several and not of_one and not (one and number == 0)
        many = several and not number
        people = self._people(
            number or 1,
            who,
            self._audiences(word),
            repeated=not several and not number,
        )
        kind: MentionKind = "for" if self._by_for(at) else "subject"
        along = self._word(at - 1) in self.lexicon.with_words
        joined = self._joined(at)
        return PeopleMention(at, last, kind, people, joined=joined, many=many, along=along)

    def _audiences(self, word: str) -> tuple[str, ...]:
        if word in self.lexicon.relations:
            return tuple(f"@{each}" for each in self.lexicon.relations[word][0].audiences.split())
        return self.lexicon.people.get(word, ())

    def _is_generic(self, begin: int, at: int) -> bool:
        """Whether it is "für Kinder", or "und Kinder" behind it."""
        word = self._word(begin)
        several = self.signs[begin] == "V" or self.lexicon.relations.get(word, (0, 0, 0))[2]
        behind = self._joined(at) and self.found[-1].generic
        return bool(several and self._audiences(word) and (begin > at or behind))

    def _end_of_relation(self, begin: int, at: int) -> int | None:
        sign = self.signs[begin]
        if sign == "R":
            # "für Sohn und Tochter", "meine Frau und Tochter"
            bare = begin > at or (self._joined(at) and bool(self.found))
            return begin + 1 if bare and begin not in self.within_names else None
        opens = sign in "P#" or self._word(begin) in self.lexicon.openers
        # "meine Tochter und ihre Freundin"; alone, "Ihre Kollegin" is of the staff.
        opens = opens or (sign == "Q" and self._joined(at))
        match = _RELATION.match(self.text, self.starts[begin]) if opens else None
        if match is None:
            return None
        last = begin + match.group().count(" ") + 1
        gap = self.spoken[begin + 1 : last - 1]
        if any(each.pause or each.folded in self.lexicon.joints for each in gap):
            return None
        if sign not in "PQ#" and last - 1 in self.within_names:
            return None
        # Without a possessive only a number or nothing may stand between: "die nächste Frau".
        owned = "P" in self.signs[begin:last]
        return (
            last if owned or last - begin <= 2 + self.signs[begin + 1 : last].count("#") else None
        )

    def _number_in(self, begin: int, last: int) -> int:
        """Give the number of people in "meine zwei Söhne"; 0 in "mein zwölf Jahre alter Sohn"."""
        for at in range(begin, last):
            if self.signs[at] == "#" and self._word(at + 1) not in self.lexicon.years:
                return self.lexicon.value(self._word(at)) or 0
        return 0

    def _several(self, at: int) -> PeopleMention | None:
        """Read "für uns", "for all of us", "für meine Familie", where nobody says how many."""
        lexicon, by_for = self.lexicon, self.signs[at] == "F"
        begin = last = at + by_for
        while last < begin + _MOST_BEFORE_SEVERAL and self._is_before_several(last):
            last += 1
        word, behind = self._word(last), self.signs[last + 1 : last + 2]
        if word in lexicon.we and by_for:
            return (
                None if behind in (["#"], ["V"]) else PeopleMention(at, last + 1, "for", many=True)
            )
        # "für Familie Müller" is a name.
        if self.signs[last : last + 1] != ["S"] or last == begin:
            return None
        along = self._word(at - 1) in lexicon.with_words
        if self._word(last + 1) not in lexicon.gets:
            ends = behind == ["U"] or self._ends(last + 1)
            if not ends or not (by_for or along or self._joined(at)):
                return None
        return PeopleMention(at, last + 1, "for", many=True, along=along)

    def _is_before_several(self, at: int) -> bool:
        before = self.lexicon.determiners | self.lexicon.each | self.lexicon.whole
        return self._word(at) in before and self.signs[at] != "#"

    def _somebody(self, at: int) -> PeopleMention | None:
        """Read "für ihn", "für Max und Moritz", "und ein Herr"."""
        word, behind = self._word(at + 1), self.signs[at + 2 : at + 3]
        if self.signs[at] == "F" and word in self.lexicon.them and self._ends(at + 2):
            return self._them(at)
        if self.signs[at] == "F" and self._is_name(at + 1) and self._names_follow(at + 2):
            return self._called(at, at + 1)
        if self._joined(at) and self.found[-1].kind == "for" and self._is_name(at):
            return self._called(at, at)
        counted = self._word(at - 1) in self.lexicon.and_words or behind == ["U"]
        if counted and self._word(at) in self.lexicon.ones and word in self.lexicon.single:
            person = self._people(1, None, (self.lexicon.single[word],), repeated=False)
            return PeopleMention(at, at + 2, "total", person, count=1)
        return None

    def _ends(self, at: int) -> bool:
        """Whether a phrase ends before a place: "for her", and not "for her wedding"."""
        after = self.spoken[at] if at < len(self.spoken) else None
        return after is None or bool(after.pause) or after.folded in self.lexicon.everyday

    def _them(self, at: int) -> PeopleMention | None:
        if self.spoken[at + 1].said[:1].isupper():
            return None  # a polite "Sie"
        others = [p for each in self.found for p in each.people if not p.is_caller]
        people = (others[-1],) if others else self._people(1, None, (), repeated=False)
        return PeopleMention(at, at + 2, "for", people)

    def _is_name(self, at: int) -> bool:
        if at >= len(self.spoken) or at in self.wished:
            return False
        word, further = self.spoken[at], self.lexicon.further
        plain = word.folded in self.lexicon.everyday | further.plain | further.treatments
        return self.signs[at].islower() and word.said[:1].isupper() and not plain

    def _names_follow(self, at: int) -> bool:
        """Whether "und" joins somebody else to a name: "für Lisa und mich"."""
        if self.signs[at : at + 1] != ["U"] or at + 1 >= len(self.signs):
            return False
        return self.signs[at + 1] == "M" or self._is_name(at + 1) or self._relation_follows(at + 1)

    def _called(self, at: int, name: int) -> PeopleMention:
        who = self.spoken[name].said.strip(" .,;:!?")
        people = self._people(1, who, (), repeated=True)
        return PeopleMention(at, name + 1, "for", people, joined=self._joined(at))

    def _pronoun(self, begin: int, match: re.Match[str]) -> PeopleMention | None:
        """Read "sie bekommt" as who was named last; a polite "Sie" is nobody."""
        others = [p for each in self.found for p in each.people if not p.is_caller]
        polite = self.spoken[begin].said[:1].isupper() and begin > 0
        if not others or polite:
            return None
        return PeopleMention(begin, begin + 1, "subject", (others[-1],))

    def _people(
        self, count: int, who: str | None, audiences: tuple[str, ...], *, repeated: bool
    ) -> tuple[SpokenPerson, ...]:
        """Give new people, or (repeated) the one who was called so before."""
        if repeated and who is not None and who in self.known:
            return (self.known[who],)
        people = []
        for _ in range(count):
            self.keys += 1
            people.append(SpokenPerson(self.keys, who, audiences))
        if who is not None and count == 1:
            self.known[who] = people[0]
        return tuple(people)

    def _me(self, at: int) -> PeopleMention | None:
        begin = at + (self.signs[at] == "F")
        if begin >= len(self.signs) or self.signs[begin] not in ("M", "I"):
            return None
        joined = self._joined(at)
        beside = joined or self._joins_a_person(begin + 1)
        kind: MentionKind = "weak"
        if begin > at or (joined and self.found[-1].kind == "for"):
            kind = "for"
        elif beside:
            kind = "subject"
        return PeopleMention(at, begin + 1, kind, (SpokenPerson(0, is_caller=True),), joined=joined)

    def _joins_a_person(self, at: int) -> bool:
        return self.signs[at : at + 1] == ["U"] and self._relation_follows(at + 1)

    def _relation_follows(self, at: int) -> bool:
        if at >= len(self.signs):
            return False
        begin = at + (self.signs[at] == "F")
        return begin < len(self.signs) and self._end_of_relation(begin, at) is not None

    def _by_for(self, at: int) -> bool:
        return self.signs[at] == "F" or (self._joined(at) and self.found[-1].kind == "for")

    def _joined(self, at: int) -> bool:
        """Whether "und" or a comma alone stands between this and the mention before it."""
        if not self.found or self.found[-1].kind in ("times", "total"):
            return False
        gap = self.signs[self.found[-1].last : at]
        return gap == ["U"] or (not gap and self.spoken[at].pause == ",")

    def _times(self, at: int) -> PeopleMention | None:
        """Read "zweimal" or "zwei mal"."""
        if self.signs[at] == "X":
            return PeopleMention(at, at + 1, "times", count=self.lexicon.times[self._word(at)])
        number = self.lexicon.value(self._word(at)) if self.signs[at] == "#" else None
        if number is None:
            return None
        if self._word(at + 1) in _TIMES:
            return PeopleMention(at, at + 2, "times", count=number)
        clock = self._word(at - 1) in self.lexicon.clock and not self.spoken[at].pause
        people = self.signs[at + 1 : at + 2] in (["V"], ["R"])
        if at + 1 in self.wished and not people and number <= _MOST_TIMES and not clock:
            return PeopleMention(at, at + 1, "times", count=number)
        return None

    def _word(self, at: int) -> str:
        return self.spoken[at].folded if 0 <= at < len(self.spoken) else ""

    def _totals(self) -> Iterator[PeopleMention]:
        taken: set[int] = {at for each in self.found for at in range(each.first, each.last)}
        for pattern in self.lexicon.counted:
            for match in pattern.finditer(self.text):
                first = self.starts.index(match.start())
                last = first + match.group().count(" ") + 1
                at = first + self.signs[first:last].index("#")
                total = self._total(first, last, at)
                if total and at not in taken:
                    taken.add(at)
                    yield total

    def _total(self, first: int, last: int, at: int) -> PeopleMention | None:
        word, counts = self._word(at), self._word(at + 1) if at + 1 == last else ""
        number = self.lexicon.together.get(word) if first < at else None
        number = number or self.lexicon.value(word)
        by_for = self.signs[first] == "F" and last == at + 1
        if number is None or counts in self.lexicon.units or self.signs[last : last + 1] == ["#"]:
            return None
        if self._word(first - 1) in self.lexicon.clock and not self.spoken[first].pause:
            return None
        if by_for and (number > _MOST_IN_FOR or counts[:1].isdigit()) and not self._says_a_time(at):
            return None
        audiences = self.lexicon.people.get(self._word(last - 1), ())
        people = self._people(number, None, audiences, repeated=False) if audiences else ()
        return PeopleMention(first, last, "total", people, count=number)

    def _says_a_time(self, at: int) -> bool:
        """Whether a time is said elsewhere, so that this number is none."""
        for other, sign in enumerate(self.signs):
            clock = self._word(other - 1) in self.lexicon.clock
            if (
                other != at
                and sign == "#"
                and (clock or self._word(other + 1) in self.lexicon.units)
            ):
                return True
        return False
