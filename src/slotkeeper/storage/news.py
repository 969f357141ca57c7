"""What is still to be told of reservations and of what broke, and what was told already."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from slotkeeper.domain.reservation import ReservationStatus
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# Rows stay locked while they are told, so a batch is small.
BATCH = 200
# How long telling a batch may take. Below the 2 s that a caller waits for a lock: whoever reads the
# log may be stuck, and then PostgreSQL frees the rows for those who ring.
TELLING_MS = 1_000


@dataclass(frozen=True, slots=True)
class ReservationNews:
    """A reservation as it now is; nothing of the customer.

    ``announced``: 0 nothing of it was told, 1 that it was created, 2 how it ended as well.
    """

    id: int
    company_id: int
    company: str
    token: UUID
    status: ReservationStatus
    announced: int
    origin: str
    is_compound: bool
    service_id: int
    service: str
    staff_id: UUID
    offer_id: UUID
    call_id: str | None
    channel: str
    reserved_at: datetime
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class FaultNews:
    """Something that broke."""

    id: int
    company_id: int
    company: str
    kind: str
    channel: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What is told at once; ``is_full`` where there may be more."""

    reservations: Sequence[ReservationNews]
    faults: Sequence[FaultNews]
    is_full: bool


class News:
    """What is due to be told, a company and a batch at a time."""

    def __init__(self, db: Database) -> None:
        """Read and mark in this database."""
        self._db = db

    async def companies(self, limit: int) -> list[int]:
        """Which companies have something to be told."""
        (row,) = await self._db.read(query("news_companies"), limit)
        return list(row["company_ids"])

    @asynccontextmanager
    async def due(self, company_id: int, limit: int = BATCH) -> AsyncIterator[Batch]:
        """Lock a batch while the block tells it; it is told when the block ends without an error.

        Nobody else is given it meanwhile. After an error or a crash it is due again, as it then is.
        """
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(
                f"SET LOCAL idle_in_transaction_session_timeout = {TELLING_MS}"
            )
            made = await connection.fetch(query("news_due"), company_id, limit)
            broken = await connection.fetch(query("news_faults_due"), company_id, limit)
            batch = _batch(made, broken, limit)
            yield batch
            await _mark(connection, "news_told", company_id, batch.reservations)
            await _mark(connection, "news_faults_told", company_id, batch.faults)

    async def since(self, company_id: int | None, since: datetime, limit: int) -> Batch:
        """The newest that were made, ended or broke since then, told or not; so many of each.

        ``company_id`` None is all.
        """
        if company_id is None:
            ids = [row["company_id"] for row in await self._db.read(query("company_ids"))]
        else:
            ids = [company_id]
        async with self._db.acting_for(*ids) as connection:
            made = await connection.fetch(query("news_since"), ids, since, limit)
            broken = await connection.fetch(query("news_faults_since"), ids, since, limit)
        return _batch(made, broken, limit)


def _batch(made: list[Any], broken: list[Any], limit: int) -> Batch:
    return Batch(
        _each(ReservationNews, made), _each(FaultNews, broken), limit in (len(made), len(broken))
    )


T = TypeVar("T", ReservationNews, FaultNews)


def _each(kind: type[T], rows: list[Any]) -> list[T]:
    return [kind(**{field.name: row[field.name] for field in fields(kind)}) for row in rows]


async def _mark(
    connection: asyncpg.Connection,
    name: str,
    company_id: int,
    told: Sequence[ReservationNews | FaultNews],
) -> None:
    if told:
        await connection.execute(query(name), company_id, [one.id for one in told])
