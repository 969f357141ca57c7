"""Faults while callers call: each is injected, timed, and counted."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from slotkeeper.simulator.fleet import Fleet
from slotkeeper.simulator.severing import Severing
from slotkeeper.storage import embedded
from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.embedded.home import open_home

Kind = Literal["kill_server", "kill_worker", "kill_postgres", "stop_server", "cut"]
# Short holds die within it, so that a stopped server wakes up to dead ones.
STOPPED_S = (2.2, 4.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of each kind are injected in a run, evenly over its operations."""

    kill_server: int = 0
    kill_worker: int = 0
    kill_postgres: int = 0
    stop_server: int = 0
    cut: int = 0

    def in_order(self, random: Random) -> list[Kind]:
        """All of them, shuffled."""
        kinds: list[Kind] = ["kill_server", "kill_worker", "kill_postgres", "stop_server", "cut"]
        order = [kind for kind in kinds for _ in range(getattr(self, kind))]
        random.shuffle(order)
        return order


@dataclass
class Faults:
    """Injects faults into a fleet and its PostgreSQL; ``injected`` is when each was over."""

    fleet: Fleet
    cluster: Cluster
    way: Severing | None
    now_s: Callable[[], float]
    random: Random
    injected: list[tuple[Kind, float]] = field(default_factory=list)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def counted(self) -> Counter[str]:
        """How many of each kind."""
        return Counter(kind for kind, _ in self.injected)

    async def inject(self, kind: Kind) -> None:
        """Inject one; returns when what was broken is being put right."""
        ways: dict[Kind, Callable[[], Coroutine[None, None, None]]] = {
            "kill_server": self._kill_server,
            "kill_worker": self._kill_worker,
            "kill_postgres": self._kill_postgres,
            "stop_server": self._stop_server,
            "cut": self._cut,
        }
        await ways[kind]()
        self.injected.append((kind, self.now_s()))

    async def settle(self) -> None:
        """Wait until everything that was stopped goes on."""
        await asyncio.gather(*self._under_way)

    async def _kill_server(self) -> None:
        await self.fleet.restart_server(self.random.randrange(len(self.fleet.servers)))

    async def _kill_worker(self) -> None:
        await self.fleet.restart_worker(self.random.randrange(len(self.fleet.workers)))

    async def _kill_postgres(self) -> None:
        """Kill the postmaster and all its children; whoever still uses it has it started again."""
        for pid in open_home(self.cluster.data_dir).processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        def start_again() -> None:
            with embedded.running(self.cluster.data_dir):
                pass

        await asyncio.to_thread(start_again)

    async def _stop_server(self) -> None:
        server = self.random.choice(self.fleet.servers)
        if server.process.returncode is not None or server.is_stopped:
            return
        server.pause()

        async def later() -> None:
            await asyncio.sleep(self.random.uniform(*STOPPED_S))
            with suppress(ProcessLookupError):
                server.resume()

        task = asyncio.create_task(later())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _cut(self) -> None:
        assert self.way is not None
        self.way.cut(self.random.choice(("before", "after")))
