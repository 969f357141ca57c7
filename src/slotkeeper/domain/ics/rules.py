"""Rules of repetition (RRULE, EXRULE), worked out as RFC 5545 says, a period at a time.

dateutil, which knows such rules, reads BYWEEKNO without BYDAY and WEEKLY with BYSETPOS otherwise
than the RFC, and looks for a rule that never comes true until the year 9999. Here a rule is
followed up to an instant, and ``tick`` is called on the way, so that its caller can stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, product

from slotkeeper.domain.ics.rule_parts import RepeatRule

Tick = Callable[[], None]
DAY = timedelta(days=1)


def walls(rule: RepeatRule, start: datetime, last: datetime, tick: Tick) -> Iterator[datetime]:
    """Give the wall's time of each repetition up to ``last``, so that ten stays ten in summer.

    What comes before the start is left out. How often it repeats is for the caller to count.
    """
    last = min(last, rule.until) if rule.until else last
    times = _times(rule, start)
    for days in _periods(rule, start, last, tick):
        for wall in _chosen(rule, days, times):
            if wall > last:
                return
            tick()
            if wall >= start:
                yield wall


def _chosen(rule: RepeatRule, days: list[date], times: list[time]) -> Iterator[datetime]:
    """Give the times of a period, or those of them at the positions that BYSETPOS names."""
    if not rule.set_positions:
        yield from (datetime.combine(day, clock) for day, clock in product(days, times))
        return
    count = len(days) * len(times)
    places = {at - 1 if at > 0 else count + at for at in rule.set_positions}
    for place in sorted(at for at in places if 0 <= at < count):
        yield datetime.combine(days[place // len(times)], times[place % len(times)])


def _periods(rule: RepeatRule, start: datetime, last: datetime, tick: Tick) -> Iterator[list[date]]:
    """Give the days of each year, month, week or day that the rule falls on."""
    for days in _all_days(rule, start.date(), last.date()):
        tick()
        yield [day for day in days if _is_on(rule, day)]


def _all_days(rule: RepeatRule, first: date, last: date) -> Iterator[Iterable[date]]:
    if rule.frequency == "YEARLY":
        for year in range(first.year, last.year + 1, rule.interval):
            yield _days_of_year(rule, year)
    elif rule.frequency == "MONTHLY":
        begins, ends = first.year * 12 + first.month - 1, last.year * 12 + last.month
        for year, month in (divmod(n, 12) for n in range(begins, ends, rule.interval)):
            yield _days_of_month(rule, year, month + 1)
    else:
        length = 7 if rule.frequency == "WEEKLY" else 1
        back = (first.weekday() - rule.week_start) % length
        for day in range(first.toordinal() - back, last.toordinal() + 1, length * rule.interval):
            yield [date.fromordinal(day + n) for n in range(length)]


def _days_of_year(rule: RepeatRule, year: int) -> Iterable[date]:
    months = sorted(rule.months) or range(1, 13)
    return chain.from_iterable(_days_of_month(rule, year, month) for month in months)


def _days_of_month(rule: RepeatRule, year: int, month: int) -> Iterable[date]:
    length = _length_of_month(year, month)
    days: Iterable[int] = range(1, length + 1)
    if rule.month_days:
        days = sorted({day if day > 0 else length + 1 + day for day in rule.month_days})
    return (date(year, month, day) for day in days if 1 <= day <= length)


def _is_on(rule: RepeatRule, day: date) -> bool:
    """Whether a day fulfils every part of a rule that speaks of days."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        length = _length_of_month(day.year, day.month)
        if not _has(rule.month_days, day.day, length):
            return False
    if rule.year_days:
        length = (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
        if not _has(rule.year_days, day.timetuple().tm_yday, length):
            return False
    if rule.weeks and not _has(rule.weeks, *_week(day, rule.week_start)):
        return False
    return not rule.weekdays or any(
        day.weekday() == weekday and (not nth or _is_nth(rule, day, nth))
        for nth, weekday in rule.weekdays
    )


def _has(wanted: frozenset[int], number: int, length: int) -> bool:
    """Whether a number is wanted, counted from the first or, below zero, from the last."""
    return number in wanted or number - length - 1 in wanted


def _is_nth(rule: RepeatRule, day: date, nth: int) -> bool:
    """Whether a day is the nth of its weekday in the year or, where months count, the month."""
    if rule.frequency == "YEARLY" and not rule.months:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        first = day.replace(day=1)
        last = day.replace(day=_length_of_month(day.year, day.month))
    return ((day - first).days // 7 + 1 if nth > 0 else -((last - day).days // 7 + 1)) == nth


@lru_cache(maxsize=4096)
def _length_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else None
    return (following - date(year, month, 1)).days if following else 31


def _week(day: date, week_start: int) -> tuple[int, int]:
    """Give a day's week of the year, and how many weeks that year has.

    Week one is the first with at least four days in its year.
    """
    middle = day + timedelta(days=3 - (day.weekday() - week_start) % 7)
    number = (middle - date(middle.year, 1, 1)).days // 7 + 1
    last = _middle_of_last(middle.year, week_start)
    return number, (last - date(middle.year, 1, 1)).days // 7 + 1


@lru_cache(maxsize=1024)
def _middle_of_last(year: int, week_start: int) -> date:
    day = date(year, 12, 31)
    return day - timedelta(days=(day.weekday() - week_start - 3) % 7)


def _times(rule: RepeatRule, start: datetime) -> list[time]:
    """Give the times of a day; a part that the rule does not name is the start's."""
    return [
        time(hour, minute, second)
        for hour, minute, second in product(
            sorted(rule.hours) or [start.hour],
            sorted(rule.minutes) or [start.minute],
            sorted(rule.seconds) or [start.second],
        )
    ]
