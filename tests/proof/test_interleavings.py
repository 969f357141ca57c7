"""Clients step by step: whatever the order of their steps, it is as if one came after the other.

Two clients go through all orders there are, more of them through orders by chance. The company's
lock leaves few: who waits for it takes no step.
"""

from __future__ import annotations

from functools import partial
from itertools import combinations_with_replacement
from random import Random

import pytest

from tests.proof.schedules import by_chance, every_schedule
from tests.proof.stage import PLAYED, Stage, a_stage, act, book_desk
from tests.proof.steps import BEFORE_LOCK
from tests.races import scene as of
from tests.races.arena import Caller
from tests.races.scene import Operation, expire_due

# Beyond this an order of two is one by chance: the worker takes no lock and may step in anywhere.
LIMIT = 1000
FEW = [
    (of.convert_chosen, of.convert_other),
    (of.convert_chosen, of.cancel),
    (of.end_call, of.cancel_appointment),
    (of.take_over, of.convert_left),
    (of.take_over, of.extend_left),
]
SOME = [
    (of.reserve_rival, of.reserve_new),
    (of.reserve_new, of.expire_due),
    (of.convert_chosen, of.expire_due),
    (of.convert_late, of.expire_due),
    (of.convert_late, of.reserve_new),
    (of.move, of.reserve_new),
    (of.move, of.expire_due),
    (of.end_call, of.reserve_again),
    (of.book_rival, book_desk),
    (of.cancel_appointment, of.move),
]


@pytest.mark.parametrize("pair", FEW, ids=lambda pair: f"{pair[0].__name__}-{pair[1].__name__}")
async def test_all_orders_of_two_are_as_if_one_came_after_the_other(arena, pair):
    """Every order of two clients' steps gives the answers and rows of the lock's order."""
    async with a_stage(arena) as stage:
        assert await all_orders(stage, pair, LIMIT) > 4
    await arena.assert_no_deadlock()


async def test_a_visit_of_two_people_is_booked_whole_or_not_at_all(arena, rng):
    """A yes for two people meets a release, a hang-up or the worker: the same holds for a visit."""
    async with a_stage(arena, for_two=True) as stage:
        for rival in (of.cancel, of.end_call):
            assert await all_orders(stage, (of.convert_chosen, rival), LIMIT) > 4
        await play_by_chance(stage, [of.convert_chosen, expire_due], rng.getrandbits(32))
    await arena.assert_no_deadlock()


async def test_an_order_by_chance_of_two_is_as_if_one_came_after_the_other(arena, rng):
    """The same for pairs that meet often, in one order by chance."""
    async with a_stage(arena) as stage:
        for pair in SOME:
            await play_by_chance(stage, pair, rng.getrandbits(32))
    await arena.assert_no_deadlock()


@pytest.mark.prove
@pytest.mark.parametrize("first", PLAYED, ids=lambda operation: operation.__name__)
async def test_all_orders_of_every_pair_are_as_if_one_came_after_the_other(arena, rng, first):
    """Each operation with each, itself too: all orders, or as many by chance as there is time."""
    played = 0
    async with a_stage(arena) as stage:
        for pair in combinations_with_replacement(PLAYED, 2):
            if pair[0] is not first:
                continue
            orders = await all_orders(stage, pair, LIMIT)
            if orders == LIMIT:
                for _ in range(LIMIT):
                    await play_by_chance(stage, pair, rng.getrandbits(32))
                orders += LIMIT
            played += orders
            print(f"{pair[0].__name__} and {pair[1].__name__}: {orders} orders")
    print(f"{played} orders")
    await arena.assert_no_deadlock()


@pytest.mark.parametrize("schedules", [15, pytest.param(4000, marks=pytest.mark.prove)])
async def test_orders_by_chance_of_many_are_as_if_one_came_after_the_other(arena, rng, schedules):
    """Three to six clients: answers and rows are those of the order in which they had the lock."""
    async with a_stage(arena, clients=6) as stage:
        for _ in range(schedules):
            operations = some_operations(rng)
            await play_by_chance(stage, operations, rng.getrandbits(32))
    await arena.assert_no_deadlock()


@pytest.mark.parametrize(
    ("operation", "answer"),
    [(of.convert_chosen, ("expired", None)), (of.cancel, 0), (of.extend, 2), (of.end_call, 2)],
    ids=["convert", "cancel", "extend", "end_call"],
)
async def test_a_hold_that_dies_while_its_caller_waits_is_dead(arena, operation, answer):
    """The clock is read after the lock: what lived when it was asked for may have died."""
    async with a_stage(arena, clients=1) as stage:
        assert await answer_of_one_who_waits(stage, operation) == answer


async def answer_of_one_who_waits(stage: Stage, operation: Operation) -> object:
    """Let the chosen hold die when an operation is about to ask for the lock."""
    scene = await stage.next_scene()
    (client,) = stage.conductor.clients
    await stage.conductor.begin(client, partial(act, operation, scene), stage.salon)
    while client.at != BEFORE_LOCK:
        await stage.conductor.let_go(client)
    await Caller(stage.salon, None).let_die(scene.chosen)
    await stage.conductor.finish()
    assert client.task is not None
    return await client.task


def some_operations(rng: Random) -> list[Operation]:
    """Three to six operations, but no more than two workers."""
    chosen = rng.choices(PLAYED, k=rng.randint(3, 6))
    workers = [n for n, operation in enumerate(chosen) if operation is expire_due]
    return [operation for n, operation in enumerate(chosen) if n not in workers[2:]]


async def all_orders(stage: Stage, pair: tuple[Operation, Operation], limit: int) -> int:
    """Play all orders of two, not more than a limit; how many they were."""
    orders = every_schedule(lambda choose: stage.play(pair, choose), limit)
    return sum([1 async for _ in orders])


async def play_by_chance(stage: Stage, operations: list[Operation], seed: int) -> None:
    """Play one order by chance, and say by which."""
    print(f"seed {seed}: {[operation.__name__ for operation in operations]}")
    await stage.play(operations, by_chance(Random(seed)))
