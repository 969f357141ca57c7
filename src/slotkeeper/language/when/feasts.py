"""Days with a name: fixed ones, those that move with Easter, and those of Advent."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum, auto

from dateutil.easter import easter


class Feast(IntEnum):
    """A day with a name, whether a public holiday or not; the last three have several days."""

    NEW_YEAR = auto()
    EPIPHANY = auto()
    VALENTINE = auto()
    WOMENS_DAY = auto()
    LABOUR_DAY = auto()
    ASSUMPTION = auto()
    UNITY = auto()
    REFORMATION = auto()
    ALL_SAINTS = auto()
    SAINT_NICHOLAS = auto()
    CHRISTMAS_EVE = auto()
    CHRISTMAS_DAY = auto()
    BOXING_DAY = auto()
    NEW_YEARS_EVE = auto()
    ROSE_MONDAY = auto()
    SHROVE_TUESDAY = auto()
    ASH_WEDNESDAY = auto()
    MAUNDY_THURSDAY = auto()
    GOOD_FRIDAY = auto()
    HOLY_SATURDAY = auto()
    EASTER_SUNDAY = auto()
    EASTER_MONDAY = auto()
    ASCENSION = auto()
    WHIT_SUNDAY = auto()
    WHIT_MONDAY = auto()
    CORPUS_CHRISTI = auto()
    MOTHERS_DAY = auto()
    REPENTANCE = auto()
    BERCHTOLD = auto()
    SWISS_DAY = auto()
    CHILDRENS_DAY = auto()
    AUSTRIAN_DAY = auto()
    CONCEPTION = auto()
    ADVENT_1 = auto()
    ADVENT_2 = auto()
    ADVENT_3 = auto()
    ADVENT_4 = auto()
    CHRISTMAS = auto()
    EASTER = auto()
    WHITSUN = auto()


_FIXED = {
    Feast.NEW_YEAR: (1, 1),
    Feast.EPIPHANY: (1, 6),
    Feast.VALENTINE: (2, 14),
    Feast.WOMENS_DAY: (3, 8),
    Feast.LABOUR_DAY: (5, 1),
    Feast.ASSUMPTION: (8, 15),
    Feast.UNITY: (10, 3),
    Feast.REFORMATION: (10, 31),
    Feast.ALL_SAINTS: (11, 1),
    Feast.SAINT_NICHOLAS: (12, 6),
    Feast.CHRISTMAS_EVE: (12, 24),
    Feast.CHRISTMAS_DAY: (12, 25),
    Feast.BOXING_DAY: (12, 26),
    Feast.NEW_YEARS_EVE: (12, 31),
    Feast.BERCHTOLD: (1, 2),
    Feast.SWISS_DAY: (8, 1),
    Feast.CHILDRENS_DAY: (9, 20),
    Feast.AUSTRIAN_DAY: (10, 26),
    Feast.CONCEPTION: (12, 8),
}
_FROM_EASTER = {
    Feast.ROSE_MONDAY: -48,
    Feast.SHROVE_TUESDAY: -47,
    Feast.ASH_WEDNESDAY: -46,
    Feast.MAUNDY_THURSDAY: -3,
    Feast.GOOD_FRIDAY: -2,
    Feast.HOLY_SATURDAY: -1,
    Feast.EASTER_SUNDAY: 0,
    Feast.EASTER_MONDAY: 1,
    Feast.ASCENSION: 39,
    Feast.WHIT_SUNDAY: 49,
    Feast.WHIT_MONDAY: 50,
    Feast.CORPUS_CHRISTI: 60,
}
_FROM_ADVENT = {
    Feast.REPENTANCE: -11,
    Feast.ADVENT_1: 0,
    Feast.ADVENT_2: 7,
    Feast.ADVENT_3: 14,
    Feast.ADVENT_4: 21,
}
_SEVERAL = {
    Feast.CHRISTMAS: (Feast.CHRISTMAS_EVE, Feast.CHRISTMAS_DAY, Feast.BOXING_DAY),
    Feast.EASTER: (Feast.EASTER_SUNDAY, Feast.EASTER_MONDAY),
    Feast.WHITSUN: (Feast.WHIT_SUNDAY, Feast.WHIT_MONDAY),
}


def days_of(feast: Feast, year: int) -> tuple[date, ...]:
    """Give the days of a feast in a year, in order."""
    if feast in _SEVERAL:
        return tuple(day for each in _SEVERAL[feast] for day in days_of(each, year))
    if feast in _FIXED:
        return (date(year, *_FIXED[feast]),)
    if feast in _FROM_EASTER:
        return (easter(year) + timedelta(days=_FROM_EASTER[feast]),)
    if feast in _FROM_ADVENT:
        fourth = date(year, 12, 24) - timedelta(days=date(year, 12, 24).isoweekday() % 7)
        return (fourth + timedelta(days=_FROM_ADVENT[feast] - 21),)
    first = date(year, 5, 1)
    return (first + timedelta(days=(7 - first.isoweekday()) % 7 + 7),)
