"""Why nothing can be had on a day, or in a part of it.

Pure. The answer is the truest reason: a closed day is closed, whoever is away and whatever is
booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.availability import (
    bookable_wish,
    branches_of,
    closing_reason,
    horizon_days,
    horizon_end,
    not_at_work,
    notice_min,
)
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Busy, Diary
from slotkeeper.domain.errors import (
    Closed,
    InThePast,
    Refusal,
    SearchGivenUp,
    SlotTaken,
    StaffAbsent,
    TooFar,
    TooSoon,
)
from slotkeeper.domain.grid import indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import branch_map
from slotkeeper.domain.visit_places import VisitPlaces
from slotkeeper.domain.wish import Wish


@dataclass(frozen=True, slots=True)
class EmptyWindow:
    """A day, or a part of it, in which nothing can be had, and why."""

    window: Interval
    refusal: Refusal


# Of several windows the reason nearest to a yes is the truest.
_NEAREST_TO_YES = (SearchGivenUp, SlotTaken, StaffAbsent, TooSoon, Closed, TooFar, InThePast)


def truest(empty: Sequence[EmptyWindow]) -> Refusal:
    """Give the reason that stands for all of some windows."""
    return min((each.refusal for each in empty), key=lambda no: _NEAREST_TO_YES.index(type(no)))


def why_nothing(
    diary: Diary,
    wish: Wish,
    people: Sequence[Staff],
    windows: Sequence[Interval],
    now: datetime,
) -> list[EmptyWindow]:
    """Give for each window why no start in it can be had with any of the people."""
    search = _Search(diary, wish, people, now)
    return [EmptyWindow(window, search.why(window)) for window in windows]


class _Search:
    """The starts of a wish in ever fuller calendars: empty, with absences, and so on."""

    def __init__(self, diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime) -> None:
        self.diary, self.wish, self.people, self.now = diary, wish, people, now
        self.service = wish.service
        self.allowed = bookable_wish(diary, wish, now)
        self.places = VisitPlaces.of(diary, wish, people)
        self.open = self._starts(diary.without("hold", "appointment", "imported", "absence"))
        self.present = self._starts(diary.without("hold", "appointment", "imported"))
        self.not_held = self._starts(diary.without("hold"))

    def _starts(self, seen: Diary) -> int:
        # For several people these are the starts of any of them: one reason stands for all.
        return VisitPlaces.of(seen, self.wish, self.people).could_start()

    def why(self, window: Interval) -> Refusal:
        """Give the truest reason why no start within the window can be had."""
        company = self.diary.company
        if window.end <= self.now:
            return InThePast()
        if window.start >= horizon_end(company, self.service, self.now):
            return TooFar(horizon_days(company, self.service))
        here = self.diary.grid.touched(window)
        if not self.open & here:
            return not_at_work(self.diary, self.people, here) or self._closed(window)
        if not self.open & here & self.allowed:
            return self._too_late(window, here)
        if not self.present & here & self.allowed:
            return StaffAbsent()
        if len(self.wish.persons) > 1 and any(
            map(self.places.may_fit_at, indexes(self.places.could_start() & here & self.allowed))
        ):
            return SearchGivenUp()
        if self.not_held & here & self.allowed:
            return SlotTaken("hold", self._first_end(window))
        rows = self._in_the_way(window)
        return SlotTaken("appointment" if any(r.kind == "appointment" for r in rows) else "busy")

    def _closed(self, window: Interval) -> Closed:
        company = self.diary.company
        return Closed(closing_reason(company, branches_of(company, self.people), window.start))

    def _too_late(self, window: Interval, here: int) -> Refusal:
        """Too soon; or the day was open, and its hours are over."""
        grid, company = self.diary.grid, self.diary.company
        rest = here & grid.touched(Interval(max(window.start, self.now), window.end))
        branches = branches_of(company, self.people)
        if not any(branch_map(company, branch.id, grid) & rest for branch in branches):
            return Closed()
        return TooSoon(notice_min(company, self.service))

    def _in_the_way(self, window: Interval) -> list[Busy]:
        calendars = {person.calendar_id for person in self.people}
        return [
            row
            for row in self.diary.rows
            if row.calendar_id in calendars and row.interval.overlaps(window)
        ]

    def _first_end(self, window: Interval) -> datetime | None:
        ends = (row.expires_at for row in self._in_the_way(window) if row.kind == "hold")
        return min((end for end in ends if end), default=None)
