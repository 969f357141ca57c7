"""Segments laid out in cells of a grid, and the placement that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.grid import CELL_MIN, Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Claim, PlacedPart, Placement
from slotkeeper.domain.visits import LinePart


@dataclass(frozen=True, slots=True)
class LaidSegment:
    """A segment at its time, in cells: with whom, and with which rooms and devices.

    ``at`` is from where to where it is done; ``gap`` is the gap after it and how much of that is
    kept on the calendars; ``buffers`` are kept before and after.
    """

    part: LinePart
    position: int
    staff: Staff
    at: tuple[int, int]
    gap: tuple[int, int] = (0, 0)
    buffers: tuple[int, int] = (0, 0)
    resources: tuple[int, ...] = ()

    @property
    def taken(self) -> range:
        """The cells that it takes of its calendars."""
        return range(self.at[0] - self.buffers[0], self.at[1] + self.gap[1] + self.buffers[1])

    @property
    def then(self) -> int:
        """The cell at which the line goes on."""
        return self.at[1] + self.gap[0]


def placement_of(grid: Grid, laid: Sequence[LaidSegment]) -> Placement:
    """Make the placement of a visit from all its segments, numbered in the order of time."""
    ordered = laid
    if len(laid) > 1:
        ordered = sorted(laid, key=lambda each: (each.at[0], each.part.number, each.position))
    claims: list[Claim] = []
    for number, segment in enumerate(ordered, start=1):
        taken = segment.taken
        interval = Interval(grid.instant(taken.start), grid.instant(taken.stop))
        before, after = segment.buffers
        buffers = (before * CELL_MIN, after * CELL_MIN, segment.part.number)
        staff = segment.staff
        claims.append(Claim(number, staff.calendar_id, staff.id, interval, *buffers))
        claims += [Claim(number, each, None, interval, *buffers) for each in segment.resources]
    return Placement(
        grid.instant(ordered[0].at[0]),
        grid.instant(max(segment.at[1] for segment in ordered)),
        ordered[0].staff,
        tuple(claims),
        _parts(grid, ordered),
    )


def _parts(grid: Grid, ordered: Sequence[LaidSegment]) -> tuple[PlacedPart, ...]:
    parts: dict[int, PlacedPart] = {}
    for first in ordered:
        if first.position == 0:
            number = first.part.number
            ends = max(each.at[1] for each in ordered if each.part.number == number)
            parts[number] = PlacedPart(
                number,
                first.part.person,
                first.staff,
                grid.instant(first.at[0]),
                grid.instant(ends),
                first.part.price_cents(first.staff),
            )
    return tuple(parts[number] for number in sorted(parts))
