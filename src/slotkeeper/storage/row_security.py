"""Seeing every row: what forced row security hides from an owner, and how it is lifted.

An owner under FORCE ROW LEVEL SECURITY updates 0 rows, finds broken foreign keys valid, and is told
nothing. So the force is lifted inside the transaction that has to see, and `row_security = off`
turns whatever would still be filtered into an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import asyncpg
from asyncpg import Connection

from slotkeeper.storage.migration_errors import MigrationBlinded
from slotkeeper.storage.sql import query

T = TypeVar("T")

# While an ACCESS EXCLUSIVE lock waits, every later query on the table waits behind it. So the wait
# for all of a step's locks together stays below the second after which PostgreSQL looks for a
# deadlock (then a caller might be its victim) and far below the two after which a server gives up;
# it is asked for again, with a pause for the traffic to pass.
LOCK_WAIT_MS = 500
LOCK_ATTEMPTS = 40
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
    """Let the owner see every row of these tables (or all) until the transaction ends.

    Raises LockNotAvailableError where they are not free within LOCK_WAIT_MS.
    """
    await connection.execute("SET LOCAL row_security = off")
    forced = [table for (table,) in await connection.fetch(query("forced_tables"), tables)]
    if forced:
        await _lock(connection, forced)
    for table in forced:
        await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


async def _lock(connection: Connection, tables: Sequence[str]) -> None:
    """Lock tables in one statement, whose own time limit bounds the wait for all of them."""
    await connection.execute(f"SET LOCAL statement_timeout = {LOCK_WAIT_MS}")
    try:
        await connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    except asyncpg.QueryCanceledError as error:
        raise asyncpg.LockNotAvailableError(f"tables stay locked: {error}") from error
    await connection.execute("SET LOCAL statement_timeout = 0")


async def set_force(connection: Connection) -> None:
    """Force row security on every table that has it."""
    for (statement,) in await connection.fetch(query("set_force")):
        await connection.execute(statement)
