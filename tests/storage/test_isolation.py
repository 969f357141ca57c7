"""What row-level security keeps apart, seen as the application's role and with hand-written SQL."""

import re
from importlib.resources import files

import asyncpg
import pytest

from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.storage.database import Database, NotIsolated
from slotkeeper.storage.sql import query
from tests.build import a_company

COMPANY_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
      AND c.relname NOT IN (
          'directory', 'installation', 'request_levels', 'slotkeeper_migrations')
"""


async def company_tables(db):
    """Every table and view that holds companies' rows."""
    return [row["relname"] for row in await db.read(COMPANY_TABLES)]


async def test_without_a_company_every_table_reads_empty(store, salon):
    """A transaction that names no company sees nothing."""
    await salon.book()
    tables = await company_tables(store.db)
    assert len(tables) > 20
    for table in tables:
        ((rows,),) = await store.db.read(f'SELECT count(*) FROM "{table}"')
        assert rows == 0, table


async def test_another_companys_rows_cannot_be_read(store, salon):
    """With company A named, B's rows are not there."""
    other = await a_company(store)
    await salon.book()
    for table in await company_tables(store.db):
        key = "id" if table == "companies" else "company_id"
        rows = await other.rows(f'SELECT count(*) FROM "{table}" WHERE {key} <> $1')
        assert rows[0]["count"] == 0, table


async def test_another_companys_rows_cannot_be_written(store, salon):
    """With company A named, B's rows can be neither changed, deleted nor added to."""
    other = await a_company(store)
    held = await salon.hold()
    async with store.db.acting_for(other.id) as db:
        for sql in (
            "UPDATE appointment_reservations SET customer_name = 'x' WHERE company_id = $1",
            "DELETE FROM appointment_reservations WHERE company_id = $1",
        ):
            assert (await db.execute(sql, salon.id)).endswith(" 0")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with store.db.acting_for(other.id) as db:
            await db.execute(
                "INSERT INTO outbox (company_id, kind, payload, created_at) "
                "VALUES ($1, 'a.b', '{}', now())",
                salon.id,
            )
    assert await salon.find(held.token) == held


async def test_a_company_set_for_one_transaction_is_forgotten(shared, salon):
    """The next statement on the same connection sees nothing again."""
    connection = await asyncpg.connect(shared.app_url)
    for _ in range(2):
        async with connection.transaction():
            await connection.execute(
                "SELECT set_config('slotkeeper.companies', $1, true)", f"{{{salon.id}}}"
            )
            assert await connection.fetchval("SELECT count(*) FROM staff") == 2
        assert await connection.fetchval("SELECT count(*) FROM staff") == 0
    await connection.close()


async def test_every_company_table_forces_its_policy(store):
    """Even the owner is bound."""
    rows = await store.db.read(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert {row["relname"] for row in rows} == {
        "directory",
        "installation",
        "request_levels",
        "slotkeeper_migrations",
    }


async def test_the_overseer_may_read_nothing_personal(store):
    """The role that answers for all companies sees ids, states and times."""
    rows = await store.db.read(
        "SELECT table_name, column_name FROM information_schema.columns c "
        "WHERE table_schema = 'public' AND has_column_privilege("
        "'slotkeeper_overseer', quote_ident(table_name), column_name, 'SELECT')"
    )
    seen: dict[str, set[str]] = {}
    for row in rows:
        seen.setdefault(row["table_name"], set()).add(row["column_name"])
    assert seen == {
        "appointment_reservations": set(
            "company_id status expires_at segment_number staff_id reserved_at ended_at end_reason "
            "offer_id is_compound total_parts origin replaced_by_token start_time end_time "
            "announced made_xid ended_xid".split()
        ),
        "companies": {"id", "sandbox", "slug", "keep_events_days"},
        "tool_calls": set(
            "company_id call_id answered_at cohort told_free told_free_staff refused_start "
            "refused_staff_id reason service_id status".split()
        ),
        "faults": {"company_id", "kind", "happened_at", "announced"},
        "outbox": {"company_id", "id", "kind", "created_at", "xid"},
        "outbox_cursors": {"company_id", "reader", "read_through", "taken_until"},
        "audit_log": {"company_id", "id", "happened_at"},
    }


async def test_a_superuser_is_refused_as_the_application(shared):
    """A login that policies do not bind takes the application's role, and cannot shed it first."""
    db = await Database.open(shared.superuser_url, size=1)
    assert await db.read("SELECT current_user AS u") == [("slotkeeper_app",)]
    await db.close()


async def test_a_database_that_is_not_there_is_a_clear_fault(shared):
    """Who cannot connect says so."""
    with pytest.raises(StorageUnavailable):
        await Database.open(shared.app_url.replace("/shared_", "/missing_"), size=1)


def every_query():
    """The names of all query files, less those that read PostgreSQL's own catalogue."""
    own = re.compile(
        r"verify_|foreign_keys|_force|blinded|ledger|record_script|_functions|newest_core|forced_tables"
    )
    return sorted(
        (path.name.removesuffix(".sql"), package)
        for package in ("slotkeeper.storage", "slotkeeper.lab.database")
        for path in (files(package) / "queries").iterdir()
        if not own.search(path.name)
    )


@pytest.mark.parametrize(("name", "package"), every_query())
async def test_every_query_is_valid_and_names_its_company(store, name, package):
    """Each can be prepared as the application; what touches a company's table says company_id."""
    sql = query(name, package)
    assert sql.startswith("--")
    words = set(re.findall(r"\w+", re.sub(r"--.*", "", sql)))
    if words & set(await company_tables(store.db)):
        assert "company_id" in sql
    async with store.db.acting_for(1) as db:
        await db.prepare(sql)


def test_not_isolated_is_a_fault_with_a_code():
    """The refusal to run unbound can be told by programs."""
    assert NotIsolated.code == "not_isolated"
