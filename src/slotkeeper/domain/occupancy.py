"""How a person's calendar is used over a day: booked, held, away, free or closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import HELD, BusyKind, Diary
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import open_map

# Where several are true at once, the first of them is shown.
State = Literal["booked", "held", "away", "free", "closed"]
STATES: tuple[State, ...] = get_args(State)
_BUSY_KINDS: dict[State, tuple[BusyKind, ...]] = {
    "booked": ("appointment",),
    "held": ("own", *HELD),
    "away": ("absence", "imported"),
}


@dataclass(frozen=True, slots=True)
class CalendarStretch:
    """A stretch of time in which a calendar does not change its state."""

    state: State
    interval: Interval


def columns(diary: Diary, person: Staff, within: Interval, *, cells: int = 1) -> Iterator[State]:
    """Give the state of a person's calendar in each column of ``cells`` cells.

    A column with several states shows the one that comes first in STATES.
    """
    maps = _maps(diary, person)
    first, end = diary.grid.index(within.start), diary.grid.index(within.end)
    for at in range(first, end, cells):
        span = diary.grid.span(at, min(at + cells, end))
        yield next((state for state in STATES if maps[state] & span), "closed")


def stretches(diary: Diary, person: Staff, within: Interval) -> list[CalendarStretch]:
    """Join equal states to stretches; closed time is left out."""
    joined: list[CalendarStretch] = []
    begin = diary.grid.index(within.start)
    for state, run in groupby(columns(diary, person, within)):
        end = begin + sum(1 for _ in run)
        if state != "closed":
            interval = Interval(diary.grid.instant(begin), diary.grid.instant(end))
            joined.append(CalendarStretch(state, interval))
        begin = end
    return joined


def is_at_work(diary: Diary, people: Sequence[Staff]) -> int:
    """Give the cells in which any of these people is at work or taken, to be shown in a picture."""
    shown = 0
    for person in people:
        maps = _maps(diary, person)
        for state in STATES[:-1]:
            shown |= maps[state]
    return shown


def _maps(diary: Diary, person: Staff) -> dict[State, int]:
    calendar_id = person.calendar_id
    maps: dict[State, int] = dict.fromkeys(STATES, 0)
    for state, kinds in _BUSY_KINDS.items():
        for row in diary.rows:
            if row.calendar_id == calendar_id and row.kind in kinds:
                maps[state] |= diary.grid.touched(row.interval)
    # Two records of a person may have hours of their own: she is open by either.
    for record in diary.company.staff:
        if record.calendar_id == calendar_id:
            maps["free"] |= open_map(diary.company, record, diary.grid)
    # An absence matters only in the hours at which she would have been at work.
    maps["away"] &= maps["free"]
    return maps
