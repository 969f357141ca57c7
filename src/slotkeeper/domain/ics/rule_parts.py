"""The parts of a rule of repetition: read, checked, and completed from the event's start."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import NoReturn

from slotkeeper.domain.ics.content_lines import ContentLine, refuse_line
from slotkeeper.domain.ics.times import EventTime, day_or_time

# Calendar programs write no longer rules.
MAX_RULE_LENGTH = 500
# An appointment does not repeat within the hour, whatever a rule says.
MAX_TIMES_A_DAY = 1440
# An appointment does not repeat within the day, but for its BYHOUR.
FREQUENCIES = frozenset(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
_WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
# The least and the greatest number of each part; below zero some count from the end.
_NUMBERS = {
    "BYMONTH": (1, 12, False),
    "BYWEEKNO": (1, 53, True),
    "BYYEARDAY": (1, 366, True),
    "BYMONTHDAY": (1, 31, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
    "BYSETPOS": (1, 366, True),
}
# What RFC 5545 forbids a rule of this frequency, because it would mean nothing.
_FORBIDDEN = {
    "YEARLY": (),
    "MONTHLY": ("BYWEEKNO", "BYYEARDAY"),
    "WEEKLY": ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"),
    "DAILY": ("BYWEEKNO", "BYYEARDAY"),
}
# Weeks that may lie in two years, so that it is open to which of them they count.
_EDGE_WEEKS = frozenset((1, 52, 53, -1, -52, -53))
_KNOWN = frozenset((*_NUMBERS, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"))


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """A rule: every part that is not named is empty. Monday is 0; ``until`` is the wall's time."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: tuple[tuple[int | None, int], ...] = ()
    hours: frozenset[int] = frozenset()
    minutes: frozenset[int] = frozenset()
    seconds: frozenset[int] = frozenset()
    set_positions: frozenset[int] = frozenset()
    week_start: int = 0


