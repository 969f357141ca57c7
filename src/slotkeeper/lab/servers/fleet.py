"""Several servers and workers on one database, which can be killed and replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from slotkeeper.lab.servers.programs import SERVE, WORK, Program, start

SERVE_WITHOUT_WORKER = (*SERVE, "--port", "0", "--no-worker")


@dataclass
class Fleet:
    """The servers and workers of one database."""

    database_url: str
    environ: Mapping[str, str]
    servers: list[Program] = field(default_factory=list)
    workers: list[Program] = field(default_factory=list)

    def addresses(self) -> list[str]:
        """List the addresses of the servers that can answer now."""
        return [
            server.address
            for server in self.servers
            if not server.has_ended and not server.is_paused
        ]

    async def restart_server(self, index: int, environ: Mapping[str, str] | None = None) -> None:
        """Kill a server and start another in its place, with ``environ`` added to the fleet's."""
        await self.servers[index].kill()
        self.servers[index] = await self._start(*SERVE_WITHOUT_WORKER, environ=environ)

    async def restart_worker(self, index: int) -> None:
        """Kill a worker and start another in its place."""
        await self.workers[index].kill()
        self.workers[index] = await self._start(*WORK)

    async def start(self, servers: int, workers: int) -> None:
        """Start this many servers and workers, all at once. Raises ServerFailed."""
        starting = [self._add(self.servers, *SERVE_WITHOUT_WORKER) for _ in range(servers)]
        starting += [self._add(self.workers, *WORK) for _ in range(workers)]
        # All are waited for, so that `stop` knows each that did start.
        for failure in await asyncio.gather(*starting, return_exceptions=True):
            if failure is not None:
                raise failure

    async def stop(self) -> None:
        """Stop all of them, all at once."""
        await asyncio.gather(*(program.stop() for program in (*self.servers, *self.workers)))

    async def _add(self, programs: list[Program], *arguments: str) -> None:
        programs.append(await self._start(*arguments))

    async def _start(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Program:
        database = {"DATABASE_URL": self.database_url}
        return await start(*arguments, environ={**self.environ, **(environ or {}), **database})


@asynccontextmanager
async def fleet_on(
    database_url: str, *, servers: int, workers: int = 1, environ: Mapping[str, str]
) -> AsyncIterator[Fleet]:
    """Serve a migrated database with a fleet while the block lasts. Raises ServerFailed."""
    fleet = Fleet(database_url, environ)
    try:
        await fleet.start(servers, workers)
        yield fleet
    finally:
        await fleet.stop()
