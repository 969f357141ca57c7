"""A counted share and how sure it is: Wilson's 95 % interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from slotkeeper.domain.statistics import percentage

# The two-sided 95 % quantile of the normal distribution.
Z_95 = 1.959963984540054
# Below this one more call could turn the comparison round.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` cases out of ``of``."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share in percent; None where ``of`` is 0."""
        return percentage(self.count, self.of) if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The two percentages between which the true share lies in 95 of 100 cases (Wilson)."""
        if not self.of:
            return 0.0, 100.0
        p, n = self.count / self.of, self.of
        scale = 1 + Z_95**2 / n
        middle = (p + Z_95**2 / (2 * n)) / scale
        half = Z_95 / scale * sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2))
        low, high = 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)
        # Rounding errors must not move the ends away from exactly 0 and 100.
        return (
            0.0 if self.count == 0 else round(low, 2),
            100.0 if self.count == n else round(high, 2),
        )

    @property
    def is_enough(self) -> bool:
        """Whether ``of`` is large enough for a comparison."""
        return self.of >= ENOUGH

    def overlaps(self, other: Share) -> bool:
        """Whether the intervals overlap, so that the shares may be equal."""
        (low, high), (other_low, other_high) = self.interval, other.interval
        return low <= other_high and other_low <= high
