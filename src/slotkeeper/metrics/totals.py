"""Totals over all time for a price of a day: what is settled is counted once and kept.

A reservation lives an hour at most, so of what was made before yesterday's end nothing changes any
more. Those figures are kept by the process, a day is added to them when it is settled, and only
what was made since is counted each time.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slotkeeper.domain.errors import Fault
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.durations import DurationHistogram
from slotkeeper.metrics.figures import FIGURES, Figures, over_all
from slotkeeper.storage.store import Store

# Longer than any reservation lives and any answer waits to be written.
SETTLED_AFTER = timedelta(hours=2)
# Before our first release there is nothing but what was imported: it is counted in one piece.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# History is counted in pieces, because a statement is given up after three seconds. A piece that
# was too much is halved, down to a day.
MOST_DAYS = 32
# A scrape counts history for as long as this and goes on at the next.
HISTORY_BUDGET_S = 3.0


class Totals:
    """Every company's figures since the beginning; counters among them never fall."""

    def __init__(self, store: Store) -> None:
        """Count in this store; nothing is counted yet."""
        self._collector = ReservationMetricsCollector(store)
        self._clock = store.clock
        self._settled: dict[str, Figures] = {}
        self._settled_until: datetime | None = None
        self._piece_days = MOST_DAYS
        self._told: dict[str, Figures] = {}

    async def read(self) -> list[Figures] | None:
        """Every company's figures by its slug; None while history is still being counted.

        One reader at a time. Raises a Fault; what was counted until then stays.
        """
        if not await self._settle(settled_before(await self._clock.now())):
            return None
        live = await self._collector.collect_each(since=self._settled_until)
        # Adding up a large fleet takes milliseconds that a caller on the phone need not wait for.
        return await asyncio.to_thread(self._tell, live)

    def _tell(self, live: list[Figures]) -> list[Figures]:
        self._told = {one.company: self._whole(one) for one in live}
        return list(self._told.values())

    async def _settle(self, boundary: datetime) -> bool:
        """Count up to the boundary what is not counted yet; False where it takes longer."""
        give_up_at = time.monotonic() + HISTORY_BUDGET_S
        while self._settled_until is None or self._settled_until < boundary:
            if time.monotonic() > give_up_at:
                return False
            since = self._settled_until
            until = min(boundary, since + timedelta(self._piece_days) if since else BEGINNING)
            try:
                piece = await self._collector.collect_each(since=since, until=until)
            except Fault:
                if self._piece_days == 1:
                    raise
                self._piece_days //= 2
                continue
            self._settled = {
                one.company: _sum(self._settled.get(one.company), one) for one in piece
            }
            self._settled_until = until
        return True

    def _whole(self, live: Figures) -> Figures:
        """What is settled and what is not. A counter that fell would read as a restart.

        It could: a hold that was prolonged in its last instant looked dead to whoever counted
        just then, and a company may be emptied.
        """
        now = _sum(self._settled.get(live.company), live)
        before = self._told.get(live.company)
        if before is None:
            return now
        risen = {
            name: _greatest(getattr(before, name), getattr(now, name))
            for name, kind in FIGURES.items()
            if kind.rises
        }
        return replace(now, **risen)


def settled_before(now: datetime) -> datetime:
    """The start of the day (UTC) before which nothing changes any more."""
    settled = (now - SETTLED_AFTER).astimezone(UTC)
    return settled.replace(hour=0, minute=0, second=0, microsecond=0)


def _sum(one: Figures | None, other: Figures) -> Figures:
    return other if one is None else replace(over_all((one, other)), company=other.company)


def _greatest(before: Any, now: Any) -> Any:
    if isinstance(now, dict):
        return {key: max(before.get(key, 0), now.get(key, 0)) for key in {**before, **now}}
    if isinstance(now, DurationHistogram):
        return now.at_least(before)
    return max(before, now)
