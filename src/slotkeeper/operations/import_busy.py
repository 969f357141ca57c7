"""Take over when somebody is busy from another calendar."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.catalogue import Calendar, Company
from slotkeeper.domain.ics.events import read_events
from slotkeeper.domain.ics.lines import CalendarFileRefused
from slotkeeper.domain.ics.repeats import occurrences
from slotkeeper.domain.intervals import Interval
from slotkeeper.operations.block import plain_text
from slotkeeper.storage.store import Store

# So much further than anybody can book: until the next import the horizon moves on day by day.
BEYOND_DAYS = 31
# Ten events a day for two years are 7,300.
MAX_OCCURRENCES = 20_000
# Repetitions are counted from an event's first day on: a hundred that came weekly for a century.
MAX_STEPS = 500_000
# A file of honest size takes a second or two; rules can be written that would take days.
READ_WITHIN_S = 10.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in figures alone: titles are not ours to know.

    ``events`` stand in the file, of which ``free`` take no time; ``stretches`` were stored for the
    ``window`` instead of ``replaced`` that the source had said before.
    """

    calendar: Calendar
    source: str
    window: Interval
    events: int
    free: int
    stretches: int
    replaced: int


@dataclass(frozen=True, slots=True)
class _Found:
    events: int
    free: int
    stretches: list[Interval]


async def import_busy(
    company: Company,
    calendar: Calendar,
    raw: bytes,
    *,
    source: str,
    store: Store,
    now: datetime | None = None,
) -> Imported:
    """Keep busy what a calendar file says, instead of what its source said of this calendar before.

    From today to a month beyond the company's horizon, all of it or nothing. Appointments that
    stand there already stay. Raises CalendarFileRefused or InvalidInput.
    """
    source = plain_text("$.source", source)
    at = now or await store.clock.now()
    window = day_of(at, company.zone, length=_horizon_days(company) + BEYOND_DAYS)
    # In a thread, so that a large file keeps no caller waiting.
    found = await asyncio.to_thread(_read, raw, company.zone, window)
    replaced = await store.busy_times.replace(company.id, calendar.id, source, found.stretches)
    return Imported(
        calendar=calendar,
        source=source,
        window=window,
        events=found.events,
        free=found.free,
        stretches=len(found.stretches),
        replaced=replaced,
    )


def _horizon_days(company: Company) -> int:
    own = (service.horizon_days for service in company.services)
    return max(company.rules.horizon_days, *(days for days in own if days), 0)


def _read(raw: bytes, zone: ZoneInfo, window: Interval) -> _Found:
    deadline = time.monotonic() + READ_WITHIN_S
    events = list(_in_time(read_events(raw, zone), deadline))
    within: list[Interval] = []
    for interval in _in_time(occurrences(events, window.end), deadline):
        if interval.overlaps(window):
            within.append(interval)
        if len(within) > MAX_OCCURRENCES:
            raise CalendarFileRefused(None, f"more than {MAX_OCCURRENCES} times to keep")
    free = sum(not event.is_busy for event in events)
    return _Found(len(events), free, merged(within, window))


def _in_time(found: Iterable[T], deadline: float) -> Iterator[T]:
    """Pass on what is found, up to a number and a time: on the machine's clock, for it is work."""
    for step, one in enumerate(found):
        if step >= MAX_STEPS or time.monotonic() > deadline:
            raise CalendarFileRefused(None, "the events repeat too often to be worked out")
        yield one


def merged(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """Join what overlaps or touches, cut off at the window's ends."""
    joined: list[Interval] = []
    for interval in sorted(intervals):
        start = max(interval.start, window.start)
        end = min(interval.end, window.end)
        if joined and start <= joined[-1].end:
            last = joined.pop()
            start, end = last.start, max(last.end, end)
        joined.append(Interval(start, end))
    return joined
