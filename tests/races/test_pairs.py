"""Two operations on the same rows, released together: no deadlock, and one truth afterwards."""

from __future__ import annotations

import re
from contextlib import suppress

import asyncpg
import pytest

from slotkeeper.domain.errors import StorageUnavailable
from tests.build import PERM
from tests.core import opened_core
from tests.races.arena import Arena, Caller, day, later, together
from tests.races.truth import assert_sound_now

rounds_of_a_pair = pytest.mark.parametrize(
    "rounds", [10, pytest.param(200, marks=pytest.mark.prove)]
)


@rounds_of_a_pair
async def test_two_converts_of_one_offer_make_one_appointment(arena, rng, rounds):
    """Of two options of one offer, taken at the same moment, one is booked and one is freed."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller, twin = Caller(left, f"call-{n}"), Caller(right, f"call-{n}")
        options = [caller.slot(day(n), staff, PERM) for staff in ("Emma", "Sarah")]
        tokens = await caller.hold(*options, service=PERM)
        done = await together(rng, caller.convert(tokens[0]), twin.convert(tokens[1]))
        assert sorted(one.outcome for one in done) == ["cancelled", "converted"]
        assert {one.end_reason for one in done} == {None, "not_chosen"}
    rows = await assert_sound_now(left)
    assert (rows.count("converted"), rows.count("cancelled")) == (rounds, rounds)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_two_converts_of_one_hold_give_the_same_appointment(arena, rng, rounds):
    """A yes that is said twice at the same moment books once, and both hear of that booking."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller, twin = Caller(left, f"call-{n}"), Caller(right, f"call-{n}")
        (token,) = await caller.hold(caller.slot(day(n), service=PERM), service=PERM)
        first, second = await together(rng, caller.convert(token), twin.convert(token))
        assert {first.outcome, second.outcome} == {"converted", "repeated"}
        assert first.appointment == second.appointment
    rows = await assert_sound_now(left)
    assert len(rows.appointments) == rounds
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_callers_who_swap_their_wishes_both_get_one(arena, rng, rounds):
    """Each wishes what the other is about to lose by it: whoever is second gets it."""
    left, right = await arena.salons()
    for n in range(rounds):
        one, other = Caller(left, f"one-{n}"), Caller(right, f"other-{n}")
        ten, eleven = one.slot(day(n)), one.slot(later(day(n), hours=1))
        await one.hold(ten)
        await other.hold(eleven)
        await one.hold(one.slot(later(day(n), hours=2)))
        await other.hold(one.slot(later(day(n), hours=3)))
        # The third offer of a call costs it its oldest.
        (one_new, one_swapped), (other_swapped, other_new) = await together(
            rng,
            one.reserve(one.slot(later(day(n), hours=4)), eleven),
            other.reserve(ten, other.slot(later(day(n), hours=5))),
        )
        assert (one_new.outcome, other_new.outcome) == ("held", "held")
        assert {one_swapped.outcome, other_swapped.outcome} == {"held", "taken"}
    rows = await assert_sound_now(left)
    assert rows.count("cancelled") == 2 * rounds
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_late_yes_against_a_rival_has_one_winner(arena, rng, rounds):
    """An expired hold is had again, or a rival has its slot: never both, never neither."""
    left, right = await arena.salons()
    for n in range(rounds):
        late, rival = Caller(left, f"late-{n}"), Caller(right, f"rival-{n}")
        (token,) = await late.hold(late.slot(day(n), service=PERM), service=PERM)
        await late.let_die(token)
        conversion, (option,) = await together(
            rng,
            late.convert(token, reacquire=True),
            rival.reserve(late.slot(later(day(n), minutes=65))),
        )
        assert (conversion.outcome, option.outcome) in [("converted", "taken"), ("expired", "held")]
        again = await late.convert(token, reacquire=True)
        assert again.appointment == conversion.appointment
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_dead_hold_blocks_nobody_while_it_is_swept(arena, rng, rounds):
    """A rival gets the slot of a dead hold, whether the worker or the rival ends it."""
    left, right = await arena.salons()
    for n in range(rounds):
        dead, rival, worker = (
            Caller(left, f"dead-{n}"),
            Caller(left, f"rival-{n}"),
            Caller(right, None),
        )
        (token,) = await dead.hold(dead.slot(day(n), service=PERM), service=PERM)
        await dead.let_die(token)
        options, _ = await together(
            rng,
            rival.reserve(rival.slot(day(n)), rival.slot(later(day(n), minutes=65))),
            worker.expire_due(),
        )
        assert [option.outcome for option in options] == ["held", "held"]
    rows = await assert_sound_now(left)
    assert (rows.count("expired"), rows.count("active")) == (rounds, 2 * rounds)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_releasing_and_retiring_meet_without_a_deadlock(arena, rng, rounds):
    """One wish retires a dead hold and releases an old one; a rival wishes both their slots."""
    left, right = await arena.salons()
    for n in range(rounds):
        dead, caller, rival = (
            Caller(left, f"dead-{n}"),
            Caller(left, f"caller-{n}"),
            Caller(right, f"rival-{n}"),
        )
        old, new = caller.slot(day(n)), caller.slot(later(day(n), hours=2))
        (died,) = await dead.hold(new)
        await caller.hold(old)
        await caller.hold(caller.slot(later(day(n), hours=4)))
        await dead.let_die(died)
        (mine,), (on_old, on_new) = await together(
            rng, caller.reserve(new), rival.reserve(old, new)
        )
        assert (mine.outcome, on_old.outcome, on_new.outcome) in [
            ("held", "held", "taken"),
            ("taken", "taken", "held"),
        ]
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_call_that_hangs_up_leaves_no_hold_behind(arena, rng, rounds):
    """A hold that is on its way when its caller hangs up is refused or released."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller, platform = Caller(left, f"call-{n}"), Caller(right, f"call-{n}")
        await caller.hold(caller.slot(day(n), service=PERM), service=PERM)
        (option,), ended = await together(
            rng, caller.reserve(caller.slot(later(day(n), hours=3))), platform.hang_up()
        )
        assert (option.outcome, len(ended)) in [("held", 2), ("call_ended", 1)]
    rows = await assert_sound_now(left)
    assert rows.count("active") == 0
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_hold_is_converted_or_released_but_not_both(arena, rng, rounds):
    """A yes and a release at the same moment: one counts, and the other is told so."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller, desk = Caller(left, f"call-{n}"), Caller(right, None)
        (token,) = await caller.hold(caller.slot(day(n), service=PERM), service=PERM)
        conversion, ended = await together(rng, caller.convert(token), desk.cancel(token))
        assert (conversion.outcome, ended) in [("converted", []), ("cancelled", [token])]
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_hold_is_extended_or_expired_but_not_both(arena, rng, rounds):
    """Around its expiry a hold is kept alive or swept, whole; what was answered stays true."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller, worker = Caller(left, f"call-{n}"), Caller(right, None)
        (token,) = await caller.hold(caller.slot(day(n), service=PERM), service=PERM)
        await caller.let_die(token, in_ms=rng.random() * 3)
        (extension,), swept = await together(rng, caller.extend(token=token), worker.expire_due())
        swept += await worker.expire_due()
        assert (extension.status, swept) in [("active", 0), ("expired", 1), ("expired", 0)]
        stored, _ = await left.store.reservations.find(left.id, token)
        assert (stored.status, stored.expires_at) == (extension.status, extension.expires_at)
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_slot_is_booked_or_held_but_not_both(arena, rng, rounds):
    """A booking at once and a rival's hold of one slot: one has it."""
    left, right = await arena.salons()
    for n in range(rounds):
        desk, rival = Caller(left, None), Caller(right, f"rival-{n}")
        booking, (option,) = await together(
            rng,
            desk.book(desk.slot(day(n), service=PERM), PERM),
            rival.reserve(rival.slot(later(day(n), minutes=65))),
        )
        assert (booking.outcome, option.outcome) in [("converted", "taken"), ("taken", "held")]
        assert option.blocked_by in (None, "appointment")
        assert booking.blocked_by in (None, "hold")
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_one_wish_asked_twice_at_once_is_one_hold(arena, rng, rounds):
    """A tool call that is repeated at once, and sees someone else free, gets the same hold."""
    left, right = await arena.salons()
    for n in range(rounds):
        caller, twin = Caller(left, f"call-{n}"), Caller(right, f"call-{n}")
        (first,), (second,) = await together(
            rng,
            caller.reserve(caller.slot(day(n), "Emma", PERM), service=PERM),
            twin.reserve(twin.slot(day(n), "Sarah", PERM), service=PERM),
        )
        assert {first.outcome, second.outcome} == {"held", "repeated"}
        assert first.reservation.token == second.reservation.token
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


