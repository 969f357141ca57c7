"""Two operations on the same rows, released together: no deadlock, and one truth afterwards."""

from __future__ import annotations

import pytest

from tests.build import PERM
from tests.races.arena import Caller, day, later, together
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
        done = await together(
            rng, lambda: caller.convert(tokens[0]), lambda: twin.convert(tokens[1])
        )
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
        first, second = await together(
            rng, lambda: caller.convert(token), lambda: twin.convert(token)
        )
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
        options = await together(
            rng,
            lambda: one.reserve(one.slot(day(n), "Sarah"), eleven),
            lambda: other.reserve(ten, other.slot(later(day(n), hours=1), "Sarah")),
        )
        (one_new, one_swapped), (other_swapped, other_new) = options
        assert (one_new.outcome, other_new.outcome) == ("held", "held")
        swapped = {one_swapped.outcome, other_swapped.outcome}
        assert swapped == {"held", "taken"}
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
            lambda: late.convert(token, reacquire=True),
            lambda: rival.reserve(late.slot(later(day(n), minutes=65))),
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
            lambda: rival.reserve(rival.slot(day(n)), rival.slot(later(day(n), minutes=65))),
            worker.expire_due,
        )
        assert [option.outcome for option in options] == ["held", "held"]
    rows = await assert_sound_now(left)
    assert (rows.count("expired"), rows.count("active")) == (rounds, 2 * rounds)
    await arena.assert_no_deadlock()
