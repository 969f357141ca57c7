"""A claim and what blocks its time, released together: one of the two always knows of the other.

Either the claim is refused, or whoever blocks is told of it; what was held first is told again when
it becomes an appointment.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from slotkeeper.domain.errors import Closed
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.context import Contexts, RequestContext
from slotkeeper.operations.hold import hold
from slotkeeper.operations.load_company import load_company
from slotkeeper.storage.reservation_results import ChangedReservation
from tests.build import Salon, TestClock
from tests.races.arena import Arena, Caller, day, later, together
from tests.races.truth import assert_sound_now

rounds_of_a_pair = pytest.mark.parametrize(
    "rounds", [10, pytest.param(200, marks=pytest.mark.prove)]
)
EMMA = "Emma"


async def call_in_sick(salon: Salon, number: int) -> Hits:
    """Take Emma out for a day."""
    _, hits = await salon.store.absences.add(salon.id, _calendar_id(salon), _day(number))
    return hits


async def import_busy(salon: Salon, number: int) -> Hits:
    """Import that Emma is busy elsewhere all day."""
    done = await salon.store.busy_times.replace(
        salon.id, _calendar_id(salon), f"source-{number}", [_day(number)]
    )
    return done.hits


def _calendar_id(salon: Salon) -> int:
    return salon.company.staff_member(EMMA).calendar_id


def _day(number: int) -> Interval:
    midnight = day(number).replace(hour=0)
    return Interval(midnight, midnight + timedelta(days=1))


BLOCKING = {"absence": call_in_sick, "imported": import_busy}
pairs = pytest.mark.parametrize("kind", BLOCKING)


async def booked_facts(salon: Salon) -> dict[int, list[str]]:
    """What each booking's fact says stands in its way, by the appointment."""
    rows = await salon.rows(
        "SELECT payload FROM outbox WHERE company_id = $1 AND kind = 'appointment.booked'"
    )
    facts = [json.loads(row["payload"]) for row in rows]
    return {fact["appointment_id"]: fact.get("hits", []) for fact in facts}


@pairs
@rounds_of_a_pair
async def test_a_hold_and_what_blocks_it_are_never_both_unnamed(arena, rng, kind, rounds):
    """The hold is refused, or named; a named one still converts, and is told of again."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller = Caller(left, f"call-{n}")
        (option,), hits = await together(
            rng, caller.reserve(caller.slot(day(n))), BLOCKING[kind](right, n)
        )
        named = [hold.token for hold in hits.holds]
        if option.outcome == "held":
            assert named == [option.reservation.token]
            appointment = (await caller.convert(option.reservation.token)).appointment
            assert appointment.hits == (kind,)
            assert (await booked_facts(left))[appointment.id] == [kind]
        else:
            assert (option.outcome, named) == (kind, [])
        (again,) = await Caller(left, f"late-{n}").reserve(caller.slot(later(day(n), hours=2)))
        assert again.outcome == kind
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@pairs
@rounds_of_a_pair
async def test_a_booking_and_what_blocks_it_are_never_both_unnamed(arena, rng, kind, rounds):
    """Booked at once is refused, or named as an appointment."""
    left, right = await arena.salons()
    for n in range(rounds):
        desk = Caller(left, None)
        booking, hits = await together(rng, desk.book(desk.slot(day(n))), BLOCKING[kind](right, n))
        named = [appointment.id for appointment in hits.appointments]
        if booking.appointment is not None:
            assert named == [booking.appointment.id]
        else:
            assert (booking.outcome, named) == (kind, [])
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@pairs
@rounds_of_a_pair
async def test_a_move_and_what_blocks_it_are_never_both_unnamed(arena, rng, kind, rounds):
    """Moved into it is refused, and stays where it was, or is named as an appointment."""
    left, right = await arena.salons()
    for n in range(rounds):
        desk = Caller(left, None)
        booked = (await desk.book(desk.slot(day(n), "Sarah"))).appointment
        moved, hits = await together(
            rng, desk.move(booked.id, desk.slot(day(n))), BLOCKING[kind](right, n)
        )
        named = [appointment.id for appointment in hits.appointments]
        assert (moved.outcome, named) in [("moved", [booked.id]), (kind, [])]
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@pairs
@rounds_of_a_pair
async def test_a_conversion_and_what_blocks_it_are_never_both_unnamed(arena, rng, kind, rounds):
    """A yes always counts; what blocks names the hold or the appointment, whichever it met."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller = Caller(left, f"call-{n}")
        (token,) = await caller.hold(caller.slot(day(n)))
        conversion, hits = await together(rng, caller.convert(token), BLOCKING[kind](right, n))
        assert conversion.outcome == "converted"
        booked = conversion.appointment
        met_hold = [hold.token for hold in hits.holds] == [token]
        met_appointment = [appointment.id for appointment in hits.appointments] == [booked.id]
        assert met_hold != met_appointment
        # Met as a hold, the desk hears of it once more: it is an appointment now.
        assert (await booked_facts(left))[booked.id] == ([kind] if met_hold else [])
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@pairs
@rounds_of_a_pair
async def test_a_late_yes_and_what_blocks_it_are_never_both_unnamed(arena, rng, kind, rounds):
    """An expired hold is had again and named, or stays expired."""
    left, right = await arena.salons()
    for n in range(rounds):
        late = Caller(left, f"late-{n}")
        (token,) = await late.hold(late.slot(day(n)))
        await late.let_die(token)
        conversion, hits = await together(
            rng, late.convert(token, reacquire=True), BLOCKING[kind](right, n)
        )
        named = [appointment.id for appointment in hits.appointments]
        if conversion.appointment is not None:
            assert named == [conversion.appointment.id]
        else:
            assert (conversion.outcome, named) == ("expired", [])
        assert hits.holds == ()
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


