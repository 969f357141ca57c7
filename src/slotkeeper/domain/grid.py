"""Time as bits: one bit for every five minutes, so that "free for so long" is a few shifts.

A map is a Python integer; bit i stands for the i-th cell of its grid. Cells are counted in elapsed
time from a UTC instant, so a night when the clocks jump is nothing special here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slotkeeper.domain.intervals import Interval

CELL_MIN = 5
CELL = timedelta(minutes=CELL_MIN)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cells(minutes: int) -> int:
    """Give how many cells the minutes need, rounded up so that a service never has too little."""
    return -(-minutes // CELL_MIN)


@dataclass(frozen=True, slots=True)
class Grid:
    """A window of time in cells; ``first`` counts cells since 1970."""

    first: int
    size: int

    @classmethod
    def over(cls, window: Interval) -> Grid:
        """Make the smallest grid that covers a window."""
        first = (window.start - _EPOCH) // CELL
        return cls(first, -((_EPOCH - window.end) // CELL) - first)

    def index(self, instant: datetime) -> int:
        """Give the cell of an instant; below 0 before the window, ``size`` or more after it."""
        return (instant - _EPOCH) // CELL - self.first

    def instant(self, index: int) -> datetime:
        """Give the instant at which a cell begins."""
        return _EPOCH + (self.first + index) * CELL

    def is_aligned(self, instant: datetime) -> bool:
        """Whether an instant is the beginning of a cell."""
        return not (instant - _EPOCH) % CELL

    def touched(self, interval: Interval) -> int:
        """Give the cells that an interval touches: a cell that is busy for a moment is not free."""
        # Written out, because each busy row of two weeks passes here for every question.
        start = (interval.start - _EPOCH) // CELL - self.first
        end = -((_EPOCH - interval.end) // CELL) - self.first
        if start < 0:
            start = 0
        if end > self.size:
            end = self.size
        return ((1 << (end - start)) - 1) << start if start < end else 0

    def span(self, start: int, end: int) -> int:
        """Give the cells from ``start`` to before ``end`` that lie in the window."""
        start, end = max(start, 0), min(end, self.size)
        return ((1 << (end - start)) - 1) << start if start < end else 0


def runs(bits: int, length: int) -> int:
    """Give the cells that begin a run of at least ``length`` set cells."""
    have = 1
    while have < length:
        step = min(have, length - have)
        bits &= bits >> step
        have += step
    return bits


def indexes(bits: int) -> Iterator[int]:
    """List the set cells in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def room_before(bits: int, index: int) -> int:
    """Count the set cells in a row just before a cell."""
    clear = ~bits & ((1 << index) - 1)
    return index - clear.bit_length()


def room_after(bits: int, index: int) -> int:
    """Count the set cells in a row from a cell on."""
    clear = ~(bits >> index)
    return (clear & -clear).bit_length() - 1
