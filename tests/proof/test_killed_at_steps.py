"""Killed at a step, whichever it is: nothing is half done, and asking again has one effect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.databases import TestDatabase
from tests.proof.killed import (
    effect_of,
    kill_at,
    kill_client_at,
    killed,
    steps_of,
    terminated,
)
from tests.proof.stage import PLAYED, Stage, a_stage
from tests.proof.steps import COMMIT
from tests.races import scene as of
from tests.races.arena import Arena
from tests.races.test_kills import an_own_cluster

each_operation = pytest.mark.parametrize(
    "operation", PLAYED, ids=lambda operation: operation.__name__
)
prove = pytest.mark.prove
SOME = 5


async def test_a_session_that_is_ended_at_a_step_has_done_nothing(arena, rng):
    """Some operations, ended by PostgreSQL at a step by chance or just before the commit."""
    async with a_stage(arena, clients=0) as stage:
        for operation in rng.sample(PLAYED, SOME):
            steps, effect = await steps_of(stage, operation), await effect_of(stage, operation)
            assert steps[-1] == COMMIT
            step = rng.choice((rng.randrange(len(steps)), len(steps) - 1))
            print(f"{operation.__name__} at {steps[step]}")
            await kill_at(stage, operation, step, terminated, effect)


async def test_a_client_that_is_killed_at_a_step_is_asked_for_once(arena, rng):
    """Its session goes on without it: who asks again in its place finds the one effect."""
    async with a_stage(arena, clients=0) as stage:
        operation = rng.choice((of.reserve_new, of.move, of.convert_chosen))
        steps, effect = await steps_of(stage, operation), await effect_of(stage, operation)
        await kill_client_at(stage, operation, rng.randrange(len(steps)), effect)


@prove
@each_operation
async def test_a_session_that_is_ended_at_any_step_has_done_nothing(arena, operation):
    """Ended by PostgreSQL at each of its steps."""
    async with a_stage(arena, clients=0) as stage:
        steps, effect = await steps_of(stage, operation), await effect_of(stage, operation)
        for step in range(len(steps)):
            await kill_at(stage, operation, step, terminated, effect)
    print(f"{len(steps)} sessions ended: {steps}")


@prove
@each_operation
async def test_a_client_that_is_killed_at_any_step_is_asked_for_once(arena, operation):
    """A client's process is killed with -9 at each of its session's steps."""
    async with a_stage(arena, clients=0) as stage:
        steps, effect = await steps_of(stage, operation), await effect_of(stage, operation)
        for step in range(len(steps)):
            await kill_client_at(stage, operation, step, effect)
    print(f"{len(steps)} clients killed")


@prove
@each_operation
async def test_a_postgresql_that_is_killed_at_any_step_has_done_nothing(operation):
    """The session's own process is killed with -9 at each of its steps; the server recovers."""
    async with a_stage_that_may_crash() as stage:
        steps, effect = await steps_of(stage, operation), await effect_of(stage, operation)
        for step in range(len(steps)):
            await kill_at(stage, operation, step, killed, effect)
    print(f"{len(steps)} kills of PostgreSQL")


@asynccontextmanager
async def a_stage_that_may_crash() -> AsyncIterator[Stage]:
    """A server of the test's own, which waits for its disk as it does in earnest."""
    async with an_own_cluster() as cluster:
        users = ("slotkeeper_owner", "slotkeeper_app", "postgres")
        arena = Arena(TestDatabase(*(cluster.url(user=user) for user in users)))
        async with arena.open, a_stage(arena, clients=0, crashes=True) as stage:
            yield stage
