"""Stretches of days and lengths of time: weeks, months, "in drei Tagen", "einen Tag später"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slotkeeper.language.when.day_grammar import DAY_RULES, modifier
from slotkeeper.language.when.expressions import (
    Ahead,
    DayItem,
    DayMonth,
    DaySpanItem,
    Month,
    Moved,
    NextDays,
    Offset,
    Portion,
    Soon,
    Vague,
    Week,
    Weekend,
    WeekOf,
)
from slotkeeper.language.when.lexicon import Tag
from slotkeeper.language.when.reader import Reader, Rule, first_of
from slotkeeper.language.when.result import Shift

_WEEK_NUMBERS = range(1, 54)
# No caller counts further ahead than this many days, weeks or months.
_MOST_AHEAD = 99
_SOME_DAYS = 6
_WEEKS_OF = {"next": 1, "coming": 1, "this": 0, "overnext": 2, "last": -1, None: 0}
_PORTIONS: Sequence[tuple[Tag, Portion]] = (
    (Tag.EARLY, "early"),
    (Tag.MIDDLE, "middle"),
    (Tag.LATE, "late"),
)


def _calendar_week(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "KW 49", "49. Kalenderwoche", "week 49"."""
    if read.has(index, Tag.CALENDAR_WEEK):
        number, end = read.number(index + 1), index + 2
    elif read.has(index + 1, Tag.CALENDAR_WEEK):
        number, end = read.ordinal(index) or read.number(index), index + 2
    elif read.has(index, Tag.WEEK) and not read.has(index - 1, Tag.NEXT, Tag.THIS):
        number, end = read.number(index + 1), index + 2
        if not read.idioms.counts_weeks or read.has(end, Tag.AM_PM, Tag.OCLOCK):
            return None
    else:
        return None
    return (DayItem(Week(number=number)), end) if number in _WEEK_NUMBERS else None


def _portion(read: Reader, index: int) -> tuple[DayItem | Vague, int] | None:
    """Read "Anfang Dezember", "Ende nächster Woche", "Mitte des Monats"."""
    for tag, portion in _PORTIONS:
        if read.has(index, tag):
            reading = _stretch(read, read.skip(index + 1, Tag.ARTICLE), portion)
            if reading is not None:
                return reading
    return None


def _portions(read: Reader, index: int) -> tuple[DaySpanItem, int] | None:
    """Read "Anfang bis Mitte Dezember"."""
    portion = next((name for tag, name in _PORTIONS if read.has(index, tag)), None)
    if portion is None or not read.has(index + 1, Tag.UNTIL, Tag.TO):
        return None
    if (reading := _portion(read, index + 2)) is None:
        return None
    last, end = reading
    if not isinstance(last, DayItem) or not isinstance(last.spec, Week | Month):
        return None
    return DaySpanItem(DayItem(replace(last.spec, portion=portion)), last), end


def _beside(read: Reader, index: int) -> tuple[Vague, int] | None:
    """Read "am Tag vor Heiligabend", "zwei Wochen nach Ostern": days that are not looked up."""
    unit = read.has(index, Tag.DAY, Tag.WEEK) and read.has(index + 1, Tag.BEFORE, Tag.AFTER)
    named = read.has(read.skip(index + 2, Tag.ARTICLE), Tag.FEAST, Tag.RELATIVE, Tag.WEEKDAY)
    dated = read.ordinal(read.skip(index + 2, Tag.ARTICLE)) is not None
    return (Vague(), index + 2) if unit and (named or dated) else None


def _elided(read: Reader, index: int) -> tuple[DayItem | Vague, int] | None:
    """Read the first half of "nächste oder übernächste Woche"."""
    said, end = modifier(read, index)
    other, noun = modifier(read, read.skip(end, Tag.OR))
    if said is None or other is None or not read.has(end, Tag.OR):
        return None
    if read.value(noun, Tag.WEEK) == 1:
        return DayItem(Week(_WEEKS_OF[said])), end
    return (Vague(), end) if read.has(noun, Tag.WEEKDAY, Tag.WEEKEND, Tag.MONTH_UNIT) else None


