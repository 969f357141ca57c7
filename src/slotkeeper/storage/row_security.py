"""Seeing every row: what forced row security hides from an owner, and how it is lifted.

An owner under FORCE ROW LEVEL SECURITY updates 0 rows, finds broken foreign keys valid, and is told
nothing. So the force is lifted inside the transaction that has to see, and `row_security = off`
turns whatever would still be filtered into an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import asyncpg
from asyncpg import Connection

from slotkeeper.storage.migration_errors import MigrationBlinded
from slotkeeper.storage.sql import query

T = TypeVar("T")

# While an ACCESS EXCLUSIVE lock waits, every later query on the table waits behind it: the wait is
# kept below a caller's patience and asked for again, with a pause for the traffic to pass.
LOCK_WAIT_MS = 1_000
LOCK_ATTEMPTS = 20
LOCK_PAUSE_S = 0.25

CONTENDED = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)

SESSION = {
    "application_name": "slotkeeper migrate",
    "search_path": "public",
    "lock_timeout": str(LOCK_WAIT_MS),
    # A role's defaults for serving callers must not cut a migration short.
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


@asynccontextmanager
async def owner_session(url: str) -> AsyncIterator[Connection]:
    """A connection of its own with known settings; not through a transaction pooler."""
    connection = await asyncpg.connect(url, statement_cache_size=0, server_settings=SESSION)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[None]:
    """A transaction (or savepoint) that is always rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def patiently(step: Callable[[], Awaitable[T]]) -> T:
    """Run a whole transaction, again up to LOCK_ATTEMPTS times while traffic holds its locks."""
    for _ in range(LOCK_ATTEMPTS - 1):
        with suppress(*CONTENDED):
            return await step()
        await asyncio.sleep(LOCK_PAUSE_S)
    return await step()


async def refuse_if_blinded(connection: Connection) -> None:
    """Refuse a role that is neither owner of every table with policies nor exempt from them."""
    tables = [row[0] for row in await connection.fetch(query("blinded_tables"))]
    if tables:
        role = await connection.fetchval("SELECT current_user")
        raise MigrationBlinded(
            f"row security hides rows of {len(tables)} tables ({tables[0]}, …) from role {role}: "
            "connect as the owner of the tables"
        )


async def lift_force(connection: Connection, tables: list[int] | None = None) -> None:
    """Let the owner see every row of these tables (or all) until the transaction ends."""
    await connection.execute("SET LOCAL row_security = off")
    for (statement,) in await connection.fetch(query("lift_force"), tables):
        await connection.execute(statement)


async def set_force(connection: Connection) -> None:
    """Force row security on every table that has it."""
    for (statement,) in await connection.fetch(query("set_force")):
        await connection.execute(statement)
