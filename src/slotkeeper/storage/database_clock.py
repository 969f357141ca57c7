"""The database's clock, read every LOOK_EVERY_S seconds and reckoned in between."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from slotkeeper.storage.database import Database

# Between two looks the machine's own steady clock runs on from the last one; over this it drifts
# by far less than a spoken time can tell.
LOOK_EVERY_S = 30.0


class DatabaseClock:
    """The primary's clock, by which "today" and "tomorrow" are judged."""

    def __init__(self, db: Database) -> None:
        """Read this database's clock."""
        self._db = db
        self._seen: tuple[datetime, float] | None = None

    async def now(self) -> datetime:
        """Return the current instant, with its time zone."""
        if self._seen is None or time.monotonic() - self._seen[1] > LOOK_EVERY_S:
            (row,) = await self._db.read("SELECT clock_timestamp() AS now")
            self._seen = (row["now"], time.monotonic())
        seen_at, looked_at = self._seen
        return seen_at + timedelta(seconds=time.monotonic() - looked_at)
