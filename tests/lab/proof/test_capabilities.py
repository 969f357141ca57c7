"""What a proof breaks beside processes is really broken, or says why it cannot be."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import asyncpg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisGone

from slotkeeper.lab.proof.capabilities import (
    HOUR_S,
    NotPossibleHere,
    hour_off,
    redis_server,
    small_disk,
)
from slotkeeper.lab.proof.faults import FaultPlan
from slotkeeper.lab.proof.machinery import FeasibleFaults
from slotkeeper.lab.proof.postgres_proxy import PostgresProxy
from slotkeeper.lab.proof.replica import synchronous_standby
from slotkeeper.storage import embedded
from slotkeeper.storage.embedded.data_directory import open_data_dir
from slotkeeper.storage.embedded.watchdog import PORT
from tests.storage.clusters import a_place


def test_what_cannot_be_done_leaves_the_plan_with_its_reason():
    """The rest of the plan stays as it was."""

    def impossible():
        raise NotPossibleHere("no disk")

    feasible = FeasibleFaults(FaultPlan(cut=3, full_disk=2))
    assert feasible.tried("full_disk", impossible) is None
    assert feasible.tried("kill_redis", impossible) is None
    assert (feasible.plan, feasible.skipped) == (FaultPlan(cut=3), {"full_disk": "no disk"})


@contextmanager
def where_possible():
    """Skip, for the machine's own reason, what it cannot do."""
    try:
        yield
    except NotPossibleHere as why:
        pytest.skip(str(why))


def test_a_full_disk_takes_no_byte_until_it_is_emptied():
    """Whoever writes is told so, as PostgreSQL is."""
    with where_possible(), small_disk() as disk:
        file = disk.root / "file"
        disk.fill()
        with pytest.raises(OSError, match="space") as full:
            file.write_bytes(b"x" * 10_000)
        assert full.value.errno == errno.ENOSPC
        disk.empty()
        file.write_bytes(b"x" * 10_000)
    assert not disk.root.exists()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_is_an_hour_off(sign):
    """For the processes that are started so, while time goes on as always."""
    with where_possible():
        variables = hour_off(sign)
    asks = "import time; print(time.time(), time.monotonic())"
    told = subprocess.run(
        [sys.executable, "-c", asks], env=dict(variables), capture_output=True, check=True
    )
    wall_s, steady_s = map(float, told.stdout.split())
    assert round((wall_s - time.time()) / HOUR_S) == sign
    assert round((steady_s - time.monotonic()) / HOUR_S) == 0


def test_a_killed_redis_is_gone_and_comes_back_empty():
    """As after a machine was lost."""
    with where_possible(), redis_server() as server:
        client = Redis.from_url(server.url)
        client.set("a", "b")
        server.kill()
        with pytest.raises(RedisGone):
            client.ping()
        server.start()
        assert client.get("a") is None
        client.close()


@pytest.mark.prove
async def test_a_standby_has_what_was_acknowledged_and_takes_over():
    """The first server is killed; a client that knows one address goes on."""
    with (
        where_possible(),
        a_place() as place,
        embedded.running(place / "data") as cluster,
        synchronous_standby(cluster) as standby,
    ):
        async with PostgresProxy(cluster.socket_dir / f".s.PGSQL.{PORT}", place) as way:
            url = way.url(cluster.url(user="postgres", database="postgres"))
            client = await asyncpg.connect(url)
            await client.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
            for pid in open_data_dir(cluster.data_dir).processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(standby.promote)
            way.forward_to(standby.socket)
            again = await asyncpg.connect(url)
            assert await again.fetchval("SELECT n FROM kept") == 1
            await again.execute("INSERT INTO kept VALUES (2)")
            await again.close()
            client.terminate()
