"""Where to look for other times where those that were wished cannot be had. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import (
    SEARCH_DAYS,
    branches_of,
    day_of,
    horizon_end,
    opens_on,
    search_window_of_wish,
)
from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Wish

# How far the first open day is looked for: longer than any salon's holidays.
LONGEST_CLOSURE_DAYS = 60
LONGEST = timedelta(days=LONGEST_CLOSURE_DAYS)
# What is wished soon after the horizon's end is looked for within its last days.
LAST_DAYS = 7


def search_from(
    company: Company, service: Service, people: Sequence[Staff], at: datetime, now: datetime
) -> datetime:
    """Give the instant from which other times than a wished one are looked for.

    It is the wished one itself, or the same time on the wall of the first day on which the people
    are open, or of today where the wish is over. For a wish that is soon after the horizon's end it
    is the last week that can be booked; nothing that can be booked is near one that is later.
    """
    zone = company.zone
    day, wall = at.astimezone(zone).date(), at.astimezone(zone).time()
    last_day = horizon_end(company, service, now).astimezone(zone).date() - timedelta(days=1)
    if day > last_day + timedelta(days=SEARCH_DAYS):
        return at
    if day > last_day:
        day = last_day - timedelta(days=LAST_DAYS - 1)
    day = first_open_day(company, people, max(day, now.astimezone(zone).date()))
    return datetime.combine(day, wall, zone)


def window_around(company: Company, wish: Wish, near: datetime) -> Interval:
    """Give the window to read for a wish and for other times, which are looked for from ``near``.

    A wish that is over, or beyond the horizon, needs no reading of its own.
    """
    window = search_window_of_wish(company, wish, near)
    at = wish.starts_at
    first = search_window_of_wish(company, wish, at).start
    return Interval(first, window.end) if near - LONGEST < at < near else window


def first_open_day(company: Company, people: Sequence[Staff], day: date) -> date:
    """Give the first day from ``day`` on that a branch of the people is open; else ``day``."""
    branches = branches_of(company, people)
    for ahead in range(LONGEST_CLOSURE_DAYS):
        candidate = day + timedelta(days=ahead)
        noon = datetime.combine(candidate, time(12), company.zone)
        if any(opens_on(company, branch, noon) for branch in branches):
            return candidate
    return day


def windows_instead(
    windows: Sequence[Interval], search_from: datetime, zone: ZoneInfo
) -> list[list[Interval]]:
    """Give the windows to look in instead of some that are empty, the best ones first.

    First the whole of the days that were named, then the same part of the days after them (or, for
    days too far ahead, of the days before), then the whole of those.
    """
    named = [window.start.astimezone(zone).date() for window in windows]
    first = search_from.astimezone(zone).date()
    if first >= named[0]:
        first = max(first, named[-1] + timedelta(days=1))
    others = [first + timedelta(days=n) for n in range(SEARCH_DAYS)]
    whole = [_whole(day, zone) for day in others]
    starts, ends = (edge.astimezone(zone).time() for edge in (windows[0].start, windows[0].end))
    if starts == ends == time.min:
        return [whole]
    parts = [part for day in others if (part := _part(day, starts, ends, zone))]
    return [[_whole(day, zone) for day in named], parts, whole]


def _whole(day: date, zone: ZoneInfo) -> Interval:
    return day_of(datetime.combine(day, time(12), zone), zone)


def _part(day: date, starts: time, ends: time, zone: ZoneInfo) -> Interval | None:
    last = day + timedelta(days=1) if ends == time.min else day
    begin, end = datetime.combine(day, starts, zone), datetime.combine(last, ends, zone)
    return Interval(begin, end) if begin < end else None
