"""Injects faults while callers call, and records when each was over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from random import Random

from slotkeeper.lab.proof.capabilities import RedisServer, SmallDisk
from slotkeeper.lab.proof.postgres_proxy import PostgresProxy
from slotkeeper.lab.proof.replica import Standby
from slotkeeper.lab.servers.fleet import Fleet
from slotkeeper.storage import embedded
from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.embedded.data_directory import open_data_dir

# Short holds expire in this time, so that a stopped server wakes up to dead holds.
LASTS_S = (2.2, 4.0)
# A caller must be served within this time after a fault.
RECOVERY_S = 10.0
# The delay of each message to a slow PostgreSQL; a check needs about ten messages.
SLOW_S = (0.05, 0.15)


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """How many faults of each kind a run injects, evenly over its operations.

    ``promote`` comes last and only once: after it, the standby serves.
    """

    kill_server: int = 0
    kill_worker: int = 0
    kill_postgres: int = 0
    stop_server: int = 0
    cut: int = 0
    slow_postgres: int = 0
    clock_off: int = 0
    kill_redis: int = 0
    full_disk: int = 0
    promote: int = 0

    @property
    def needs_proxy(self) -> bool:
        """Whether a fault needs a proxy between the servers and PostgreSQL."""
        return bool(self.cut or self.slow_postgres or self.promote)

    def in_order(self, random: Random) -> list[str]:
        """List the faults in a random order, ``promote`` last."""
        order = [f.name for f in fields(self)[:-1] for _ in range(getattr(self, f.name))]
        random.shuffle(order)
        return order + ["promote"] * bool(self.promote)


@dataclass
class Faults:
    """Injects faults into a fleet and its PostgreSQL.

    ``injected`` lists each fault's kind and the second in which it was over. What a kind needs must
    be given, unless the plan has none of that kind.
    """

    fleet: Fleet
    cluster: Cluster
    random: Random
    proxy: PostgresProxy | None = None
    clocks: tuple[Mapping[str, str], ...] = ()
    redis: RedisServer | None = None
    disk: SmallDisk | None = None
    standby: Standby | None = None
    now_s: Callable[[], float] = lambda: 0.0
    injected: list[tuple[str, float]] = field(default_factory=list)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def counted(self) -> Counter[str]:
        """Count the injected faults by kind."""
        return Counter(kind for kind, _ in self.injected)

    async def inject(self, kind: str) -> None:
        """Inject a fault of this kind; return once its repair has begun."""
        await getattr(self, f"_{kind}")()
        self.injected.append((kind, self.now_s()))

    async def settle(self) -> None:
        """Wait until every stopped server runs again."""
        await asyncio.gather(*self._under_way)

    async def _kill_server(self) -> None:
        await self.fleet.restart_server(self._any_server())

    async def _kill_worker(self) -> None:
        await self.fleet.restart_worker(self.random.randrange(len(self.fleet.workers)))

    async def _kill_postgres(self) -> None:
        """Kill the postmaster and all its children, then start the cluster again."""
        self._kill_cluster()

        def start_again() -> None:
            with embedded.running(self.cluster.data_dir):
                pass

        await asyncio.to_thread(start_again)

    async def _stop_server(self) -> None:
        server = self.random.choice(self.fleet.servers)
        if server.has_ended or server.is_paused:
            return
        server.pause()

        async def later() -> None:
            await self._some_seconds()
            server.resume()

        task = asyncio.create_task(later())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _cut(self) -> None:
        """Cut the connection of the next change, and wait until that has happened."""
        assert self.proxy is not None
        self.proxy.cut_now.clear()
        self.proxy.cut(self.random.choice(("before", "after")))
        with suppress(TimeoutError):
            async with asyncio.timeout(RECOVERY_S):
                await self.proxy.cut_now.wait()

    async def _slow_postgres(self) -> None:
        assert self.proxy is not None
        self.proxy.delay_s = self.random.uniform(*SLOW_S)
        await self._some_seconds()
        self.proxy.delay_s = 0.0

    async def _clock_off(self) -> None:
        """Replace a server by one whose clock is an hour off, until that one is replaced."""
        await self.fleet.restart_server(self._any_server(), self.random.choice(self.clocks))

    async def _kill_redis(self) -> None:
        assert self.redis is not None
        self.redis.kill()
        await self._some_seconds()
        await asyncio.to_thread(self.redis.start)

    async def _full_disk(self) -> None:
        assert self.disk is not None
        await asyncio.to_thread(self.disk.fill)
        await self._some_seconds()
        await asyncio.to_thread(self.disk.empty)

    async def _promote(self) -> None:
        """Kill PostgreSQL and let its standby take over; nobody uses the first one again."""
        assert self.standby is not None
        assert self.proxy is not None
        self._kill_cluster()
        await asyncio.to_thread(self.standby.promote)
        self.proxy.forward_to(self.standby.socket)

    def _kill_cluster(self) -> None:
        for pid in open_data_dir(self.cluster.data_dir).processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _any_server(self) -> int:
        return self.random.randrange(len(self.fleet.servers))

    async def _some_seconds(self) -> None:
        await asyncio.sleep(self.random.uniform(*LASTS_S))
