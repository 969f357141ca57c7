"""The items that the grammar reads, before calendar and clock resolve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from slotkeeper.language.when.feasts import Feast
from slotkeeper.language.when.lexicon import Tag
from slotkeeper.language.when.result import Part, Shift

Bound = Literal["from", "until", "before", "after", "between", "since", "about"]
Modifier = Literal["next", "coming", "this", "overnext", "last"]
Portion = Literal["early", "middle", "late"]


@dataclass(frozen=True, slots=True)
class Offset:
    """Days from today: heute, morgen, gestern."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday (ISO), with a modifier such as "next"; ``weeks`` later for "Friday week".

    ``counted``: "two weeks from Friday" counts from the next Friday, while "Friday in two weeks"
    may be the Friday of that week.
    """

    number: int
    modifier: Modifier | None = None
    weeks: int = 0
    counted: bool = False


@dataclass(frozen=True, slots=True)
class DayMonth:
    """A date as far as it was said. ``swapped``: day and month may also be the other way round.

    ``article``: only "den zweiten" was said, which may be an offer's place as well.
    """

    day: int
    month: int | None = None
    year: int | None = None
    swapped: bool = False
    article: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar week, by its distance from this one in weeks or by its number."""

    weeks: int = 0
    number: int | None = None
    portion: Portion | None = None


@dataclass(frozen=True, slots=True)
class WeekOf:
    """The week of a date."""

    day: DayMonth


@dataclass(frozen=True, slots=True)
class Month:
    """A month, by its number or by its distance from this one in months."""

    month: int | None = None
    months: int = 0
    portion: Portion | None = None


@dataclass(frozen=True, slots=True)
class Weekend:
    """A weekend in so many weeks; None is the "next" one, which may be either of two."""

    weeks: int | None = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A length of time from today. ``eight``: "in acht Tagen", which to some is a week."""

    days: int = 0
    weeks: int = 0
    months: int = 0
    eight: bool = False


@dataclass(frozen=True, slots=True)
class FeastDay:
    """A day with a name."""

    feast: Feast


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The first Monday in December."""

    nth: int
    number: int
    month: int


@dataclass(frozen=True, slots=True)
class NextDays:
    """The next ``days`` days."""

    days: int


@dataclass(frozen=True, slots=True)
class SameDay:
    """The day of the appointment that is talked about."""


@dataclass(frozen=True, slots=True)
class Vague:
    """Days or times that are not looked up. ``strong``: they make the whole text unclear."""

    strong: bool = True


DaySpec = (
    Offset
    | Weekday
    | DayMonth
    | Week
    | WeekOf
    | Month
    | Weekend
    | Ahead
    | FeastDay
    | NthWeekday
    | NextDays
    | SameDay
)


@dataclass(frozen=True, slots=True)
class DayItem:
    """A day, or several, with the preposition that makes a range of it."""

    spec: DaySpec
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class DaySpanItem:
    """From a day to a day."""

    first: DayItem
    last: DayItem


# How firmly a time was said: "exact" fixes morning or evening, "clock" prefers the reading on a
# clock of 24 hours ("neun Uhr"), "bare" may be either ("um neun").
Firmness = Literal["exact", "clock", "bare"]


@dataclass(frozen=True, slots=True)
class ClockItem:
    """A time of day, ``minutes`` from midnight as said.

    ``others``: what a stutter may mean as well; ``undecided``: the first reading is not likelier.
    ``about_min``: minutes (before, after) that are still right. ``regional``: "viertel acht", which
    only some callers use for a quarter past seven. ``invalid``: there is no such time.
    """

    minutes: int
    firmness: Firmness = "bare"
    bound: Bound | None = None
    others: tuple[int, ...] = ()
    undecided: bool = False
    about_min: tuple[int, int] | None = None
    regional: bool = False
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class ClockSpanItem:
    """From a time to a time."""

    first: ClockItem
    last: ClockItem


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """Morning, afternoon, ..."""

    part: Part
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Opening or closing as the beginning or end of a window."""

    opening: bool
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Soon:
    """A length of time from now, in minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone that a program wrote behind a time: minutes east of UTC."""

    offset_min: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A distance from the appointment that is talked about, later or earlier."""

    shift: Shift


@dataclass(frozen=True, slots=True)
class SameTime:
    """The time of the appointment that is talked about."""


@dataclass(frozen=True, slots=True)
class Pick:
    """An offer, by its index (-1 is the last) or as the later or earlier one."""

    index: int | None = None
    later: bool | None = None
    sure: bool = True  # an offer was named as such ("der erste Termin"), not only "den ersten"


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that links items, such as "oder"; a pause; or, without tags, any other word."""

    tags: frozenset[Tag] = frozenset()
    pause: bool = False

    def has(self, *tags: Tag) -> bool:
        """Whether the word is of one of these classes."""
        return any(tag in self.tags for tag in tags)


def is_weekday(item: object) -> bool:
    """Whether it is a weekday."""
    return isinstance(item, DayItem) and isinstance(item.spec, Weekday)


def is_date(item: object) -> bool:
    """Whether it is a date, or a day of a month."""
    return isinstance(item, DayItem) and isinstance(item.spec, DayMonth)


Item = (
    DayItem
    | DaySpanItem
    | ClockItem
    | ClockSpanItem
    | PartOfDay
    | Edge
    | Soon
    | Zone
    | Moved
    | SameTime
    | Pick
    | Vague
    | Mark
)
