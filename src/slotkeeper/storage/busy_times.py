"""Busy times: what outside calendars say is taken, by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.storage.appointments import LIST_LIMIT
from slotkeeper.storage.database import Database
from slotkeeper.storage.hits import hits_of
from slotkeeper.storage.sql import query


@dataclass(frozen=True, slots=True)
class BusySource:
    """How many stretches a source says are taken on a calendar, and from when to when."""

    calendar_id: int
    source: str
    stretches: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class ReplacedBusyTimes:
    """How many stretches a source had said, and what stands in those that it says now.

    ``held_back`` where nothing was changed, because of ``said_min`` minutes of busy time to come
    ``freed_min``, more than half, would have become free.
    """

    replaced: int
    hits: Hits
    held_back: bool
    said_min: int
    freed_min: int


class BusyTimes:
    """Replaces, lists and clears busy times; a source's newest import replaces its former one."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def replace(
        self,
        company_id: int,
        calendar_id: int,
        source: str,
        stretches: Sequence[Interval],
        *,
        anyway: bool = False,
        now: datetime | None = None,
    ) -> ReplacedBusyTimes:
        """Replace what a source said by what it says now, and read what stands in it.

        Changes nothing where more than half of what it had said would become free, unless
        ``anyway``. Lists at most LIST_LIMIT bookings of each kind that are hit. One transaction
        under the company's lock: of two at once the later one stays, whole, and nothing is claimed
        there afterwards.
        """
        starts, ends = [s.start for s in stretches], [s.end for s in stretches]
        whose = (company_id, calendar_id, source)
        row = await self._db.block(
            "imported", query("replace_busy_times"), *whose, starts, ends, LIST_LIMIT, now, anyway
        )
        return ReplacedBusyTimes(
            replaced=row["replaced"],
            hits=hits_of(row["hit"]) if row["hit"] else Hits(),
            held_back=row["held_back"],
            said_min=row["said_min"],
            freed_min=row["freed_min"],
        )

    async def listed(self, company_id: int) -> list[BusySource]:
        """List each source of each calendar; at most LIST_LIMIT."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("busy_sources"), company_id, LIST_LIMIT)
        return [
            BusySource(
                row["calendar_id"],
                row["source"],
                row["stretches"],
                Interval(row["starts_at"], row["ends_at"]),
            )
            for row in rows
        ]

    async def clear(self, company_id: int, source: str, calendar_id: int | None = None) -> int:
        """Delete what a source says of one calendar or of all; return how many stretches."""
        async with self._db.acting_for(company_id) as connection:
            deleted = await connection.fetchval(
                query("clear_busy_times"), company_id, source, calendar_id
            )
        return int(deleted)
