"""A company's calendars over a window: who is free when, and where a whole service fits.

Checking, offering, booking and moving all decide by this module. A segment fits where shifting and
ANDing the free map leaves a bit set. A compound service fits where the maps of its segments,
shifted by their offsets, agree. A wish for any staff is the OR over all who can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from slotkeeper.domain.catalogue import Company, Segment, Service, Staff
from slotkeeper.domain.grid import CELL_MIN, Grid, cells, runs
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import branch_map, open_map
from slotkeeper.domain.placement import Claim, Placement

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
    _free: dict[UUID | int, int] = field(default_factory=dict)
    _fits: dict[tuple[int, UUID], tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Mark all busy time, except the call's own, on the calendars' maps."""
        for row in self.rows:
            if row.kind != "own":
                self.take(row.calendar_id, row.interval)

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
        if staff.id not in self._free:
            opened = open_map(self.company, staff, self.grid)
            self._free[staff.id] = opened & ~self._taken.get(staff.calendar_id, 0)
        return self._free[staff.id]

    def free_resource(self, calendar_id: int) -> int:
        """Give the cells in which a room or device is not taken and its branch is open."""
        if calendar_id not in self._free:
            calendar = next(c for c in self.company.calendars if c.id == calendar_id)
            opened = branch_map(self.company, calendar.branch_id, self.grid)
            self._free[calendar_id] = opened & ~self._taken.get(calendar_id, 0)
        return self._free[calendar_id]

    def starts(self, service: Service, staff: Staff) -> int:
        """Give the cells at which the whole service can start, with this person first."""
        return self._fitting(service, staff)[0]

    def load_min(self, staff: Staff, day: Interval) -> int:
        """Give how many minutes of a day are taken on a person's calendar, to share work fairly."""
        taken = self._taken.get(staff.calendar_id, 0) & self.grid.touched(day)
        return taken.bit_count() * CELL_MIN

    def _fitting(self, service: Service, staff: Staff) -> tuple[int, ...]:
        """Give, for each segment, the cells at which it and all segments after it fit."""
        key = (service.id, staff.id)
        if key not in self._fits:
            maps: list[int] = []
            for position in reversed(range(len(service.segments))):
                rest = maps[-1] if maps else None
                maps.append(self._segment_fits(service, position, staff, rest))
            self._fits[key] = tuple(reversed(maps))
        return self._fits[key]

    def _segment_fits(self, service: Service, position: int, staff: Staff, rest: int | None) -> int:
        segment = service.segments[position]
        if rest is None:
            return self._stretch_fits(service, position, staff, 0)
        bits = 0
        for gap in _gaps(segment):
            here = self._stretch_fits(service, position, staff, gap)
            bits |= here & (rest >> (cells(segment.duration_min) + gap))
        return bits

    def _stretch_fits(self, service: Service, position: int, staff: Staff, gap: int) -> int:
        """Give the cells at which one segment has a person and, if it needs one, a room."""
        before, length = _stretch(service, position, gap)
        bits = 0
        for person in self._people(service, position, staff):
            bits |= runs(self.free(person), length) << before
        rooms = service.segments[position].resource_calendar_ids
        if rooms:
            room_bits = 0
            for room in rooms:
                room_bits |= runs(self.free_resource(room), length) << before
            bits &= room_bits
        return bits

    def _people(self, service: Service, position: int, staff: Staff) -> list[Staff]:
        """List who may serve a segment; whoever serves the first segment comes first."""
        if position == 0 or service.segments[position].same_staff == "required":
            return [staff]
        others = [
            s for s in able_staff(self.company, service) if s.calendar_id != staff.calendar_id
        ]
        return [staff, *others]

    def place(self, service: Service, staff: Staff, index: int) -> Placement:
        """Lay the service's segments out from a cell that is set in ``starts``.

        It takes the shortest gaps, and the same person for each segment that she can serve.
        """
        claims: list[Claim] = []
        here = index
        fitting = self._fitting(service, staff)
        for position, segment in enumerate(service.segments):
            length = cells(segment.duration_min)
            gap = 0
            if position + 1 < len(service.segments):
                gap = next(
                    g
                    for g in _gaps(segment)
                    if self._stretch_fits(service, position, staff, g)
                    & (fitting[position + 1] >> (length + g))
                    & (1 << here)
                )
            claims += self._claims(service, position, staff, here, gap)
            here += length + gap
        return Placement(self.grid.instant(index), self.grid.instant(here), staff, tuple(claims))

    def _claims(
        self, service: Service, position: int, staff: Staff, here: int, gap: int
    ) -> list[Claim]:
        segment = service.segments[position]
        before, length = _stretch(service, position, gap)
        begins = here - before
        interval = Interval(self.grid.instant(begins), self.grid.instant(begins + length))
        person = next(
            p
            for p in self._people(service, position, staff)
            if runs(self.free(p), length) & (1 << begins)
        )
        after = cells(service.buffer_after_min) if position + 1 == len(service.segments) else 0
        buffers = (before * CELL_MIN, after * CELL_MIN)
        claims = [Claim(segment.number, person.calendar_id, person.id, interval, *buffers)]
        for room in segment.resource_calendar_ids:
            if runs(self.free_resource(room), length) & (1 << begins):
                claims.append(Claim(segment.number, room, None, interval, *buffers))
                break
        return claims


def able_staff(company: Company, service: Service) -> list[Staff]:
    """List who performs a service, with one record for each calendar."""
    by_calendar: dict[int, Staff] = {}
    for member in company.staff:
        if member.id in service.staff_ids:
            by_calendar.setdefault(member.calendar_id, member)
    return list(by_calendar.values())


def read_calendars(company: Company, service: Service, people: Iterable[Staff]) -> list[int]:
    """List the calendars that must be read to place a service with any of these people."""
    ids = {person.calendar_id for person in people}
    for segment in service.segments:
        ids.update(segment.resource_calendar_ids)
        if segment.same_staff != "required":
            ids.update(person.calendar_id for person in able_staff(company, service))
    return sorted(ids)


def _gaps(segment: Segment) -> range:
    """Give the gaps that may follow a segment, in cells, the shortest first."""
    return range(cells(segment.gap_after_min), segment.gap_after_max_min // CELL_MIN + 1) or range(
        cells(segment.gap_after_min), cells(segment.gap_after_min) + 1
    )


def _stretch(service: Service, position: int, gap: int) -> tuple[int, int]:
    """Give how long a segment takes its calendars, in cells: (before its start, in all).

    Buffers stand before the first and after the last segment. A gap belongs to the segment before
    it where the service's policy blocks it.
    """
    before = cells(service.buffer_before_min) if position == 0 else 0
    after = cells(service.buffer_after_min) if position + 1 == len(service.segments) else 0
    if service.gap_policy == "blocked":
        after += gap
    return before, before + cells(service.segments[position].duration_min) + after
