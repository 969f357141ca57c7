"""What the schema promises of itself: names, bounds, comments, and what the next release drops."""

import re
import shutil

import pytest

from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.migration_files import FUNCTIONS, MIGRATIONS
from slotkeeper.storage.sql import core, query
from slotkeeper.storage.store import Store
from tests.build import SECRET, a_company
from tests.storage.test_isolation import every_query

DEFAULT_NAME = r"_(check\d*|key|fkey\d*|excl)$"
BOUNDED = "c.conkey @> ARRAY[a.attnum] AND c.contype = 'c'"
COLUMNS = """
    SELECT t.relname || '.' || a.attname AS name
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped AND """


async def names(db, sql, *args):
    """The names that a query finds."""
    return [row["name"] for row in await db.read(sql, *args)]


async def test_every_constraint_says_in_its_name_what_it_promises(store):
    """No constraint has the name that PostgreSQL makes of its columns."""
    made_up = (
        "SELECT conname AS name FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conname ~ $1"
    )
    assert await names(store.db, made_up, DEFAULT_NAME) == []


async def test_every_text_is_bounded(store):
    """Each text column has a longest length, a pattern or a list of values."""
    unbounded = COLUMNS + (
        "a.atttypid IN ('text'::regtype, 'bytea'::regtype) AND NOT EXISTS (SELECT FROM "
        f"pg_constraint c WHERE c.conrelid = t.oid AND {BOUNDED})"
    )
    assert await names(store.db, unbounded) == []


async def test_every_table_and_column_is_explained(store):
    """Each carries a comment that psql shows."""
    mute_columns = COLUMNS + "col_description(t.oid, a.attnum) IS NULL"
    mute_tables = (
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NULL"
    )
    assert await names(store.db, mute_columns) == []
    assert await names(store.db, mute_tables) == []


@pytest.fixture
def next_release(tmp_path):
    """The migrations of the next release: ours, and what we hold back, numbered."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    held_back = sorted((folder / "next").glob("*.sql"))
    first = len(list(folder.glob("*.sql"))) + 1
    for number, path in enumerate(held_back, start=first):
        path.rename(folder / f"{number:04}_{path.name}")
    return folder


async def test_the_runner_holds_back_what_the_next_release_drops(fresh, next_release):
    """A file in migrations/next/ is applied only once it has a number."""
    assert (await migrate(fresh.owner_url)).names == ()
    applied = await migrate(fresh.owner_url, migrations=next_release, functions=FUNCTIONS)
    assert [name[4:] for name in applied.names] == ["_drop_what_the_former_release_reads.sql"]


async def test_this_release_runs_on_the_next_releases_schema(fresh, database, next_release):
    """What the next release drops is read and written by none of our queries."""
    salon = await a_company(Store(database, SECRET))
    await salon.book()
    await migrate(fresh.owner_url, migrations=next_release, functions=FUNCTIONS)
    await salon.book(call="another")
    async with database.acting_for(salon.id) as connection:
        for name, package in every_query():
            await connection.prepare(query(name, package))


async def test_what_a_query_calls_finds_its_own_version(store):
    """Each function that a query names pins the schemas that it looks into."""
    called = {
        name
        for file, package in every_query()
        for name in re.findall(rf"{core()}\.(\w+)\(", query(file, package))
    }
    loose = (
        "SELECT p.proname AS name FROM pg_proc p WHERE p.pronamespace = $1::text::regnamespace "
        "AND p.proname = ANY ($2) "
        "AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql') "
        "AND NOT coalesce('search_path=' || $1::text || ', public, pg_temp' = ANY (p.proconfig), "
        "false)"
    )
    assert "reserve" in called
    assert await names(store.db, loose, core(), list(called)) == []
