"""Whatever is asked in whatever order, the database and a model in plain Python say the same."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Call
from slotkeeper.storage.database import Database
from slotkeeper.storage.reservation_results import OfferOptions
from slotkeeper.storage.store import Store
from tests.build import SECRET
from tests.databases import TestDatabase
from tests.proof.stage import make_quick
from tests.proof.world import (
    CALLERS,
    CUT,
    CUT_AND_PERM,
    DYE,
    DYE_BESIDE_CUT,
    PERM,
    STAFF,
    STARTS,
    TWO_CUTS,
    World,
    assert_told,
    wished,
)
from tests.races import truth

# Those of the truth that do not ask what came first: here many things happen at one instant.
RULES = (truth.torn, truth.miscounted, truth.ill_converted, truth.held_by_the_ended)
CALLS = tuple(CALLERS)

calls = st.sampled_from((*CALLS, None))
SERVICES = [((1, service),) for service in (CUT, CUT, CUT, PERM, DYE)]
visits = st.sampled_from((*SERVICES, ((2, CUT),), CUT_AND_PERM, TWO_CUTS, DYE_BESIDE_CUT))
staff = st.sampled_from(STAFF)
starts = st.integers(0, STARTS - 1)
ttls = st.sampled_from((1, 60, 300, 300, 3000))
slots = st.tuples(staff, starts)
seldom = st.sampled_from((False, False, False, True))
# Whether only one part of an appointment, and which.
parts = st.sampled_from((None, None, 0, 1))
# Which of those that there are.
picks = st.integers(0, 30)


@dataclass
class Session:
    """A loop and a pool that outlive the examples; each example is a company of its own."""

    runner: asyncio.Runner
    store: Store

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do it and wait for it."""
        return self.runner.run(work)


