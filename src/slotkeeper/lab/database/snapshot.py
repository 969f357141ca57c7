"""Reads several things as of one instant, so that they agree however busy the database is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal

import asyncpg

from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.lab.database import PACKAGE
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# A statement stays far below its time limit, and between two pages the server is not left idle.
PAGE = 5_000

RecountQuery = Literal["recount_reservations", "recount_answers", "recount_faults"]


class Snapshot(Database):
    """One connection in one transaction that sees what was committed before its first statement."""

    def __init__(self, pool: asyncpg.Pool, connection: asyncpg.Connection) -> None:
        """Use ``of`` instead."""
        super().__init__(pool)
        self._only = connection

    @classmethod
    @asynccontextmanager
    async def of(cls, db: Database) -> AsyncIterator[Snapshot]:
        """Open a read-only snapshot that lasts as long as the block."""
        async with db._connection() as connection:
            try:
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    yield cls(db._pool, connection)
            except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError) as error:
                raise StorageUnavailable(type(error).__name__) from error

    async def now(self) -> datetime:
        """Return the database's clock."""
        (row,) = await self.read("SELECT clock_timestamp() AS now")
        now: datetime = row["now"]
        return now

    async def rows(self, name: RecountQuery, company_id: int) -> AsyncIterator[Any]:
        """Read whole rows in the order of their ids, a page at a time."""
        last_id = 0
        while True:
            async with self.acting_for(company_id) as connection:
                page = await connection.fetch(query(name, PACKAGE), company_id, last_id, PAGE)
            for row in page:
                yield row
            if len(page) < PAGE:
                return
            last_id = page[-1]["id"]

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        yield self._only
