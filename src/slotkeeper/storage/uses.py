"""Notes when keys and secrets were used last: in memory first, and in the database in batches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from slotkeeper.domain.errors import Fault
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# The same use is noted once in so long: who asks when a key was used last asks for days.
NOTED_EVERY_S = 180.0
# Between two writes.
PAUSE_S = 5.0
# As many as there are; beyond that they are noted again, which costs a write.
MAX_NOTED = 10_000

log = structlog.get_logger()

# A secret: its company, its platform and its fingerprint.
_UsedSecret = tuple[int, str, str]


class Uses:
    """Collects uses and writes them outside of the paths of requests; the last may be lost."""

    def __init__(self, db: Database) -> None:
        """Write to this database."""
        self._db = db
        self._noted_at: dict[bytes | _UsedSecret, float] = {}
        self._keys: set[bytes] = set()
        self._secrets: set[_UsedSecret] = set()
        self._is_due = asyncio.Event()

    def key(self, key_hash: bytes) -> None:
        """An API key was accepted."""
        if self._is_news(key_hash):
            self._keys.add(key_hash)

    def secret(self, company_id: int, platform: str, fingerprint: str) -> None:
        """A signature was verified with this secret."""
        used = (company_id, platform, fingerprint)
        if self._is_news(used):
            self._secrets.add(used)

    def _is_news(self, used: bytes | _UsedSecret) -> bool:
        now = time.monotonic()
        if now - self._noted_at.get(used, -NOTED_EVERY_S) < NOTED_EVERY_S:
            return False
        if len(self._noted_at) >= MAX_NOTED:
            self._noted_at.clear()
        self._noted_at[used] = now
        self._is_due.set()
        return True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write while the block lasts, and once more at its end."""
        writing = asyncio.create_task(self._run())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(Fault):
                await self.flush()

    async def _run(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            await asyncio.sleep(PAUSE_S)
            try:
                await self.flush()
            except Fault as fault:
                log.warning("uses_not_written", code=fault.code)

    async def flush(self) -> None:
        """Write what is noted. Raises a Fault, and what it concerns is lost until it is news."""
        keys, self._keys = self._keys, set()
        used, self._secrets = self._secrets, set()
        if keys:
            await self._db.change(query("keys_used"), list(keys))
        if used:
            companies, platforms, fingerprints = (
                list(column) for column in zip(*used, strict=True)
            )
            async with self._db.acting_for(*set(companies)) as connection:
                await connection.execute(
                    query("secrets_verified"), companies, platforms, fingerprints
                )
