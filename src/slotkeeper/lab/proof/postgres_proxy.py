"""A proxy before PostgreSQL that cuts connections beside a commit, or slows them down."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Literal

SYNC = b"S\x00\x00\x00\x04"  # Sync: a statement is complete and is to be run
READY = b"Z\x00\x00\x00\x05I"  # ReadyForQuery outside a transaction: the last one is committed
CHUNK = 65_536
CALLED = re.compile(rb"(\w+)\(p_")  # a core function, as our statements call it
# The core functions that change data; each call is a transaction of its own.
CHANGES = frozenset(("reserve", "convert", "book", "move", "cancel_appointment"))

CutMoment = Literal["before", "after"]


class PostgresProxy:
    """A proxy between servers and PostgreSQL that cuts connections on request.

    ``cut(when)`` arms it: the next change loses its connection either before PostgreSQL gets it, or
    after its commit and before the server gets the answer. Then ``cut_now`` is set. Each message to
    PostgreSQL is delayed by ``delay_s`` seconds.
    """

    def __init__(self, behind: Path, folder: Path) -> None:
        """Listen in ``folder`` for connections, and forward them to the socket ``behind``."""
        self._behind = str(behind)
        self._front = folder / behind.name
        self._armed: list[tuple[CutMoment, frozenset[str]]] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.delay_s = 0.0
        self.cut_now = asyncio.Event()

    async def __aenter__(self) -> PostgresProxy:
        """Begin to listen."""
        self._server = await asyncio.start_unix_server(self._serve, str(self._front))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening and close all connections."""
        self._server.close()
        for task in self._connections:
            task.cancel()

    def url(self, database_url: str) -> str:
        """Rewrite a database address so that it leads through the proxy."""
        return re.sub(r"host=[^&]+", f"host={self._front.parent}", database_url)

    def cut(self, when: CutMoment, functions: frozenset[str] = CHANGES) -> None:
        """Cut the connection of the next call of one of these SQL functions, once."""
        self._armed.append((when, functions))

    def forward_to(self, behind: Path) -> None:
        """Forward to another socket from now on, and close the present connections."""
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
            pass  # one end has closed, so the connection is over
        finally:
            self._connections.discard(task)
            writer.close()

    def take_cut(self, function: str) -> CutMoment | None:
        """Say whether this call is to be cut, and when; a cut is used up."""
        if not self._armed or function not in self._armed[0][1]:
            return None
        return self._armed.pop(0)[0]


class _Connection:
    """One connection; it knows which prepared statements call which function."""

    def __init__(
        self, proxy: PostgresProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._proxy, self._reader, self._writer = proxy, reader, writer
        self._prepared: dict[bytes, str] = {}
        self._swallowing = False
        self._committed = asyncio.Event()

    async def carry(self, behind: str) -> None:
        """Forward in both directions until one end closes or a cut is due."""
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
            if function is not None and (when := self._proxy.take_cut(function)):
                if when == "after":
                    self._swallowing = True
                    writer.write(chunk)
                    await self._committed.wait()
                self._proxy.cut_now.set()
                return
            await asyncio.sleep(self._proxy.delay_s)
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
        """Name the function that a chunk calls; remember the one that a chunk prepares."""
        called = CALLED.search(chunk)
        if not chunk.endswith(SYNC):
            if called and chunk.startswith(b"P"):
                self._prepared[chunk[5:].split(b"\0")[0]] = called[1].decode()
            return None
        if called:
            return called[1].decode()
        names = (name for name in self._prepared if name and name in chunk[:200])
        return self._prepared.get(next(names, b""))
