"""Turns: how many of a company's requests are worked on at once, so that none starves another.

A request works on the one event loop and on a few connections of the pool, which all companies
share. Each company has places of its own for a part of them; what comes beyond waits in the
company's own queue, and is refused before its caller gives up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from slotkeeper.domain.errors import TooBusy
from slotkeeper.storage.database import POOL_SIZE

# A company's part of the pool. The core's functions of one company run one after another anyway,
# behind its lock, so with more connections it would not get more done.
SHARE_OF_POOL = 0.5
# While others send requests too, and beside a report, so that callers need not wait for that: each
# of the others may find so many before its own on the event loop.
BESIDE_OTHERS = 1
# After the last request of another company; callers think for up to half a minute.
OTHERS_GONE_AFTER_S = 30.0
# Long reads and imports of a company run one at a time: they keep others waiting at the loop.
REPORTS_AT_ONCE = 1
# Each is a process that works at what callers leave of the machine.
FILES_AT_ONCE = 2
# The ends of a company's calls have a place of their own, because each frees what others wait for.
# Behind the company's lock more at once would not be faster.
ENDS_AT_ONCE = 1
# Twice as many as the callers of a busy salon, should all of them speak in the same instant.
MAX_WAITING = 128
# Beside the work itself, below the 5 s after which the first voice clients give up.
MAX_WAIT_S = 2.0
# No caller waits for the answer to the end of a call; platforms do for 10 s. How many wait is
# bounded by the requests that the server has at work.
MAX_END_WAIT_S = 8.0

# In the order in which they are served: the end of a call, a caller on the line, a program that
# asks for one thing, and what reads or writes much at once.
Rank = Literal["end", "voice", "program", "report"]
RANKS: tuple[Rank, ...] = ("end", "voice", "program", "report")


@dataclass(slots=True)
class _Line:
    """One company's requests: those under way, and those that wait, by rank."""

    working: int = 0
    reports: int = 0
    ends: int = 0
    waiting: dict[Rank, deque[asyncio.Future[None]]] = field(
        default_factory=lambda: {rank: deque() for rank in RANKS}
    )

    @property
    def length(self) -> int:
        return sum(len(waiting) for rank, waiting in self.waiting.items() if rank != "end")


class Turns:
    """Gives each company's requests their turns."""

    def __init__(self, pool_size: int = POOL_SIZE) -> None:
        """Share a pool of so many connections."""
        self._at_once = max(2, int(pool_size * SHARE_OF_POOL))
        # Calendar files that are read at once, whichever companies they are for.
        self.files = asyncio.Semaphore(FILES_AT_ONCE)
        # Only of companies with a request under way.
        self._lines: dict[int, _Line] = {}
        # The company that began last, and when it followed another one.
        self._latest: int | None = None
        self._followed_at = -OTHERS_GONE_AFTER_S

    @asynccontextmanager
    async def turn(self, company_id: int, rank: Rank) -> AsyncIterator[None]:
        """Wait for a company's turn and have it while the block lasts. Raises TooBusy."""
        line = self._lines.get(company_id)
        if line is None:
            line = self._lines[company_id] = _Line()
        if company_id != self._latest:
            if self._latest is not None:
                self._followed_at = monotonic()
            self._latest = company_id
        if not self._has_room(line, rank) or any(line.waiting[each] for each in _before(rank)):
            await self._wait(line, rank)
        else:
            _count(line, rank)
        try:
            yield
        finally:
            _count(line, rank, -1)
            self._call_next(line)
            if not (line.working or line.ends):
                self._lines.pop(company_id, None)

    def _has_room(self, line: _Line, rank: Rank) -> bool:
        if rank == "end":
            return line.ends < ENDS_AT_ONCE
        if rank == "report" and line.reports >= REPORTS_AT_ONCE:
            return False
        if monotonic() - self._followed_at < OTHERS_GONE_AFTER_S:
            return rank == "report" or line.working - line.reports < BESIDE_OTHERS
        return line.working < self._at_once

    async def _wait(self, line: _Line, rank: Rank) -> None:
        if rank != "end" and line.length >= MAX_WAITING:
            raise TooBusy
        called = asyncio.get_running_loop().create_future()
        line.waiting[rank].append(called)
        try:
            async with asyncio.timeout(MAX_END_WAIT_S if rank == "end" else MAX_WAIT_S):
                await called
        except BaseException as error:
            if called.done() and not called.cancelled():  # called, and gone in the same instant
                _count(line, rank, -1)
                self._call_next(line)
            else:
                with suppress(ValueError):
                    line.waiting[rank].remove(called)
            if isinstance(error, TimeoutError):
                raise TooBusy from None
            raise

    def _call_next(self, line: _Line) -> None:
        for rank in RANKS:
            while line.waiting[rank] and self._has_room(line, rank):
                called = line.waiting[rank].popleft()
                if not called.done():
                    _count(line, rank)
                    called.set_result(None)


def _count(line: _Line, rank: Rank, change: int = 1) -> None:
    line.working += change * (rank != "end")
    line.reports += change * (rank == "report")
    line.ends += change * (rank == "end")


def _before(rank: Rank) -> tuple[Rank, ...]:
    """Give the ranks whose waiting requests are served before a new one of this rank."""
    return (rank,) if rank == "end" else RANKS[1 : RANKS.index(rank) + 1]
