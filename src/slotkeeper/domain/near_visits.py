"""Where else a visit of several parts could start: near the wish, within windows, as it is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice

from slotkeeper.domain.availability import SEARCH_DAYS, bookable_wish, starts_every
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import cells, indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import day_of
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.visit_places import VisitPlaces
from slotkeeper.domain.wish import Wish

# Starts that are compared on either side of the wished time on the wished day, and on each other
# day; and how many days that have any.
NEAREST_PER_SIDE = 6
NEAREST_ON_OTHER_DAYS = 2
# Starts that are nearer to each other are no choice, and those of a salon are quarter hours.
APART_MIN, USUAL_STEP_MIN = 30, 15
DAYS_LOOKED_AT = 5


def near(diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime) -> Iterator[Placement]:
    """Go through the placements of a visit nearest to the wished time, day by day."""
    company, grid = diary.company, diary.grid
    places = VisitPlaces.of(diary, wish, people)
    allowed = bookable_wish(diary, wish, now)
    wall = wish.starts_at.astimezone(company.zone)
    days_with_starts = 0
    for days_off in range(SEARCH_DAYS):
        day = wall.date() + timedelta(days=days_off)
        whole = grid.touched(day_of(datetime.combine(day, time(12), company.zone), company.zone))
        target = grid.index(datetime.combine(day, wall.time(), company.zone))
        could = list(indexes(_usual(places.could_start() & allowed & whole, diary)))
        later = [index for index in could if index >= target]
        earlier = [index for index in reversed(could) if index < target]
        per_side = NEAREST_ON_OTHER_DAYS if days_off else NEAREST_PER_SIDE
        starts = [
            index for side in (later, earlier) for index in islice(_apart(places, side), per_side)
        ]
        yield from map(places.best, starts)
        days_with_starts += bool(starts)
        if days_with_starts == DAYS_LOOKED_AT:
            return


def within(
    diary: Diary,
    wish: Wish,
    people: Sequence[Staff],
    windows: Sequence[Interval],
    now: datetime,
) -> Iterator[Placement]:
    """Go through the placements of a visit that start within the windows, the first one first."""
    grid = diary.grid
    bits = 0
    for window in windows:
        bits |= grid.span(grid.index(window.start), grid.index(window.end))
    places = VisitPlaces.of(diary, wish, people)
    could = places.could_start() & bits & bookable_wish(diary, wish, now)
    usual = _usual(could, diary)
    starts = filter(places.fits_at, indexes(usual))
    if (first := next(starts, None)) is None:
        starts = filter(places.fits_at, indexes(could & ~usual))
    else:
        yield places.best(first)
    yield from map(places.best, starts)


def _usual(starts: int, diary: Diary) -> int:
    """Keep the starts that a salon would say, the quarter hours, where there are any."""
    return starts & starts_every(USUAL_STEP_MIN, diary.grid, diary.company.zone) or starts


def _apart(places: VisitPlaces, starts: Iterable[int]) -> Iterator[int]:
    """Go through the starts at which a visit fits, leaving out what is near the one before."""
    last: int | None = None
    for index in starts:
        if (last is None or abs(index - last) >= cells(APART_MIN)) and places.fits_at(index):
            last = index
            yield index


def fitting_that_day(diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime) -> int:
    """Count how many such visits still fit on the wished day, one after another.

    For one person each of the staff is counted by herself.
    """
    if len(wish.persons) == 1 and len(people) > 1:
        return sum(fitting_that_day(diary, wish, [person], now) for person in people)
    day = diary.grid.touched(day_of(wish.starts_at, diary.company.zone))
    places = VisitPlaces.of(diary, wish, people)
    could = _usual(places.could_start() & day & bookable_wish(diary, wish, now), diary)
    count, free_from = 0, 0
    for index in indexes(could):
        if index >= free_from and places.fits_at(index):
            placement = places.best(index)
            count, free_from = count + 1, diary.grid.index(placement.ends_at)
    return count


def held_visits(diary: Diary, wish: Wish, people: Sequence[Staff]) -> list[Placement]:
    """List the placements of a visit that the asking call holds, to be named again."""
    rows = [row for row in diary.rows if row.kind == "own" and row.expires_at is not None]
    mine = {(row.calendar_id, row.interval) for row in rows}
    starts = {row.interval.start for row in rows}
    places = VisitPlaces.of(diary, wish, people)
    before_min = wish.service.buffer_before_min
    cells_of_starts = {diary.grid.index(at + timedelta(minutes=before_min)) for at in starts}
    return [
        placement
        for index in sorted(cells_of_starts)
        if places.fits_at(index)
        for placement in places.placements(index)
        if all((claim.calendar_id, claim.interval) in mine for claim in placement.claims)
    ]
