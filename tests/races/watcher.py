"""A connection that reads all the time and sees only whole reservations, or tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from tests.races.arena import Arena
from tests.waiting import until

# One statement sees one instant: what is torn or overlaps in it was so for everybody.
LOOK = """
    WITH seen AS (
        SELECT * FROM appointment_reservations WHERE company_id = ANY ($1)
    )
    SELECT caller_token::text AS wrong FROM seen GROUP BY caller_token, total_segments
    HAVING count(*) <> total_segments OR count(DISTINCT (status, expires_at, blocks)) > 1
    UNION ALL
    SELECT a.caller_token || ' overlaps ' || b.caller_token FROM seen a JOIN seen b
      ON a.company_id = b.company_id AND a.calendar_id = b.calendar_id AND a.id < b.id
     AND a.blocks AND b.blocks AND a.start_time < b.end_time AND b.start_time < a.end_time
"""


@dataclass
class Watcher:
    """What it has seen that nobody may ever see, and how often it looked."""

    looks: int = 0
    wrong: list[str] = field(default_factory=list)

    async def watch(self, connection: asyncpg.Connection, company_ids: list[int]) -> None:
        """Look until cancelled."""
        await connection.execute(
            "SELECT set_config('slotkeeper.companies', $1::bigint[]::text, false)", company_ids
        )
        while True:
            self.wrong += [row["wrong"] for row in await connection.fetch(LOOK, company_ids)]
            self.looks += 1


@asynccontextmanager
async def watching(arena: Arena, *company_ids: int) -> AsyncIterator[Watcher]:
    """Watch companies while the block lasts; afterwards demand that nothing wrong was seen."""
    watcher = Watcher()
    connection = await arena.connect()
    task = asyncio.create_task(watcher.watch(connection, list(company_ids)))

    async def has_looked() -> bool:
        return watcher.looks > 0 or task.done()

    await until(has_looked, "the watcher has looked")
    yield watcher
    seen = watcher.looks

    async def has_looked_again() -> bool:
        return watcher.looks > seen or task.done()

    await until(has_looked_again, "the watcher has looked for the last time")
    assert not task.done(), task.exception()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert watcher.wrong == []
