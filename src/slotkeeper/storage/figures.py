"""Reads the figures that the database counts from the rows, and writes the faults they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query


class FigureStore:
    """Has the database count, each time it is asked."""

    def __init__(self, db: Database) -> None:
        """Count in this database."""
        self._db = db

    async def read(
        self,
        company_ids: Sequence[int] | None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime | None = None,
    ) -> list[Mapping[str, Any]]:
        """Count reservations made, and answers given, from ``since`` on and before ``until``.

        One row for each company, ordered by its slug; ``company_ids`` None is all of them. The
        columns are those of ``metrics.figures.Figures``. ``now`` is a sandbox company's clock.
        """
        ids = None if company_ids is None else list(company_ids)
        return list(await self._db.read(query("figures"), ids, since, until, now))

    async def add_faults(
        self, company_id: int, faults: Sequence[tuple[str, str, datetime]]
    ) -> None:
        """Write faults as (code, channel, when it happened) into the outbox."""
        codes, channels, happened = zip(*faults, strict=True)
        await self._db.change(
            query("write_faults"), company_id, list(codes), list(channels), list(happened)
        )