def _stretch(
    read: Reader, index: int, portion: Portion | None = None
) -> tuple[DayItem | Vague, int] | None:
    said, where = modifier(read, index)
    end = where + 1
    if said is None and read.has(end, Tag.OVERNEXT):
        said, end = "overnext", end + 1
    if said is None and portion is None:
        return None
    if read.value(where, Tag.WEEK) == 1:
        return DayItem(Week(_WEEKS_OF[said], portion=portion)), end
    if read.has(where, Tag.MONTH_UNIT):
        return DayItem(Month(months=_WEEKS_OF[said], portion=portion)), end
    month = read.value(where, Tag.MONTH)
    if month is None and portion:
        month = read.value(where, Tag.MONTH_SHORT)
    if month is not None:
        return (Vague() if said == "last" else DayItem(Month(month, portion=portion))), where + 1
    if read.has(where, Tag.WEEKEND) and portion is None:
        return _weekend(read, index)
    return None


def _weekend(read: Reader, index: int) -> tuple[DayItem, int] | None:
    said, where = modifier(read, index)
    if not read.has(where, Tag.WEEKEND):
        return None
    if read.has(where + 1, Tag.OVERNEXT):
        return DayItem(Weekend(1)), where + 2
    weeks = {"next": None, "overnext": 1, "last": -1}.get(said or "", 0)
    return DayItem(Weekend(weeks)), where + 1


def _week(read: Reader, index: int) -> tuple[DayItem | Vague, int] | None:
    """Read "die Woche vom 1. Dezember", "die Woche noch"; any other week is not understood."""
    if not read.has(index, Tag.WEEK) or read.count(index - 1) is not None:
        return None
    of = read.skip(index + 1, Tag.SINCE, Tag.FROM, Tag.ARTICLE)
    reading = first_of(DAY_RULES, read, read.skip(of, Tag.ARTICLE)) if of > index + 1 else None
    if (
        reading is not None
        and isinstance(reading[0], DayItem)
        and isinstance(reading[0].spec, DayMonth)
    ):
        return DayItem(WeekOf(reading[0].spec)), reading[1]
    if read.has(index - 1, Tag.ARTICLE) and read.has(index + 1, Tag.STILL):
        return DayItem(Week()), index + 1
    return Vague(), index + 1


def _month(read: Reader, index: int) -> tuple[DayItem, int] | None:
    month = read.value(index, Tag.MONTH)
    if month is None and read.has(index - 1, Tag.IN):
        month = read.value(index, Tag.MONTH_SHORT)
    return None if month is None else (DayItem(Month(month)), index + 1)


def _ahead(read: Reader, index: int) -> tuple[DayItem | Soon, int] | None:
    """Read "in drei Tagen", "in einer halben Stunde", "in the next two weeks"."""
    if not read.has(index, Tag.IN):
        return None
    where = read.skip(index + 1, Tag.ARTICLE)
    ranged = read.has(where, Tag.NEXT)
    where += ranged
    minutes, end = _minutes(read, where)
    if minutes is not None and not ranged:
        return Soon(minutes), end
    count = read.count(where)
    if count is None or not 0 < count <= _MOST_AHEAD:
        return None
    weeks, end = read.value(where + 1, Tag.WEEK), where + 2
    if ranged:
        days = count * 7 * weeks if weeks else count
        known = weeks or read.has(where + 1, Tag.DAY)
        return (DayItem(NextDays(days)), end) if known else None
    if weeks is not None:
        return DayItem(Ahead(weeks=count * weeks)), end
    if read.has(where + 1, Tag.DAY):
        return DayItem(Ahead(days=count, eight=count == 8 and read.idioms.week_of_eight_days)), end
    return (DayItem(Ahead(months=count)), end) if read.has(where + 1, Tag.MONTH_UNIT) else None


