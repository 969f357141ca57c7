"""A way to PostgreSQL that breaks where it hurts: before a commit, before its answer, or slowly."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Literal

SYNC = b"S\x00\x00\x00\x04"  # a statement is complete, and is to be run
READY = b"Z\x00\x00\x00\x05I"  # ready for the next, outside a transaction: it is committed
CHUNK = 65_536
# The core's changes; each is a transaction of its own.
CHANGES = re.compile(rb"FROM (reserve|convert|book|move|cancel_appointment)\(p_")

When = Literal["before", "after"]


class Severing:
    """Stands between servers and PostgreSQL, and cuts connections when it is told to.

    ``cut(when)`` arms it: the next change of the core that passes loses its connection, either
    before PostgreSQL hears of it or after it has been committed, before anybody hears so.
    What goes through waits ``delay_s`` before it goes on.
    """

    def __init__(self, behind: Path, folder: Path) -> None:
        """Listen in ``folder`` for what goes to the socket ``behind``."""
        self._behind = str(behind)
        self._front = folder / behind.name
        self._armed: list[When] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.delay_s = 0.0
        self.cuts: dict[When, int] = {"before": 0, "after": 0}

    async def __aenter__(self) -> Severing:
        """Open the way."""
        self._server = await asyncio.start_unix_server(self._serve, str(self._front))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it, and all that is on it."""
        self._server.close()
        for task in self._connections:
            task.cancel()

    def url(self, database_url: str) -> str:
        """The same database, reached through here."""
        return re.sub(r"host=[^&]+", f"host={self._front.parent}", database_url)

    def cut(self, when: When) -> None:
        """Arm it once."""
        self._armed.append(when)

    def lead_to(self, behind: Path) -> None:
        """Lead elsewhere from now on; who is connected has to come again."""
        self._behind = str(behind)
        for task in self._connections:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await _Connection(self, reader, writer).carry(self._behind)
        except (OSError, asyncio.CancelledError):
            pass  # either end is gone: so is the connection
        finally:
            self._connections.discard(task)
            writer.close()

    def take_order(self) -> When | None:
        """Whether a change that passes now is to be cut, and when."""
        if not self._armed:
            return None
        when = self._armed.pop(0)
        self.cuts[when] += 1
        return when


class _Connection:
    """One connection; knows the names under which changes are prepared on it."""

    def __init__(
        self, way: Severing, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._way, self._reader, self._writer = way, reader, writer
        self._prepared: list[bytes] = []
        self._swallowing = False
        self._committed = asyncio.Event()

    async def carry(self, behind: str) -> None:
        """Carry both ways until either end, or an order, ends it."""
        back, towards = await asyncio.open_unix_connection(behind)
        pumps = [
            asyncio.create_task(self._towards(towards)),
            asyncio.create_task(self._back(back)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            towards.close()

    async def _towards(self, writer: asyncio.StreamWriter) -> None:
        while chunk := await self._reader.read(CHUNK):
            if self._runs_a_change(chunk) and (when := self._way.take_order()):
                if when == "after":
                    self._swallowing = True
                    writer.write(chunk)
                    await self._committed.wait()
                return
            await asyncio.sleep(self._way.delay_s)
            writer.write(chunk)
            await writer.drain()

    async def _back(self, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(CHUNK):
            if not self._swallowing:
                self._writer.write(chunk)
                await self._writer.drain()
            elif chunk.endswith(READY):
                self._committed.set()

    def _runs_a_change(self, chunk: bytes) -> bool:
        """Whether a chunk runs a change; one that only prepares it tells its name."""
        if not chunk.endswith(SYNC):
            if CHANGES.search(chunk) and chunk.startswith(b"P"):
                self._prepared.append(chunk[5:].split(b"\0")[0])
            return False
        return bool(CHANGES.search(chunk)) or any(
            name and name in chunk[:200] for name in self._prepared
        )
