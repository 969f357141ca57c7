"""The housekeeping loop, on a database of its own with real rows."""

import asyncio
import time
from contextlib import asynccontextmanager

import asyncpg
import pytest
from structlog.testing import capture_logs

from slotkeeper.storage.store import Store
from slotkeeper.worker.loop import run
from tests.build import FRIDAY_10, SECRET, a_company
from tests.waiting import until

OFTEN_S = 0.05
# Longer than a test may take: only `stop` ends the wait between two rounds.
SELDOM_S = 60.0

DIE = "UPDATE appointment_reservations SET expires_at = now() WHERE company_id = $1 RETURNING id"


@pytest.fixture
async def own(database):
    """A salon, judged by the database's clock, that has its database to itself."""
    return await a_company(Store(database, SECRET), sandbox=False)


@asynccontextmanager
async def working(store, *, interval_s=OFTEN_S):
    """Let a worker work while the block lasts; it ends without an error."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run(store, interval_s=interval_s, stop=stop))
    try:
        yield worker
    finally:
        stop.set()
        await worker


async def expired(salon):
    """Whether no hold of the salon is active any more."""
    statuses = await salon.rows("SELECT status FROM appointment_reservations WHERE company_id = $1")
    return {row["status"] for row in statuses} == {"expired"}


async def test_a_worker_expires_what_is_due(own):
    """A hold past its expiry frees its slot without any caller."""
    await own.hold()
    await own.rows(DIE)
    async with working(own.store):
        await until(lambda: expired(own), "the hold has expired")
    await own.hold()


async def test_a_worker_leaves_what_is_alive(own):
    """Only the hold that is past its expiry is expired."""
    await own.hold(staff="Emma")
    await own.rows(DIE)
    alive = await own.hold(staff="Sarah")
    with capture_logs() as logs:
        async with working(own.store):
            await until(lambda: named("reservations_expired", logs), "a round has been worked")
    assert (await own.find(alive.token)).status == "active"


def named(event, logs):
    """The log lines of an event."""
    return [line for line in logs if line["event"] == event]


async def test_a_worker_writes_what_became_of_a_hold(own):
    """Each of its events is one line of the log, and the same worker does not repeat it."""
    with capture_logs() as logs:
        async with working(own.store):
            held = await own.hold()
            await until(lambda: named("[METRIC] reservation_created", logs), "the hold is told")
            await own.rows(DIE)
            await until(lambda: named("[METRIC] reservation_expired", logs), "its end is told")
    told = [line["event_id"] for line in logs if line["event"].startswith("[METRIC]")]
    assert told == [f"{held.token}:created", f"{held.token}:expired"]


async def test_two_workers_expire_a_hold_once(own):
    """Each hold is counted by one of them."""
    for hour in range(3):
        await own.hold(at=FRIDAY_10.replace(hour=9 + hour))
    await own.rows(DIE)
    with capture_logs() as logs:
        async with working(own.store), working(own.store):
            await until(lambda: expired(own), "the holds have expired")
    assert sum(line["count"] for line in named("reservations_expired", logs)) == 3


async def test_a_worker_ends_at_once_when_it_is_stopped(own):
    """It does not wait for its next round."""
    began = time.monotonic()
    with capture_logs() as logs:
        async with working(own.store, interval_s=SELDOM_S):
            await own.hold()
            await own.rows(DIE)
    assert time.monotonic() - began < SELDOM_S / 2
    assert not named("housekeeping_failed", logs)


def codes(failures):
    """The codes of failed rounds."""
    return [failure["code"] for failure in failures]


async def test_a_worker_outlives_its_database(own, cluster):
    """While PostgreSQL takes nobody in it says so; afterwards it works on."""
    await own.hold()
    ((name,),) = await own.store.db.read("SELECT current_database()")
    admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
    with capture_logs() as logs:
        async with working(own.store) as worker:
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )
            # A round that was cut in mid-change fails first, with another code.
            await until(
                lambda: "storage_unavailable" in codes(named("housekeeping_failed", logs)),
                "a round has found no database",
            )
            assert not worker.done()
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            await own.rows(DIE)
            await until(lambda: expired(own), "the hold has expired")
    await admin.close()
