"""List what is free, and hold nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, repeat

from slotkeeper.domain.availability import bookable, people_for
from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.grid import Grid, indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import CalendarReading
from slotkeeper.storage.catalogue_cache import CatalogueChanged

# A month: as much as a program shows at a time. Reading it takes some ten milliseconds.
MAX_WINDOW_DAYS = 31
# The day on which clocks go back has an hour more.
SLACK = timedelta(hours=1)
# A buffer before a start may reach back into the evening before.
BEFORE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class FreeSlots:
    """Slots that start within a window, in time's order; ``more`` where the limit cut them off."""

    slots: tuple[Placement, ...]
    more: bool


async def free_slots(
    context: RequestContext,
    service: Service,
    window: Interval,
    *,
    staff: Staff | None = None,
    limit: int,
) -> FreeSlots:
    """List every slot that is free now; it is free only until somebody takes it.

    One entry for each person who is free. Raises StaffCannot, InvalidInput, CatalogueChanged.
    """
    people = people_for(context.company, service, staff)
    reading = await read_window(context, window, people, service=service)
    # Lazily, because a month has thousands of starts and only ``limit`` are placed.
    starts = merge(
        *(
            zip(indexes(cells), repeat(order), strict=False)
            for order, cells in enumerate(_cells(reading, service, window))
        )
    )
    first = list(islice(starts, limit + 1))
    slots = (reading.diary.place(service, people[order], index) for index, order in first[:limit])
    return FreeSlots(tuple(slots), len(first) > limit)


async def read_window(
    context: RequestContext,
    window: Interval,
    people: Sequence[Staff],
    *,
    service: Service | None = None,
) -> CalendarReading:
    """Read the busy times of a window, with room for a service that starts at its end.

    Raises InvalidInput, and CatalogueChanged where the catalogue in the context is out of date.
    """
    if window.duration > timedelta(days=MAX_WINDOW_DAYS) + SLACK:
        raise InvalidInput("$.to", f"Expected at most {MAX_WINDOW_DAYS} days")
    company = context.company
    room = timedelta(days=1, minutes=2 * service.duration_min if service else 0)
    whole = Interval(window.start - BEFORE, window.end + room)
    calendars = {person.calendar_id for person in people}
    if service is not None:
        calendars.update(read_calendars(company, service, people))
    read = await context.store.calendars.busy(
        company.id, sorted(calendars), whole, now=context.test_now
    )
    if read.version != company.version:
        raise CatalogueChanged
    return CalendarReading(Diary(company, Grid.over(whole), read.busy), list(people), read.read_at)


def starts_of(
    reading: CalendarReading, service: Service, window: Interval
) -> dict[Staff, list[datetime]]:
    """Give every start within a window at which a service is free, by person."""
    instant = reading.diary.grid.instant
    return {
        person: [instant(index) for index in indexes(cells)]
        for person, cells in zip(reading.people, _cells(reading, service, window), strict=True)
    }


def _cells(reading: CalendarReading, service: Service, window: Interval) -> list[int]:
    """Give the cells within a window at which each person could start a service."""
    diary, grid = reading.diary, reading.diary.grid
    within = grid.touched(window)
    if not grid.is_aligned(window.start):
        within &= within - 1  # that cell begins before the window
    within &= bookable(diary.company, service, grid, reading.read_at)
    return [diary.starts(service, person) & within for person in reading.people]
