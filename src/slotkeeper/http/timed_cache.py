"""A short memory of what every request looks up and what rarely changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

# A revoked key or secret stops within this; until then its look-up costs nothing.
KEPT_FOR_S = 5.0
# A line or key that was made just now is known within this, so it is short.
ABSENCE_KEPT_FOR_S = 2.0
# What exists and what was not found are kept apart: strangers who ask for what does not exist can
# fill and empty only the memory of what was not found.
MAX_KEPT = 10_000
MAX_ABSENT = 1_000

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class TimedCache(Generic[K, V]):
    """Values by key, looked up again after KEPT_FOR_S, or ABSENCE_KEPT_FOR_S if there was none."""

    def __init__(self, look_up: Callable[[K], Awaitable[V | None]]) -> None:
        """Look up with this."""
        self._look_up = look_up
        self._kept: dict[K, tuple[V, float]] = {}
        self._absent_until: dict[K, float] = {}
        self._under_way: dict[K, asyncio.Future[V | None]] = {}

    async def get(self, key: K) -> V | None:
        """Give the value, looked up unless it is remembered; None where there is none."""
        kept = self.kept(key)
        if kept is not None or time.monotonic() < self._absent_until.get(key, 0.0):
            return kept
        return await self.newest(key)

    def kept(self, key: K) -> V | None:
        """Give the value if it is remembered; looks nothing up."""
        kept = self._kept.get(key)
        return kept[0] if kept and time.monotonic() < kept[1] else None

    async def newest(self, key: K) -> V | None:
        """Look the value up, even if it is remembered; who asks meanwhile shares the look-up."""
        under_way = self._under_way.get(key)
        if under_way is None:
            under_way = self._under_way[key] = asyncio.ensure_future(self._look(key))
            under_way.add_done_callback(lambda _: self._under_way.pop(key))
        # Whoever gives up waiting ends the wait of nobody else.
        return await asyncio.shield(under_way)

    async def _look(self, key: K) -> V | None:
        value = await self._look_up(key)
        now = time.monotonic()
        if value:
            self._absent_until.pop(key, None)
            remember(self._kept, key, (value, now + KEPT_FOR_S), MAX_KEPT)
            return value
        self._kept.pop(key, None)
        remember(self._absent_until, key, now + ABSENCE_KEPT_FOR_S, MAX_ABSENT)
        return None


def remember(memory: dict[K, T], key: K, value: T, limit: int) -> None:
    """Put a value into a memory of at most ``limit`` of them; a full one forgets them all."""
    if len(memory) >= limit:
        memory.clear()
    memory[key] = value
