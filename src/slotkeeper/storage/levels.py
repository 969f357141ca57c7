"""What the processes tell each other of the requests that they have counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query


@dataclass(frozen=True, slots=True)
class ToldLevel:
    """What another process has told of a bucket: all that it put in, and how full it is now."""

    process: UUID
    bucket: bytes
    used_s: float
    level_s: float


class Levels:
    """Exchanges the levels of buckets between the processes; nobody's name stands in it."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def exchange(
        self, process: UUID, near: Sequence[tuple[bytes, float, float]]
    ) -> list[ToldLevel]:
        """Tell buckets as (bucket, used_s, level_s); give what others have told lately."""
        buckets, used_s, level_s = ([each[n] for each in near] for n in range(3))
        rows = await self._db.change(query("exchange_levels"), process, buckets, used_s, level_s)
        return [ToldLevel(**row) for row in rows]
