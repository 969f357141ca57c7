"""What the model knows: wishes, the holds and appointments they become, and what calls are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Time = tuple[int, datetime, datetime, int]  # a calendar, from, until, the number of its part
Part = tuple[int, str]  # for which person, which service


class Offer:
    """What was held in one answer: no more than which it is."""


@dataclass(frozen=True)
class Wished:
    """A visit at a time, each part with someone, as a call wishes it: an option of an offer."""

    parts: tuple[Part, ...]
    staff: tuple[str, ...]  # with whom each part begins
    starts_at: datetime
    times: tuple[Time, ...]

    @property
    def persons(self) -> set[int]:
        """For whom it is."""
        return {person for person, _ in self.parts}

    def person_of(self, time: Time) -> int:
        """For whom a calendar is taken."""
        return self.parts[time[3] - 1][0]

    def numbers_of(self, person: int) -> tuple[int, ...]:
        """The parts of one person."""
        return tuple(n for n, (whose, _) in enumerate(self.parts, start=1) if whose == person)

    def is_with(self, other: Wished) -> bool:
        """Whether the parts of the other begin with the same staff."""
        return self.staff[: len(other.staff)] == other.staff

    def takes(self, times: Iterable[Time]) -> set[object]:
        """What is done at some of its times, whichever part of a visit it is."""
        return {(*time[:3], self.parts[time[3] - 1][1]) for time in times}


@dataclass(eq=False)
class Visit:
    """The appointments of one visit, and the reservation that made them several."""

    held: Hold | None = None
    appointments: list[Booked] = field(default_factory=list)

    def in_order(self) -> list[Booked]:
        """Its appointments by person; a part that was moved alone comes last."""
        return sorted(self.appointments, key=lambda booked: booked.person)


@dataclass(eq=False)
class Booked:
    """An appointment: those parts of one person of a reservation that were not dropped since."""

    stands_in: Hold
    person: int
    parts: tuple[int, ...]
    visit: Visit
    status: str = "booked"
    id: int | None = None  # what the database calls it

    @property
    def times(self) -> list[Time]:
        """What it takes of the calendars."""
        return [time for time in self.stands_in.wished.times if time[3] in self.parts]


@dataclass(eq=False)
class Hold:
    """A reservation and what became of it."""

    wished: Wished
    call: str | None
    offer: Offer
    number: int
    reserved_at: datetime
    asked_at: datetime  # when it was last wished
    expires_at: datetime
    heard_at: datetime  # when its call was last heard of it
    status: str = "active"
    end_reason: str | None = None
    appointments: list[Booked] = field(default_factory=list)  # one for each person
    replaced_by: Hold | None = None
    took_over: Hold | None = None
    token: Any = None  # what the database calls it

    def is_alive(self, now: datetime) -> bool:
        """It is dead at its expiry, not after it."""
        return self.status == "active" and now < self.expires_at

    def taken(self, now: datetime) -> list[Time]:
        """What it takes: all while it lives, then what its appointments have of it."""
        if not self.appointments:
            return list(self.wished.times) if self.is_alive(now) else []
        booked = [one for one in self.appointments if one.status == "booked"]
        return [time for one in booked if one.stands_in is self for time in one.times]

    def is_visit(self, wished: Wished, now: datetime) -> bool:
        """Whether what is left of it is a wish: the same people get the same, at the same start."""
        numbers = {time[3] for time in self.taken(now)}
        left = {(number, self.wished.parts[number - 1]) for number in numbers}
        same_start = self.wished.starts_at == wished.starts_at
        return same_start and left == set(enumerate(wished.parts, start=1))

    def status_at(self, now: datetime) -> str:
        """What has died is expired, swept or not."""
        return "expired" if self.status == "active" and now >= self.expires_at else self.status

    def end(self, reason: str) -> None:
        """Cancel it, with a reason."""
        self.status, self.end_reason = "cancelled", reason

    def extend(self, now: datetime, ttl_s: int, max_age_s: int) -> None:
        """Live longer, never shorter, never beyond the cap on total age."""
        self.heard_at = now
        cap = self.reserved_at + timedelta(seconds=max_age_s)
        self.expires_at = max(self.expires_at, min(now + timedelta(seconds=ttl_s), cap))


@dataclass
class Told:
    """What became of an option: who blocks it, and until when, where it was not to be had."""

    outcome: str
    hold: Hold | None = None
    blocked_by: str | None = None
    blocked_until: datetime | None = None
