"""Opening hours as the understanding uses them: to tell three in the night from the afternoon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from slotkeeper.domain.catalogue import Hours

# ISO weekday -> stretches (opens, closes) in wall time; closes None is midnight at the day's end.
OpeningHours = Mapping[int, Sequence[tuple[time, time | None]]]
Minutes = tuple[int, int]

DAY_MIN = 24 * 60
HALF_DAY_MIN = 12 * 60
# Where no hours are known: nobody cuts hair in the night.
_USUAL: Sequence[Minutes] = ((7 * 60, 20 * 60),)
# "sechs Uhr fünfundfünfzig" is said as on a clock of 24 hours, and some do open early.
EARLIEST_MIN = 6 * 60


def opening_hours(hours: Iterable[Hours], branch_id: int) -> OpeningHours:
    """Take a branch's hours from the catalogue; those of single persons are left out."""
    week: dict[int, list[tuple[time, time | None]]] = {}
    for stretch in hours:
        if stretch.branch_id == branch_id and stretch.staff_id is None:
            week.setdefault(stretch.weekday, []).append((stretch.opens_local, stretch.closes_local))
    return week


def open_stretches(hours: OpeningHours | None, day: date | None) -> Sequence[Minutes]:
    """Minutes from midnight between which it is open; of a day that is closed, of all days."""
    if not hours:
        return _USUAL
    chosen = hours.get(day.isoweekday(), ()) if day is not None else ()
    stretches = chosen or [stretch for each in hours.values() for stretch in each]
    return sorted({(minute(opens), _closing(closes)) for opens, closes in stretches}) or _USUAL


def day_edges(hours: OpeningHours | None, day: date | None) -> tuple[time | None, time | None]:
    """When a day opens and closes, None where it is not known or closed."""
    if not hours or day is None or not (stretches := hours.get(day.isoweekday())):
        return None, None
    opens = min(stretch[0] for stretch in stretches)
    closes = [stretch[1] for stretch in stretches]
    known = [each for each in closes if each is not None]
    return opens, max(known) if len(known) == len(closes) else None


def is_open(minutes: int, stretches: Sequence[Minutes], *, at_closing: bool = False) -> bool:
    """Whether it is open at a minute of the day; ``at_closing`` counts the closing minute too."""
    return any(opens <= minutes < closes + at_closing for opens, closes in stretches)


def minute(at: time) -> int:
    """Minutes from midnight."""
    return at.hour * 60 + at.minute


def clock_time(minutes: int) -> time:
    """The time so many minutes after midnight."""
    return time(*divmod(minutes % DAY_MIN, 60))


def _closing(closes: time | None) -> int:
    return DAY_MIN if closes is None or closes == time.min else minute(closes)
