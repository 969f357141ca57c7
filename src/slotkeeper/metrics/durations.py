"""Histograms of durations: how they are read, added up, and bounded by their buckets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# The upper bounds of the buckets, in seconds; the SQL function duration_histogram has the same.
BUCKETS_S = (5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900)


@dataclass(frozen=True, slots=True)
class DurationHistogram:
    """Durations in seconds. ``at_most`` counts, for each bucket, those up to its upper bound."""

    count: int = 0
    sum_s: float = 0.0
    median_s: float = 0.0
    p95_s: float = 0.0
    at_most: tuple[int, ...] = (0,) * len(BUCKETS_S)

    @classmethod
    def from_sql(cls, values: Sequence[float]) -> DurationHistogram:
        """Read what the SQL function ``duration_histogram`` returns."""
        count, sum_s, median_s, p95_s, *at_most = values
        return cls(int(count), sum_s, median_s, p95_s, tuple(map(int, at_most)))

    def plus(self, other: DurationHistogram) -> DurationHistogram:
        """Add two histograms. Percentiles cannot be added: the sum has those of its buckets."""
        at_most = tuple(a + b for a, b in zip(self.at_most, other.at_most, strict=True))
        count = self.count + other.count
        return DurationHistogram(
            count,
            self.sum_s + other.sum_s,
            percentile_bound(at_most, count, 50),
            percentile_bound(at_most, count, 95),
            at_most,
        )

    def at_least(self, former: DurationHistogram) -> DurationHistogram:
        """Take the larger of each count, so that no counter falls below its former value."""
        return DurationHistogram(
            max(former.count, self.count),
            max(former.sum_s, self.sum_s),
            self.median_s,
            self.p95_s,
            tuple(map(max, former.at_most, self.at_most)),
        )


NO_DURATIONS = DurationHistogram()


def percentile_bound(at_most: Sequence[int], count: int, percent: int) -> float:
    """Give the upper bound of the bucket that has the percentile; infinity beyond the last one."""
    if not count:
        return 0.0
    return next(
        (
            float(bound)
            for bound, n in zip(BUCKETS_S, at_most, strict=True)
            if 100 * n >= percent * count
        ),
        float("inf"),
    )