def _minutes(read: Reader, index: int) -> tuple[int | None, int]:
    """Read a length of hours or minutes, in minutes."""
    index = index if read.has(index, Tag.MINUTES_LONG) else _after_one(read, index)
    if (long := read.value(index, Tag.MINUTES_LONG)) is not None:
        return long, index + 1
    count = read.count(index)
    if count is None or count > _MOST_AHEAD:
        return None, index
    if read.has(index + 1, Tag.MINUTE):
        return count, index + 2
    if not read.has(index + 1, Tag.HOUR):
        return None, index
    more = read.skip(index + 2, Tag.AND)
    if more > index + 2 and read.has(more + 1, Tag.MINUTE) and (rest := read.number(more)):
        return count * 60 + min(rest, 59), more + 2
    return count * 60, index + 2


def _after_one(read: Reader, index: int) -> int:
    """Skip the article of "in einer Viertelstunde"."""
    return index + (read.has(index, Tag.ONE) and read.has(index + 1, Tag.MINUTES_LONG))


def _ago(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "vor drei Tagen", "two weeks ago", "a week from now"."""
    before = read.idioms.ago_first
    where = index + 1 if before else index
    count = read.count(where)
    way = read.value(index if before else where + 2, Tag.AGO)
    if count is None or count > _MOST_AHEAD or way is None:
        return None
    end = where + (2 if before else 3)
    if read.has(where + 1, Tag.DAY):
        return DayItem(Offset(way * count)), end
    weeks = read.value(where + 1, Tag.WEEK)
    return None if weeks is None else (DayItem(Offset(way * 7 * count * weeks)), end)


def _moved(read: Reader, index: int) -> tuple[Moved, int] | None:
    """Read "einen Tag später", "an hour earlier", "am Tag danach"."""
    if (day := read.value(index, Tag.NEXT_DAY)) is not None:
        return Moved(Shift(days=day, keep_time=False)), index + 1
    count, days = read.count(index), 0
    minutes, end = _minutes(read, index)
    if minutes is None:
        if count is None or count > _MOST_AHEAD:
            return None
        weeks = read.value(index + 1, Tag.WEEK)
        days = count * 7 * weeks if weeks else count if read.has(index + 1, Tag.DAY) else 0
        end = index + 2
    if not (days or minutes) or not read.has(end, Tag.LATER, Tag.EARLIER):
        return None
    sign = -1 if read.has(end, Tag.EARLIER) else 1
    shift = Shift(days=sign * days, minutes=sign * (minutes or 0), keep_time=not minutes)
    return Moved(shift), end + 1


def _next_days(read: Reader, index: int) -> tuple[DayItem, int] | None:
    return (DayItem(NextDays(_SOME_DAYS)), index + 1) if read.has(index, Tag.NEXT_DAYS) else None


def _vague(read: Reader, index: int) -> tuple[Vague, int] | None:
    if read.has(index, Tag.EVERY):
        repeated = (Tag.WEEKDAY, Tag.WEEK, Tag.DAY, Tag.MONTH_UNIT)
        what = index + 1 + (read.ordinal(index + 1) is not None)
        return (Vague(), what + 1) if read.has(what, *repeated) else None
    if read.has(index, Tag.VAGUE) or read.ends_vaguely(index):
        return Vague(), index + 1
    ahead = read.has(index - 2, Tag.IN) or read.has(index - 3, Tag.IN)
    if read.has(index, Tag.YEAR) and (ahead or modifier(read, index - 1)[0] is not None):
        return Vague(), index + 1
    return (Vague(strong=False), index + 1) if read.has(index, Tag.SOMETIME) else None


STRETCH_RULES: Sequence[Rule] = (
    _moved,
    _calendar_week,
    _beside,
    _portions,
    _portion,
    _elided,
    _stretch,
    _weekend,
    _next_days,
    _ago,
    _ahead,
)
LAST_RULES: Sequence[Rule] = (_month, _week, _vague)
