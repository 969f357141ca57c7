"""A connection to PostgreSQL that breaks where it hurts: before a commit, or before its answer."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

SYNC = b"S\x00\x00\x00\x04"  # a statement is complete, and is to be run
READY = b"Z\x00\x00\x00\x05I"  # ready for the next, outside a transaction: it is committed


@dataclass
class Lost:
    """The answer that a connection is to lose."""

    waited_for: bool = False
    came: asyncio.Event = field(default_factory=asyncio.Event)


class Severed:
    """Stands between the application and PostgreSQL, and cuts one connection when it is told to.

    ``cut(function, when)`` arms it: the next time that a statement calls the SQL function, the
    connection is cut, either "before" PostgreSQL hears of it or "after" it has committed.
    """

    def __init__(self, behind: Path, folder: Path) -> None:
        self._behind = str(behind)
        self._front = folder / behind.name
        self._wanted: bytes | None = None
        self._when = ""
        self.cut_now = asyncio.Event()

    async def __aenter__(self) -> "Severed":
        self._server = await asyncio.start_unix_server(self._serve, str(self._front))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def url(self, app_url: str) -> str:
        """The same database, reached through here."""
        return re.sub(r"host=[^&]+", f"host={self._front.parent}", app_url)

    def cut(self, function: str, when: str) -> None:
        """Arm it."""
        self._wanted, self._when = f"{function}(p_".encode(), when

    def _is_it(self, chunk: bytes) -> bool:
        """Whether a chunk runs the statement; one that only prepares it tells its name."""
        if self._wanted is None or self._wanted not in chunk:
            return False
        if not chunk.endswith(SYNC):
            self._wanted = chunk[5:].split(b"\0")[0] or self._wanted
            return False
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_unix_connection(self._behind)
        lost = Lost()
        pumps = (self._towards(reader, behind[1], lost), self._back(behind[0], writer, lost))
        running = [asyncio.create_task(pump) for pump in pumps]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        for one in (writer, behind[1]):
            one.close()

    async def _towards(self, reader, writer, lost) -> None:
        """Forward what the application sends, until the statement that is waited for is run."""
        while chunk := await reader.read(65_536):
            if self._is_it(chunk):
                self._wanted = None
                if self._when == "after":
                    lost.waited_for = True
                    writer.write(chunk)
                    await lost.came.wait()
                self.cut_now.set()
                return
            writer.write(chunk)

    async def _back(self, reader, writer, lost) -> None:
        """Forward what PostgreSQL answers, but for the answer that is to be lost."""
        while chunk := await reader.read(65_536):
            if not lost.waited_for:
                writer.write(chunk)
            elif chunk.endswith(READY):
                lost.came.set()
