"""What was understood of a phrase about days and times."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

WhenStatus = Literal["ok", "ask", "none"]
Grain = Literal["minute", "window", "day", "range", "soonest", "none"]
Part = Literal["morning", "forenoon", "noon", "afternoon", "evening", "night"]
Reason = Literal[
    "weekday_mismatch",  # the weekday and the date that were said do not agree
    "date_conflict",  # two different days were said and no word chooses between them
    "several_days",  # "Monday or Tuesday": ``candidates`` in order of wish
    "ambiguous_date",  # one expression, more than one day
    "invalid_date",  # 31 February
    "past",  # that day or time is over
    "past_year",  # a year that is over, and day and month are not near
    "ambiguous_time",  # morning or evening, or a stutter
    "time_conflict",  # "three in the afternoon, before noon"
    "invalid_time",  # 25 o'clock
    "no_such_time",  # the clocks are put forward over it
    "ambiguous_dst",  # the clocks are put back over it, it comes twice
    "offer_mismatch",  # the time is that of an offer, the day is not
    "excluded",  # only what does not suit was said
    "missing",  # an appointment is to be moved, and it was not said to when
    "too_long",  # not read at all
    "unclear",  # about days or times, and not understood
]
Candidate = dt.datetime | dt.date | dt.time


class Window(NamedTuple):
    """Wall times between which a start is wished; None is opening, or closing."""

    starts: dt.time | None
    ends: dt.time | None


class DateRange(NamedTuple):
    """Days between which a start is wished, both included; ``last`` None is open-ended."""

    first: dt.date
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Shift:
    """How far an appointment is to be moved, where it is not known which.

    ``days`` and ``minutes`` count from its start, negative is earlier. ``keep_time``: the same
    time of day was asked for, or nothing else was said.
    """

    days: int = 0
    minutes: int = 0
    keep_time: bool = True


@dataclass(frozen=True, slots=True)
class When:
    """What was understood. Nothing in it is guessed: what is not sure is asked.

    ``status``: ``ok``, understood (in the widest case only a time, or only a day); ``ask``, about
    days or times, but it has to be asked, for ``reason``; ``none``, nothing about days or times.
    ``date`` and ``time`` are wall time in the company's zone. With ``ask`` they hold what was sure.
    ``window``: wall times between which the start is wished; ``date_range``: days, both included.
    ``grain``: the finest thing said. ``confidence``: 0 to 1, below 0.75 it should be said back.
    ``candidates``: with ``ask`` what may be meant, the likeliest first; with ``ok`` the readings
    that were not chosen, too. ``preferences``: times of that day in order of wish, the first is
    ``time``. ``part``: the part of the day that was named. ``repaired_year``: a year that is over
    was said, day and month are near. ``old``: of an appointment that is moved, the former.
    ``relative``: a move by so much, where the appointment is not known. ``selects``: index of the
    offer that is taken, -1 is the last.
    """

    status: WhenStatus
    date: dt.date | None = None
    time: dt.time | None = None
    window: Window | None = None
    date_range: DateRange | None = None
    grain: Grain = "none"
    confidence: float = 1.0
    candidates: tuple[Candidate, ...] = ()
    preferences: tuple[dt.time, ...] = ()
    reason: Reason | None = None
    part: Part | None = None
    past: bool = False
    repaired_year: bool = False
    old: When | None = None
    relative: Shift | None = None
    selects: int | None = None

    @property
    def wall(self) -> dt.datetime | None:
        """Date and time together as naive wall time, where both were said."""
        if self.date is None or self.time is None:
            return None
        return dt.datetime.combine(self.date, self.time)


NOTHING = When("none")
