"""Operations that are killed at a step of theirs, and what must be so afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import asyncpg

from slotkeeper.domain.errors import OutcomeUnknown, StorageUnavailable
from tests.databases import TestDatabase
from tests.proof.client import NUMBER, as_json
from tests.proof.conductor import Conductor, conducted
from tests.proof.stage import Stage, act
from tests.races.scene import Operation, Scene
from tests.races.truth import assert_sound_now
from tests.style.tree import ROOT
from tests.waiting import until

GONE = "SELECT FROM pg_stat_activity WHERE pid = $1"


@dataclass(frozen=True)
class Effect:
    """What an operation leaves of a scene and answers: not done, done once, and asked again."""

    untouched: object
    answer: object
    done: object
    answer_again: object
    done_again: object


async def effect_of(stage: Stage, operation: Operation) -> Effect:
    """Do an operation undisturbed, twice, and see."""
    scene = await stage.next_scene()
    untouched = await stage.left_of(scene)
    answer = await operation(stage.salon, scene)
    done = await stage.left_of(scene)
    again = await operation(stage.salon, scene)
    return Effect(untouched, answer, done, again, await stage.left_of(scene))


async def steps_of(stage: Stage, operation: Operation) -> list[str]:
    """Name the pauses of an operation, in their order; the last is the commit, if it changes."""
    scene = await stage.next_scene()
    async with conducted(stage.arena.urls, 1, steps="all") as conductor:
        await conductor.begin(conductor.clients[0], partial(act, operation, scene), stage.salon)
        await conductor.finish()
        return [step for _, step in conductor.trace][1:]


Kill = Callable[[Stage, Conductor, int], Awaitable[None]]


async def terminated(stage: Stage, conductor: Conductor, pid: int) -> None:
    """Have PostgreSQL end a session in the middle."""
    assert await conductor.session.fetchval("SELECT pg_terminate_backend($1)", pid)


async def killed(stage: Stage, conductor: Conductor, pid: int) -> None:
    """Kill a session's process with -9, and with it every other: PostgreSQL starts afresh."""
    before = await _session_of(stage)
    os.kill(pid, signal.SIGKILL)

    async def is_afresh() -> bool:
        return await _session_of(stage) not in (None, before)

    await until(is_afresh, "the server has recovered")


async def _session_of(stage: Stage) -> int | None:
    """Which process serves the salon; None while none does."""
    try:
        ((pid,),) = await stage.salon.store.db.read("SELECT pg_backend_pid()")
    except (StorageUnavailable, OutcomeUnknown):
        return None
    return int(pid)


async def kill_at(
    stage: Stage, operation: Operation, step: int, kill: Kill, effect: Effect
) -> None:
    """Kill the session of an operation before a step: nothing is done, and asking again does it."""
    scene = await stage.next_scene()
    async with conducted(stage.arena.urls, 1, steps="all") as conductor:
        (client,) = conductor.clients
        await conductor.begin(client, partial(act, operation, scene), stage.salon)
        for _ in range(step):
            await conductor.let_go(client)
        where = f"{operation.__name__} at {client.at}"
        await kill(stage, conductor, client.pid)
        (fault,) = await asyncio.gather(client.task, return_exceptions=True)
        assert isinstance(fault, OutcomeUnknown), (where, fault)
    assert await stage.left_of(scene) == effect.untouched, where
    assert await operation(stage.salon, scene) == effect.answer, where
    assert await stage.left_of(scene) == effect.done, where
    await assert_sound_now(stage.salon)


async def kill_client_at(stage: Stage, operation: Operation, step: int, effect: Effect) -> None:
    """Kill a client's process before a step, and ask again while its session still works.

    The session learns nothing of it, and goes on: so both happen, as if they had both been asked.
    """
    scene = await stage.next_scene()
    async with conducted(stage.arena.urls, 1) as conductor:
        (again,) = conductor.clients
        async with a_process(conductor, stage, operation, scene) as process:
            orphan = conductor.clients[NUMBER]
            for _ in range(step):
                await conductor.let_go(orphan)
            where = f"{operation.__name__} at {orphan.at}"
            process.kill()
            await process.wait()
            await conductor.begin(again, partial(act, operation, scene), stage.salon)
            await conductor.finish(orphan)
            answer = await again.task
    assert answer in (effect.answer, effect.answer_again), where
    assert await stage.left_of(scene) == effect.done_again, where
    await assert_sound_now(stage.salon)


@asynccontextmanager
async def a_process(
    conductor: Conductor, stage: Stage, operation: Operation, scene: Scene
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a client of its own, and see it come to its first step; its session is its task."""
    urls = stage.arena.urls
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.proof.client"),
        *(urls.app_url, str(stage.salon.id), operation.__name__, as_json(scene)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    orphan = await conductor.conduct(pid)
    orphan.task = asyncio.create_task(_until_gone(urls, pid))
    await conductor.settle()
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_gone(urls: TestDatabase, pid: int) -> None:
    watcher = await asyncpg.connect(urls.superuser_url)

    async def has_ended() -> bool:
        return not await watcher.fetch(GONE, pid)

    try:
        await until(has_ended, "the session has ended", every_s=0.001)
    finally:
        await watcher.close()
