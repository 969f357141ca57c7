"""See what is free, and hold nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slotkeeper.domain.availability import all_starts, people_for
from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.grid import Grid
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
    starts = [
        (start, order, person)
        for order, (person, found) in enumerate(starts_of(seen, service, window).items())
        for start in found
    ]
    starts.sort(key=lambda one: one[:2])
    slots = (
        seen.diary.place(service, person, seen.diary.grid.index(start))
        for start, _, person in starts[:limit]
    )
    return FreeSlots(tuple(slots), len(starts) > limit)


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
    found = all_starts(seen.diary, service, seen.people, seen.read_at)
    return {
        person: [start for start in starts if window.start <= start < window.end]
        for person, starts in found.items()
    }
