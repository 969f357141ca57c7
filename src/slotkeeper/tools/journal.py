"""The journal of tool calls and faults: written after the answers, in batches; it may be lost."""

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

# While PostgreSQL is away the oldest entries are dropped first.
MAX_WAITING = 5_000
# At most so many entries in one statement.
JOURNAL_BATCH = 500
# How long to wait after a fault. Otherwise entries are written at once.
JOURNAL_PAUSE_S = 1.0

log = structlog.get_logger()

# A fault: its code, the channel, and the instant.
Broken = tuple[str, str, datetime]


class Journal:
    """Collects tool calls and faults and writes them in batches, so that no caller waits for it."""

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store
        self._waiting: deque[tuple[int, RecordedToolCall | Broken]] = deque(maxlen=MAX_WAITING)
        self._noted = asyncio.Event()

    def note(self, company_id: int, what: RecordedToolCall | Broken) -> None:
        """Keep an entry until it is written."""
        self._waiting.append((company_id, what))
        self._noted.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write while the block lasts; at its end, try once to write what is left."""
        writing = asyncio.create_task(self._run())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(Fault):
                await self.flush()

    async def _run(self) -> None:
        """Write entries as they come, until cancelled. A fault only delays it."""
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
                # An entry that can never be written must not block the others.
                log.error("journal_dropped", error=type(error).__name__)
                self._noted.set()

    async def flush(self) -> None:
        """Write all entries that wait. Raises a Fault; the entries it concerns keep waiting."""
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
