"""Several people of a visit, laid out at one start so that nothing collides.

As many as possible begin at once; whoever has to wait begins when another is done. Segments are
laid out in the order in which they begin, so what is taken is known by until when each calendar is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Diary, able_staff, fairest_first
from slotkeeper.domain.layout import LaidSegment
from slotkeeper.domain.needs import choices
from slotkeeper.domain.visits import Line

# A line's next segment: (position of its part, of the segment, who served before, from which cell).
# None while it waits; the position after the last part once it is done.
Stage = tuple[int, int, Staff | None, int] | None
# Until which cell each calendar is taken.
TakenUntil = dict[int, int]
# Lines, which of them begin at once, and the states that lead nowhere with these lines.
Beginning = tuple[Sequence[Line], tuple[int, ...], set[object]]
# So many segments are tried at one start for each choice of who begins at once, which takes ten
# milliseconds: what needs more is so tight that the next choice serves the caller better.
MAX_TRIES = 500
# The start that a caller wishes is worth a longer look at each choice that was given up. Of all
# choices together no look tries more segments than TRIES_IN_ALL.
LONGER_TRIES, TRIES_IN_ALL = 4_000, 10_000


@dataclass(slots=True)
class Together:
    """Lays the lines of several people out at a start.

    ``gave_up`` tells that the last start may fit although nothing was found.
    """

    diary: Diary
    lines: Sequence[Line]
    tries: int = 0
    gave_up: bool = False
    _until: int = 0
    _first: Sequence[Staff] = ()
    _index: int = 0
    _failed: set[object] = field(default_factory=set)

    def lay_out(
        self, index: int, first: Sequence[Staff], *, longer: bool = False
    ) -> list[LaidSegment] | None:
        """Lay all lines out from a cell; None where that cannot be.

        One of ``first`` serves the first part of the first line. The same person serves
        all of a line where that is possible. With ``longer`` what was given up is tried again.
        """
        self._first, self._index, self.tries = first, index, 0
        left = list(self._beginnings(index))
        for most in (MAX_TRIES, LONGER_TRIES)[: 1 + longer]:
            ends, given_up = self.tries + TRIES_IN_ALL, []
            for choice in left:
                lines, now, self._failed = choice
                self._until = min(self.tries + most, ends)
                stages = tuple((0, 0, None, index) if n in now else None for n in range(len(lines)))
                if (laid := self._go_on(lines, stages, {})) is not None:
                    self.gave_up = False
                    return laid
                if self.tries > self._until:
                    given_up.append(choice)
            left = given_up
        self.gave_up = bool(left)
        return None

    def _beginnings(self, index: int) -> Iterator[Beginning]:
        """Go through who begins at once, the same person serving all of a line first."""
        several = any(len(line.parts) > 1 and not line.one_staff for line in self.lines)
        with_one = tuple(line.of_one_staff() for line in self.lines)
        ways = ((with_one, set[object]()), (tuple(self.lines), set[object]()))[not several :]
        for now in _in_turn(self.lines, range(len(self.lines)), at_least=1):
            for lines, failed in ways:
                if self._may_begin(lines, now, index):
                    yield lines, now, failed

    def _may_begin(self, lines: Sequence[Line], now: Sequence[int], index: int) -> bool:
        """Whether each line, were it alone, fits at the cell or, if it has to wait, later on."""
        for n, line in enumerate(lines):
            first = line.parts[0]
            bits = 0
            able = able_staff(self.diary.company, first.service, first.wished)
            for person in able if n else self._first:
                bits |= self.diary.fits(line, 0, person)[0]
            if not (bits >> index) & 1 if n in now else not bits >> index:
                return False
        return True

    def _go_on(
        self, lines: Sequence[Line], stages: tuple[Stage, ...], taken: TakenUntil
    ) -> list[LaidSegment] | None:
        """Lay out all that is left, the segment that begins first before the others."""
        next_up = min(
            (
                (stage[3] - lines[n].buffers(stage[0], stage[1])[0], n)
                for n, stage in enumerate(stages)
                if stage is not None and stage[0] < len(lines[n].parts)
            ),
            default=None,
        )
        if next_up is None:
            return None if None in stages else []
        begins, n = next_up
        taken = {calendar: until for calendar, until in taken.items() if until > begins}
        state = (stages, frozenset(taken.items()))
        if state in self._failed:
            return None
        for segment, stage in self._ways(lines[n], n, stages, taken):
            self.tries += 1
            if self.tries > self._until:
                return None
            until = segment.taken.stop
            calendars = (segment.staff.calendar_id, *segment.resources)
            now_taken = taken | dict.fromkeys(calendars, until)
            stages_then = (*stages[:n], stage, *stages[n + 1 :])
            for then in _starting(lines, n, stages_then, until):
                if (laid := self._go_on(lines, then, now_taken)) is not None:
                    return [segment, *laid]
        if self.tries <= self._until:
            self._failed.add(state)
        return None

    def _ways(
        self, line: Line, n: int, stages: tuple[Stage, ...], taken: TakenUntil
    ) -> Iterator[tuple[LaidSegment, Stage]]:
        """Go through the ways to lay a line's next segment out, each with what comes after it."""
        stage = stages[n]
        if stage is None:
            return
        number, position, _, here = stage
        part = line.parts[number]
        last = position + 1 == len(part.service.segments)
        for staff in self._first_servers(line, n, stages):
            if not (self.diary.fits(line, number, staff)[position] >> here) & 1:
                continue
            rest = self.diary.rest(line, (number, position), staff)
            needs = self.diary.needs(part, position, staff)
            for way in self.diary.layouts(line, (number, position), staff, here):
                blocked = taken.get(way.staff.calendar_id, way.taken.start) > way.taken.start
                goes_on = rest is None or (rest >> way.then) & 1
                if blocked or not goes_on or not self.diary.is_served(way):
                    continue
                then = (number + last, 0 if last else position + 1, staff, way.then)
                for chosen in choices(needs, partial(self._is_free, way, taken)):
                    yield replace(way, resources=chosen), then

    def _first_servers(self, line: Line, n: int, stages: tuple[Stage, ...]) -> Sequence[Staff]:
        """List who may serve the part that a line is in, first the one who should."""
        stage = stages[n]
        if stage is None:
            return ()
        number, position, before, _ = stage
        if position and before is not None:
            return (before,)
        if number and before is not None:
            return self.diary.successors(line, number, before)
        part = line.parts[0]
        able = self._first if n == 0 else able_staff(self.diary.company, part.service, part.wished)
        branches = {each[2].branch_id for each in stages if each and each[2]}
        at_hand = [person for person in able if not branches or person.branch_id in branches]
        if n == 0 or part.wished:
            return at_hand
        return fairest_first(self.diary, at_hand, self.diary.grid.instant(self._index))

    def _is_free(self, way: LaidSegment, taken: TakenUntil, calendar_id: int) -> bool:
        free_from = taken.get(calendar_id, way.taken.start)
        return free_from <= way.taken.start and self.diary.is_free(way, calendar_id)


def _starting(
    lines: Sequence[Line], n: int, stages: tuple[Stage, ...], until: int
) -> Iterator[tuple[Stage, ...]]:
    """Go through who of those that wait begins when a line ends, as many as possible first."""
    stage = stages[n]
    if stage is None or stage[0] < len(lines[n].parts):
        yield stages
        return
    waiting = [m for m, each in enumerate(stages) if each is None]
    for now in _in_turn(lines, waiting):
        yield tuple(
            (0, 0, None, until + lines[m].buffers(0, 0)[0]) if m in now else each
            for m, each in enumerate(stages)
        )


def _in_turn(
    lines: Sequence[Line], waiting: Sequence[int], *, at_least: int = 0
) -> Iterator[tuple[int, ...]]:
    """Go through who of those that wait begins, as many as possible first.

    Of people who want the same, those who are named first begin first.
    """
    for size in range(len(waiting), at_least - 1, -1):
        for now in combinations(waiting, size):
            left = {lines[n].wants for n in waiting if n not in now}
            jumps = any(
                lines[n].wants in left
                and any(lines[m].wants == lines[n].wants for m in waiting if m < n and m not in now)
                for n in now
            )
            if not jumps:
                yield now
