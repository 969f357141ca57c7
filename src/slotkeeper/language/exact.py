"""Dates and times as programs write them: ISO and German numeric. Anything else is not read."""

from __future__ import annotations

import re
from datetime import date, datetime, time

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2})(?::\d{2})?)?(?:\s?uhr(?:\s?(\d{1,2}))?)?", re.I)
_BOTH = re.compile(
    r"(?P<date>[\d.\-]+?)(?:[T,]|\s+(?:um\s+)?|\.?,\s*)(?P<time>\d{1,2}[:\s].*)", re.I
)

# A date without a year is the next one, unless it was only just over: then it is past, not a year
# ahead.
RECENT_DAYS = 30


def read_date(text: str, today: date) -> date | None:
    """Read ``2025-11-28``, ``28.11.2025``, ``28.11.`` or ``28.11``; None for anything else.

    Without a year the next such date is meant, or the past one of the last RECENT_DAYS.
    """
    text = text.strip()
    if found := _ISO_DATE.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _GERMAN_DATE.fullmatch(text)):
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _date(int(found[3]), month, day)
    for year in (today.year - 1, today.year, today.year + 1):
        candidate = _date(year, month, day)
        if candidate and (candidate - today).days >= -RECENT_DAYS:
            return candidate
    return None


def read_time(text: str) -> time | None:
    """Read ``9:45``, ``09:45:00``, ``9 Uhr`` or ``9 Uhr 45``; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    if not found or not (found[2] or "uhr" in text.lower()):
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_datetime(text: str, today: date) -> datetime | None:
    """Read a date and a time in one text, naive; None where either is missing."""
    found = _BOTH.fullmatch(text.strip())
    if not found:
        return None
    day, at = read_date(found["date"], today), read_time(found["time"])
    return datetime.combine(day, at) if day and at else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