@rounds_of_a_pair
async def test_a_cancelled_appointment_frees_its_slot_at_once(arena, rng, rounds):
    """Who wishes a slot while it is cancelled is told taken, or gets it; then it is free."""
    left, right = await arena.salons()
    for n in range(rounds):
        desk, rival = Caller(left, None), Caller(right, f"rival-{n}")
        booked = (await desk.book(desk.slot(day(n), service=PERM), PERM)).appointment
        slot = rival.slot(later(day(n), minutes=65))
        appointment, (option,) = await together(
            rng, desk.cancel_appointment(booked.id), rival.reserve(slot)
        )
        assert appointment.status == "cancelled"
        (again,) = await rival.reserve(slot)
        assert (option.outcome, again.outcome) in [("held", "repeated"), ("taken", "held")]
    await assert_sound_now(left)
    await arena.assert_no_deadlock()


async def without_the_lock(arena: Arena) -> None:
    """Take rule 0 out of the core, and let PostgreSQL look for deadlocks at once."""
    async with opened_core(arena.urls) as owner:
        entering = await owner.fetchval("SELECT pg_get_functiondef('enter(bigint)'::regprocedure)")
        without, count = re.subn(r"PERFORM pg_advisory_xact_lock\([^;]*;", "", entering)
        assert count == 1
        await owner.execute(without)
    admin = await asyncpg.connect(arena.urls.superuser_url)
    name = await admin.fetchval("SELECT current_database()")
    await admin.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '5ms'")
    await admin.close()


async def test_without_the_companys_lock_there_are_deadlocks(arena, rng):
    """What is shown here is the lock's doing: without it the same converts deadlock."""
    await without_the_lock(arena)
    for batch in range(20):
        left, right = await arena.salons()
        for n in range(batch * 25, (batch + 1) * 25):
            caller, twin = Caller(left, f"call-{n}"), Caller(right, f"call-{n}")
            options = [caller.slot(day(n), staff, PERM) for staff in ("Emma", "Sarah")]
            tokens = await caller.hold(*options, service=PERM)
            with suppress(StorageUnavailable):  # a deadlock in each of its tries
                await together(rng, caller.convert(tokens[0]), twin.convert(tokens[1]))
        if await arena.deadlocks():
            return
    pytest.fail("not one deadlock in 500 rounds")
