"""How sure a share is that was counted, and where the middle of times lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

# The two-sided 95 % quantile of the normal distribution.
Z_95 = 1.959963984540054
# Fewer tell nothing that a single call would not turn over.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """In percent; None of none."""
        return round(100 * self.count / self.of, 2) if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which percents the true share lies in 95 of 100 cases (Wilson)."""
        if not self.of:
            return 0.0, 100.0
        p, n = self.count / self.of, self.of
        scale = 1 + Z_95**2 / n
        middle = (p + Z_95**2 / (2 * n)) / scale
        half = Z_95 / scale * sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2))
        low, high = 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)
        # At the ends rounding errors would leave a trace.
        return (
            0.0 if self.count == 0 else round(low, 2),
            100.0 if self.count == n else round(high, 2),
        )

    @property
    def is_enough(self) -> bool:
        """Whether it was counted of enough to be compared."""
        return self.of >= ENOUGH

    def overlaps(self, other: Share) -> bool:
        """Whether the intervals overlap: then no difference can be told."""
        (low, high), (other_low, other_high) = self.interval, other.interval
        return low <= other_high and other_low <= high


def percentile(values: Sequence[float], share: float) -> float | None:
    """Between the two nearest in proportion, as PostgreSQL's percentile_cont; None of none."""
    if not values:
        return None
    ascending, at = sorted(values), share * (len(values) - 1)
    below, above = ascending[floor(at)], ascending[ceil(at)]
    return below + (above - below) * (at - floor(at))
