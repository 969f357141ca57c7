"""Which day, or which days, one expression can mean by the calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from slotkeeper.language.when.expressions import (
    Ahead,
    DayMonth,
    FeastDay,
    Month,
    NextDays,
    NthWeekday,
    Offset,
    Week,
    Weekday,
    Weekend,
    WeekOf,
)
from slotkeeper.language.when.feasts import days_of
from slotkeeper.language.when.result import DateRange, Reason

# A day and month without a year that passed this recently mean the past day, not next year's.
RECENT_DAYS = 30
# If it passed up to this long ago, it is asked; before that, next year's is meant ("10. März" said
# in November).
DOUBTFUL_DAYS = 92
# A past year, as models write it, is corrected if day and month are at most this far ahead.
REPAIR_DAYS = 183
# A year further back is not one that a model remembers: 1970 comes from a clock that was never set.
REPAIR_YEARS = 5
# "nächsten Freitag" on a Monday may be this week's or the next one's.
UNSURE = 0.7

SingleDaySpec = Offset | DayMonth | FeastDay | NthWeekday | Ahead
StretchSpec = Week | WeekOf | Month | Weekend | NextDays


@dataclass(frozen=True, slots=True)
class Options:
    """The days that an expression can mean, the likeliest first; one day alone is what it means.

    With a ``reason`` the caller has to be asked in any case. ``others`` were not chosen, but may be
    meant.
    """

    days: tuple[date, ...] = ()
    reason: Reason | None = None
    others: tuple[date, ...] = ()
    confidence: float = 1.0
    repaired: bool = False


def absolute_days(spec: SingleDaySpec, today: date) -> Options:
    """Give the days of an expression that depends on no other."""
    match spec:
        case Offset(days):
            return Options((today + timedelta(days),))
        case DayMonth():
            return _day_month(spec, today)
        case FeastDay(feast):
            years = (today.year - 1, today.year, today.year + 1)
            return _near([days_of(feast, year) for year in years], today)
        case NthWeekday(nth, number, month):
            return _nth_weekday(nth, number, month, today)
        case Ahead(days, weeks, months, eight):
            there = add_months(today, months) + timedelta(days=days, weeks=weeks)
            if eight:
                return Options((today + timedelta(days=7), there), "ambiguous_date")
            return Options((there,), confidence=0.9)


def _near(years: Sequence[tuple[date, ...]], today: date) -> Options:
    """Choose among the same days of three years: those to come, unless they have just passed."""
    for days in years:
        if not days or (past := (today - days[-1]).days) > DOUBTFUL_DAYS:
            continue
        if past > RECENT_DAYS:
            again = tuple(other[0] for other in years if other and other[0] > today)
            return Options((*again[:1], days[-1]), "past")
        if past > 0 or len(days) == 1:
            return Options(days[-1:])
        left = tuple(day for day in days if day >= today)
        return Options(left, "ambiguous_date" if len(left) > 1 else None)
    return Options(reason="invalid_date")


def _day_month(spec: DayMonth, today: date) -> Options:
    if spec.month is None:
        return _day_of_month(spec.day, today)
    if spec.swapped:
        return _swapped(spec, today)
    if spec.year is not None:
        return _with_year(spec.day, spec.month, spec.year, today)
    years = (today.year - 1, today.year, today.year + 1)
    days = [_existing(year, spec.month, spec.day) for year in years]
    options = _near([(day,) if day else () for day in days], today)
    return options if options.days else _invalid(spec.day, spec.month, None, today)


def _invalid(day: int, month: int, year: int | None, today: date) -> Options:
    """Ask about a day such as 31 February, with the days around the month's end."""
    if month not in range(1, 13) or day < 1:
        return Options(reason="invalid_date")
    if year is None or year < today.year:
        year = today.year if month >= today.month else today.year + 1
    last = date(year, month, monthrange(year, month)[1])
    return Options((last, last + timedelta(days=1)), "invalid_date")


def _swapped(spec: DayMonth, today: date) -> Options:
    month_first = DayMonth(spec.month or 1, spec.day, spec.year)
    day_first = DayMonth(spec.day, spec.month, spec.year)
    options = [_day_month(each, today) for each in (month_first, day_first)]
    return Options(tuple(day for each in options for day in each.days[:1]), "ambiguous_date")


def _with_year(day: int, month: int, year: int, today: date) -> Options:
    said = _existing(year, month, day)
    if said is None:
        return _invalid(day, month, year, today)
    if said >= today or said.year == today.year or (today - said).days <= RECENT_DAYS:
        return Options((said,))
    years = (today.year, today.year + 1, today.year + 2, today.year + 3, today.year + 4)
    coming = [date_in_year for each in years if (date_in_year := _existing(each, month, day))]
    there = next((date_in_year for date_in_year in coming if date_in_year >= today), said)
    recent = today.year - said.year <= REPAIR_YEARS
    if recent and 0 <= (there - today).days <= REPAIR_DAYS:
        return Options((there,), repaired=True, confidence=0.8)
    return Options((there,), "past_year")


