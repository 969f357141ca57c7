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
from typing import Literal

from slotkeeper.domain.errors import TooBusy
from slotkeeper.storage.database import POOL_SIZE

# A company's part of the pool. The core's functions of one company run one after another anyway,
# behind its lock, so with more connections it would not get more done.
SHARE_OF_POOL = 0.5
# Long reads and imports of a company run one at a time: they keep others waiting at the loop.
REPORTS_AT_ONCE = 1
# Each is a process that works at what callers leave of the machine.
FILES_AT_ONCE = 2
# Twice as many as the callers of a busy salon, should all of them speak in the same instant.
MAX_WAITING = 128
# Beside the work itself, below the 5 s after which the first voice clients give up.
MAX_WAIT_S = 2.0

# In the order in which they are served: a caller on the line, a program that asks for one thing,
# and what reads or writes much at once.
Rank = Literal["voice", "program", "report"]
RANKS: tuple[Rank, ...] = ("voice", "program", "report")


@dataclass(slots=True)
class _Line:
    """One company's requests: those under way, and those that wait, by rank."""

    working: int = 0
    reports: int = 0
    waiting: dict[Rank, deque[asyncio.Future[None]]] = field(
        default_factory=lambda: {rank: deque() for rank in RANKS}
    )

    @property
    def length(self) -> int:
        return sum(map(len, self.waiting.values()))


class Turns:
    """Gives each company's requests their turns."""

    def __init__(self, pool_size: int = POOL_SIZE) -> None:
        """Share a pool of so many connections."""
        self._at_once = max(2, int(pool_size * SHARE_OF_POOL))
        # Calendar files that are read at once, whichever companies they are for.
        self.files = asyncio.Semaphore(FILES_AT_ONCE)
        # Only of companies with a request under way.
        self._lines: dict[int, _Line] = {}

    @asynccontextmanager
    async def turn(self, company_id: int, rank: Rank) -> AsyncIterator[None]:
        """Wait for a company's turn and have it while the block lasts. Raises TooBusy."""
        line = self._lines.get(company_id)
        if line is None:
            line = self._lines[company_id] = _Line()
        if not self._has_room(line, rank) or any(line.waiting[each] for each in _up_to(rank)):
            await self._wait(line, rank)
        else:
            _begin(line, rank)
        try:
            yield
        finally:
            line.working -= 1
            line.reports -= rank == "report"
            self._call_next(line)
            if not line.working:
                self._lines.pop(company_id, None)

    def _has_room(self, line: _Line, rank: Rank) -> bool:
        room = line.working < self._at_once
        return room and (rank != "report" or line.reports < REPORTS_AT_ONCE)

    async def _wait(self, line: _Line, rank: Rank) -> None:
        if line.length >= MAX_WAITING:
            raise TooBusy
        called = asyncio.get_running_loop().create_future()
        line.waiting[rank].append(called)
        try:
            async with asyncio.timeout(MAX_WAIT_S):
                await called
        except BaseException as error:
            if called.done() and not called.cancelled():  # called, and gone in the same instant
                line.working -= 1
                line.reports -= rank == "report"
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
                    _begin(line, rank)
                    called.set_result(None)


def _begin(line: _Line, rank: Rank) -> None:
    line.working += 1
    line.reports += rank == "report"


def _up_to(rank: Rank) -> tuple[Rank, ...]:
    return RANKS[: RANKS.index(rank) + 1]