class Calendars(RuleBasedStateMachine):
    """Callers, a desk and the clock, each rule an operation of the core."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.world: World | None = None

    @initialize()
    def a_new_company(self) -> None:
        self.world = self.session.run(World.make(self.session.store))
        self.core = self.session.store.reservations
        self.company_id = self.world.salon.id

    @property
    def model(self) -> Any:
        return self.world.model

    @property
    def now(self) -> Any:
        return self.world.salon.now

    @rule(call=calls, visit=visits, slot=slots, named=st.booleans(), ttl_s=ttls)
    def hold(self, *, call, visit, slot, named, ttl_s):
        self._reserve(call, visit, [slot], named=named, wished=True, keep=None, ttl_s=ttl_s)

    @rule(
        call=calls,
        visit=visits,
        chosen=st.lists(slots, min_size=2, max_size=4, unique=True),
        named=st.booleans(),
        wished=st.booleans(),
        keep=st.sampled_from((None, 1, 2)),
        ttl_s=ttls,
    )
    def offer(self, *, call, visit, chosen, named, wished, keep, ttl_s):
        self._reserve(call, visit, chosen, named=named, wished=wished, keep=keep, ttl_s=ttl_s)

    @rule(call=calls, visit=visits, slot=slots, named=st.booleans())
    def book(self, call, visit, slot, named):
        place = self.world.place(visit, *slot)
        booking = self.session.run(
            self.core.book(
                self.company_id,
                self.world.wish(visit, place.starts_at, place if named else None),
                place,
                call=Call("test", call, CALLERS.get(call)),
                now=self.now,
            )
        )
        told, booked = self.model.book(call, wished(visit, place), named=named)
        assert (booking.outcome, booking.blocked_by) == (told.outcome, told.blocked_by)
        assert booking.blocked_until == told.blocked_until
        self._same_appointments(booking.appointments, booked)

    @precondition(lambda self: self.model.holds)
    @rule(pick=picks, again=st.booleans(), call=st.sampled_from((None, None, *CALLS)))
    def convert(self, pick, again, call):
        hold = self._pick(self.model.holds, pick)
        done = self.session.run(
            self.core.convert(
                self.company_id, hold.token, call_id=call, reacquire=again, now=self.now
            )
        )
        outcome, booked, why = self.model.convert(hold, call=call, again=again)
        assert (done.outcome, done.end_reason) == (outcome, why)
        self._same_appointments(done.appointments, booked)

    @precondition(lambda self: self.model.holds)
    @rule(pick=picks)
    def cancel(self, pick):
        hold = self._pick(self.model.holds, pick)
        self._cancel(lambda one: one is hold, token=hold.token)

    @precondition(lambda self: self.model.holds)
    @rule(pick=picks)
    def cancel_offer(self, pick):
        hold = self._pick(self.model.holds, pick)
        stored, _ = self.session.run(self.core.find(self.company_id, hold.token))
        self._cancel(lambda one: one.offer is hold.offer, offer_id=stored.offer_id)

    @rule(call=st.sampled_from(CALLS))
    def cancel_call(self, call):
        self._cancel(lambda one: one.call == call, call_id=call)

    @rule(call=st.sampled_from(CALLS), really=seldom)
    def end_call(self, call, really):
        assume(really)  # such a call can do little more
        ended = self.session.run(
            self.core.end_call(self.company_id, Call("test", call, CALLERS.get(call)), now=self.now)
        )
        assert set(ended) == {hold.token for hold in self.model.end_call(call)}

    @precondition(lambda self: self.model.holds)
    @rule(pick=picks, ttl_s=ttls)
    def extend(self, pick, ttl_s):
        hold = self._pick(self.model.holds, pick)
        extended = self.session.run(
            self.core.extend(self.company_id, token=hold.token, ttl_s=ttl_s, now=self.now)
        )
        self.model.extend([hold], ttl_s)
        self._same_extensions(extended, [hold])

    @rule(call=st.sampled_from(CALLS), ttl_s=ttls)
    def extend_call(self, call, ttl_s):
        live = [one for one in self.model.holds if one.call == call and one.is_alive(self.now)]
        extended = self.session.run(
            self.core.extend(self.company_id, call_id=call, ttl_s=ttl_s, now=self.now)
        )
        self.model.extend(live, ttl_s)
        # One that has died since is named as well, if this is what ended it.
        self._same_extensions([one for one in extended if one.reservation.status == "active"], live)

    @precondition(lambda self: self.model.appointments)
    @rule(pick=picks, slot=slots, call=calls, part=parts)
    def move(self, pick, slot, call, part):
        booked = self._pick(self.model.appointments, pick)
        alone = self._one_part(booked, part)
        visit = [booked.stands_in.wished.parts[n - 1] for n in sorted(alone or booked.parts)]
        place = self.world.place(visit, *slot)
        moved = self.session.run(
            self.core.move(
                self.company_id,
                booked.id,
                self.world.wish(visit, place.starts_at),
                place,
                parts=alone and sorted(alone),
                call_id=call,
                now=self.now,
            )
        )
        told, there = self.model.move(booked, call, wished(visit, place), alone)
        assert (moved.outcome, moved.blocked_by) == (told.outcome, told.blocked_by)
        assert moved.blocked_until == told.blocked_until
        if told.outcome != "taken":
            self._same_appointments(filter(None, [moved.appointment]), filter(None, [there]))

    @precondition(lambda self: self.model.appointments)
    @rule(pick=picks, part=parts)
    def cancel_appointment(self, pick, part):
        booked = self._pick(self.model.appointments, pick)
        alone = self._one_part(booked, part)
        cancellation = self.session.run(
            self.core.cancel_appointment(
                self.company_id,
                booked.id,
                parts=alone and sorted(alone),
                reason="cancelled",
                notice_min=0,
                now=self.now,
            )
        )
        assert cancellation.outcome == self.model.cancel_appointment(booked, alone)
        self._same_appointments([cancellation.appointment], [booked])

    @rule(seconds=st.sampled_from((1, 60, 89, 90, 120, 299, 3600)))
    def let_time_pass(self, seconds):
        self.world.advance_to(self.now + timedelta(seconds=seconds))

    @precondition(lambda self: any(hold.is_alive(self.now) for hold in self.model.holds))
    @rule(pick=picks, early=st.booleans())
    def come_to_an_expiry(self, pick, early):
        hold = self._pick([one for one in self.model.holds if one.is_alive(self.now)], pick)
        self.world.advance_to(hold.expires_at - timedelta(microseconds=early))

    @rule(really=seldom)
    def ask_for_what_is_not_there(self, really):
        assume(really)
        token = uuid4()
        done = self.session.run(
            self.core.convert(self.company_id, token, reacquire=True, now=self.now)
        )
        assert done.outcome == "unknown"
        self._cancel(lambda one: False, token=token)

    @invariant()
    def the_model_and_the_database_say_the_same(self):
        if self.world is not None:
            self.session.run(self.world.assert_same())

    def teardown(self):
        if self.world is not None:
            rows = self.session.run(truth.rows_of(self.world.salon))
            assert not [flaw for rule in RULES for flaw in rule(rows)]
            assert not list(truth.overlaps(rows.reservations))

    def _reserve(self, call, visit, chosen, *, named, wished, keep, ttl_s):
        places = apart([self.world.place(visit, *slot) for slot in chosen])
        ours = [wished_of(visit, place) for place in places]
        assume(not (wished and keep is not None and len(ours) > 1))  # is refused
        options = self.session.run(
            self.core.reserve(
                self.company_id,
                self.world.wish(visit, places[0].starts_at, places[0] if named else None),
                OfferOptions(places, wished=wished, keep=keep),
                call=Call("test", call, CALLERS.get(call)),
                ttl_s=ttl_s,
                now=self.now,
            )
        )
        told, given_back = self.model.reserve(
            call, ours, named=named, wished=wished, keep=keep, ttl_s=ttl_s
        )
        assert_told(options, told, given_back)

    def _cancel(self, which, **by):
        ended = self.session.run(
            self.core.cancel(self.company_id, reason="released", now=self.now, **by)
        )
        assert set(ended) == {hold.token for hold in self.model.cancel(which, "released")}

    def _pick(self, among, pick):
        return among[pick % len(among)]

    def _one_part(self, booked, part):
        if part is None:
            return None
        # One that was cancelled or moved before is asked for too.
        return {self._pick(booked.stands_in.wished.numbers_of(booked.person), part)}

    def _same_appointments(self, found, booked):
        for one, ours in zip(found, booked, strict=True):
            ours.id = ours.id or one.id
            ours.stands_in.token = ours.stands_in.token or one.token
            assert (one.id, one.token) == (ours.id, ours.stands_in.token)
            starts_at = min(begins for _, begins, _, _ in ours.times)
            assert (one.status, one.person, one.starts_at) == (
                ours.status,
                ours.person,
                starts_at,
            )

    def _same_extensions(self, extended, holds):
        reservations = [one.reservation for one in extended]
        assert {(one.token, one.status, one.expires_at) for one in reservations} == {
            (hold.token, hold.status_at(self.now), hold.expires_at) for hold in holds
        }


wished_of = wished


def apart(places: list[Placement]) -> list[Placement]:
    """Leave out what would stand in the way of an option before it."""
    kept: list[Placement] = []
    for place in places:
        if not any(
            mine.calendar_id == theirs.calendar_id and mine.interval.overlaps(theirs.interval)
            for other in kept
            for mine in place.claims
            for theirs in other.claims
        ):
            kept.append(place)
    return kept


def run_machine(urls: TestDatabase, **how: Any) -> None:
    """Try examples against a database."""
    with asyncio.Runner() as runner:
        runner.run(make_quick(urls))
        db = runner.run(Database.open(urls.app_url, size=1))
        try:
            run_state_machine_as_test(
                lambda: Calendars(Session(runner, Store(db, SECRET))),
                settings=settings(suppress_health_check=list(HealthCheck), print_blob=True, **how),
            )
        finally:
            runner.run(db.close())


@pytest.mark.parametrize(
    ("examples", "steps"), [(25, 30), pytest.param(3000, 60, marks=pytest.mark.prove)]
)
def test_the_database_does_what_the_model_does(fresh, examples, steps):
    """Holds, offers, yeses, moves, ends and expiries in any order: answers and rows are equal."""
    run_machine(fresh, max_examples=examples, stateful_step_count=steps)
