"""What is looked up at every request and rarely changes, kept for moments."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

# A revoked key or secret stops within this; until then its look-up costs nothing.
KEPT_FOR_S = 5.0
# Only what exists is kept, so strangers cannot fill it; this bounds it all the same.
MAX_KEPT = 10_000

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, looked up again after KEPT_FOR_S; what was not found is never kept."""

    def __init__(self, look_up: Callable[[K], Awaitable[V | None]]) -> None:
        """Look up with this."""
        self._look_up = look_up
        self._kept: dict[K, tuple[V, float]] = {}

    async def get(self, key: K, *, anew: bool = False) -> V | None:
        """Give the value, looked up ``anew`` if that is wanted; None where there is none."""
        kept = self._kept.get(key)
        if kept and not anew and time.monotonic() < kept[1]:
            return kept[0]
        found = await self._look_up(key)
        if not found:
            self._kept.pop(key, None)
            return None
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[key] = (found, time.monotonic() + KEPT_FOR_S)
        return found
