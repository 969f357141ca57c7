"""Single days: "Dienstag, den 11. November", "übernächsten Freitag", "the third of December"."""

from __future__ import annotations

from collections.abc import Sequence

from slotkeeper.language.when.expressions import (
    DayItem,
    DayMonth,
    FeastDay,
    Modifier,
    NthWeekday,
    Offset,
    SameDay,
    SameTime,
    Vague,
    Weekday,
)
from slotkeeper.language.when.feasts import Feast
from slotkeeper.language.when.lexicon import Tag
from slotkeeper.language.when.reader import Reader, Rule

_DAYS_OF_MONTH = range(1, 32)
_MONTHS = range(1, 13)
_YEARS = range(1900, 2101)
# "zwanzig fünfundzwanzig" is one of these years, or else the time 20:25.
_SPOKEN_YEARS = range(23, 29)
_EIGHT_DAYS = 8


def _date(read: Reader, index: int) -> tuple[DayItem, int] | None:
    token = read.token(index)
    if token.kind == "date":
        first, second, said = token.value
        return DayItem(DayMonth(first, second, said)), index + 1
    if token.kind == "number":
        return _spaced(read, index)
    if token.kind == "pair":
        after, end = _year(read, index + 1)
        return DayItem(DayMonth(token.value[0], token.value[1], after)), end
    if token.kind != "slash":
        return None
    day, month, *rest = token.value
    year = rest[0] if rest else None
    if day in _MONTHS and month not in _MONTHS:
        day, month = month, day  # 11/28 can only be read so
    elif not read.idioms.day_first and day in _MONTHS and day != month:
        return DayItem(DayMonth(day, month, year, swapped=True)), index + 1
    return DayItem(DayMonth(day, month, year)), index + 1


