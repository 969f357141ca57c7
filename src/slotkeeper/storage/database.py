"""The connection to PostgreSQL: a pool, one round trip a call, one transaction a block.

Options: ``DATABASE_URL`` or the embedded cluster's (see assembly). Every connection acts as the
role ``slotkeeper_app``, which row-level security binds, whoever logged in.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

import asyncpg

from slotkeeper.domain.actor import acting
from slotkeeper.domain.errors import Fault, OutcomeUnknown, StorageUnavailable
from slotkeeper.storage.sql import name_of, names_actor, query

APP_ROLE = "slotkeeper_app"
POOL_SIZE = 10
# Below the 5 s after which the first voice clients give up; a lock is given up before a statement,
# and a statement before the client, so that nearly always the server says what became of it.
LOCK_TIMEOUT_MS = 2_000
STATEMENT_TIMEOUT_MS = 3_000
COMMAND_TIMEOUT_S = 4.0
ACQUIRE_TIMEOUT_S = 2.0
# A frozen server does not even answer a cancellation.
RELEASE_TIMEOUT_S = 1.0
# After a deadlock or serialisation failure another transaction goes on; a retry mostly succeeds.
TRIES = 3

_RETRIED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
# PostgreSQL said no, so nothing was done. 57P01: an administrator ended the session.
_NOTHING_DONE = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    asyncpg.CannotConnectNowError,
)
_CONNECTION_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


# What blocks: an absence, an import of busy time, a new catalogue.
LockKind = Literal["absence", "imported", "catalogue"]


class NotIsolated(Fault):
    """The role would not be bound by row-level security."""

    code = "not_isolated"


# Called for each change that takes a company's lock to block something: its kind, the seconds it
# waited for the lock, and those it then held it.
LockWatch = Callable[[LockKind, float, float], None]
# Called for each round trip with the query's name, the seconds it took, and what it raised.
Watch = Callable[[str, float, BaseException | None], None]


class Database:
    """A pool of connections, each acting as the application's role.

    ``watch``, where it is set, is called for every round trip, without the arguments, and
    ``lock_watch`` for every change that blocks something.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use ``open`` instead."""
        self._pool = pool
        self.watch: Watch | None = None
        self.lock_watch: LockWatch | None = None

    @classmethod
    async def open(cls, url: str, *, size: int = POOL_SIZE, statement_cache: int = 200) -> Database:
        """Connect, and refuse to run as a role that policies do not bind.

        ``statement_cache=0`` is for a PgBouncer that is too old for prepared statements.
        """
        pool = asyncpg.create_pool(
            url,
            # Open no connection in advance: while PostgreSQL is down that would only fail.
            min_size=0,
            max_size=size,
            statement_cache_size=statement_cache,
            command_timeout=COMMAND_TIMEOUT_S,
            # The default reset is a round trip of its own; we keep nothing in a session.
            reset=_keep,
            server_settings={
                "role": APP_ROLE,
                "application_name": "slotkeeper",
                "jit": "off",
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": "10000",
            },
        )
        await pool
        database = cls(pool)
        try:
            await database._refuse_unbound_role()
        except BaseException:
            await pool.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection, after those in use are done."""
        await self._pool.close()

    def connections(self) -> dict[str, int]:
        """Count the connections that are used and idle, and the most there may be (``max``)."""
        size, idle = self._pool.get_size(), self._pool.get_idle_size()
        return {"used": size - idle, "idle": idle, "max": self._pool.get_max_size()}

    async def _refuse_unbound_role(self) -> None:
        unbound = await self.read(
            "SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        )
        if unbound:
            raise NotIsolated("the application's role is a superuser or bypasses row security")

    async def read(self, sql: str, *args: object) -> list[Any]:
        """Run one statement that changes nothing."""
        return await self._run(sql, args, lost=StorageUnavailable)

    async def change(self, sql: str, *args: object) -> list[Any]:
        """Run one statement that is a transaction of its own: one round trip.

        Raises OutcomeUnknown where the connection broke and it may have been committed.
        """
        return await self._run(sql, args, lost=OutcomeUnknown)

    async def block(self, kind: LockKind, sql: str, *args: object) -> Any:
        """Run one ``change`` that gives one row, with ``waited_s`` for the lock, and measure it."""
        began = time.perf_counter()
        (row,) = await self.change(sql, *args)
        self.tell_lock(kind, row["waited_s"], time.perf_counter() - began - row["waited_s"])
        return row

    def tell_lock(self, kind: LockKind, waited_s: float, held_s: float) -> None:
        """Tell the watch how long a change waited for a company's lock and held it."""
        if self.lock_watch is not None:
            self.lock_watch(kind, waited_s, held_s)

    @asynccontextmanager
    async def acting_for(self, *company_ids: int) -> AsyncIterator[asyncpg.Connection]:
        """Open a transaction that sees the rows of these companies and of no other."""
        async with self._connection() as connection:
            try:
                async with connection.transaction():
                    await connection.execute(query("act_for"), list(company_ids), str(acting()))
                    yield connection
            except (*_NOTHING_DONE, *_RETRIED) as error:
                raise StorageUnavailable(type(error).__name__) from error
            except _CONNECTION_LOST as error:
                raise OutcomeUnknown(type(error).__name__) from error

    async def _run(self, sql: str, args: Sequence[object], *, lost: type[Fault]) -> list[Any]:
        if names_actor(sql):
            args = (*args, str(acting()))
        for attempt in range(1, TRIES + 1):
            async with self._connection() as connection:
                try:
                    return await connection.fetch(sql, *args)  # type: ignore[no-any-return]
                except _RETRIED as error:
                    if attempt == TRIES:
                        raise StorageUnavailable(type(error).__name__) from error
                except _NOTHING_DONE as error:
                    raise StorageUnavailable(type(error).__name__) from error
                except _CONNECTION_LOST as error:
                    raise lost(type(error).__name__) from error
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        try:
            connection = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        except (*_CONNECTION_LOST, asyncpg.PostgresError) as error:
            raise StorageUnavailable(f"cannot connect: {type(error).__name__}") from error
        if self.watch is not None:
            connection.add_query_logger(self._tell)  # once a connection, however often it is said
        try:
            yield connection
        finally:
            try:
                await self._pool.release(connection, timeout=RELEASE_TIMEOUT_S)
            except _CONNECTION_LOST:
                connection.terminate()  # what it was doing has been told by then

    def _tell(self, done: Any) -> None:
        """Pass on what asyncpg says of a statement, without its arguments."""
        if self.watch is not None:
            self.watch(name_of(done.query), done.elapsed, done.exception)


async def _keep(connection: asyncpg.Connection) -> None:
    """Reset nothing on a released connection."""
