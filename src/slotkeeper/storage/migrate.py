"""Bring a database to this version's schema: each migration once, in order, in one transaction.

Run as the owner of the database. Each transaction lifts FORCE ROW LEVEL SECURITY so that a
backfill sees its rows, runs the file, counts the foreign keys' orphans, and forces row security on
every table that has it, new ones included. A file is therefore free to leave FORCE to the runner,
and must not COMMIT: PostgreSQL refuses that, because the lift would outlive the transaction.

The functions are laid into a schema of their version's name, beside the former version's, which
servers of the former release go on calling; those of older versions are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncpg
from asyncpg import Connection

from slotkeeper.storage.foreign_keys import ForeignKey, count_orphans
from slotkeeper.storage.manifest import describe
from slotkeeper.storage.migration_errors import (
    ForeignKeysBroken,
    MigrationBusy,
    MigrationFailed,
    MigrationRefused,
)
from slotkeeper.storage.migration_files import (
    FUNCTIONS,
    MIGRATIONS,
    Script,
    core_schema,
    pending,
    read_functions,
    read_migrations,
)
from slotkeeper.storage.row_security import (
    CONTENDED,
    lift_force,
    owner_session,
    patiently,
    refuse_if_blinded,
    set_force,
)
from slotkeeper.storage.sql import query

# One key for all runners: "slotkeep" read as a bigint, so no company's id can be the same.
RUNNER_KEY = 0x736C6F746B656570
# The other runner may be building an index on a large table.
RUNNER_WAIT_S = 600
_MAKE_SCHEMA = (
    "CREATE SCHEMA {schema}",
    "GRANT USAGE ON SCHEMA {schema} TO slotkeeper_app, slotkeeper_overseer",
    "COMMENT ON SCHEMA {schema} IS 'The functions of one version of Slotkeeper'",
)


@dataclass(frozen=True)
class AppliedScripts:
    """What was applied now, in order, and what an operator should know about the database."""

    names: tuple[str, ...]
    warnings: tuple[str, ...]


async def migrate(
    url: str, *, migrations: Path = MIGRATIONS, functions: Path = FUNCTIONS
) -> AppliedScripts:
    """Apply what is missing and say what that was. Two at once: the second finds nothing to do."""
    versioned, repeatable = read_migrations(migrations), read_functions(functions)
    async with owner_session(url) as connection:
        try:
            await refuse_if_blinded(connection)
            await _wait_for_other_runners(connection)
            names = await _migrate_versioned(connection, versioned)
            names += await _lay_functions(connection, repeatable)
            await _carry_log_over(connection, core_schema(repeatable))
            warnings = await _warnings(connection, core_schema(repeatable))
            return AppliedScripts(tuple(names), tuple(warnings))
        except CONTENDED as error:
            raise MigrationBusy(f"the database is busy, try again: {error}") from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise MigrationRefused(f"this role may not migrate: {error}") from error


async def _carry_log_over(connection: Connection, schema: str) -> None:
    """Move the log of facts before this cluster's transactions, if it came from another cluster."""
    function = f"{schema}.log_is_ahead()"
    if await connection.fetchval("SELECT to_regprocedure($1)::text", function) is None:
        return
    if await connection.fetchval(f"SELECT {function}"):
        async with connection.transaction():
            await lift_force(connection)
            await connection.execute(query("carry_log_over"))
            await set_force(connection)


async def is_current(url: str) -> bool:
    """Whether nothing is left to apply. Reads the ledger alone, and so is in nobody's way."""
    scripts, functions = read_migrations(MIGRATIONS), read_functions(FUNCTIONS)
    async with owner_session(url) as connection:
        applied = await read_ledger(connection, core_schema(functions))
    return applied == {script.name: script.checksum for script in (*scripts, *functions)}


async def _wait_for_other_runners(connection: Connection) -> None:
    """Hold the runners' lock until this session ends."""
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = '{RUNNER_WAIT_S}s'")
            await connection.execute("SELECT pg_advisory_lock($1)", RUNNER_KEY)
    except asyncpg.LockNotAvailableError as error:
        raise MigrationBusy(f"another migration has run for {RUNNER_WAIT_S} s") from error


async def _migrate_versioned(connection: Connection, scripts: Sequence[Script]) -> list[str]:
    await connection.execute(query("make_ledger"))
    missing = pending(scripts, await read_ledger(connection))
    _refuse_broken(await count_orphans(connection), "nothing was migrated")
    for script in missing:
        await patiently(partial(_apply, connection, script))
    return [script.name for script in missing]