def _spaced(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "15 11 2025" and "am 15 11"."""
    day, month, year = read.number(index), read.number(index + 1), read.number(index + 2)
    if day is None or day not in _DAYS_OF_MONTH or month not in _MONTHS:
        return None
    if read.has(index + 2, Tag.OCLOCK):
        return None
    if year in _YEARS:
        return DayItem(DayMonth(day, month, year)), index + 3
    introduced = read.value(index - 1, Tag.ON) == 1 or read.slot == "date"
    fits = introduced and year is None and not read.token(index).dotted
    return (DayItem(DayMonth(day, month)), index + 2) if fits else None


def _year(read: Reader, index: int) -> tuple[int | None, int]:
    """Read a year after a day and month, if one stands there."""
    here = read.skip(index, Tag.IN) if read.has(index + 1, Tag.YEAR) else index
    here = read.skip(here, Tag.YEAR)
    number = read.number(here)
    if number in _YEARS and not read.has(here + 1, Tag.OCLOCK):
        return number, here + 1
    if number == 20 and read.token(here).spoken and read.number(here + 1) in _SPOKEN_YEARS:
        return 2000 + (read.number(here + 1) or 0), here + 2
    return None, index


def _day_number(read: Reader, index: int) -> int | None:
    number = read.ordinal(index)
    if number is None:
        number = read.number(index)
    return number


def _month(read: Reader, index: int, *, ordinal: bool) -> int | None:
    for tag in (Tag.MONTH, Tag.MONTH_SHORT):
        if (month := read.value(index, tag)) is not None:
            return month
    number = read.ordinal(index) if ordinal else None
    return number if number in _MONTHS else None


def _day_month(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "dritter Dezember", "3. 12.", "zehnten zehnten 2025", "3rd of December"."""
    day, ordinal = _day_number(read, index), read.ordinal(index) is not None
    if day is None or day > 99 or (not ordinal and read.has(index - 1, Tag.AT)):
        return None
    if (
        not ordinal
        and read.has(index + 1, Tag.MONTH, Tag.MONTH_SHORT)
        and read.names_day(index + 1)
    ):
        return None  # "at two twenty-five December 9th"
    where = index + 1
    if read.idioms.article_before_month or read.has(where + 1, Tag.MONTH):
        where = read.skip(where, Tag.ARTICLE)
    month = _month(read, where, ordinal=read.ordinal(index) is not None)
    # The second ordinal may belong to what follows: "am dritten ersten Termin".
    is_clause = read.ordinal(where) is not None and read.has(where + 1, Tag.OFFER, Tag.WEEKDAY)
    if month is None or is_clause:
        return None
    end = where + 1
    if read.token(end).text == "." and read.has(where, Tag.MONTH_SHORT):
        end += 1
    year, end = _year(read, end)
    return DayItem(DayMonth(day, month, year)), end


def _month_day(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "December 3rd", "March the fifth"; German "Dezember 3" as a form writes it."""
    month = _month(read, index, ordinal=False)
    if month is None:
        return None
    short = read.has(index, Tag.MONTH_SHORT)
    where = read.skip(read.skip_mark(index + 1) if short else index + 1, Tag.ARTICLE)
    day, end = _day_number(read, where), where + 1
    clock = read.has(end, Tag.OCLOCK, Tag.AM_PM) or read.counts_things(where)
    if day is None or day not in _DAYS_OF_MONTH or clock or read.has(where - 1, Tag.AT):
        return None
    if read.idioms.day_first and not (read.ends(end) or read.has(end, Tag.AT)):
        return None
    year, after = _year(read, read.skip_mark(end))
    return DayItem(DayMonth(day, month, year)), after if year else end


def _day_alone(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "am dritten", "der 3.", "the 21st": a day of a month that is not named."""
    day = read.ordinal(index)
    in_field = read.slot == "date" and not read.is_hour_in_date_field(index)
    if day is None and (in_field or read.value(index - 1, Tag.ON) == 1):
        day = read.number(index)  # "am 11"
    if day is None or day not in _DAYS_OF_MONTH:
        return None
    article = read.value(index - 1, Tag.ARTICLE) == 1 or read.value(index - 1, Tag.SINCE) == 2
    after = (Tag.OFFER, Tag.OCLOCK, Tag.AM_PM)
    names_thing = (
        read.unknown(index + 1) or read.has(index + 1, *after) or read.counts_things(index)
    )
    if names_thing or not (article or _day_is_due(read, index)):
        return None
    weekday = index - 2 - (read.ends(index - 2) and index > 2)  # "Dienstag, den dritten" is a date
    alone = article and not read.has(weekday, Tag.ON, Tag.WEEKDAY, Tag.SINCE, Tag.UNTIL)
    return DayItem(DayMonth(day, article=alone)), index + 1


def _day_is_due(read: Reader, index: int) -> bool:
    """Whether what stands around an ordinal makes it a day of a month."""
    if read.slot == "date" or read.has(index - 1, Tag.ON) or _begins_range(read, index):
        return True
    if read.token(index).kind == "ordinal":
        links = (Tag.OR, Tag.AND, Tag.UNTIL, Tag.WEEKDAY, Tag.BETWEEN, Tag.SINCE)
        return read.has(index - 1, *links) or (
            read.ends(index - 1) and read.idioms.ordinal_after_pause
        )
    if read.ends(index - 1) and read.ordinal(index - 2) is not None:
        return True  # "am 14., 15. oder 16."
    return read.has(index - 1, Tag.OR, Tag.AND, Tag.WEEKDAY)  # "bis 12." is an hour


def _begins_range(read: Reader, index: int) -> bool:
    """Whether another day follows: "3. bis 5. Dezember", "10.-12. Dezember"."""
    if not (read.has(index + 1, Tag.UNTIL, Tag.AND, Tag.OR, Tag.TO) or read.ends(index + 1)):
        return False
    other = read.skip(read.skip(index + 2, Tag.UNTIL), Tag.ARTICLE)
    date_follows = read.token(other).kind in {"pair", "date"} or _day_month(read, other)
    return read.ordinal(index) is not None and bool(date_follows)


def _nth_weekday(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "ersten Montag im Dezember"."""
    nth, weekday = read.ordinal(index), read.value(index + 1, Tag.WEEKDAY)
    if nth is None or weekday is None:
        return None
    where = read.skip(read.skip(index + 2, Tag.IN), Tag.ARTICLE)
    month = read.value(where, Tag.MONTH)
    return (DayItem(NthWeekday(nth, weekday, month)), where + 1) if month else None


_MODIFIERS: Sequence[tuple[Tag, Modifier]] = (
    (Tag.OVERNEXT, "overnext"),
    (Tag.NEXT, "next"),
    (Tag.THIS, "this"),
    (Tag.LAST, "last"),
)


def modifier(read: Reader, index: int) -> tuple[Modifier | None, int]:
    """Read "nächster", "dieser", "this coming", if one stands here."""
    if read.has(index, Tag.THIS) and read.has(index + 1, Tag.NEXT):
        return "coming", index + 2
    if read.value(index, Tag.NEXT) == 2:
        return "coming", index + 1
    for tag, name in _MODIFIERS:
        if read.has(index, tag):
            return name, index + 1
    return None, index


def _weekday(read: Reader, index: int) -> tuple[DayItem | Vague, int] | None:
    said, where = modifier(read, index)
    number = read.value(where, Tag.WEEKDAY)
    if number is None:
        return None
    if len(read.token(where).text) <= 3 and not _abbreviates(read, where):
        return None
    end = where + 1
    if read.has(end, Tag.THEREAFTER) and not (read.hour(end + 1) or read.has(end + 1, Tag.ARTICLE)):
        return Vague(), end + 1
    if read.has(end, Tag.OVERNEXT):
        said, end = "overnext", end + 1
    weeks, end = weeks_after(read, end)
    return DayItem(Weekday(number, said, weeks)), end


def _abbreviates(read: Reader, index: int) -> bool:
    """Whether "Mi" or "Sat" stands where a weekday stands: before a mark or a number."""
    after = read.token(index + 1 + read.has(index + 1, Tag.AT))
    return after.kind in {"mark", "number", "pair", "date", "clock", "ordinal"}


def weeks_after(read: Reader, index: int) -> tuple[int, int]:
    """Read "in einer Woche", "in acht Tagen", "week" behind a day; 0 if nothing is there."""
    if read.has(index, Tag.WEEK) and read.idioms.counts_weeks:
        return read.value(index, Tag.WEEK) or 1, index + 1
    if not read.has(index, Tag.IN):
        return 0, index
    count = read.count(index + 1)
    if count is None or not 0 < count <= 52:
        return 0, index
    if (weeks := read.value(index + 2, Tag.WEEK)) is not None:
        return count * weeks, index + 3
    # Eight days are a week to Germans, fourteen are two.
    if read.has(index + 2, Tag.DAY) and (count == _EIGHT_DAYS or count % 7 == 0):
        return round(count / 7), index + 3
    return 0, index


def _week_before(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read "a week on Friday", "two weeks from tomorrow", "a week today"."""
    count, weeks = read.count(index), read.value(index + 1, Tag.WEEK)
    if count is None or weeks is None or not read.idioms.counts_weeks:
        return None
    where = read.skip(index + 2, Tag.ON, Tag.FROM)
    if (number := read.value(where, Tag.WEEKDAY)) is not None:
        return DayItem(Weekday(number, None, count * weeks, counted=True)), where + 1
    if (days := read.value(where, Tag.RELATIVE)) is not None:
        return DayItem(Offset(days + 7 * count * weeks)), where + 1
    return None


def _relative(read: Reader, index: int) -> tuple[DayItem, int] | None:
    days = read.value(index, Tag.RELATIVE)
    if days is None or _is_morning(read, index):
        return None
    weeks, end = weeks_after(read, index + 1)
    if weeks == 0 and read.has(end, Tag.IN) and read.has(end + 2, Tag.DAY):
        days, end = days + (read.count(end + 1) or 0), end + 3
    if read.has(index, Tag.PART) and not weeks:
        end = index + 1
    return DayItem(Offset(days + 7 * weeks)), end


def _this_part(read: Reader, index: int) -> tuple[DayItem, int] | None:
    """Read the day of "this afternoon"; the part of the day is read next."""
    is_this = read.has(index, Tag.THIS) and read.has(index + 1, Tag.PART)
    return (DayItem(Offset(0)), index + 1) if is_this else None


def _is_morning(read: Reader, index: int) -> bool:
    """Whether "morgen" is the morning: "am Morgen", "heute Morgen", "Freitag morgen"."""
    if not read.has(index, Tag.PART) or read.has(index, Tag.OCLOCK):
        return False
    return (
        read.value(index - 1, Tag.ON) == 1
        or read.has(index - 1, Tag.ARTICLE, Tag.WEEKDAY, Tag.RELATIVE, Tag.EVERY)
        or read.has(index - 1, Tag.SHADE, Tag.NEXT)
        or read.token(index - 1).kind in {"ordinal", "pair"}
        or read.has(index - 1, Tag.MONTH)
    )


def _feast(read: Reader, index: int) -> tuple[DayItem, int] | None:
    feast = read.value(index, Tag.FEAST)
    return None if feast is None else (DayItem(FeastDay(Feast(feast))), index + 1)


def _same(read: Reader, index: int) -> tuple[DayItem | SameTime, int] | None:
    if not read.has(index, Tag.SAME):
        return None
    if read.has(index + 1, Tag.DAY):
        return DayItem(SameDay()), index + 2
    if read.has(index + 1, Tag.TIME_WORD):
        return SameTime(), index + 2
    return None


DAY_RULES: Sequence[Rule] = (
    _feast,
    _date,
    _day_month,
    _month_day,
    _nth_weekday,
    _week_before,
    _weekday,
    _relative,
    _this_part,
    _same,
    _day_alone,
)
