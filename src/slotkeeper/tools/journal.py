"""The journal: a call's story and what broke, written behind the answers and losable."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog

from slotkeeper.domain.errors import Fault
from slotkeeper.storage.calls import RecordedToolCall
from slotkeeper.storage.store import Store

# While PostgreSQL is away the oldest are forgotten first.
MAX_WAITING = 5_000
# A statement's worth; the rest waits for the next.
JOURNAL_BATCH = 500
# After a fault; otherwise what has been noted is written at once.
JOURNAL_PAUSE_S = 1.0

log = structlog.get_logger()

# What broke: its kind, on which channel, and when.
Broken = tuple[str, str, datetime]


class Journal:
    """Collects tool calls and faults and writes them in batches, so that no caller waits for it."""

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store
        self._waiting: deque[tuple[int, RecordedToolCall | Broken]] = deque(maxlen=MAX_WAITING)
        self._noted = asyncio.Event()

    def note(self, company_id: int, what: RecordedToolCall | Broken) -> None:
        """Keep one until it is written."""
        self._waiting.append((company_id, what))
        self._noted.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write while the block lasts, and what is left at its end if that can be written."""
        writing = asyncio.create_task(self._run())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(Fault):
                await self.flush()

    async def _run(self) -> None:
        """Write what is noted, until cancelled; outlive any fault."""
        while True:
            await self._noted.wait()
            self._noted.clear()
            try:
                await self.flush()
            except Fault as fault:
                log.warning("journal_not_written", code=fault.code)
                self._noted.set()
                await asyncio.sleep(JOURNAL_PAUSE_S)
            except Exception as error:
                # What cannot be written must not keep the rest from being written.
                log.error("journal_dropped", error=type(error).__name__)
                self._noted.set()

    async def flush(self) -> None:
        """Write all that waits. Raises a fault; what it concerns waits on."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(JOURNAL_BATCH, len(self._waiting)))]
            of_company: dict[int, list[RecordedToolCall | Broken]] = defaultdict(list)
            for company_id, what in batch:
                of_company[company_id].append(what)
            while of_company:
                company_id, noted = of_company.popitem()
                try:
                    await self._write(company_id, noted)
                except Fault:
                    of_company[company_id] = noted
                    self._waiting.extendleft(
                        (waiting_id, one)
                        for waiting_id, waiting in of_company.items()
                        for one in reversed(waiting)
                    )
                    raise

    async def _write(self, company_id: int, noted: list[RecordedToolCall | Broken]) -> None:
        tool_calls = [one for one in noted if isinstance(one, RecordedToolCall)]
        broken = [one for one in noted if not isinstance(one, RecordedToolCall)]
        if tool_calls:
            await self._store.calls.add_tool_calls(company_id, tool_calls)
        if broken:
            await self._store.figures.add_faults(company_id, broken)
