"""Opening hours, by which "um drei" is in the afternoon and not at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from slotkeeper.domain.catalogue import Hours

# ISO weekday -> stretches (opens, closes) in wall time; closes None is midnight at the day's end.
OpeningHours = Mapping[int, Sequence[tuple[time, time | None]]]
Minutes = tuple[int, int]

DAY_MIN = 24 * 60
HALF_DAY_MIN = 12 * 60
# Hours to go by if a company's are not known: nobody cuts hair at night.
_USUAL: Sequence[Minutes] = ((7 * 60, 20 * 60),)
# From this minute on, a time such as "sechs Uhr fünfundfünfzig" is in the morning: some open early.
EARLIEST_MIN = 6 * 60


def opening_hours(hours: Iterable[Hours], branch_id: int) -> OpeningHours:
    """Give a branch's hours by weekday, without those of single persons."""
    week: dict[int, list[tuple[time, time | None]]] = {}
    for stretch in hours:
        if stretch.branch_id == branch_id and stretch.staff_id is None:
            week.setdefault(stretch.weekday, []).append((stretch.opens_local, stretch.closes_local))
    return week


def open_stretches(hours: OpeningHours | None, day: date | None) -> Sequence[Minutes]:
    """Give a day's open stretches in minutes from midnight; for a closed day, those of all days."""
    if not hours:
        return _USUAL
    chosen = hours.get(day.isoweekday(), ()) if day is not None else ()
    stretches = chosen or [stretch for each in hours.values() for stretch in each]
    return sorted({(minute(opens), _closing(closes)) for opens, closes in stretches}) or _USUAL


def day_edges(hours: OpeningHours | None, day: date | None) -> tuple[time | None, time | None]:
    """Give when a day opens and closes; None where that is not known, or the day is closed."""
    if not hours or day is None or not (stretches := hours.get(day.isoweekday())):
        return None, None
    opens = min(stretch[0] for stretch in stretches)
    closes = [stretch[1] for stretch in stretches]
    known = [each for each in closes if each is not None]
    return opens, max(known) if len(known) == len(closes) else None


def is_open(minutes: int, stretches: Sequence[Minutes], *, at_closing: bool = False) -> bool:
    """Whether a minute of the day is open; with ``at_closing``, the closing minute is too."""
    return any(opens <= minutes < closes + at_closing for opens, closes in stretches)


def minute(at: time) -> int:
    """Give a time in minutes from midnight."""
    return at.hour * 60 + at.minute


def clock_time(minutes: int) -> time:
    """Give the time of a number of minutes from midnight."""
    return time(*divmod(minutes % DAY_MIN, 60))


def _closing(closes: time | None) -> int:
    return DAY_MIN if closes is None or closes == time.min else minute(closes)
