"""Killed with -9 in mid-hold, under load: nothing is lost, nothing is half, nothing is stuck."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.embedded.data_directory import open_data_dir
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store
from tests.build import PERM, SECRET, Salon, a_company
from tests.races.arena import Caller, day, later
from tests.races.load import assert_all_can_be_had, assert_kept, under_load
from tests.races.programs import SERVER, WORKER, client, programs, start
from tests.races.truth import assert_sound_now, rows_of
from tests.races.watcher import watching
from tests.storage.clusters import a_place
from tests.waiting import until

kills_of_each = pytest.mark.parametrize("kills", [1, pytest.param(25, marks=pytest.mark.prove)])

# So many holds are acknowledged between two kills.
HOLDS_BETWEEN = 15


@kills_of_each
async def test_a_killed_server_takes_nothing_with_it(arena, rng, kills):
    """Holds and bookings that a server acknowledged before it was killed are all there."""
    (salon,) = await arena.salons(1)
    key = await salon.store.directory.create_key(salon.id)
    async with (
        programs(arena.urls.app_url, SERVER, SERVER) as servers,
        client(key) as rest,
        watching(arena, salon.id),
        under_load(rest, lambda: [server.address for server in servers], rng) as load,
    ):
        for n in range(kills):
            await load.acknowledged(more=HOLDS_BETWEEN)
            await servers[n % 2].kill()
            servers[n % 2] = await start(arena.urls.app_url, *SERVER)
        await load.acknowledged(more=HOLDS_BETWEEN)
    rows = await assert_sound_now(salon)
    assert_kept(load, rows)
    await assert_all_can_be_had(Caller(salon, None), rows)
    await arena.assert_no_deadlock()


@kills_of_each
async def test_a_killed_worker_leaves_no_half_work(arena, kills):
    """A worker that is killed while it sweeps compounds leaves each whole; the next one goes on."""
    (salon,) = await arena.salons(1)
    caller, dead = Caller(salon, None), 0

    async def swept_some() -> bool:
        return (await rows_of(salon)).count("expired") > dead

    async with watching(arena, salon.id), programs(arena.urls.app_url, WORKER, WORKER) as workers:
        for n in range(kills):
            slots = [
                caller.slot(later(day(n), hours=3 * hour), staff, PERM)
                for hour in range(4)
                for staff in ("Emma", "Sarah")
            ]
            tokens = await caller.hold(*slots, service=PERM)
            await caller.let_die(*tokens)
            await until(swept_some, "a worker has swept")
            await workers[n % 2].kill()
            dead += len(tokens)
            workers[n % 2] = await start(arena.urls.app_url, *WORKER)
    rows = await assert_sound_now(salon)
    assert rows.count("expired") == dead
    await arena.assert_no_deadlock()


@asynccontextmanager
async def an_own_cluster() -> AsyncIterator[Cluster]:
    """A server of PostgreSQL of the test's own, to be killed."""
    with a_place() as place, embedded.running(place / "data") as cluster:
        await migrate(cluster.url(user="slotkeeper_owner"))
        yield cluster


async def kill_and_start_again(cluster: Cluster) -> None:
    """Kill the postmaster and all its children, and have them back."""
    for pid in open_data_dir(cluster.data_dir).processes():
        with suppress(ProcessLookupError):  # one that has just ended by itself
            os.kill(pid, signal.SIGKILL)

    def start_again() -> None:
        with embedded.running(cluster.data_dir):
            pass

    await asyncio.to_thread(start_again)


async def a_salon_on(cluster: Cluster) -> tuple[Salon, Database]:
    """A company on a server, seen through a pool that has not lived through a kill."""
    db = await Database.open(cluster.url(), size=2)
    return await a_company(Store(db, SECRET), sandbox=False), db


@kills_of_each
async def test_a_killed_postgresql_keeps_what_was_acknowledged(rng, kills):
    """Each hold and booking answered before PostgreSQL was killed is there after its recovery."""
    async with an_own_cluster() as cluster:
        salon, db = await a_salon_on(cluster)
        key = await salon.store.directory.create_key(salon.id)
        async with (
            programs(cluster.url(), ("serve", "--port", "0")) as (server,),  # and its worker
            client(key) as rest,
            under_load(rest, lambda: [server.address], rng) as load,
        ):
            for _ in range(kills):
                await load.acknowledged(more=HOLDS_BETWEEN)
                await kill_and_start_again(cluster)
            await load.acknowledged(more=HOLDS_BETWEEN)
        rows = await assert_sound_now(salon)
        assert_kept(load, rows)
        await assert_all_can_be_had(Caller(salon, None), rows)
        await db.close()
