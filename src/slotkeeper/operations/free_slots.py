"""List what is free, and hold nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slotkeeper.domain.availability import (
    bookable_wish,
    day_of,
    longest_min_of_wish,
    people_for_wish,
    wished_placements,
)
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Diary, calendars_of_wish
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.grid import Grid, indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.visit_places import VisitPlaces
from slotkeeper.domain.visits import arranged, check_visit
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import CalendarReading
from slotkeeper.storage.catalogue_cache import CatalogueChanged

# A month: as much as a program shows at a time. Reading it takes some ten milliseconds.
MAX_WINDOW_DAYS = 31
# The day on which clocks go back has an hour more.
SLACK = timedelta(hours=1)
# A buffer before a start may reach back into the evening before.
BEFORE = timedelta(hours=12)
# Trying to lay several people out takes some milliseconds for each start, and a whole day has at
# most 288 starts; whoever asks goes on from where the list ends.
MOST_STARTS_OF_SEVERAL = 288


@dataclass(frozen=True, slots=True)
class FreeSlots:
    """Slots that start within a window, in time's order.

    The parts of ``wish`` stand in the order of the slots' part numbers. ``more`` tells that there
    may be others; then the list has all that start before ``listed_to``, which is the window's end
    otherwise.
    """

    wish: Wish
    slots: tuple[Placement, ...]
    listed_to: datetime
    more: bool


async def free_slots(
    context: RequestContext, wish: Wish, window: Interval, *, limit: int
) -> FreeSlots:
    """List every slot that is free now for a visit; it is free only until somebody takes it.

    The start of ``wish`` does not matter. There is one slot for each person who can serve the first
    part; the first of those that start together is what a hold would get. Raises StaffCannot,
    VisitTooLarge, NotCombined, AddOnAlone, InvalidInput, CatalogueChanged.
    """
    wish, reading = await read_free(context, wish, window)
    listed: list[Placement] = []
    for number, starts_at in enumerate(_starts(reading, wish, window)):
        room = limit - len(listed)
        if len(wish.persons) > 1 and number == MOST_STARTS_OF_SEVERAL:
            return FreeSlots(wish, tuple(listed), starts_at, more=True)
        await asyncio.sleep(0)  # other requests are served in between
        placed = _placed(reading, wish, starts_at)
        listed += placed[:room]
        if len(placed) > room:
            return FreeSlots(wish, tuple(listed), starts_at, more=True)
    return FreeSlots(wish, tuple(listed), window.end, more=False)


async def read_free(
    context: RequestContext, wish: Wish, window: Interval
) -> tuple[Wish, CalendarReading]:
    """Read what a visit needs, and give it with its parts in the order in which they are done.

    Raises as ``free_slots`` does.
    """
    company = context.company
    check_visit(company, wish)
    wish = arranged(company, wish)
    people = people_for_wish(company, wish)
    room_min = 2 * longest_min_of_wish(company, wish)
    calendars = calendars_of_wish(company, wish)
    return wish, await read_window(context, window, people, calendars, room_min=room_min)


async def read_window(
    context: RequestContext,
    window: Interval,
    people: Sequence[Staff],
    calendars: Sequence[int] = (),
    *,
    room_min: int = 0,
) -> CalendarReading:
    """Read the busy times of a window's days, with room for what starts at its end.

    Raises InvalidInput, and CatalogueChanged where the catalogue in the context is out of date.
    """
    if window.duration > timedelta(days=MAX_WINDOW_DAYS) + SLACK:
        raise InvalidInput("$.to", f"Expected at most {MAX_WINDOW_DAYS} days")
    company = context.company
    first, last = (day_of(at, company.zone) for at in (window.start, window.end))
    whole = Interval(first.start - BEFORE, last.end + timedelta(minutes=room_min))
    read = await context.store.calendars.busy(
        company.id,
        sorted({person.calendar_id for person in people}.union(calendars)),
        whole,
        now=context.test_now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    return CalendarReading(Diary(company, Grid.over(whole), read.busy), list(people), read.read_at)


def starts_of(
    reading: CalendarReading, wish: Wish, window: Interval
) -> dict[Staff, list[datetime]]:
    """Give every start within a window at which a visit is free, by who serves its first part."""
    starts: dict[Staff, list[datetime]] = {person: [] for person in reading.people}
    for starts_at in _starts(reading, wish, window):
        for placement in _placed(reading, wish, starts_at):
            starts[placement.parts[0].staff].append(starts_at)
    return starts


def _starts(reading: CalendarReading, wish: Wish, window: Interval) -> Iterator[datetime]:
    """Go through the starts within a window at which a visit may fit, the earliest first."""
    diary, grid = reading.diary, reading.diary.grid
    within = grid.touched(window)
    if not grid.is_aligned(window.start):
        within &= within - 1  # that cell begins before the window
    could = VisitPlaces.of(diary, wish, reading.people).could_start()
    yield from map(
        grid.instant, indexes(could & within & bookable_wish(diary, wish, reading.read_at))
    )


def _placed(reading: CalendarReading, wish: Wish, starts_at: datetime) -> list[Placement]:
    """Place a visit at a start just as a hold places it."""
    wish = replace(wish, starts_at=starts_at)
    return wished_placements(reading.diary, wish, reading.people, reading.read_at)
