"""The tests' databases: made as copies of a migrated one, and used again where that is safe."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count

import asyncpg

from slotkeeper.storage.embedded import Cluster

_USERS = ("slotkeeper_owner", "slotkeeper_app", "postgres")
_numbers = count(1)

# Whatever a test may have changed that a DELETE does not undo: functions, tables, settings.
_IS_CHANGED = """
    SELECT EXISTS (SELECT FROM pg_proc WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_class WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_attribute WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_constraint WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_trigger WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_policy WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_namespace WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM slotkeeper_migrations WHERE age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_database
                   WHERE datname = current_database() AND age(xmin) < age($1::text::xid))
        OR EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
                   WHERE d.datname = current_database())
"""
_TABLES = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND relname <> 'slotkeeper_migrations'
"""
_OTHERS_ARE_ENDED = """
    SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_COUNT_FROM_ONE = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
# With more rows a database has other statistics and other pages than a new one.
_FEW_ROWS = 2_000


@dataclass(frozen=True)
class TestDatabase:
    """A database owned by a role that is no superuser; ``born`` is a transaction of its making."""

    __test__ = False
    name: str
    owner_url: str
    app_url: str
    superuser_url: str
    born: str


async def create(cluster: Cluster, kind: str, template: str = "template1") -> TestDatabase:
    """Make a database, as a copy of another."""
    name = f"{kind}_{os.getpid()}_{next(_numbers)}"
    admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
    try:
        await admin.execute(
            f'CREATE DATABASE "{name}" OWNER slotkeeper_owner TEMPLATE "{template}"'
        )
        born = await admin.fetchval("SELECT pg_current_xact_id()::xid::text")
    finally:
        await admin.close()
    return TestDatabase(name, *(cluster.url(database=name, user=user) for user in _USERS), born)


async def drop(cluster: Cluster, database: TestDatabase) -> None:
    """Take a database away, whoever is still connected."""
    admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
    try:
        await admin.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)')
    finally:
        await admin.close()


async def is_as_new(database: TestDatabase) -> bool:
    """Empty a migrated database that a test has used; False where more than rows were changed.

    To make a database costs four times as much as to empty it.
    """
    try:
        admin = await asyncpg.connect(database.superuser_url)
    except asyncpg.PostgresError:
        return False
    try:
        await admin.execute(_OTHERS_ARE_ENDED)
        if await admin.fetchval(_IS_CHANGED, database.born):
            return False
        # Without foreign keys and triggers, so that the order does not matter.
        await admin.execute("SET session_replication_role = replica")
        tables = [table for (table,) in await admin.fetch(_TABLES)]
        deleted = [await admin.execute(f"DELETE FROM {table}") for table in tables]
        await admin.execute(f"{_COUNT_FROM_ONE}; SELECT pg_stat_reset()")
        return sum(int(tag.split()[1]) for tag in deleted) < _FEW_ROWS
    finally:
        await admin.close()
