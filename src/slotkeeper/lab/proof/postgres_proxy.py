"""A way to PostgreSQL that breaks where it hurts: before a commit, before its answer, or slowly."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Literal

SYNC = b"S\x00\x00\x00\x04"  # a statement is complete, and is to be run
READY = b"Z\x00\x00\x00\x05I"  # ready for the next, outside a transaction: it is committed
CHUNK = 65_536
CALLED = re.compile(rb"(\w+)\(p_")  # by a statement of ours
# The core's changes; each is a transaction of its own.
CHANGES = frozenset(("reserve", "convert", "book", "move", "cancel_appointment"))

CutMoment = Literal["before", "after"]


class PostgresProxy:
    """Stands between servers and PostgreSQL, and cuts connections when it is told to.

    ``cut(when)`` arms it: the next change that passes loses its connection, either before
    PostgreSQL hears of it or after it has been committed, before anybody hears so; then ``cut_now``
    is set.
    What goes through waits ``delay_s`` before it goes on.
    """

    def __init__(self, behind: Path, folder: Path) -> None:
        """Listen in ``folder`` for what goes to the socket ``behind``."""
        self._behind = str(behind)
        self._front = folder / behind.name
        self._armed: list[tuple[CutMoment, frozenset[str]]] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.delay_s = 0.0
        self.cut_now = asyncio.Event()

    async def __aenter__(self) -> PostgresProxy:
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

    def cut(self, when: CutMoment, functions: frozenset[str] = CHANGES) -> None:
        """Arm it once, for the next call of one of these SQL functions."""
        self._armed.append((when, functions))

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

    def take_order(self, function: str) -> CutMoment | None:
        """Whether a call that passes now is to be cut, and when."""
        if not self._armed or function not in self._armed[0][1]:
            return None
        return self._armed.pop(0)[0]


class _Connection:
    """One connection; knows the names under which calls of functions are prepared on it."""

    def __init__(
        self, way: PostgresProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._way, self._reader, self._writer = way, reader, writer
        self._prepared: dict[bytes, str] = {}
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
            function = self._function_run_by(chunk)
            if function is not None and (when := self._way.take_order(function)):
                if when == "after":
                    self._swallowing = True
                    writer.write(chunk)
                    await self._committed.wait()
                self._way.cut_now.set()
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

    def _function_run_by(self, chunk: bytes) -> str | None:
        """Which function a chunk calls, if any; one that only prepares it tells its name."""
        called = CALLED.search(chunk)
        if not chunk.endswith(SYNC):
            if called and chunk.startswith(b"P"):
                self._prepared[chunk[5:].split(b"\0")[0]] = called[1].decode()
            return None
        if called:
            return called[1].decode()
        names = (name for name in self._prepared if name and name in chunk[:200])
        return self._prepared.get(next(names, b""))
