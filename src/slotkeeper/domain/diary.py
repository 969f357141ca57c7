"""A company's calendars over a window: who is free when, and where a whole service fits.

Checking, offering, booking and moving all decide by this module. A segment fits where shifting and
ANDing the free map leaves a bit set. A compound service fits where the maps of its segments,
shifted by their offsets, agree. A wish for any staff is the OR over all who can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Literal

from slotkeeper.domain.catalogue import Company, Need, Service, Staff
from slotkeeper.domain.grid import CELL_MIN, Grid, runs
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.layout import LaidSegment, placement_of
from slotkeeper.domain.needs import choices, enough
from slotkeeper.domain.opening import branch_map, day_of, open_map
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.visits import Line, LinePart, line_of
from slotkeeper.domain.wish import Wish

BusyKind = Literal["hold", "own", "left_behind", "passed_on", "appointment", "imported", "absence"]
# What ends by itself, or by a call, before it becomes an appointment; the call's own is not among
# them.
HELD: tuple[BusyKind, ...] = ("hold", "left_behind", "passed_on")


@dataclass(frozen=True, slots=True)
class Busy:
    """Time that is not free on a calendar; a hold has an ``expires_at``, and may end earlier.

    ``own`` is a hold of the call that asks, or the appointment that it wants to move; it does not
    block that call. ``left_behind`` is the hold of an older call of the same number for the very
    start that is wished: it blocks like any hold, but that wish may take it over. ``passed_on`` is
    what a newer call of the same number took over from the call that asks.
    """

    kind: BusyKind
    calendar_id: int
    interval: Interval
    expires_at: datetime | None = None


@dataclass(slots=True)
class Diary:
    """The free maps of a company's calendars over a window."""

    company: Company
    grid: Grid
    rows: Sequence[Busy]
    _taken: dict[int, int] = field(default_factory=dict)
    _free: dict[str | int, int] = field(default_factory=dict)
    _fits: dict[tuple[object, int, str], tuple[int, ...]] = field(default_factory=dict)
    _lines: dict[int, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Mark all busy time, except the call's own, on the calendars' maps."""
        taken, touched = self._taken, self.grid.touched
        for row in self.rows:
            if row.kind != "own":
                taken[row.calendar_id] = taken.get(row.calendar_id, 0) | touched(row.interval)

    def take(self, calendar_id: int, interval: Interval) -> None:
        """Mark more time as taken, which became known after the rows were read."""
        self._taken[calendar_id] = self._taken.get(calendar_id, 0) | self.grid.touched(interval)
        self._free.clear()
        self._fits.clear()

    def without(self, *kinds: BusyKind) -> Diary:
        """Give the same calendars without some kinds of busy time, to find which kind blocks."""
        return Diary(self.company, self.grid, [row for row in self.rows if row.kind not in kinds])

    def free(self, staff: Staff) -> int:
        """Give the cells in which a person is at work and not taken."""
        if staff.key not in self._free:
            opened = open_map(self.company, staff, self.grid)
            self._free[staff.key] = opened & ~self._taken.get(staff.calendar_id, 0)
        return self._free[staff.key]

    def free_resource(self, calendar_id: int) -> int:
        """Give the cells in which a room or device is not taken and its branch is open."""
        if calendar_id not in self._free:
            calendar = next(c for c in self.company.calendars if c.id == calendar_id)
            opened = branch_map(self.company, calendar.branch_id, self.grid)
            self._free[calendar_id] = opened & ~self._taken.get(calendar_id, 0)
        return self._free[calendar_id]

    def starts(self, service: Service, staff: Staff) -> int:
        """Give the cells at which the whole service can start, with this person first."""
        return self.fits(self._alone(service), 0, staff)[0]

    def place(self, service: Service, staff: Staff, index: int) -> Placement:
        """Lay a service out from a cell that is set in ``starts``."""
        return placement_of(self.grid, self.lay_out(self._alone(service), staff, index))

    def taken_of(self, service: Service, staff: Staff, index: int) -> tuple[int, int]:
        """Give from which to which cell ``place`` takes the person's calendar."""
        laid = self.lay_out(self._alone(service), staff, index)
        hers = [each.taken for each in laid if each.staff.calendar_id == staff.calendar_id]
        return hers[0].start, hers[-1].stop

    def _alone(self, service: Service) -> Line:
        if service.id not in self._lines:
            self._lines[service.id] = line_of(service)
        return self._lines[service.id]

    def load_min(self, staff: Staff, day: Interval) -> int:
        """Give how many minutes of a day are taken on a person's calendar, to share work fairly."""
        taken = self._taken.get(staff.calendar_id, 0) & self.grid.touched(day)
        return taken.bit_count() * CELL_MIN

    def fits(self, line: Line, number: int, staff: Staff) -> tuple[int, ...]:
        """Give, for each segment of a part, where it and all of the line after it fit.

        The part is the one at position ``number``, and this person serves it first.
        """
        key = (line.key, number, staff.key)
        if key not in self._fits:
            maps: list[int] = []
            rest = self._fits_after(line, number, staff)
            for position in reversed(range(len(line.parts[number].service.segments))):
                rest = self._segment_fits(line, (number, position), staff, rest)
                maps.append(rest)
            self._fits[key] = tuple(reversed(maps))
        return self._fits[key]

    def _fits_after(self, line: Line, number: int, staff: Staff) -> int | None:
        """Give where the parts after this one fit, with who may serve them; None after the last."""
        if number + 1 == len(line.parts):
            return None
        bits = 0
        for person in self.successors(line, number + 1, staff):
            bits |= self.fits(line, number + 1, person)[0]
        return bits

    def successors(self, line: Line, number: int, staff: Staff) -> list[Staff]:
        """List who may serve a part after the one that this person served, the same one first."""
        part = line.parts[number]
        able = [
            person
            for person in able_staff(self.company, part.service, part.wished)
            if person.branch_id == staff.branch_id
        ]
        same = [person for person in able if person.calendar_id == staff.calendar_id]
        if line.one_staff:
            return same
        return same + [person for person in able if person.calendar_id != staff.calendar_id]

    def _segment_fits(self, line: Line, at: tuple[int, int], staff: Staff, rest: int | None) -> int:
        bits = 0
        for gap in line.gaps(*at):
            for length, here in self._stretch_fits(line, at, staff, gap).items():
                bits |= here if rest is None else here & (rest >> (length + gap))
        return bits

    def _stretch_fits(
        self, line: Line, at: tuple[int, int], staff: Staff, gap: int
    ) -> dict[int, int]:
        """Give where a segment has a person and what it needs, by how long it takes that person."""
        number, position = at
        part = line.parts[number]
        before, after = line.buffers(number, position)
        if part.service.gap_policy == "blocked":
            after += gap
        bits: dict[int, int] = {}
        same_for_all = None if part.service.staff_terms else part.length(position, staff)
        for person in self.servers(part, position, staff):
            length = same_for_all or part.length(position, person)
            here = runs(self.free(person), before + length + after) << before
            bits[length] = bits.get(length, 0) | here
        needs = self.needs(part, position, staff)
        if needs:
            for length in bits:
                whole = before + length + after
                bits[length] &= enough(needs, partial(self._resource_runs, whole)) << before
        return bits

    def _resource_runs(self, length: int, calendar_id: int) -> int:
        return runs(self.free_resource(calendar_id), length)

    def servers(self, part: LinePart, position: int, staff: Staff) -> list[Staff]:
        """List who may serve a segment; whoever serves the first segment comes first."""
        if position == 0 or part.service.segments[position].same_staff == "required":
            return [staff]
        others = [
            person
            for person in able_staff(self.company, part.service)
            if person.calendar_id != staff.calendar_id and person.branch_id == staff.branch_id
        ]
        return [staff, *others]

    def needs(self, part: LinePart, position: int, staff: Staff) -> tuple[Need, ...]:
        """Give what a segment needs of the branch at which this person works."""
        needs = part.service.segments[position].every_need
        if not needs or len(self.company.branches) == 1:
            return needs
        here = {c.id for c in self.company.calendars if c.branch_id == staff.branch_id}
        return tuple(
            Need(need.count, tuple(each for each in need.calendar_ids if each in here))
            for need in needs
        )

    def lay_out(self, line: Line, staff: Staff, index: int) -> list[LaidSegment]:
        """Lay a line's segments out from a cell at which the whole line fits, with this person.

        It takes the shortest gaps, and the same person for each segment that she can serve.
        """
        laid: list[LaidSegment] = []
        here = index
        for number, part in enumerate(line.parts):
            if number:
                staff = next(
                    person
                    for person in self.successors(line, number, staff)
                    if (self.fits(line, number, person)[0] >> here) & 1
                )
            for position in range(len(part.service.segments)):
                laid.append(self._lay_segment(line, (number, position), staff, here))
                here = laid[-1].then
        return laid

    def _lay_segment(self, line: Line, at: tuple[int, int], staff: Staff, here: int) -> LaidSegment:
        part, position = line.parts[at[0]], at[1]
        rest = self.rest(line, at, staff)
        needs = self.needs(part, position, staff)
        for segment in self.layouts(line, at, staff, here):
            if rest is None or (rest >> segment.then) & 1:
                chosen = next(choices(needs, partial(self.is_free, segment)), None)
                if chosen is not None and self.is_served(segment):
                    return replace(segment, resources=chosen) if chosen else segment
        raise LookupError("nothing of the line fits at this cell")

    def rest(self, line: Line, at: tuple[int, int], staff: Staff) -> int | None:
        """Give where all that follows a segment fits; None after the last of the line."""
        number, position = at
        if position + 1 < len(line.parts[number].service.segments):
            return self.fits(line, number, staff)[position + 1]
        return self._fits_after(line, number, staff)

    def layouts(
        self, line: Line, at: tuple[int, int], staff: Staff, here: int
    ) -> Iterator[LaidSegment]:
        """Go through the ways to lay a segment out, free or not, without what it needs."""
        number, position = at
        part = line.parts[number]
        buffers = line.buffers(number, position)
        for gap in line.gaps(number, position):
            kept = gap if part.service.gap_policy == "blocked" else 0
            for person in self.servers(part, position, staff):
                ends = here + part.length(position, person)
                yield LaidSegment(part, position, person, (here, ends), (gap, kept), buffers)

    def is_served(self, segment: LaidSegment) -> bool:
        """Whether the person is free for as long as the segment takes her."""
        return self._all_set(self.free(segment.staff), segment)

    def is_free(self, segment: LaidSegment, calendar_id: int) -> bool:
        """Whether a room or device is free for as long as the segment takes it."""
        return self._all_set(self.free_resource(calendar_id), segment)

    @staticmethod
    def _all_set(bits: int, segment: LaidSegment) -> bool:
        taken = segment.taken
        if taken.start < 0:
            return False
        span = (1 << len(taken)) - 1
        return (bits >> taken.start) & span == span


def able_staff(company: Company, service: Service, wished: Sequence[Staff] = ()) -> list[Staff]:
    """List who performs a service, with one record for each calendar.

    Of wished people only these, in the order of wish.
    """
    by_calendar: dict[int, Staff] = {}
    for member in company.staff:
        if member.id in service.staff_ids:
            by_calendar.setdefault(member.calendar_id, member)
    if wished:
        calendars = dict.fromkeys(person.calendar_id for person in wished)
        return [by_calendar[each] for each in calendars if each in by_calendar]
    return list(by_calendar.values())


def read_calendars(company: Company, service: Service, people: Iterable[Staff]) -> list[int]:
    """List the calendars that must be read to place a service with any of these people."""
    ids = {person.calendar_id for person in people}
    for segment in service.segments:
        ids.update(each for need in segment.every_need for each in need.calendar_ids)
        if segment.same_staff != "required":
            ids.update(person.calendar_id for person in able_staff(company, service))
    return sorted(ids)


def calendars_of_wish(company: Company, wish: Wish) -> list[int]:
    """List the calendars that must be read to place a visit."""
    ids: set[int] = set()
    for part in wish.parts:
        ids.update(
            read_calendars(company, part.service, able_staff(company, part.service, part.wished))
        )
    return sorted(ids)


def fairest_first(diary: Diary, people: Iterable[Staff], at: datetime) -> list[Staff]:
    """Sort people by how little they are booked that day; equals stay in the catalogue's order."""
    day = day_of(at, diary.company.zone)
    return sorted(people, key=lambda person: diary.load_min(person, day))
