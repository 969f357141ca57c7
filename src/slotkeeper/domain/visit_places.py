"""Where a whole visit fits in a diary: its starts, and its placements at a start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Diary, able_staff, fairest_first
from slotkeeper.domain.grid import indexes
from slotkeeper.domain.layout import LaidSegment, placement_of
from slotkeeper.domain.placement import Placement, arrangement
from slotkeeper.domain.together import Together
from slotkeeper.domain.visits import Line, lines_of
from slotkeeper.domain.wish import Wish

# Once so many segments were tried, further starts are given up: a caller waits for the answer.
MAX_TRIES_IN_ALL = 10_000
_BEST_FIRST = (None, "side_by_side", "mixed", "one_after_another")


@dataclass(slots=True)
class VisitPlaces:
    """Where the parts of a wish fit in a diary, with these people for the first part."""

    diary: Diary
    lines: tuple[Line, ...]
    people: Sequence[Staff]
    _laid: dict[int, list[LaidSegment] | None] = field(default_factory=dict)
    _tries: int = 0
    _given_up: set[int] = field(default_factory=set)
    _could_start: int | None = None

    @classmethod
    def of(cls, diary: Diary, wish: Wish, people: Sequence[Staff]) -> VisitPlaces:
        """Look for the places of a wish."""
        return cls(diary, lines_of(diary.company, wish.parts), people)

    def starts(self, allowed: int) -> int:
        """Give those of the allowed cells at which the visit can start."""
        if len(self.lines) == 1:
            return self.could_start() & allowed
        bits = 0
        for index in indexes(self.could_start() & allowed):
            if self.fits_at(index):
                bits |= 1 << index
        return bits

    def fits_at(self, index: int, *, longer: bool = False) -> bool:
        """Whether the visit is found to fit at a cell; with ``longer`` after a longer search."""
        if index < 0:
            return False
        if len(self.lines) == 1:
            return bool((self.could_start() >> index) & 1)
        return self._lay_out(index, longer=longer) is not None

    def may_fit_at(self, index: int) -> bool:
        """Whether the visit fits at a cell, or the search for it was given up."""
        return self.fits_at(index) or index in self._given_up

    def _lay_out(self, index: int, *, longer: bool = False) -> list[LaidSegment] | None:
        """Lay several people out together, once for each cell."""
        if index not in self._laid:
            laid, gave_up = None, bool((self.could_start() >> index) & 1)
            if gave_up and self._tries < MAX_TRIES_IN_ALL:
                together = Together(self.diary, self.lines)
                people = fairest_first(self.diary, self.people, self.diary.grid.instant(index))
                laid = together.lay_out(index, people, longer=longer)
                self._tries += together.tries
                gave_up = together.gave_up
            self._laid[index] = laid
            if gave_up:
                self._given_up.add(index)
        return self._laid[index]

    def best(self, index: int) -> Placement:
        """Give the best placement at a cell at which the visit fits."""
        laid = self._lay_out(index) if len(self.lines) > 1 else None
        return placement_of(self.diary.grid, laid) if laid else next(self.placements(index))

    def placements(self, index: int) -> Iterator[Placement]:
        """Place the visit at a cell, once for each person who can serve its first part.

        First come those with whom no stylist changes on the way, then the fairest.
        """
        people = fairest_first(self.diary, self.people, self.diary.grid.instant(index))
        return self._of_one(index, people) if len(self.lines) == 1 else self._of_all(index, people)

    def _of_one(self, index: int, people: Sequence[Staff]) -> Iterator[Placement]:
        (line,) = self.lines
        ways = [line]
        if len(line.parts) > 1 and not line.one_staff:
            ways.insert(0, line.of_one_staff())
        placed: set[Staff] = set()
        for way in ways:
            for person in people:
                if person not in placed and (self.diary.fits(way, 0, person)[0] >> index) & 1:
                    placed.add(person)
                    yield placement_of(self.diary.grid, self.diary.lay_out(way, person, index))

    def _of_all(self, index: int, people: Sequence[Staff]) -> Iterator[Placement]:
        together = Together(self.diary, self.lines)
        found = [laid for person in people if (laid := together.lay_out(index, [person]))]
        if not found and (known := self._lay_out(index)):
            found = [known]
        placements = [placement_of(self.diary.grid, laid) for laid in found]
        yield from sorted(placements, key=lambda each: _BEST_FIRST.index(arrangement(each.parts)))

    def could_start(self) -> int:
        """Give the cells at which somebody of the visit can start, were she alone."""
        if self._could_start is None:
            bits = 0
            for line in self.lines:
                first = line.parts[0]
                people = self.people
                if line is not self.lines[0]:
                    people = able_staff(self.diary.company, first.service, first.wished)
                for person in people:
                    bits |= self.diary.fits(line, 0, person)[0]
            self._could_start = bits
        return self._could_start
