"""What became of figures from look to look, as lines of small bars."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise

from slotkeeper.metrics.durations import DurationHistogram
from slotkeeper.metrics.figures import FIGURES, RATES, TYPES, Figures

# Drawn as they are; of the rising figures the bars show by how much they grew between two looks.
STANDING = ("active", *RATES)
GROWING = tuple(
    name for name, kind in FIGURES.items() if kind.rises and TYPES[name] is not DurationHistogram
)
# As wide as the widest line: one more look than there are bars.
LOOKS_KEPT = 21
BARS = "▁▂▃▄▅▆▇█"


class Trends:
    """The last looks at some figures of some companies."""

    def __init__(self, names: Sequence[str] = (*STANDING, *GROWING)) -> None:
        """Remember these."""
        self.looks = 0
        self._names = names
        self._seen: dict[tuple[str, str], deque[float]] = {}

    def add(self, figures: Iterable[Figures]) -> None:
        """Take a look."""
        self.looks += 1
        for one in figures:
            for name in self._names:
                seen = self._seen.setdefault((one.company, name), deque(maxlen=LOOKS_KEPT))
                seen.append(_value(one, name))

    def line(self, company: str, name: str, width: int) -> str:
        """Draw the last looks; nothing where none is remembered."""
        seen = self._seen.get((company, name), ())
        # A window that moves on lets counts fall: what left it did not happen now.
        values = seen if name in STANDING else [max(b - a, 0) for a, b in pairwise(seen)]
        return bars(list(values)[-width:])


def bars(values: Sequence[float]) -> str:
    """Draw values as bars between zero and the highest of them."""
    highest = max(values, default=0) or 1
    return "".join(BARS[round(value / highest * (len(BARS) - 1))] for value in values)


def _value(figures: Figures, name: str) -> float:
    value = getattr(figures, name)
    return sum(value.values()) if isinstance(value, dict) else value
