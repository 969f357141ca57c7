"""Times of day: "halb drei", "viertel nach neun", "neunzehn Uhr dreißig", "ten thirty pm"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slotkeeper.language.when.expressions import ClockItem, Edge, Firmness, PartOfDay, Zone
from slotkeeper.language.when.hours import DAY_MIN, HALF_DAY_MIN
from slotkeeper.language.when.lexicon import PARTS, Tag
from slotkeeper.language.when.reader import Reader, Rule

# "kurz vor zehn" is said up to this many minutes before; it is read as five minutes before.
_SHORTLY_MIN = 15
_NEAR_MIN = 5
# "fünf vor zehn": callers count more minutes than this from the half hour.
_MOST_MINUTES_TO = 29


def read_clock(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    """Read a time of day, without the preposition before it."""
    for rule in _CLOCKS:
        if (reading := rule(read, index)) is not None:
            clock, end = reading
            return _with_meridiem(read, clock, end)
    return None


def _with_meridiem(read: Reader, clock: ClockItem, end: int) -> tuple[ClockItem, int]:
    half = read.value(end, Tag.AM_PM)
    if half is None or (clock.firmness == "exact" and clock.minutes >= HALF_DAY_MIN + 60):
        return clock, end
    minutes = clock.minutes % HALF_DAY_MIN + half * 60
    return ClockItem(minutes, "exact", about_min=clock.about_min, invalid=clock.invalid), end + 1


def _soft(minutes: int, hour: int, firmness: Firmness = "bare") -> ClockItem:
    """Make a time; if the hour that was named is up to twelve, it may be morning or evening."""
    return ClockItem(minutes % DAY_MIN, "exact" if hour > 12 or hour == 0 else firmness)


def _shortly(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    before = read.has(index + 1, Tag.BEFORE, Tag.TO)
    if not read.has(index, Tag.SHORTLY) or not (before or read.has(index + 1, Tag.AFTER)):
        return None
    if (reading := read_clock(read, index + 2)) is None:
        return None
    near, end = reading
    about = (_SHORTLY_MIN - _NEAR_MIN, _NEAR_MIN)
    if before:
        return ClockItem((near.minutes - _NEAR_MIN) % DAY_MIN, near.firmness, about_min=about), end
    minutes = (near.minutes + _NEAR_MIN) % DAY_MIN
    return ClockItem(minutes, near.firmness, about_min=about[::-1]), end


def _named(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    if read.has(index, Tag.NOON):
        return ClockItem(HALF_DAY_MIN, "exact"), index + 1
    if read.has(index, Tag.MIDNIGHT):
        return ClockItem(0, "exact", undecided=True), index + 1  # of which of the two days?
    return None


def _hour_after(read: Reader, index: int) -> tuple[int, int] | None:
    """Read the hour that a quarter, a half or minutes refer to, and an "Uhr" after it."""
    hour = read.hour(index)
    if hour is None or hour == 0:
        return None
    return hour, read.skip(index + 1, Tag.OCLOCK)


def _half(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    if not read.has(index, Tag.HALF):
        return None
    past = read.has(index + 1, Tag.AFTER)
    if (reading := _hour_after(read, index + 1 + past)) is None or read.counts_things(
        index + 1 + past
    ):
        return None
    hour, end = reading
    half = -30 if read.idioms.half_before and not past else 30
    return _soft(hour * 60 + half, hour), end


def _quarters(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    if read.has(index, Tag.THREE_QUARTERS):
        return _quarters_of(read, index + 1, -15)
    if read.number(index) == 3 and read.has(index + 1, Tag.QUARTER):
        return _quarters_of(read, index + 2, -15)
    if not read.has(index, Tag.QUARTER):
        return None
    if read.has(index + 1, Tag.BEFORE, Tag.TO):
        return _quarters_of(read, index + 2, -15)
    if read.has(index + 1, Tag.AFTER):
        return _quarters_of(read, index + 2, 15)
    if read.idioms.quarter_of_hour and (reading := _quarters_of(read, index + 1, -45)) is not None:
        clock, end = reading
        return ClockItem(clock.minutes, clock.firmness, regional=True), end
    return None


def _quarters_of(read: Reader, index: int, minutes: int) -> tuple[ClockItem, int] | None:
    if (reading := _hour_after(read, index)) is None or read.counts_things(index):
        return None
    hour, end = reading
    return _soft(hour * 60 + minutes, hour), end


def _minutes_to(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    """Read "fünf vor zehn", "zehn nach halb drei", "twenty to four"."""
    minutes, long = read.number(index), read.value(index, Tag.MINUTES_LONG)
    if long is None and (minutes is None or not 0 < minutes <= _MOST_MINUTES_TO):
        return None
    minutes = long or minutes or 0
    way = index + 1 if long else read.skip(index + 1, Tag.MINUTE)
    after = read.has(way, Tag.AFTER)
    if not after and not read.has(way, Tag.BEFORE, Tag.TO):
        return None
    # "from ten to twelve", "nine to five": a stretch.
    loose = read.has(way, Tag.TO) and way == index + 1
    if loose and (minutes % 5 or read.has(index - 1, Tag.SINCE, Tag.BETWEEN)):
        return None
    if (reading := _half(read, way + 1)) is None:
        reading = _quarters_of(read, way + 1, 0)
    if reading is None:
        return None
    clock, end = reading
    minute = clock.minutes + (minutes if after else -minutes)
    return ClockItem(minute % DAY_MIN, clock.firmness), end


def _figures(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    token = read.token(index)
    if token.kind != "clock":
        return None
    hour, minute = token.value
    end = read.skip(index + 1, Tag.OCLOCK)
    return _on_the_clock(read, (hour, minute), token.text, end)


def _on_the_clock(
    read: Reader, said: tuple[int, int], text: str, end: int
) -> tuple[ClockItem, int] | None:
    hour, minute = said
    if hour > 23 or minute > 59:
        return ClockItem(0, "exact", invalid=True), end
    # A program writes 09:45 and 10:45; a caller's 9:45 may be in the evening.
    fixed = (
        hour > 12 or hour == 0 or text[0] == "0" or (hour >= 10 and read.idioms.clock_of_24_hours)
    )
    return ClockItem(hour * 60 + minute, "exact" if fixed else "clock"), end


def read_point(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    """Read "9.45" as a time where it cannot be a date, or the words around it say so."""
    token = read.token(index)
    if token.kind != "pair":
        return None
    hour, minute = token.value
    said_so = read.has(index + 1, Tag.OCLOCK, Tag.AM_PM) or read.has(index - 1, Tag.AT)
    said_so = said_so or read.slot == "time"
    two_digits = len(token.text.rstrip(".").partition(".")[2]) == 2
    can_be = hour <= 24 and minute <= 59 and two_digits and not (token.dotted and not said_so)
    no_month = (minute > 12 or minute == 0) and read.slot != "date"
    if not can_be or not (said_so or no_month):
        return None
    return _on_the_clock(read, (hour, minute), token.text, read.skip(index + 1, Tag.OCLOCK))


def _oclock(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    """Read "zehn Uhr", "zehn Uhr fünfzehn", "1430 Uhr", "25 Uhr"."""
    hour = 1 if read.has(index, Tag.ONE) else read.number(index)
    if hour is None or not read.has(index + 1, Tag.OCLOCK):
        return None
    text, end = read.token(index).text, index + 2
    if hour >= 100 and not read.token(index).spoken:
        return _on_the_clock(read, divmod(hour, 100), text, end)
    minute = 0
    if (reading := _minute_after(read, end)) is not None:
        minute, end = reading
    if hour > 23 or minute > 59:
        return ClockItem(0, "exact", invalid=True), end
    fixed = hour > 12 or hour == 0 or text[0] == "0"
    return ClockItem(hour * 60 + minute, "exact" if fixed else "clock"), end


def _minute_after(read: Reader, index: int) -> tuple[int, int] | None:
    """Read the minutes after "Uhr", unless the number counts people or is a day or another hour."""
    linked = read.has(index, Tag.AND)
    index += linked
    minute = read.number(index)
    if minute == 0 and not read.token(index + 1).dotted and read.number(index + 1) is not None:
        index, minute = index + 1, read.number(index + 1)
    if minute is None or minute >= 100 or read.has(index + 1, Tag.OCLOCK, Tag.HALF):
        return None
    if read.has(index + 1, Tag.MINUTE):
        return minute, index + 2
    month = read.has(index + 1, Tag.MONTH, Tag.MONTH_SHORT) and not read.names_day(index + 1)
    day = month or (read.token(index).dotted and read.ordinal(index + 1) is not None)
    before_clock = read.has(index + 1, Tag.BEFORE, Tag.AFTER)
    if minute < 10 and not read.idioms.minutes_after_oclock and read.number(index - 1) != 0:
        return None  # "the ten o'clock one"
    if linked or day or read.counts_things(index) or (before_clock and read.hour(index + 2)):
        return None
    if read.unknown(index + 1) and minute < 5:
        return None
    return minute, index + 1


def _stuttered(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    """Read "siebzehn siebzehn Uhr" (said twice) and "sechs sechzehn Uhr" (anything)."""
    first = read.number(index)
    if first is None or (reading := _oclock(read, index + 1)) is None or first > 59:
        return None
    clock, end = reading
    second = read.number(index + 1)
    if second is None or second >= 100 or (clock.invalid and second > 59):
        return None
    if clock.invalid or second >= 24:
        return _on_the_clock(read, (first, second), read.token(index).text, end)
    return _two_numbers(first, second, clock), end


def _two_numbers(first: int, second: int, clock: ClockItem) -> ClockItem:
    hours = (first,) if first >= 12 or first == second else (first + 12, first)
    together = [hour * 60 + second for hour in hours if hour <= 23 and second <= 59]
    if first == second:
        others = tuple(together) if clock.minutes % 60 == 0 else ()
        return ClockItem(clock.minutes, clock.firmness, others=others)
    if second == 10 and 3 <= first <= 9:  # "acht zehn" may be eighteen, heard as two words
        together.append((first + 10) * 60)
    return ClockItem(clock.minutes, "exact", others=tuple(together), undecided=True)


def _hour_minute(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    """Read "zehn dreißig", "ten fifteen pm", "zehn null fünf"."""
    hour, end = read.hour(index), index + 2
    minute = read.number(index + 1)
    if minute == 0 and (unit := read.number(index + 2)) is not None and unit < 10:
        minute, end = unit, index + 3
    elif minute is not None and minute < 10 and read.idioms.minutes_after_oclock:
        return None
    if hour is None or minute is None or minute > 59 or read.token(index + 1).dotted:
        return None
    if read.has(end, Tag.MONTH, Tag.MONTH_SHORT) and not read.names_day(end):
        return None  # "at five 8 December"
    meridiem = read.has(end, Tag.AM_PM)
    if not meridiem and not bare_hour_fits(read, index, end - 1):
        return None
    if hour == minute and read.idioms.hour_said_twice:
        return replace(_two_numbers(hour, minute, _soft(hour * 60, hour)), undecided=True), end
    if minute == 10 and 3 <= hour <= 9 and read.idioms.units_first:
        return _two_numbers(hour, minute, _soft(minute * 60, minute)), end
    return _soft(hour * 60 + minute, hour), end


def _bare(read: Reader, index: int) -> tuple[ClockItem, int] | None:
    number = read.number(index)
    if number is not None and 100 <= number < 2400 and not read.token(index).spoken:
        four = read.slot == "time" or read.has(index - 1, Tag.AT)
        return _on_the_clock(read, divmod(number, 100), str(number), index + 1) if four else None
    hour = read.hour(index)
    if not hour or not (read.has(index + 1, Tag.AM_PM) or bare_hour_fits(read, index, index)):
        return None
    if hour == 24:
        return ClockItem(0, "exact", invalid=True), index + 1
    return _soft(hour * 60, hour), index + 1


_BEFORE_HOUR = (Tag.ABOUT, Tag.FROM, Tag.UNTIL, Tag.BETWEEN, Tag.SINCE, Tag.TO)
_BEFORE_BARE = (
    *(Tag.OR, Tag.ELSE, Tag.CORRECT, Tag.AND, Tag.WEEKDAY, Tag.RELATIVE, Tag.PART, Tag.TAKE),
    *(Tag.MONTH, Tag.FEAST, Tag.ONTO, Tag.INSTEAD, Tag.NOT, Tag.ABLE),
)
# How many tokens ahead an "Uhr" is looked for: "haben Sie zehn, elf oder zwölf Uhr frei".
_LIST_TOKENS = 8


def bare_hour_fits(read: Reader, index: int, last: int) -> bool:
    """Whether what stands around a number without "Uhr" makes it an hour."""
    if read.counts_things(last) or (
        read.has(last + 1, Tag.OFFER) and not read.has(index - 1, Tag.AT)
    ):
        return False
    if read.has(last + 1, Tag.BEFORE, Tag.AFTER) and read.ends(last + 2):
        return False  # "ten past", of an hour that was not named
    if read.slot == "time" or read.has(index - 1, Tag.AT):
        return True
    if read.unknown(last + 1):
        return False
    if read.has(index - 1, Tag.BEFORE, Tag.AFTER, *_BEFORE_HOUR):
        return True
    if read.slot == "date":
        return read.is_hour_in_date_field(index)
    if _leads_to_oclock(read, last) or read.has(last + 1, Tag.INSTEAD):
        return True
    before = read.token(index - 1)
    if before.has(Tag.WEEKDAY) and read.idioms.weekday_and_day:
        return False  # "Friday 14" is rather the fourteenth
    return before.kind in {"mark", "date", "ordinal", "pair", "clock"} or before.has(*_BEFORE_BARE)


def _leads_to_oclock(read: Reader, index: int) -> bool:
    """Whether a list of numbers goes on from here to one with "Uhr"."""
    for other in range(index + 2, index + _LIST_TOKENS, 2):
        linked = read.has(other - 1, Tag.OR, Tag.UNTIL, Tag.AND) or read.ends(other - 1)
        if not linked or read.hour(other) is None:
            return False
        if read.has(other + 1, Tag.OCLOCK):
            return True
    return False


_CLOCKS = (
    _shortly,
    _named,
    _quarters,
    _half,
    _minutes_to,
    _figures,
    read_point,
    _oclock,
    _stuttered,
    _hour_minute,
    _bare,
)


def _part(read: Reader, index: int) -> tuple[PartOfDay, int] | None:
    part = read.value(index, Tag.PART)
    return None if part is None else (PartOfDay(PARTS[part]), index + 1)


def _edge(read: Reader, index: int) -> tuple[Edge, int] | None:
    if read.has(index, Tag.OPENING, Tag.CLOSING):
        return Edge(opening=read.has(index, Tag.OPENING)), index + 1
    return None


def _zone(read: Reader, index: int) -> tuple[Zone, int] | None:
    token = read.token(index)
    return (Zone(token.value[0]), index + 1) if token.kind == "offset" else None


CLOCK_RULES: Sequence[Rule] = (read_clock, _edge, _zone, _part)