def rule_of(
    line: ContentLine, start: EventTime, *, frequencies: Collection[str] = FREQUENCIES
) -> RepeatRule:
    """Read the rule of an event that begins then. Raises LineRefused."""
    parts = _parts(line)
    frequency = parts.get("FREQ", "")
    if frequency not in frequencies:
        known = frequency if frequency.isalpha() else "without FREQ"
        refuse_line(line.number, f"a rule that repeats {known.lower()}, which is not read")
    for part in _FORBIDDEN[frequency]:
        if part in parts:
            refuse_line(line.number, f"a {frequency.lower()} rule has no {part}")
    until = parts.get("UNTIL")
    rule = RepeatRule(
        frequency,
        interval=_number(line, parts.get("INTERVAL", "1")),
        count=_number(line, parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(line, until, start) if until else None,
        months=_numbers(line, parts, "BYMONTH"),
        weeks=_numbers(line, parts, "BYWEEKNO"),
        year_days=_numbers(line, parts, "BYYEARDAY"),
        month_days=_numbers(line, parts, "BYMONTHDAY"),
        weekdays=_weekdays(line, parts),
        # A day has no hours: RFC 5545 has these parts ignored.
        hours=frozenset() if start.is_day else _numbers(line, parts, "BYHOUR"),
        minutes=frozenset() if start.is_day else _numbers(line, parts, "BYMINUTE"),
        seconds=frozenset() if start.is_day else _numbers(line, parts, "BYSECOND"),
        set_positions=_numbers(line, parts, "BYSETPOS"),
        week_start=_WEEKDAYS[parts.get("WKST", "MO")],
    )
    _check(line, rule, parts)
    return _completed(rule, start.wall)


def _parts(line: ContentLine) -> dict[str, str]:
    """Split a rule into its parts, without the spaces that Exchange writes after commas."""
    if len(line.value) > MAX_RULE_LENGTH:
        refuse_line(line.number, f"a rule of more than {MAX_RULE_LENGTH} characters")
    parts: dict[str, str] = {}
    for part in re.sub(r"\s+", "", line.value).upper().strip(";").split(";"):
        name, _, value = part.partition("=")
        if name in parts or not value:
            _not_understood(line)
        parts[name] = value.strip(",")
    if parts.get("RSCALE") == "GREGORIAN":
        del parts["RSCALE"]
    if parts.get("SKIP") == "OMIT":
        del parts["SKIP"]  # what RFC 5545 does anyway
    if not parts.keys() <= _KNOWN or parts.get("WKST", "MO") not in _WEEKDAYS:
        _not_understood(line)
    return parts


def _not_understood(line: ContentLine) -> NoReturn:
    refuse_line(line.number, "a rule that cannot be understood")


def _number(line: ContentLine, text: str) -> int:
    if not re.fullmatch(r"0*[1-9]\d{0,5}", text):
        refuse_line(line.number, "a rule that never moves on, or that cannot be understood")
    return int(text)


def _numbers(line: ContentLine, parts: dict[str, str], name: str) -> frozenset[int]:
    least, greatest, from_the_end = _NUMBERS[name]
    numbers = set[int]()
    for text in parts.get(name, "").split(",") if name in parts else ():
        if not re.fullmatch(r"[+-]?\d{1,3}", text):
            _not_understood(line)
        number = int(text)
        if not least <= (abs(number) if from_the_end else number) <= greatest:
            _not_understood(line)
        numbers.add(number)
    return frozenset(numbers)


def _weekdays(line: ContentLine, parts: dict[str, str]) -> tuple[tuple[int | None, int], ...]:
    """Read BYDAY. In a week there is but one Monday, so that 1MO is MO there."""
    weekdays: list[tuple[int | None, int]] = []
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = _WEEKDAY.fullmatch(text)
        if match is None:
            _not_understood(line)
        nth = int(match[1]) if match[1] else None
        if nth is not None and parts["FREQ"] == "WEEKLY" and nth in (1, -1):
            nth = None
        if nth is not None:
            _check_nth(line, parts, nth)
        weekdays.append((nth, _WEEKDAYS[match[2]]))
    return tuple(weekdays)


def _check_nth(line: ContentLine, parts: dict[str, str], nth: int) -> None:
    if not 1 <= abs(nth) <= 53:
        _not_understood(line)
    if parts["FREQ"] not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts:
        refuse_line(line.number, "a rule in which no weekday can have a number")


def _check(line: ContentLine, rule: RepeatRule, parts: dict[str, str]) -> None:
    by = {name for name in parts if name.startswith("BY")}
    if by == {"BYSETPOS"}:
        refuse_line(line.number, "a rule whose BYSETPOS chooses from nothing")
    if rule.weeks & _EDGE_WEEKS and (rule.interval > 1 or rule.set_positions):
        refuse_line(line.number, "a rule of weeks that may lie in two years")
    # Counted before they are multiplied out.
    times = max(len(rule.hours), 1) * max(len(rule.minutes), 1) * max(len(rule.seconds), 1)
    if times > MAX_TIMES_A_DAY:
        refuse_line(line.number, "a rule that repeats too often in a day")


def _completed(rule: RepeatRule, start: datetime) -> RepeatRule:
    """Take from the start what the rule leaves open: the weekday, the day, the month."""
    names_a_day = bool(rule.year_days or rule.month_days or rule.weekdays)
    if rule.frequency == "DAILY" or names_a_day:
        return rule
    if rule.frequency == "WEEKLY" or rule.weeks:
        return replace(rule, weekdays=((None, start.weekday()),))
    if rule.frequency == "YEARLY" and not rule.months:
        return replace(rule, months=frozenset((start.month,)), month_days=frozenset((start.day,)))
    return replace(rule, month_days=frozenset((start.day,)))


def _until(line: ContentLine, text: str, start: EventTime) -> datetime:
    """Give the wall's time up to which a rule holds; a day counts to its end."""
    value = day_or_time(line, text)
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max)
    if value.tzinfo is None:
        wall = EventTime(value, start.zone)
    else:
        wall = EventTime(value.replace(tzinfo=None), value.tzinfo)
    if start.is_day:
        return datetime.combine(wall.day_in(start.zone), time.max)
    return wall.wall_in(start.zone) if value.tzinfo else value
