"""Who lets the clients of a test go on, step by step, and sees who waits for whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import asyncpg

from slotkeeper.storage.database import APP_ROLE, Database
from slotkeeper.storage.store import Store
from tests.build import SECRET, Salon
from tests.databases import TestDatabase
from tests.proof.steps import KEY
from tests.waiting import until

# Both turns of a client's pauses, kept from it for as long as the conductor has his session.
TAKE = f"SELECT pg_advisory_lock({KEY} + $1, turn) FROM generate_series(0, 1) turn"
# The second waits until the client has gone on; by then it may wait for its other turn.
LET_GO = f"SELECT pg_advisory_unlock({KEY} + $1, $2), pg_advisory_lock({KEY} + $1, $2)"
WHO_WAITS = """
    SELECT pid, classid::bigint AS class, objid::integer AS turn FROM pg_locks
    WHERE NOT granted AND pid = ANY ($1)
"""
WHERE_IT_IS = "SELECT application_name FROM pg_stat_activity WHERE pid = $1"
BEGIN = "begin"

Run = Callable[[Salon], Awaitable[object]]


@dataclass
class Client:
    """A session that pauses at the core's steps while it does what it is told."""

    number: int
    pid: int
    task: asyncio.Task[object] | None = None
    turn: int | None = None  # where it is paused, None while it waits for another or has done
    at: str = BEGIN

    @property
    def is_done(self) -> bool:
        """Whether it has its answer, or its fault."""
        return self.task is not None and self.task.done()


@dataclass
class Conductor:
    """Has the next pause of every client, and gives it up for one of them at a time."""

    session: asyncpg.Connection
    pools: list[asyncpg.Pool] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    trace: list[tuple[int, str]] = field(default_factory=list)

    async def a_client(self, url: str, steps: str) -> Client:
        """Open a session that pauses."""
        number = len(self.clients)
        pool = await a_pausing_pool(url, number, steps)
        self.pools.append(pool)
        return await self.conduct(await pool.fetchval("SELECT pg_backend_pid()"))

    async def conduct(self, pid: int) -> Client:
        """Take the pauses of the session that says it is the next client."""
        client = Client(len(self.clients), pid)
        await self.session.fetch(TAKE, client.number)
        self.clients.append(client)
        return client

    async def begin(self, client: Client, run: Run, salon: Salon) -> None:
        """Let a client begin, and see where it comes to."""
        of_its_own = replace(salon, store=Store(Database(self.pools[client.number]), SECRET))
        client.task = asyncio.ensure_future(run(of_its_own))
        self.trace.append((client.number, BEGIN))
        await self.settle()

    def paused(self) -> list[Client]:
        """Those who can be let go."""
        return [client for client in self.clients if client.turn is not None]

    async def let_go(self, client: Client) -> None:
        """Let a client take its next step, and whoever waited for it, until all stand again."""
        turn, client.turn = client.turn, None
        self.trace.append((client.number, client.at))
        await self.session.fetch(LET_GO, client.number, turn)
        await self.settle()

    async def finish(self, *first: Client) -> None:
        """Let all go on to their ends, some of them first."""
        for client in first:
            while client.turn is not None:
                await self.let_go(client)
        while paused := self.paused():
            await self.let_go(paused[0])

    async def settle(self) -> None:
        """Wait until each client is paused, waits for another's lock, or is done.

        Where all wait, it is a deadlock: PostgreSQL finds it, and they go on.
        """
        await until(self._stand, "each client is paused, waits or is done", every_s=0)

    async def _stand(self) -> bool:
        # In this order: who has an answer had no lock any more when the others were looked at.
        busy = [one for one in self.clients if one.task is not None and not one.is_done]
        rows = await self.session.fetch(WHO_WAITS, [client.pid for client in busy])
        waiting = {row["pid"]: row for row in rows}
        if not all(client.pid in waiting for client in busy):
            return False
        for client in self.clients:
            row = waiting.get(client.pid) if client in busy else None
            client.turn = None
            if row is not None and row["class"] == KEY + client.number:
                client.turn = row["turn"]
                client.at = await self.session.fetchval(WHERE_IT_IS, client.pid)
        return not busy or bool(self.paused())

    async def leave(self) -> None:
        """Let everything go, also where a test has failed in the middle."""
        for pool in self.pools:
            pool.terminate()
        tasks = [client.task for client in self.clients if client.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.session.terminate()


@asynccontextmanager
async def conducted(
    urls: TestDatabase, count: int, *, steps: str = "named"
) -> AsyncIterator[Conductor]:
    """Open a conductor and so many clients, who stop at the ``named`` steps or at ``all``."""
    conductor = Conductor(await asyncpg.connect(urls.superuser_url))
    try:
        for _ in range(count):
            await conductor.a_client(urls.app_url, steps)
        yield conductor
    finally:
        await conductor.leave()


async def a_pausing_pool(url: str, number: int, steps: str) -> asyncpg.Pool:
    """Connect as the application does, but without its timeouts: the conductor takes his time."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=1,
        reset=_keep,
        server_settings={
            "role": APP_ROLE,
            "jit": "off",
            "slotkeeper.test_client": str(number),
            "slotkeeper.test_steps": steps,
        },
    )


async def _keep(connection: asyncpg.Connection) -> None:
    """Leave a released connection as it is."""