FILE = """
company: {slug: salon, name: Salon, timezone: Europe/Berlin, sandbox: true}
branches:
  - {key: main, name: Main, hours: {mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY, sat: DAY,
     sun: DAY}}
staff: [{key: emma, name: Emma, branch: main}]
services: [{key: cut, name: Cut, duration_min: 55}]
rules: {horizon_days: 365}
closures: [{from: 2020-01-01}CLOSED]
""".replace("DAY", '["08:00-20:00"]')


async def close(salon: Salon, days: int) -> Hits:
    """Load the company's file with so many of the rounds' days closed."""
    closed = "".join(f", {{from: {day(n).date()}}}" for n in range(days))
    text = FILE.replace("CLOSED", closed)
    return (await load_company(text, filename="salon.yaml", db=salon.store.db)).hits


async def salons_of_a_file(arena: Arena) -> list[Salon]:
    """One company that was loaded from the file, twice connected."""
    left, right = await arena.store(), await arena.store()
    text = FILE.replace("CLOSED", "")
    loaded = await load_company(text, filename="salon.yaml", db=left.db)
    company = await left.catalogues.reload(loaded.company_id)
    return [Salon(company, store, TestClock()) for store in (left, right)]


async def hold_as_an_edge_does(salon: Salon, at: datetime, call_id: str) -> UUID | Closed:
    """Hold a cut; if the catalogue changes underneath, decide once more by the new one."""
    contexts = Contexts(salon.store)

    async def decide(context: RequestContext) -> ChangedReservation:
        return await hold(context, Wish.of(context.company.service("Cut"), at))

    context = await contexts.open(salon.id, Call("test", call_id), test_now=salon.now)
    try:
        return (await contexts.deciding(context, decide)).reservation.token
    except Closed as refusal:
        return refusal


@rounds_of_a_pair
async def test_a_hold_and_a_closure_are_never_both_unnamed(arena, rng, rounds):
    """The caller hears that it is closed, or the load names the hold; then it still converts."""
    left, right = await salons_of_a_file(arena)
    for n in range(rounds):
        held, hits = await together(
            rng, hold_as_an_edge_does(left, day(n), f"call-{n}"), close(right, n + 1)
        )
        named = [one.token for one in hits.holds if one.starts_at == day(n)]
        if isinstance(held, Closed):
            assert named == []
        else:
            assert named == [held]
            appointment = await left.convert(held)
            assert appointment.hits == ("catalogue",)
            assert (await booked_facts(left))[appointment.id] == ["catalogue"]
    await assert_sound_now(left)
    await arena.assert_no_deadlock()
