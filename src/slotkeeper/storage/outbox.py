"""The log of facts, and how far each of its readers has read.

A fact is read from the row that it is true of: what was made or has ended from its reservation, the
rest from the outbox. Facts come in the order of the transactions that made them, once every
earlier transaction is over, so a reader never passes a fact that commits late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# What is handed over at once, and told again when that breaks off.
BATCH = 200
# A pass that has not settled by then is given up for dead, and another may take its facts.
LEASE_S = 5.0
# A statement stays far below its time limit.
FORGET_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, for good; nothing of the customer.

    ``kind`` is such as ``reservation.created`` or ``appointment.booked``; ``id`` is that of the row
    it is read from. ``payload`` says to what it happened, by ids; ``service`` is the name of its
    service, None where it has none. ``xid`` is the transaction that made it, None where that was
    before the log was.
    """

    company_id: int
    company: str
    xid: int | None
    id: int
    kind: str
    happened_at: datetime
    payload: dict[str, Any]
    service: str | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what to which: ``actor`` is such as ``call:call_1``, ``payload`` has ids.

    ``actor`` is None where a server of a former release has written it.
    """

    happened_at: datetime
    kind: str
    actor: str | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """Facts of one company that one reader is being handed, in their order.

    ``is_full`` where there may be more. ``by`` is the pass that has taken the cursor.
    """

    company_id: int
    reader: str
    facts: Sequence[Fact]
    by: UUID
    is_full: bool


class Outbox:
    """Every company's facts, by reader."""

    def __init__(self, db: Database) -> None:
        """Read in this database."""
        self._db = db

    async def companies_to_read(self, reader: str, *, after: int = 0, limit: int) -> list[int]:
        """List the companies, by id after ``after``, that have facts a reader has not read."""
        (row,) = await self._db.read(query("companies_to_read"), reader, after, limit)
        return list(row["company_ids"])

    async def take(
        self, company_id: int, reader: str, *, limit: int = BATCH, lease_s: float = LEASE_S
    ) -> Taken:
        """Take a reader's cursor and read at least ``limit`` facts after it, if there are as many.

        Nobody else is given them until they are settled or the lease runs out. There are none where
        another has the cursor.
        """
        by = uuid4()
        rows = await self._db.change(query("take_facts"), company_id, reader, by, lease_s, limit)
        return Taken(company_id, reader, [_fact(row) for row in rows], by, len(rows) >= limit)

    async def settle(self, taken: Taken) -> bool:
        """Move the cursor past what was taken; False where the lease had run out."""
        return await self._settle(taken, taken.facts[-1].xid)

    async def give_back(self, taken: Taken) -> None:
        """Leave the cursor where it was: the facts are due again at once."""
        await self._settle(taken, None)

    async def since(self, company_ids: Sequence[int], since: datetime, *, limit: int) -> list[Fact]:
        """Read the newest of what became of reservations, and of what broke, since an instant.

        The oldest of them first, whoever has read them.
        """
        async with self._db.acting_for(*company_ids) as connection:
            rows = await connection.fetch(query("facts_since"), list(company_ids), since, limit)
        return [_fact(row) for row in rows]

    async def history(self, company_id: int, *, limit: int) -> list[HistoryEntry]:
        """List who did what at a company, the newest first."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("history"), company_id, limit)
        return [
            HistoryEntry(each, kind, actor, msgspec.json.decode(payload))
            for each, kind, actor, payload in rows
        ]

    async def company_ids(self) -> list[int]:
        """Every company's id."""
        return [row["company_id"] for row in await self._db.read(query("company_ids"))]

    async def forget(self, company_id: int, *, limit: int = FORGET_BATCH) -> int:
        """Delete a batch of a company's events that its rule no longer keeps; how many went."""
        (row,) = await self._db.change(query("forget_events"), company_id, limit)
        return int(row["gone"])

    async def _settle(self, taken: Taken, read_through: int | None) -> bool:
        (row,) = await self._db.change(
            query("settle_facts"), taken.company_id, taken.reader, taken.by, read_through
        )
        return bool(row["kept"])


def _fact(row: Any) -> Fact:
    return Fact(**{**row, "payload": msgspec.json.decode(row["payload"])})
