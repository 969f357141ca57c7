"""What the core promises, in plain Python: intervals on calendars, one operation after the other.

No SQL and none of our own code: written from the promises alone, so that where the model and the
database differ one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.proof.holds import Booked, Hold, Offer, Time, Told, Visit, Wished

# A call keeps its newest two offers.
OFFERS_KEPT = 2
# So long a call must be silent before a newer one of the same number takes over what it holds.
SILENT = timedelta(seconds=90)


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
        told = [self._wished_before(call, option, named) for option in options]
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
                own, left = self._gives_way(call, option, named, wished and number == 0)
                given_back |= own
                if not self._in_the_way(option):
                    new = self._hold(call, option, offer, ttl_s, left=left)
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
    ) -> tuple[str, list[Booked], str | None]:
        """Say yes to one hold: an appointment for each person; the rest of its offer is freed."""
        if call is not None and hold.call != call:
            return "unknown", [], None
        if hold.appointments:
            return "repeated", hold.appointments[0].visit.in_order(), None
        if hold.replaced_by is not None:
            return self.convert(hold.replaced_by)
        status = hold.status_at(self.now)
        if status == "active":
            return "converted", self._book(hold), None
        if status == "expired" and again and not self._in_the_way(hold.wished):
            hold.replaced_by = self._hold(hold.call, hold.wished, Offer(), 60)
            return "converted", self._book(hold.replaced_by), None
        return status, [], hold.end_reason

    def book(self, call: str | None, option: Wished, *, named: bool) -> tuple[Told, list[Booked]]:
        """Hold and say yes at once."""
        (told,), _ = self.reserve(call, [option], named=named, ttl_s=60)
        if told.hold is None:
            return told, []
        outcome, appointments, _ = self.convert(told.hold)
        return Told(outcome, told.hold), appointments

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

    def move(
        self, booked: Booked, call: str | None, option: Wished, alone: set[int] | None = None
    ) -> tuple[Told, Booked | None]:
        """Put an appointment, or some parts of it, elsewhere, or leave all as it is."""
        if booked.status == "cancelled":
            return Told("cancelled"), booked
        for there in booked.visit.appointments:
            mine = there.status == "booked" and there.person == booked.person
            if mine and option.takes(option.times) <= there.stands_in.wished.takes(there.times):
                return Told("moved"), there
        parts = set(booked.parts) if alone is None else alone
        if not parts <= set(booked.parts):
            return Told("unknown"), None
        freed = [time for time in booked.times if time[3] in parts]
        own = [
            hold
            for hold in self._live_of(call)
            if booked.person in map(hold.wished.person_of, self._overlap(hold, option))
        ]
        if set(self._in_the_way(option, freed)) - set(own):
            return self._who_blocks(option, freed), booked
        self._end(own, "superseded")
        return Told("moved"), self._put(booked, parts, option)

    def _put(self, booked: Booked, parts: set[int], option: Wished) -> Booked:
        """Let an appointment stand elsewhere; parts that leave it become one of their own."""
        new = self._hold(booked.stands_in.call, option, Offer(), 60)
        moved, rest = booked, tuple(part for part in booked.parts if part not in parts)
        if rest:
            visit = booked.visit
            visit.held, booked.parts = visit.held or booked.stands_in, rest
            moved = Booked(new, booked.person, (), visit)
            visit.appointments.append(moved)
            self.appointments.append(moved)
        moved.stands_in, moved.parts = new, option.numbers_of(booked.person)
        new.status, new.appointments = "converted", [moved]
        return moved

    def cancel_appointment(self, booked: Booked, alone: set[int] | None = None) -> str:
        """Free its time, or that of some parts; the rest of the visit stands."""
        standing = set(booked.parts)
        parts = standing if alone is None else alone
        if booked.status == "cancelled" or not parts & standing:
            return "repeated"
        if standing <= parts:
            booked.status = "cancelled"
        else:
            booked.parts = tuple(part for part in booked.parts if part not in parts)
        return "cancelled"

    def _wished_before(self, call: str | None, option: Wished, named: bool) -> Told | None:
        """The same wish of the same call: never by name, but with the people where one is named."""
        for hold in self.holds:
            if (
                call is not None
                and hold.call == call
                and hold.is_visit(option, self.now)
                and (not named or hold.wished.is_with(option))
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
            if one.offer is not new.offer and one.is_visit(new.wished, self.now)
        }
        offers: dict[Offer, tuple[datetime, int]] = {}
        for one in live:
            asked_at, number = offers.get(one.offer, (one.asked_at, 0))
            offers[one.offer] = max(asked_at, one.asked_at), max(number, one.number)
        newest = sorted(offers, key=lambda offer: offers[offer])[-OFFERS_KEPT:]
        old = {one for one in live if one.offer not in newest}
        return self._end(replaced | old, "superseded")

    def _overlap(self, hold: Hold, option: Wished, freed: Sequence[Time] = ()) -> list[Time]:
        """What a hold takes of a wished time, without what is freed for it."""
        return [
            mine
            for mine in hold.taken(self.now)
            if mine not in freed
            and any(
                mine[0] == other[0] and mine[1] < other[2] and other[1] < mine[2]
                for other in option.times
            )
        ]

    def _in_the_way(self, option: Wished, freed: Sequence[Time] = ()) -> list[Hold]:
        return [hold for hold in self.holds if self._overlap(hold, option, freed)]

    def _own_in_the_way(self, call: str | None, option: Wished) -> list[Hold]:
        """What this call itself holds of a wished time, if nobody else has any of it."""
        holds = self._in_the_way(option)
        own = [
            hold
            for hold in holds
            if hold.status == "active"
            and hold.call == call
            and set(map(hold.wished.person_of, self._overlap(hold, option))) <= option.persons
        ]
        return own if call is not None and own == holds else []

    def _gives_way(
        self, call: str | None, option: Wished, named: bool, first: bool
    ) -> tuple[set[Hold], Hold | None]:
        """What gives way to a call's first wish: its own holds, or what its number left behind."""
        if not first:
            return set(), None
        own = self._end(self._own_in_the_way(call, option), "superseded")
        return own, self._take_over(call, option, named)

    def _take_over(self, call: str | None, option: Wished, named: bool) -> Hold | None:
        """End what an older call of the number left of this very slot, if that alone blocks it."""
        holds = self._in_the_way(option)
        if call is None or len(holds) != 1:
            return None
        (hold,) = holds
        same_slot = hold.is_visit(option, self.now) and (not named or hold.wished.is_with(option))
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
            if one.call == call and (one.is_alive(self.now) or one.appointments)
        ]
        return max(heard) <= self.now - SILENT

    def _who_blocks(self, option: Wished, freed: Sequence[Time] = ()) -> Told:
        holds = self._in_the_way(option, freed)
        if any(hold.appointments for hold in holds):
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
        option: Wished,
        offer: Offer,
        ttl_s: int,
        *,
        left: Hold | None = None,
    ) -> Hold:
        expires_at = self.now + timedelta(seconds=min(ttl_s, self.max_age_s))
        number = len(self.holds) + 1
        new = Hold(option, call, offer, number, self.now, self.now, expires_at, self.now)
        new.took_over = left
        self.holds.append(new)
        return new

    def _book(self, hold: Hold) -> list[Booked]:
        hold.status, hold.heard_at = "converted", self.now
        visit = Visit(hold if len(hold.wished.persons) > 1 else None)
        for person in sorted(hold.wished.persons):
            hold.appointments.append(Booked(hold, person, hold.wished.numbers_of(person), visit))
        visit.appointments += hold.appointments
        self.appointments += hold.appointments
        self.cancel(lambda other: other.offer is hold.offer, "not_chosen")
        return hold.appointments

    def _end(self, holds: Iterable[Hold], reason: str) -> set[Hold]:
        ended = {hold for hold in holds if hold.is_alive(self.now)}
        for hold in ended:
            hold.end(reason)
        return ended
