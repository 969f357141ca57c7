"""Several servers and a worker as processes of their own, which can be killed and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from slotkeeper.lab.servers.running import START_LIMIT_S, STOP_LIMIT_S, ServerFailed

SERVE = ("serve", "--host", "127.0.0.1", "--port", "0", "--no-worker")
WORK = ("worker",)


@dataclass
class Program:
    """A running program; ``address`` is where it serves, empty for a worker."""

    process: asyncio.subprocess.Process
    address: str
    is_stopped: bool = False

    async def kill(self) -> None:
        """Kill it with -9: it can do nothing more."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    def pause(self) -> None:
        """Stop it where it is, as a machine that hangs does."""
        self.is_stopped = True
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on as if no time had passed."""
        self.process.send_signal(signal.SIGCONT)
        self.is_stopped = False


@dataclass
class Fleet:
    """What serves one database."""

    database_url: str
    environ: Mapping[str, str]
    servers: list[Program] = field(default_factory=list)
    workers: list[Program] = field(default_factory=list)

    def addresses(self) -> list[str]:
        """Where servers are that run now."""
        return [
            one.address
            for one in self.servers
            if one.process.returncode is None and not one.is_stopped
        ]

    async def restart_server(self, index: int, environ: Mapping[str, str] | None = None) -> None:
        """Kill a server with -9 and start another in its place, with what is added to its own."""
        await self.servers[index].kill()
        self.servers[index] = await self._start(*SERVE, environ=environ)

    async def restart_worker(self, index: int) -> None:
        """Kill a worker with -9 and start another in its place."""
        await self.workers[index].kill()
        self.workers[index] = await self._start(*WORK)

    async def start(self, servers: int, workers: int) -> None:
        """Start so many of each, at once."""
        started = await asyncio.gather(
            *(self._start(*SERVE) for _ in range(servers)),
            *(self._start(*WORK) for _ in range(workers)),
        )
        self.servers, self.workers = list(started[:servers]), list(started[servers:])

    async def stop(self) -> None:
        """Let all end as programs end; those that do not are killed."""
        for program in (*self.servers, *self.workers):
            if program.process.returncode is None:
                program.resume()
                with contextlib.suppress(ProcessLookupError):
                    program.process.terminate()
        for program in (*self.servers, *self.workers):
            try:
                async with asyncio.timeout(STOP_LIMIT_S):
                    await program.process.wait()
            except TimeoutError:
                await program.kill()

    async def _start(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Program:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "slotkeeper.lab.servers.die_with_parent", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**self.environ, **(environ or {}), "DATABASE_URL": self.database_url},
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_LIMIT_S):
                line = (await process.stdout.readline()).decode().strip()
        except TimeoutError:
            line = ""
        if not line:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise ServerFailed(f"{arguments[0]} did not start")
        return Program(process, line.removeprefix("listening on ") if "http" in line else "")


@asynccontextmanager
async def fleet_on(
    database_url: str, *, servers: int, workers: int = 1, environ: Mapping[str, str]
) -> AsyncIterator[Fleet]:
    """Serve a migrated database while the block lasts. Raises ServerFailed."""
    fleet = Fleet(database_url, environ)
    try:
        await fleet.start(servers, workers)
        yield fleet
    finally:
        await fleet.stop()