def _refuse_broken(keys: Sequence[ForeignKey], outcome: str) -> None:
    # A key that is NOT VALID is only warned of: the migration that mends it must be able to run.
    broken = [str(key) for key in keys if key.valid and key.orphans]
    if broken:
        raise ForeignKeysBroken(f"{outcome}: rows point to nothing: {'; '.join(broken)}")


async def _apply(connection: Connection, script: Script) -> None:
    """Apply one migration with every row in sight, and leave every policy forced."""
    async with connection.transaction():
        await lift_force(connection)
        await _run(connection, script)
        _refuse_broken(await count_orphans(connection), f"{script.name} was rolled back")
        await set_force(connection)
        await _record(connection, script)


async def _lay_functions(connection: Connection, scripts: Sequence[Script]) -> list[str]:
    """Make this version's schema in one transaction, and drop all but the former version's."""
    schema = core_schema(scripts)
    async with connection.transaction():
        # Asked for again, it counts as the newest: after a step back, that is what servers run.
        if not scripts or await connection.fetchval(query("touch_functions"), schema):
            return []
        for statement in _MAKE_SCHEMA:
            await connection.execute(statement.format(schema=schema))
        for script in scripts:
            await connection.execute(f"SET LOCAL search_path = {schema}, public, pg_temp")
            await _run(connection, script)
            await _record(connection, script, schema)
        for (older,) in await connection.fetch(query("older_functions"), schema):
            await connection.execute(f"DROP SCHEMA IF EXISTS {older} CASCADE")
            await connection.execute(query("forget_functions"), older)
    return [script.name for script in scripts]


async def _run(connection: Connection, script: Script) -> None:
    """Run a file's statements, and undo whatever it SETs for the session."""
    try:
        await connection.execute("SELECT set_config('slotkeeper.script', $1, true)", script.text)
        # Inside EXECUTE PostgreSQL itself refuses COMMIT and ROLLBACK.
        await connection.execute("DO $$BEGIN EXECUTE current_setting('slotkeeper.script'); END$$")
        # A deferred check would otherwise fail later, under another file's name.
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except CONTENDED:
        raise
    except asyncpg.PostgresError as error:
        raise _failure(script, error) from error
    await connection.execute("RESET ROLE")
    await connection.execute("RESET ALL")


def _failure(script: Script, error: asyncpg.PostgresError) -> MigrationFailed:
    line = None
    # What was parsed is the file, or a body or statement that stands in it.
    start = script.text.find(error.internal_query) if error.internal_query else -1
    if start >= 0 and error.internal_position:
        line = script.text.count("\n", 0, start + int(error.internal_position) - 1) + 1
    place = script.name if line is None else f"{script.name}, line {line}"
    more = "".join(f"\n{part}" for part in (error.detail, error.hint) if part)
    return MigrationFailed(f"{place}: {error.message or error}{more}", file=script.name, line=line)


async def _record(connection: Connection, script: Script, schema: str | None = None) -> None:
    name = script.name if schema is None else script.name.replace("functions", schema, 1)
    await connection.execute(query("record_script"), name, script.kind, script.checksum)


async def read_ledger(connection: Connection, core: str | None = None) -> dict[str, str]:
    """The checksum under which each migration was applied; empty before the first run.

    With ``core`` also that of each file of functions that made this schema.
    """
    if await connection.fetchval("SELECT to_regclass('public.slotkeeper_migrations')") is None:
        return {}
    rows = await connection.fetch(query("read_ledger"), core)
    return {row["name"]: row["checksum"] for row in rows}


async def newest_core(connection: Connection) -> str:
    """The schema of the functions that were asked for last; `core` where there are none."""
    if await connection.fetchval("SELECT to_regclass('public.slotkeeper_migrations')") is None:
        return "core"
    return await connection.fetchval(query("newest_core")) or "core"


async def _warnings(connection: Connection, core: str) -> list[str]:
    warnings = [
        f"{fact.kind} {fact.name} of {fact.table or 'the database'}: {fact.flaw}"
        for fact in (await describe(connection, core)).facts
        if fact.flaw
    ]
    if await connection.fetchval("SELECT current_setting('is_superuser')::boolean"):
        warnings.append(
            "migrated as a superuser, who now owns what was made: migrate as the database's owner"
        )
    return warnings
