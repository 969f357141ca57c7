"""Import from another calendar when somebody is busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.catalogue import Calendar, Company
from slotkeeper.domain.ics.content_lines import CalendarFileRefused
from slotkeeper.domain.ics.events import read_events
from slotkeeper.domain.ics.repeats import occurrences
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.operations.block import plain_text
from slotkeeper.operations.context import RequestContext

# Imported beyond the booking horizon, which moves on day by day until the next import.
BEYOND_DAYS = 31
# Enough for ten events a day over two years, which are 7,300.
MAX_OCCURRENCES = 20_000
# Repetitions are counted from an event's first day on: a hundred that came weekly for a century.
MAX_STEPS = 500_000
# A file of honest size takes a second or two; rules can be written that would take days.
READ_WITHIN_S = 10.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BusyImport:
    """What an import did, in figures alone: the events' titles are never kept.

    ``events`` stand in the file, of which ``free`` take no time; ``stretches`` were stored for the
    ``window`` instead of ``replaced`` that the source had said before. ``hits`` are the bookings
    that stand in them.
    """

    calendar: Calendar
    source: str
    window: Interval
    events: int
    free: int
    stretches: int
    replaced: int
    hits: Hits


@dataclass(frozen=True, slots=True)
class _BusyFile:
    events: int
    free: int
    stretches: list[Interval]


async def import_busy(
    context: RequestContext, calendar: Calendar, raw: bytes, *, source: str
) -> BusyImport:
    """Replace the busy times that ``source`` gave for a calendar by those of a calendar file.

    It covers today to a month beyond the company's horizon, and stores all of the file or nothing.
    What is booked or held in the busy times stays and is named; nothing is held or booked there
    afterwards. Raises CalendarFileRefused or InvalidInput.
    """
    source = plain_text("$.source", source)
    company = context.company
    window = day_of(await context.now(), company.zone, length=_horizon_days(company) + BEYOND_DAYS)
    # In a thread, so that no caller waits for a large file.
    busy = await asyncio.to_thread(_read, raw, company.zone, window)
    replaced, hits = await context.store.busy_times.replace(
        company.id, calendar.id, source, busy.stretches, now=context.test_now
    )
    return BusyImport(
        calendar=calendar,
        source=source,
        window=window,
        events=busy.events,
        free=busy.free,
        stretches=len(busy.stretches),
        replaced=replaced,
        hits=hits,
    )


def _horizon_days(company: Company) -> int:
    own = (service.horizon_days for service in company.services)
    return max(company.rules.horizon_days, *(days for days in own if days), 0)


def _read(raw: bytes, zone: ZoneInfo, window: Interval) -> _BusyFile:
    deadline = time.monotonic() + READ_WITHIN_S
    events = list(_in_time(read_events(raw, zone), deadline))
    within: list[Interval] = []
    for interval in _in_time(occurrences(events, window.end), deadline):
        if interval.overlaps(window):
            within.append(interval)
        if len(within) > MAX_OCCURRENCES:
            raise CalendarFileRefused(None, f"more than {MAX_OCCURRENCES} times to keep")
    free = sum(not event.is_busy for event in events)
    return _BusyFile(len(events), free, merged(within, window))


def _in_time(items: Iterable[T], deadline: float) -> Iterator[T]:
    """Pass items on, up to MAX_STEPS and the deadline. Raises CalendarFileRefused beyond them."""
    for step, item in enumerate(items):
        if step >= MAX_STEPS or time.monotonic() > deadline:
            raise CalendarFileRefused(None, "the events repeat too often to be worked out")
        yield item


def merged(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """Join intervals that overlap or touch, cut off at the window's ends."""
    joined: list[Interval] = []
    for interval in sorted(intervals):
        start = max(interval.start, window.start)
        end = min(interval.end, window.end)
        if joined and start <= joined[-1].end:
            last = joined.pop()
            start, end = last.start, max(last.end, end)
        joined.append(Interval(start, end))
    return joined
