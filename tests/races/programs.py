"""Our own programs as processes of their own, which can be killed, and callers who use them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from slotkeeper.assembly import belonging_to
from slotkeeper.lab.servers.programs import Program
from slotkeeper.lab.servers.programs import start as start_program
from tests.build import SECRET
from tests.waiting import PATIENCE_S

# What a test's surroundings set must not change what the programs do.
_OURS = ("SLOTKEEPER_", "RESERVATION_", "FEATURE_")
POOL_SIZE = 8


async def start(database_url: str, *arguments: str) -> Program:
    """Start a program on a database, and wait until it says that it works."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    environ |= {"DATABASE_URL": database_url, "SLOTKEEPER_POOL_SIZE": str(POOL_SIZE)}
    environ |= belonging_to(SECRET)
    return await start_program(*arguments, environ=environ)


@asynccontextmanager
async def programs(database_url: str, *commands: tuple[str, ...]) -> AsyncIterator[list[Program]]:
    """Run programs at once; whatever still runs at the end is stopped.

    The block may put others into the list, in the place of those it killed.
    """
    running = list(await asyncio.gather(*(start(database_url, *each) for each in commands)))
    try:
        yield running
    finally:
        for program in running:
            await program.stop()


SERVER = ("serve", "--port", "0", "--no-worker")
WORKER = ("worker",)


@dataclass
class Answer:
    """What a server answered; ``status`` is None where the connection broke."""

    status: int | None
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def expires_at(self) -> datetime:
        """The expiry that was acknowledged."""
        return datetime.fromisoformat(self.body["expires_at"])


@dataclass(frozen=True)
class Client:
    """Speaks REST with a company's key."""

    session: aiohttp.ClientSession
    key: str

    async def ask(self, method: str, url: str, **body: object) -> Answer:
        """Ask once."""
        headers = {"Authorization": f"Bearer {self.key}"}
        json = body if method == "POST" else None
        try:
            async with self.session.request(method, url, json=json, headers=headers) as response:
                return Answer(response.status, await response.json(content_type=None))
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            return Answer(None)


@asynccontextmanager
async def client(key: str) -> AsyncIterator[Client]:
    """Open as many connections as there are callers."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield Client(session, key)
