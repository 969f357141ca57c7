"""How figures changed from reading to reading, drawn as small bars."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise

from slotkeeper.metrics.durations import DurationHistogram
from slotkeeper.metrics.figures import FIGURES, RATES, TYPES, Figures

# A standing figure is drawn as it is; of a growing one each bar is its growth between two readings.
STANDING = ("active", *RATES)
GROWING = tuple(
    name for name, kind in FIGURES.items() if kind.rises and TYPES[name] is not DurationHistogram
)
# One reading more than the widest line has bars.
READINGS_KEPT = 21
BARS = "▁▂▃▄▅▆▇█"


class Trends:
    """Remembers the last readings of some figures, by company."""

    def __init__(self, names: Sequence[str] = (*STANDING, *GROWING)) -> None:
        """Remember the figures of these names."""
        self.looks = 0
        self._names = names
        self._readings: dict[tuple[str, str], deque[float]] = {}

    def add(self, figures: Iterable[Figures]) -> None:
        """Add a reading."""
        self.looks += 1
        for one in figures:
            for name in self._names:
                readings = self._readings.setdefault(
                    (one.company, name), deque(maxlen=READINGS_KEPT)
                )
                readings.append(_value(one, name))

    def line(self, company: str, name: str, width: int) -> str:
        """Draw the last readings of a figure; an empty text where there are none."""
        readings = self._readings.get((company, name), ())
        # Where the window moves on a count may fall, because rows have left it: that is no growth.
        values = readings if name in STANDING else [max(b - a, 0) for a, b in pairwise(readings)]
        return bars(list(values)[-width:])


def bars(values: Sequence[float]) -> str:
    """Draw each value as a bar whose height is its share of the highest."""
    highest = max(values, default=0) or 1
    return "".join(BARS[round(value / highest * (len(BARS) - 1))] for value in values)


def _value(figures: Figures, name: str) -> float:
    value = getattr(figures, name)
    return sum(value.values()) if isinstance(value, dict) else value
