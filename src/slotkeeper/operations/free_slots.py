"""See what is free, and hold nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, repeat

from slotkeeper.domain.availability import bookable, people_for
from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.grid import Grid, indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.operations.placing import Seen
from slotkeeper.storage.catalogues import CatalogueChanged
from slotkeeper.storage.store import Store

# A month is what a program shows at a time, and takes some ten milliseconds.
MAX_WINDOW_DAYS = 31
# In autumn a day has an hour more.
SLACK = timedelta(hours=1)
# Buffers before a start reach back into the evening before.
BEFORE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class FreeSlots:
    """Slots that start within a window, in time's order; ``more`` where the limit cut them off."""

    slots: tuple[Placement, ...]
    more: bool


async def free_slots(
    company: Company,
    service: Service,
    window: Interval,
    *,
    staff: Staff | None = None,
    limit: int,
    store: Store,
    now: datetime | None = None,
) -> FreeSlots:
    """List every slot that is free now; true only until somebody takes it.

    One entry for each person who is free. Raises StaffCannot, InvalidInput, CatalogueChanged.
    """
    people = people_for(company, service, staff)
    seen = await see_window(company, window, people, service=service, store=store, now=now)
    # Lazily: of a month's thousands only so many are laid out.
    starts = merge(
        *(
            zip(indexes(cells), repeat(order), strict=False)
            for order, cells in enumerate(_cells(seen, service, window))
        )
    )
    found = list(islice(starts, limit + 1))
    slots = (seen.diary.place(service, people[order], index) for index, order in found[:limit])
    return FreeSlots(tuple(slots), len(found) > limit)


async def see_window(
    company: Company,
    window: Interval,
    people: Sequence[Staff],
    *,
    service: Service | None = None,
    store: Store,
    now: datetime | None = None,
) -> Seen:
    """Read what is busy in a window, with room for a service that starts at its end."""
    if window.duration > timedelta(days=MAX_WINDOW_DAYS) + SLACK:
        raise InvalidInput("$.to", f"Expected at most {MAX_WINDOW_DAYS} days")
    room = timedelta(days=1, minutes=2 * service.duration_min if service else 0)
    whole = Interval(window.start - BEFORE, window.end + room)
    calendars = {person.calendar_id for person in people}
    if service is not None:
        calendars.update(read_calendars(company, service, people))
    read = await store.calendars.busy(company.id, sorted(calendars), whole, now=now)
    if read.version != company.version:
        raise CatalogueChanged
    return Seen(Diary(company, Grid.over(whole), read.busy), list(people), read.read_at)


def starts_of(seen: Seen, service: Service, window: Interval) -> dict[Staff, list[datetime]]:
    """Every start within a window at which a service is free, by person."""
    instant = seen.diary.grid.instant
    return {
        person: [instant(index) for index in indexes(cells)]
        for person, cells in zip(seen.people, _cells(seen, service, window), strict=True)
    }


def _cells(seen: Seen, service: Service, window: Interval) -> list[int]:
    """The cells within a window at which each person could start a service."""
    diary, grid = seen.diary, seen.diary.grid
    within = grid.touched(window)
    if not grid.is_aligned(window.start):
        within &= within - 1  # that cell begins before the window
    within &= bookable(diary.company, service, grid, seen.read_at)
    return [diary.starts(service, person) & within for person in seen.people]
