"""Joining all that was said about the day to one day or range, or a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from slotkeeper.language.when.calendar_days import (
    Options,
    SingleDaySpec,
    StretchSpec,
    absolute_days,
    stretch_days,
    weekday_days,
)
from slotkeeper.language.when.expressions import (
    Ahead,
    Bound,
    DayItem,
    DayMonth,
    DaySpanItem,
    DaySpec,
    Month,
    Week,
    Weekday,
)
from slotkeeper.language.when.result import DateRange, Reason

# "Freitag im Dezember" is asked with at most this many candidates.
MAX_DAY_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class DayResult:
    """The day or range that was meant; with a ``reason`` the caller has to be asked."""

    day: date | None = None
    span: DateRange | None = None
    reason: Reason | None = None
    candidates: tuple[date, ...] = ()
    confidence: float = 1.0
    repaired: bool = False
    bounded: bool = False  # a range by "ab" or "bis"


def resolve_days(
    said: Sequence[DayItem | DaySpanItem], today: date, *, today_over: bool
) -> DayResult:
    """Give the day or range that all expressions together mean."""
    settled = _resolved(said, today, today_over)
    if settled.span is None or settled.reason is not None:
        return settled
    first, last = settled.span
    if last < today if last is not None else first < today:
        return replace(settled, reason="past")
    return replace(settled, span=DateRange(max(first, today), last))


def _resolved(said: Sequence[DayItem | DaySpanItem], today: date, today_over: bool) -> DayResult:
    spans = [each for each in said if isinstance(each, DaySpanItem)]
    days = [each for each in said if isinstance(each, DayItem)]
    if spans:
        return _span(spans, days, today)
    bounds = [day.bound for day in days if day.bound in _OPEN]
    settled = _agree([day.spec for day in days], today, today_over)
    if not bounds:
        return settled
    stretches = [day.spec for day in days if isinstance(day.spec, StretchSpec)]
    if any(not day.bound for day in days if not isinstance(day.spec, StretchSpec)):
        return DayResult(reason="unclear")  # "Samstag vor Weihnachten"
    return _bounded(settled, bounds, stretches, today)


_OPEN: frozenset[Bound | None] = frozenset({"from", "until", "before", "after"})


def _bounded(
    settled: DayResult, bounds: Sequence[Bound | None], within: Sequence[StretchSpec], today: date
) -> DayResult:
    """Make a range of "bis Freitag", "ab Montag", "nächste Woche ab Mittwoch"."""
    if settled.reason == "ambiguous_date" or len(set(bounds)) > 1:
        return DayResult(reason="unclear")  # "nach Ostern": after which of its days?
    if settled.reason is not None:
        return settled
    first = last = settled.day
    if settled.span is not None:
        first, last = settled.span
    if first is None or last is None:
        return replace(settled, reason="unclear")
    outer = stretch_days(within[0], today) if within and settled.day else None
    begin, end = outer if isinstance(outer, DateRange) else (today, None)
    match bounds[0]:
        case "from":
            span = DateRange(first, end)
        case "after":
            span = DateRange(last + timedelta(days=1), end)
        case "until":
            span = DateRange(max(begin, today), last)
        case _:
            span = DateRange(max(begin, today), first - timedelta(days=1))
    if span.last is not None and span.last < span.first:
        return DayResult(reason="past" if span.last < today else "unclear")
    return DayResult(span=span, confidence=0.9, bounded=True)


def _span(spans: Sequence[DaySpanItem], days: Sequence[DayItem], today: date) -> DayResult:
    if len(spans) > 1 or any(not isinstance(day.spec, Week | Month) for day in days):
        return DayResult(reason="unclear")
    first, last = spans[0].first.spec, spans[0].last.spec
    if isinstance(first, DayMonth) and isinstance(last, DayMonth):
        first = replace(first, month=first.month or last.month, year=first.year or last.year)
    within = [day.spec for day in days]
    begin = _agree([first, *within], today, today_over=True)
    if begin.reason or (start := begin.day or (begin.span and begin.span.first)) is None:
        return replace(begin, reason=begin.reason or "unclear")
    if isinstance(last, Weekday) or (isinstance(last, DayMonth) and last.month is None):
        end = _agree([last], start, today_over=True)
    else:
        end = _agree([last, *within], today, today_over=True)
    stop = end.day or (end.span and end.span.last)
    if end.reason or stop is None or stop < start:
        return replace(end, reason=end.reason or "unclear", day=None, span=None)
    return DayResult(span=DateRange(start, stop), confidence=0.9)


def _agree(specs: Sequence[DaySpec], today: date, today_over: bool) -> DayResult:
    specs = list(dict.fromkeys(specs))
    weekdays = [spec for spec in specs if isinstance(spec, Weekday)]
    stretches = [spec for spec in specs if isinstance(spec, StretchSpec)]
    if len({weekday.number for weekday in weekdays}) > 1:
        readings = [weekday_days(each, today, today_over=today_over) for each in weekdays]
        return DayResult(reason="date_conflict", candidates=_first_days(readings))
    ahead = [spec for spec in specs if isinstance(spec, Ahead)]
    if weekdays and len(ahead) == 1 and ahead[0].weeks and len(specs) == 2:
        return _weekday_ahead(weekdays[0], ahead[0], today)
    whole = _in_their_month(specs, stretches)
    absolutes = [spec for spec in whole if isinstance(spec, SingleDaySpec)]
    if absolutes:
        return _around(absolutes, weekdays, stretches, today)
    if stretches:
        return _within(stretches, weekdays, today)
    if weekdays:
        modified = next((each for each in weekdays if each.modifier or each.weeks), weekdays[0])
        return _day_result(weekday_days(modified, today, today_over=today_over))
    return DayResult(reason="unclear")


def _first_days(readings: Sequence[Options]) -> tuple[date, ...]:
    return tuple(dict.fromkeys(day for options in readings for day in options.days[:1]))


def _day_result(options: Options) -> DayResult:
    if options.reason is not None or len(options.days) != 1:
        past = options.days[-1] if options.reason == "past" else None
        reason = options.reason or "ambiguous_date"
        return DayResult(day=past, reason=reason, candidates=options.days)
    return DayResult(
        options.days[0],
        candidates=(*options.days, *options.others) if options.others else (),
        confidence=options.confidence,
        repaired=options.repaired,
    )


def _weekday_ahead(weekday: Weekday, ahead: Ahead, today: date) -> DayResult:
    """Read "in zwei Wochen am Freitag": the Friday of that week, or two weeks after the next."""
    monday = today - timedelta(days=today.isoweekday() - 1)
    of_week = monday + timedelta(weeks=ahead.weeks, days=weekday.number - 1)
    ahead_days = (weekday.number - today.isoweekday()) % 7
    after = today + timedelta(weeks=ahead.weeks, days=ahead_days)
    if of_week == after:
        return DayResult(of_week, confidence=0.9)
    return DayResult(reason="ambiguous_date", candidates=(of_week, after))


def _in_their_month(specs: Sequence[DaySpec], stretches: list[StretchSpec]) -> list[DaySpec]:
    """Give "am dritten ... im Dezember" its month, which then is no range any more."""
    months = [each for each in stretches if isinstance(each, Month) and each.month]
    days = [spec for spec in specs if isinstance(spec, DayMonth) and spec.month is None]
    if len(months) != 1 or not days:
        return list(specs)
    stretches.remove(months[0])
    whole = (replace(each, month=months[0].month) if each in days else each for each in specs)
    return [each for each in whole if each is not months[0]]


def _around(
    absolutes: Sequence[SingleDaySpec],
    weekdays: Sequence[Weekday],
    stretches: Sequence[StretchSpec],
    today: date,
) -> DayResult:
    ranges = [stretch_days(each, today) for each in stretches]
    spans = [each for each in ranges if isinstance(each, DateRange)]
    readings = []
    for spec in absolutes:
        if isinstance(spec, DayMonth) and spec.month is None and spans:
            readings.append(_day_within(spec.day, spans[0], today))
        else:
            readings.append(absolute_days(spec, today))
    pool = readings[0].days
    for options in readings[1:]:
        pool = tuple(day for day in pool if day in options.days)
    invalid = next((each for each in readings if each.reason == "invalid_date"), None)
    if invalid is not None:
        return DayResult(reason="invalid_date", candidates=invalid.days)
    if not pool:
        return DayResult(reason="date_conflict", candidates=_first_days(readings))
    if weekdays:
        matching = tuple(day for day in pool if day.isoweekday() == weekdays[0].number)
        if not matching:
            return _mismatch(pool, weekdays[0].number, today)
        pool = matching
    inside = tuple(day for day in pool if all(_inside(day, span) for span in spans))
    if not inside:
        first = tuple(max(span.first, today) for span in spans)
        return DayResult(reason="date_conflict", candidates=(*pool, *first))
    return _merged(inside, readings)


def _merged(pool: tuple[date, ...], readings: Sequence[Options]) -> DayResult:
    # What one expression left open ("3/12"), another may have settled.
    settled = len(pool) == 1 and any(len(each.days) == 1 and not each.reason for each in readings)
    reasons = [each.reason for each in readings if each.reason]
    narrowed = len(pool) == 1 and all(each == "ambiguous_date" for each in reasons)
    options = Options(
        pool,
        None if settled or narrowed else reasons[0] if reasons else None,
        confidence=min(each.confidence for each in readings),
        repaired=any(each.repaired for each in readings),
    )
    return _day_result(options)


def _mismatch(pool: Sequence[date], number: int, today: date) -> DayResult:
    """Ask whether the date or the weekday that was said is right, with the nearest days."""
    nearby: set[date] = set(pool)
    for day in pool:
        near = [day + timedelta(days=n) for n in range(-3, 4)]
        nearby.update(each for each in near if each.isoweekday() == number)
        nearby.update(each + timedelta(days=7) for each in list(nearby) if each < today <= day)
    coming = sorted(each for each in nearby if each >= today) or sorted(nearby)
    return DayResult(reason="weekday_mismatch", candidates=tuple(coming[:MAX_DAY_CANDIDATES]))


def _inside(day: date, span: DateRange) -> bool:
    return span.first <= day and (span.last is None or day <= span.last)


def _day_within(number: int, span: DateRange, today: date) -> Options:
    days = _days(span)
    matching = tuple(day for day in days if day.day == number and day >= today)
    return Options(matching) if matching else Options(reason="invalid_date")


def _days(span: DateRange) -> list[date]:
    length = 0 if span.last is None else (span.last - span.first).days
    return [span.first + timedelta(days=n) for n in range(length + 1)]


def _within(
    stretches: Sequence[StretchSpec], weekdays: Sequence[Weekday], today: date
) -> DayResult:
    """Read a range, or a weekday in it: "nächste Woche Mittwoch"."""
    ranges = [stretch_days(each, today) for each in stretches]
    for each in ranges:
        if isinstance(each, Options):
            return replace(_day_result(each), day=None)
    spans = [each for each in ranges if isinstance(each, DateRange)]
    first = max(span.first for span in spans)
    last = min(span.last for span in spans if span.last is not None)
    if last < first:
        return DayResult(reason="date_conflict", candidates=tuple(span.first for span in spans))
    if not weekdays:
        return DayResult(span=DateRange(first, last))
    days = [day for day in _days(DateRange(first, last)) if day.isoweekday() == weekdays[0].number]
    coming = [day for day in days if day >= today] or days[-1:]
    if len(coming) != 1:
        return DayResult(reason="ambiguous_date", candidates=tuple(coming[:MAX_DAY_CANDIDATES]))
    return DayResult(coming[0])
