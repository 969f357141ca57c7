"""What the core promises, in plain Python: intervals on calendars, one operation after the other.

No SQL and none of our own code: written from the promises alone, so that where the model and the
database differ one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Time = tuple[int, datetime, datetime]  # a calendar, from, until

# A call keeps its newest two offers.
OFFERS_KEPT = 2
# So long a call must be silent before a newer one of the same number takes over what it holds.
SILENT = timedelta(seconds=90)


class Offer:
    """What was held in one answer: no more than which it is."""


@dataclass(frozen=True)
class Wished:
    """A service at a time with someone, as a call wishes it: an option of an offer."""

    service: str
    staff: str
    starts_at: datetime
    times: tuple[Time, ...]


@dataclass(eq=False)
class Booked:
    """An appointment, and the reservation that it stands in."""

    stands_in: Hold
    status: str = "booked"
    id: int | None = None  # what the database calls it


@dataclass(eq=False)
class Hold:
    """A reservation and what became of it."""

    wished: Wished
    call: str | None
    person: int
    offer: Offer
    number: int
    reserved_at: datetime
    asked_at: datetime  # when it was last wished
    expires_at: datetime
    heard_at: datetime  # when its call was last heard of it
    status: str = "active"
    end_reason: str | None = None
    appointment: Booked | None = None
    replaced_by: Hold | None = None
    took_over: Hold | None = None
    token: Any = None  # what the database calls it

    def is_alive(self, now: datetime) -> bool:
        """It is dead at its expiry, not after it."""
        return self.status == "active" and now < self.expires_at

    def blocks(self, now: datetime) -> bool:
        """Whether its time is taken: it lives, or its appointment stands in it."""
        if self.appointment is not None:
            return self.appointment.status == "booked" and self.appointment.stands_in is self
        return self.is_alive(now)

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


@dataclass
class Model:
    """All reservations of a company."""

    max_age_s: int
    now: datetime
    holds: list[Hold] = field(default_factory=list)
    appointments: list[Booked] = field(default_factory=list)
    ended_calls: set[str] = field(default_factory=set)
    caller_of: dict[str, str] = field(default_factory=dict)

    def reserve(
        self,
        call: str | None,
        person: int,
        options: Sequence[Wished],
        *,
        named: bool,
        wished: bool = True,
        keep: int | None = None,
        ttl_s: int,
    ) -> tuple[list[Told], set[Hold]]:
        """Hold options; what became of each, and what of the call's own was given back for it."""
        if call in self.ended_calls:
            return [Told("call_ended") for _ in options], set()
        told = [self._wished_before(call, person, option, named) for option in options]
        offer = Offer()
        for hold in (one.hold for one in told if one is not None and one.outcome == "repeated"):
            offer, hold.asked_at = hold.offer if wished else offer, self.now
        self.extend(self._live_of(call), ttl_s)
        given_back: set[Hold] = set()
        kept = 0
        for number, option in enumerate(options):
            one = told[number]
            if keep is not None and kept >= keep:
                told[number] = Told("spare")
                continue
            if one is None:
                own, left = self._gives_way(call, person, option, named, wished and number == 0)
                given_back |= own
                if not self._in_the_way(option):
                    new = self._hold(call, person, option, offer, ttl_s, left=left)
                    told[number] = one = Told("held", new)
            elif one.outcome == "repeated" and not wished:
                one.hold.offer = offer  # what is named again belongs to the new answer
            kept += one is not None
        held = [one.hold for one in told if one is not None and one.outcome == "held"]
        if held:
            given_back |= self._give_back(call, held)
        return [
            one or self._who_blocks(option) for one, option in zip(told, options, strict=True)
        ], given_back

    def convert(
        self, hold: Hold, *, call: str | None = None, again: bool = False
    ) -> tuple[str, Booked | None, str | None]:
        """Say yes to one hold; what its offer held besides is freed."""
        if call is not None and hold.call != call:
            return "unknown", None, None
        if hold.appointment is not None:
            return "repeated", hold.appointment, None
        if hold.replaced_by is not None:
            return self.convert(hold.replaced_by)
        status = hold.status_at(self.now)
        if status == "active":
            return "converted", self._book(hold), None
        if status == "expired" and again and not self._in_the_way(hold.wished):
            hold.replaced_by = self._hold(hold.call, hold.person, hold.wished, Offer(), 60)
            return "converted", self._book(hold.replaced_by), None
        return status, None, hold.end_reason

    def book(
        self, call: str | None, person: int, option: Wished, *, named: bool
    ) -> tuple[Told, Booked | None]:
        """Hold and say yes at once."""
        (told,), _ = self.reserve(call, person, [option], named=named, ttl_s=60)
        if told.hold is None:
            return told, None
        outcome, appointment, _ = self.convert(told.hold)
        return Told(outcome, told.hold), appointment

    def cancel(self, which: Callable[[Hold], bool], reason: str) -> set[Hold]:
        """End what lives of these; which they were."""
        return self._end([hold for hold in self.holds if which(hold)], reason)

    def end_call(self, call: str) -> set[Hold]:
        """Release what a call holds, and let it hold nothing more."""
        self.ended_calls.add(call)
        return self.cancel(lambda hold: hold.call == call, "call_ended")

    def extend(self, holds: Iterable[Hold], ttl_s: int) -> None:
        """Keep alive what lives."""
        for hold in holds:
            if hold.is_alive(self.now):
                hold.extend(self.now, ttl_s, self.max_age_s)

    def move(self, appointment: Booked, call: str | None, option: Wished) -> Told:
        """Put an appointment elsewhere, or leave all as it is."""
        old = appointment.stands_in
        if appointment.status == "cancelled":
            return Told("cancelled", old)
        if set(option.times) <= set(old.wished.times):
            return Told("moved", old)
        own = [hold for hold in self._live_of(call) if hold.person == old.person]
        others = set(self._in_the_way(option)) - {old}
        if others - set(own):
            return self._who_blocks(option, but=old)
        self._end([hold for hold in own if hold in others], "superseded")
        moved = Wished(old.wished.service, option.staff, option.starts_at, option.times)
        new = self._hold(old.call, old.person, moved, Offer(), 60)
        new.status, new.appointment, appointment.stands_in = "converted", appointment, new
        return Told("moved", new)

    def cancel_appointment(self, appointment: Booked) -> None:
        """Free its time."""
        appointment.status = "cancelled"

    def _wished_before(
        self, call: str | None, person: int, option: Wished, named: bool
    ) -> Told | None:
        """The same wish of the same call: never by name, but with the person where one is named."""
        for hold in self.holds:
            same = (hold.call, hold.person, hold.wished.service, hold.wished.starts_at)
            if (
                call is not None
                and same == (call, person, option.service, option.starts_at)
                and hold.blocks(self.now)
                and (not named or hold.wished.staff == option.staff)
            ):
                return Told("repeated" if hold.status == "active" else "booked", hold)
        return None

    def _give_back(self, call: str | None, held: list[Hold]) -> set[Hold]:
        """What new holds replace: the same wish with others, and the call's oldest offers."""
        live = self._live_of(call)
        replaced = {
            one
            for one in live
            for new in held
            if one.offer is not new.offer
            and (one.person, one.wished.service, one.wished.starts_at)
            == (new.person, new.wished.service, new.wished.starts_at)
        }
        offers: dict[Offer, tuple[datetime, int]] = {}
        for one in live:
            asked_at, number = offers.get(one.offer, (one.asked_at, 0))
            offers[one.offer] = max(asked_at, one.asked_at), max(number, one.number)
        newest = sorted(offers, key=lambda offer: offers[offer])[-OFFERS_KEPT:]
        old = {one for one in live if one.offer not in newest}
        return self._end(replaced | old, "superseded")

    def _in_the_way(self, option: Wished) -> list[Hold]:
        return [hold for hold in self.holds if hold.blocks(self.now) and overlap(hold, option)]

    def _own_in_the_way(self, call: str | None, person: int, option: Wished) -> list[Hold]:
        """What this call itself holds of a wished time, if nobody else has any of it."""
        holds = self._in_the_way(option)
        own = [h for h in holds if h.status == "active" and h.call == call and h.person == person]
        return own if call is not None and own == holds else []

    def _gives_way(
        self, call: str | None, person: int, option: Wished, named: bool, first: bool
    ) -> tuple[set[Hold], Hold | None]:
        """What gives way to a call's first wish: its own holds, or what its number left behind."""
        if not first:
            return set(), None
        own = self._end(self._own_in_the_way(call, person, option), "superseded")
        return own, self._take_over(call, person, option, named)

    def _take_over(self, call: str | None, person: int, option: Wished, named: bool) -> Hold | None:
        """End what an older call of the number left of this very slot, if that alone blocks it."""
        holds = self._in_the_way(option)
        if call is None or len(holds) != 1:
            return None
        (hold,) = holds
        same_slot = (hold.person, hold.wished.service, hold.wished.starts_at) == (
            *(person, option.service, option.starts_at),
        ) and (not named or hold.wished.staff == option.staff)
        same_caller = (
            hold.call not in (None, call) and self.caller_of[hold.call] == self.caller_of[call]
        )
        may = hold.status == "active" and hold.took_over is None
        if not (same_slot and same_caller and may and self._is_silent(hold.call)):
            return None
        hold.end("taken_over")
        return hold

    def _is_silent(self, call: str | None) -> bool:
        """Whether nothing was heard of a call for longer than people think."""
        heard = [
            one.heard_at
            for one in self.holds
            if one.call == call and (one.is_alive(self.now) or one.appointment is not None)
        ]
        return max(heard) <= self.now - SILENT

    def _who_blocks(self, option: Wished, but: Hold | None = None) -> Told:
        holds = [hold for hold in self._in_the_way(option) if hold is not but]
        if any(hold.appointment for hold in holds):
            return Told("taken", None, "appointment")
        until = max((hold.expires_at for hold in holds), default=None)
        return Told("taken", None, "hold" if holds else None, until)

    def _live_of(self, call: str | None) -> list[Hold]:
        return [
            hold
            for hold in self.holds
            if call is not None and hold.call == call and hold.is_alive(self.now)
        ]

    def _hold(
        self,
        call: str | None,
        person: int,
        option: Wished,
        offer: Offer,
        ttl_s: int,
        *,
        left: Hold | None = None,
    ) -> Hold:
        expires_at = self.now + timedelta(seconds=min(ttl_s, self.max_age_s))
        number = len(self.holds) + 1
        new = Hold(option, call, person, offer, number, self.now, self.now, expires_at, self.now)
        new.took_over = left
        self.holds.append(new)
        return new

    def _book(self, hold: Hold) -> Booked:
        hold.status, hold.appointment, hold.heard_at = "converted", Booked(hold), self.now
        self.appointments.append(hold.appointment)
        self.cancel(lambda other: other.offer is hold.offer, "not_chosen")
        return hold.appointment

    def _end(self, holds: Iterable[Hold], reason: str) -> set[Hold]:
        ended = {hold for hold in holds if hold.is_alive(self.now)}
        for hold in ended:
            hold.end(reason)
        return ended


def overlap(hold: Hold, option: Wished) -> bool:
    """Whether a hold and an option want a calendar at the same time."""
    return any(
        calendar == other and start < until and begin < end
        for calendar, start, end in hold.wished.times
        for other, begin, until in option.times
    )
