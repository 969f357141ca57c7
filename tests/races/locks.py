"""Somebody else's lock, kept until the test lets it go: waiting made long enough to be seen."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from slotkeeper.storage.sql import query
from tests.build import Salon
from tests.waiting import until

HELD_ROWS = """
    SELECT FROM appointment_reservations
    WHERE company_id = $1 AND caller_token = $2
    FOR UPDATE"""


class Lock:
    """Somebody else's transaction that keeps a lock until it is let go."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def take_rows(self, salon: Salon, token: object) -> None:
        """Lock the rows of a hold, and change nothing."""
        await self._begin(salon)
        assert await self.connection.fetch(HELD_ROWS, salon.id, token)

    async def take_one_row(self, salon: Salon, token: object) -> None:
        """Lock a single segment of a hold."""
        await self._begin(salon)
        assert await self.connection.fetch(f"{HELD_ROWS} LIMIT 1", salon.id, token)

    async def take_company(self, salon: Salon, token: object) -> None:
        """Lock the company, as every operation of the core does first."""
        await self.connection.execute("BEGIN")
        await self.connection.execute(query("enter_company"), salon.id)

    async def _begin(self, salon: Salon) -> None:
        await self.connection.execute("BEGIN")
        await self.connection.execute(
            "SELECT set_config('slotkeeper.companies', $1::bigint[]::text, true)", [salon.id]
        )

    async def until_waiting(self, count: int) -> None:
        """Wait until so many wait for a lock."""
        waiting = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

        async def all_wait() -> bool:
            return bool(await self.connection.fetchval(waiting) == count)

        await until(all_wait, f"{count} wait for a lock")

    async def until(self, instant: datetime) -> None:
        """Wait for an instant by the database's clock."""
        await self.connection.execute("SELECT pg_sleep_until($1)", instant)

    async def let_go_after(self, expires_at: datetime, waiting: int) -> None:
        """Keep the lock until so many wait for it and the hold is dead."""
        await self.until_waiting(waiting)
        await self.until(expires_at)
        await self.connection.execute("ROLLBACK")
