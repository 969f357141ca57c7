"""A simulated clock that runs as fast as its users allow; each request tells it to the server."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from math import ceil
from typing import Any, TypeVar

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER

T = TypeVar("T")


class VirtualTime:
    """A clock that jumps to the next whole second that somebody waits for, once everybody waits.

    All who wait for the same second go on at once, so that their requests really meet.
    """

    def __init__(self, starts_at: datetime) -> None:
        """Begin at this instant."""
        self.now = starts_at
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()
        self._awake = 0
        self._nobody_awake = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait for this many seconds; only coroutines that ``run`` runs may do so."""
        woken = asyncio.get_running_loop().create_future()
        at = self.now + timedelta(seconds=ceil(seconds))
        heappush(self._waiting, (at, next(self._order), woken))
        self._fall_asleep()
        await woken

    async def run(self, lives: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run coroutines on this clock until the last has ended; return their results in order."""
        living = [asyncio.create_task(self._live(life)) for life in lives]
        self._awake = len(living)
        try:
            while living:
                await self._nobody_awake.wait()
                if not self._waiting:
                    break
                self._wake_the_next()
            return await asyncio.gather(*living)
        finally:
            for task in living:
                task.cancel()

    async def stamp(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Add the time to a request: a middleware of an HTTP client."""
        request.headers[TEST_CLOCK_HEADER] = self.now.isoformat()
        return await handler(request)

    async def _live(self, life: Coroutine[Any, Any, T]) -> T:
        try:
            return await life
        finally:
            self._fall_asleep()

    def _fall_asleep(self) -> None:
        self._awake -= 1
        if not self._awake:
            self._nobody_awake.set()

    def _wake_the_next(self) -> None:
        self._nobody_awake.clear()
        self.now = self._waiting[0][0]
        while self._waiting and self._waiting[0][0] == self.now:
            heappop(self._waiting)[2].set_result(None)
            self._awake += 1
