"""Totals over all time that cost as much as counting one day.

A reservation lives for an hour at most, so the figures of past days no longer change: they are
settled. The process counts them once and remembers them, adds each day when it is settled, and
counts anew only what was made since.
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

# Longer than any reservation lives, and than any answer waits to be written.
SETTLED_AFTER = timedelta(hours=2)
# Before our first release there are imported rows only; they are counted in one piece.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# History is counted in pieces, because a statement may take three seconds. A piece that takes
# longer is halved, down to a day.
MOST_DAYS = 32
# A scrape counts history for this long; the next scrape continues.
HISTORY_BUDGET_S = 3.0


class Totals:
    """Counts every company's figures since the beginning; a counter among them never falls."""

    def __init__(self, store: Store) -> None:
        """Count in this store, from the first ``read`` on."""
        self._collector = ReservationMetricsCollector(store)
        self._clock = store.clock
        self._settled: dict[str, Figures] = {}
        self._settled_until: datetime | None = None
        self._piece_days = MOST_DAYS
        self._reported: dict[str, Figures] = {}

    async def read(self) -> list[Figures] | None:
        """Give every company's figures, ordered by slug; None until all of history is counted.

        Not to be called twice at once. Raises a Fault where the database does not answer; the next
        call continues with what was counted until then.
        """
        if not await self._settle(settled_before(await self._clock.now())):
            return None
        live = await self._collector.collect_each(since=self._settled_until)
        # Adding up many companies takes milliseconds, so a thread does it and no caller waits.
        return await asyncio.to_thread(self._report, live)

    def _report(self, live: list[Figures]) -> list[Figures]:
        self._reported = {one.company: self._whole(one) for one in live}
        return list(self._reported.values())

    async def _settle(self, boundary: datetime) -> bool:
        """Count history up to the boundary; False where that takes longer than the budget."""
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
        """Add the settled and the live figures, and let no counter fall below its last value.

        Prometheus reads a fall as a restart. A counter could fall: a hold that is extended in its
        last instant was counted as expired just before, and a company's rows may be deleted.
        """
        now = _sum(self._settled.get(live.company), live)
        before = self._reported.get(live.company)
        if before is None:
            return now
        risen = {
            name: _greatest(getattr(before, name), getattr(now, name))
            for name, kind in FIGURES.items()
            if kind.rises
        }
        return replace(now, **risen)


def settled_before(now: datetime) -> datetime:
    """Give the start of the day (UTC) before which no figure changes any more."""
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