def _day_of_month(day: int, today: date) -> Options:
    """Find the next month that has this day still to come."""
    for months in range(3):
        first = add_months(today.replace(day=1), months)
        there = _existing(first.year, first.month, day)
        if there is not None and there >= today:
            return Options((there,), confidence=0.9)
    return Options(reason="invalid_date")


def _nth_weekday(nth: int, number: int, month: int, today: date) -> Options:
    years = (today.year - 1, today.year, today.year + 1)
    days_by_year = []
    for year in years:
        first = date(year, month, 1)
        day = first + timedelta(days=(number - first.isoweekday()) % 7, weeks=nth - 1)
        days_by_year.append((day,) if day.month == month else ())
    return _near(days_by_year, today)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """Add months to a day; a day that the month does not have becomes its last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def weekday_days(spec: Weekday, today: date, *, today_over: bool) -> Options:
    """Give the days that a weekday means without any other expression.

    A bare weekday is the next one to come. If that may be today, it is asked, unless the time that
    was said is over today. The "next" Friday is the very next one, not today; if that is still in
    this week, next week's may be meant as well.
    """
    delta = (spec.number - today.isoweekday()) % 7
    ahead = today + timedelta(days=delta or 7)
    same_week = delta > 0 and today.isoweekday() < spec.number
    later = (ahead + timedelta(days=7),) if same_week else ()
    match spec.modifier:
        case "last":
            return Options((today - timedelta(days=(7 - delta) % 7 or 7),))
        case "next" if not spec.weeks:
            return Options((ahead,), others=later, confidence=UNSURE if later else 0.9)
        case "overnext":
            after = ahead + timedelta(days=7)
            others = tuple(day + timedelta(days=7) for day in later)
            return Options((after,), others=others, confidence=UNSURE if later else 0.9)
    weeks = timedelta(weeks=spec.weeks)
    of_week = today - timedelta(days=today.isoweekday() - spec.number) + weeks
    if spec.weeks > 1 and not spec.counted and of_week != ahead + weeks:
        return Options((of_week, ahead + weeks), "ambiguous_date")
    if delta or spec.modifier in {"next", "coming"}:
        return Options((ahead + weeks,))
    if today_over and not spec.weeks:
        return Options((ahead,), others=(today,), confidence=0.8)
    return Options((today + weeks, ahead + weeks), "ambiguous_date")


def stretch_days(spec: StretchSpec, today: date) -> Options | DateRange:
    """Give the days of a week, a month or a part of one; Options where it has to be asked."""
    monday = today - timedelta(days=today.isoweekday() - 1)
    match spec:
        case Week(weeks, None, portion):
            return _week(monday + timedelta(weeks=weeks), portion)
        case Week(_, number, portion):
            return _numbered_week(number or 1, portion, today)
        case WeekOf(day):
            options = _day_month(day, today)
            if options.reason or not options.days:
                return options
            return _week(options.days[0] - timedelta(days=options.days[0].isoweekday() - 1), None)
        case Month():
            return _month(spec, today)
        case Weekend(weeks):
            saturday = monday + timedelta(days=5)
            if weeks is None and saturday > today:
                return Options((saturday, saturday + timedelta(days=7)), "ambiguous_date")
            saturday += timedelta(weeks=1 if weeks is None else weeks)
            return DateRange(saturday, saturday + timedelta(days=1))
        case NextDays(days):
            return DateRange(today, today + timedelta(days=days))


_WEEK_PORTIONS = {None: (0, 6), "early": (0, 1), "middle": (1, 3), "late": (3, 6)}
_MONTH_PORTIONS = {None: (1, 31), "early": (1, 10), "middle": (11, 20), "late": (21, 31)}


def _week(monday: date, portion: str | None) -> DateRange:
    first, last = _WEEK_PORTIONS[portion]
    return DateRange(monday + timedelta(days=first), monday + timedelta(days=last))


def _numbered_week(number: int, portion: str | None, today: date) -> Options | DateRange:
    for year in (today.year, today.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if (today - monday).days - 6 <= RECENT_DAYS:
            return _week(monday, portion)
    return Options(reason="invalid_date")


def _month(spec: Month, today: date) -> DateRange:
    if spec.month is None:
        return _month_range(add_months(today.replace(day=1), spec.months), spec.portion)
    # A month that has just passed means the past one, not next year's.
    ranges = [
        _month_range(date(year, spec.month, 1), spec.portion)
        for year in (today.year - 1, today.year, today.year + 1)
    ]
    still = today - timedelta(days=DOUBTFUL_DAYS)
    return next(each for each in ranges if each.last is not None and each.last >= still)


def _month_range(first: date, portion: str | None) -> DateRange:
    last_day = monthrange(first.year, first.month)[1]
    begins, ends = _MONTH_PORTIONS[portion]
    return DateRange(first.replace(day=begins), first.replace(day=min(ends, last_day)))
