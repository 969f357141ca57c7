"""The journal of tool calls and faults: written after the answers, in batches; it may be lost."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from slotkeeper.domain.errors import Fault
from slotkeeper.storage.calls import RecordedToolCall
from slotkeeper.storage.store import Store
from slotkeeper.tools.story import NamesLearnt, blacken_again

# While PostgreSQL is away, the company that has most entries waiting loses its oldest first.
MAX_WAITING = 5_000
# At most so many entries in one statement.
JOURNAL_BATCH = 500
# How long to wait after a fault. Otherwise entries are written at once.
JOURNAL_PAUSE_S = 1.0

log = structlog.get_logger()

# A fault: its code, the channel, and the instant.
Broken = tuple[str, str, datetime]
JournalEntry = RecordedToolCall | NamesLearnt | Broken


@dataclass(slots=True)
class _Waiting:
    """The entries that wait, the oldest first, and how many of them the next statement takes."""

    entries: deque[JournalEntry] = field(default_factory=deque)
    at_once: int = JOURNAL_BATCH

    def next_batch(self) -> list[JournalEntry]:
        """Take the next entries, all of one kind, so that a batch is written whole or not."""
        batch = [self.entries.popleft()]
        while (
            self.entries and len(batch) < self.at_once and type(self.entries[0]) is type(batch[0])
        ):
            batch.append(self.entries.popleft())
        return batch


class Journal:
    """Collects tool calls and faults and writes them in batches, so that no caller waits for it.

    Companies take turns of one statement each, so that none loses or waits by what another sends.
    """

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store
        # By company; whose turn is next comes first.
        self._waiting: dict[int, _Waiting] = {}
        self._noted = asyncio.Event()

    def note(self, company_id: int, what: JournalEntry) -> None:
        """Keep an entry until it is written."""
        self._waiting.setdefault(company_id, _Waiting()).entries.append(what)
        if sum(len(waiting.entries) for waiting in self._waiting.values()) > MAX_WAITING:
            max(self._waiting.values(), key=lambda waiting: len(waiting.entries)).entries.popleft()
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

    async def flush(self) -> None:
        """Write all entries that wait. Raises a Fault; the entries it concerns keep waiting."""
        while self._waiting:
            company_id, waiting = next(iter(self._waiting.items()))
            del self._waiting[company_id]
            if waiting.entries:
                self._waiting[company_id] = waiting
                await self._take_turn(company_id, waiting)

    async def _take_turn(self, company_id: int, waiting: _Waiting) -> None:
        """Write a batch. Where an entry cannot be written, fewer are tried until it stands alone.

        That entry is dropped, and all others are written.
        """
        batch = waiting.next_batch()
        try:
            await self._write(company_id, batch)
        except Exception as error:
            waiting.at_once = max(1, len(batch) // 2)
            if isinstance(error, Fault) or len(batch) > 1:
                waiting.entries.extendleft(reversed(batch))
            else:
                log.error("journal_dropped", error=type(error).__name__)
            if isinstance(error, Fault):
                raise
        else:
            waiting.at_once = min(2 * waiting.at_once, JOURNAL_BATCH)

    async def _write(self, company_id: int, batch: list[JournalEntry]) -> None:
        if tool_calls := [one for one in batch if isinstance(one, RecordedToolCall)]:
            await self._store.calls.add_tool_calls(company_id, tool_calls)
        if broken := [one for one in batch if isinstance(one, tuple)]:
            await self._store.figures.add_faults(company_id, broken)
        for learnt in [one for one in batch if isinstance(one, NamesLearnt)]:
            await blacken_again(self._store, learnt)
