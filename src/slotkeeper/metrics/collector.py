"""The original's collector; it counts from the rows, so a restart loses no figure."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.metrics.figures import Figures
from slotkeeper.storage.store import Store


class ReservationMetricsCollector:
    """Collects the figures of one company or of all, for all time or for a window."""

    def __init__(self, store: Store) -> None:
        """Count in this store."""
        self._store = store

    async def collect(
        self,
        company_id: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime | None = None,
    ) -> Figures:
        """Collect a company's figures; ``now`` is a sandbox company's clock."""
        (row,) = await self._store.figures.read([company_id], since=since, until=until, now=now)
        return Figures.from_row(row)

    async def collect_each(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Figures]:
        """Collect every company's figures, ordered by the company's slug."""
        rows = await self._store.figures.read(None, since=since, until=until)
        return [Figures.from_row(row) for row in rows]
