"""Absences: holidays, illness, a device under repair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.storage.appointments import LIST_LIMIT
from slotkeeper.storage.database import Database
from slotkeeper.storage.hits import hits_of
from slotkeeper.storage.sql import query


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch in which a calendar takes nothing new."""

    id: int
    calendar_id: int
    interval: Interval
    reason: str | None


class Absences:
    """Adds, removes and lists absences; every check sees them once they are committed."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def add(
        self,
        company_id: int,
        calendar_id: int,
        interval: Interval,
        *,
        reason: str | None = None,
        now: datetime | None = None,
    ) -> tuple[Absence, Hits]:
        """Add one, and read what stands in it, in one transaction under the company's lock.

        So nothing that was committed before is missing in what is read, and nothing is claimed
        there afterwards. At most LIST_LIMIT appointments and holds, the earliest first.
        """
        where = (company_id, calendar_id, interval.start, interval.end)
        row = await self._db.block("absence", query("add_absence"), *where, reason, LIST_LIMIT, now)
        return Absence(row["absence_id"], calendar_id, interval, reason), hits_of(row["hit"])

    async def remove(self, company_id: int, absence_id: int) -> Absence | None:
        """Remove an absence and return it; None where the company has no such."""
        rows = await self._db.change(query("remove_absence"), company_id, absence_id)
        return _absence(rows[0]) if rows else None

    async def to_come(self, company_id: int, at: datetime) -> list[Absence]:
        """List the absences that end after an instant, the earliest start first."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("absences_to_come"), company_id, at, LIST_LIMIT)
        return [_absence(row) for row in rows]


def _absence(row: Any) -> Absence:
    interval = Interval(row["starts_at"], row["ends_at"])
    return Absence(row["id"], row["calendar_id"], interval, row["reason"])
