"""When a person could work at all: opening hours, closures and holidays, as a map.

Hours are wall-clock time: an instant is within them if the clock on the salon's wall says so. On
the two nights a year when that clock jumps, a stretch is longer or shorter than it looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from slotkeeper.domain.catalogue import Branch, Company, Hours, Staff
from slotkeeper.domain.grid import CELL, CELL_MIN, Grid, cells
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.public_holidays import public_holidays

# A stretch of a day, in cells from midnight on the wall.
OpenCells = tuple[int, int]
# The reason of a closure for which the company gives none.
UNNAMED_CLOSURE = "closure"
CELLS_A_DAY = 24 * 60 // CELL_MIN


def days(grid: Grid, zone: ZoneInfo) -> list[date]:
    """List the local days that a grid touches."""
    first = grid.instant(0).astimezone(zone).date()
    last = (grid.instant(grid.size) - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_of(instant: datetime, zone: ZoneInfo, *, length: int = 1) -> Interval:
    """Give the local day of an instant, or ``length`` days from that day on."""
    day = instant.astimezone(zone).date()
    begins = datetime.combine(day, time.min, zone)
    return Interval(begins, datetime.combine(day + timedelta(days=length), time.min, zone))


def closed_because(company: Company, branch: Branch, day: date) -> str | None:
    """Give the reason why a branch is closed on a day despite its hours; None if it is not."""
    for closure in company.closures:
        if closure.branch_id in (None, branch.id) and closure.first_day <= day <= closure.last_day:
            return closure.reason or UNNAMED_CLOSURE
    if branch.subdivision is None:
        return None
    return public_holidays(branch.subdivision, day.year, company.locale).get(day)


def hours_on(company: Company, branch: Branch, day: date) -> list[tuple[time, time | None]]:
    """Give when a branch opens and closes on a day, in order; [] where it is closed all day."""
    if closed_because(company, branch, day) is not None:
        return []
    return weekly_hours(company, branch, day.isoweekday())


def weekly_hours(company: Company, branch: Branch, weekday: int) -> list[tuple[time, time | None]]:
    """Give a branch's hours on a weekday (ISO) that is no holiday, in order."""
    hours = [
        (hours.opens_local, hours.closes_local)
        for hours in company.hours
        if hours.staff_id is None and (hours.branch_id, hours.weekday) == (branch.id, weekday)
    ]
    return sorted(hours, key=lambda stretch: stretch[0])


def opens_on(company: Company, day: date) -> bool:
    """Whether anybody could work on a day: a branch is not closed, and there are hours there."""
    of_staff = {member.id: member.branch_id for member in company.staff}
    opening = {
        hours.branch_id if hours.staff_id is None else of_staff.get(hours.staff_id)
        for hours in company.hours
        if hours.weekday == day.isoweekday()
    }
    return any(
        branch.id in opening and closed_because(company, branch, day) is None
        for branch in company.branches
    )


@lru_cache(maxsize=1024)
def open_map(company: Company, staff: Staff, grid: Grid) -> int:
    """Give the cells in which a person's own hours or, if she has none, her branch's are open."""
    return _map(company, staff.branch_id, _hours_of(company, staff), grid)


@lru_cache(maxsize=1024)
def sellable_week_min(company: Company) -> int:
    """Count how many minutes the staff's calendars are open in a week without closures."""
    by_calendar = {
        person.calendar_id: sum(
            (closes - opens) * CELL_MIN
            for opens, closes in map(_stretch, _hours_of(company, person))
        )
        for person in company.staff
    }
    return sum(by_calendar.values())


def _hours_of(company: Company, staff: Staff) -> list[Hours]:
    own = [hours for hours in company.hours if hours.staff_id == staff.id]
    return own or [
        hours
        for hours in company.hours
        if hours.staff_id is None and hours.branch_id == staff.branch_id
    ]


@lru_cache(maxsize=1024)
def branch_map(company: Company, branch_id: int, grid: Grid) -> int:
    """Give the cells in which a branch is open, and its rooms and devices can be used."""
    hours = [h for h in company.hours if h.staff_id is None and h.branch_id == branch_id]
    return _map(company, branch_id, hours, grid)


def _map(company: Company, branch_id: int, hours: Sequence[Hours], grid: Grid) -> int:
    branch = next(b for b in company.branches if b.id == branch_id)
    week: dict[int, list[OpenCells]] = {}
    for stretch in hours:
        week.setdefault(stretch.weekday, []).append(_stretch(stretch))
    bits = 0
    for day in days(grid, company.zone):
        stretches = week.get(day.isoweekday(), [])
        if stretches and closed_because(company, branch, day) is None:
            bits |= _day_map(grid, company.zone, day, stretches)
    return bits


def _stretch(hours: Hours) -> OpenCells:
    """Give hours in whole cells; opening rounds up and closing rounds down."""
    closes = hours.closes_local
    closes_min = 24 * 60 if closes is None else closes.hour * 60 + closes.minute
    opens_min = hours.opens_local.hour * 60 + hours.opens_local.minute
    return cells(opens_min), closes_min // CELL_MIN


def _day_map(grid: Grid, zone: ZoneInfo, day: date, stretches: Iterable[OpenCells]) -> int:
    midnight, jumps = _midnight(zone, day)
    if not jumps:
        first = grid.index(midnight)
        bits = 0
        for opens, closes in stretches:
            bits |= grid.span(first + opens, first + closes)
        return bits
    bits = 0
    for index, wall in wall_cells(grid, zone, day):
        if any(opens <= wall < closes for opens, closes in stretches):
            bits |= grid.span(index, index + 1)
    return bits


def wall_cells(grid: Grid, zone: ZoneInfo, day: date) -> Iterator[tuple[int, int]]:
    """Go through the cells of a local day, each with the wall's time in cells from midnight.

    On a day on which the clocks jump, the wall's time skips an hour or comes twice.
    """
    midnight, _ = _midnight(zone, day)
    # Two hours more on either side, because in some zones the clocks jump at midnight.
    instant = midnight - timedelta(hours=2)
    for _ in range(CELLS_A_DAY + 2 * 4 * 60 // CELL_MIN):
        wall = instant.astimezone(zone)
        if wall.date() == day:
            yield grid.index(instant), (wall.hour * 60 + wall.minute) // CELL_MIN
        instant += CELL


@lru_cache(maxsize=4096)
def _midnight(zone: ZoneInfo, day: date) -> tuple[datetime, bool]:
    """Give the instant at which a local day begins, and whether the clocks jump in it."""
    begins = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    return begins.astimezone(_UTC), begins.utcoffset() != ends.utcoffset()


_UTC = ZoneInfo("UTC")
