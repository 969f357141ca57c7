"""What takes time on calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.diary import Busy
from slotkeeper.domain.intervals import Interval
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query


@dataclass(frozen=True, slots=True)
class BusyRead:
    """Busy time of a window, the clock it was judged by, and the catalogue's version then."""

    version: int
    read_at: datetime
    busy: tuple[Busy, ...]


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose holds, and which appointment that is to be moved, are in nobody's way."""

    call_id: str | None = None
    party: int = 1
    moving_id: int | None = None


class Calendars:
    """Busy time, from reservations, outside calendars and absences alike."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def busy(
        self,
        company_id: int,
        calendar_ids: Iterable[int],
        window: Interval,
        *,
        asker: Asker | None = None,
        now: datetime | None = None,
    ) -> BusyRead:
        """Read what takes time in a window; what is the asker's own is told apart."""
        own = asker or Asker()
        (row,) = await self._db.read(
            query("busy"),
            company_id,
            list(calendar_ids),
            window.start,
            window.end,
            own.call_id,
            own.party,
            own.moving_id,
            now,
        )
        columns = ("kinds", "calendar_ids", "starts", "ends", "expiries")
        return BusyRead(
            row["catalogue_version"],
            row["read_at"],
            tuple(
                Busy(kind, calendar_id, Interval(start, end), expires_at)
                for kind, calendar_id, start, end, expires_at in zip(
                    *(row[column] for column in columns), strict=True
                )
            ),
        )
