"""What comes out of understanding a text about days and times."""

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
    """Wall times between which the start is wished; None is opening or closing."""

    starts: dt.time | None
    ends: dt.time | None


class DateRange(NamedTuple):
    """Days on which the start is wished, both included; ``last`` None is open-ended."""

    first: dt.date
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Shift:
    """How far an appointment is to be moved, if it is not known which appointment.

    ``days`` and ``minutes`` count from its start; negative is earlier. ``keep_time``: the same time
    of day was wished, or no other was said.
    """

    days: int = 0
    minutes: int = 0
    keep_time: bool = True


@dataclass(frozen=True, slots=True)
class When:
    """What was understood of a text; what is not sure is asked rather than guessed.

    ``status``: ``ok``, understood, perhaps only a time or only a day; ``ask``, the caller has to be
    asked, for ``reason``; ``none``, nothing was said about days or times. ``date`` and ``time`` are
    wall time in the company's zone; with ``ask`` they hold what is sure. ``window``: wall times
    between which the start is wished; ``date_range``: days, both included. ``grain``: the finest
    thing that was said. ``confidence``: 0 to 1; below 0.75 it should be said back. ``candidates``:
    with ``ask`` what may be meant, the likeliest first; with ``ok`` readings that were not chosen.
    ``preferences``: times of that day in order of wish, of which ``time`` is the first. ``part``:
    the part of the day that was named. ``repaired_year``: a past year was said, and the next year
    with that day is given. ``old``: the old time of an appointment that is moved. ``relative``: by
    how much it is moved, if it is not known. ``selects``: index of the offer that is taken, -1 for
    the last.
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
        """Give date and time together as naive wall time, if both are known."""
        if self.date is None or self.time is None:
            return None
        return dt.datetime.combine(self.date, self.time)


NOTHING = When("none")
