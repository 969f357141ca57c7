"""A short memory of what every request looks up and what rarely changes."""

from __future__ import annotations

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

    async def get(self, key: K, *, anew: bool = False) -> V | None:
        """Give the value, looked up ``anew`` if that is wanted; None where there is none."""
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept and not anew and now < kept[1]:
            return kept[0]
        if not anew and now < self._absent_until.get(key, 0.0):
            return None
        value = await self._look_up(key)
        if value:
            self._absent_until.pop(key, None)
            _put(self._kept, key, (value, time.monotonic() + KEPT_FOR_S), MAX_KEPT)
            return value
        self._kept.pop(key, None)
        _put(self._absent_until, key, time.monotonic() + ABSENCE_KEPT_FOR_S, MAX_ABSENT)
        return None


def _put(memory: dict[K, T], key: K, value: T, limit: int) -> None:
    if len(memory) >= limit:
        memory.clear()
    memory[key] = value
