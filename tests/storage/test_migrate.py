import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest

from slotkeeper.storage import row_security
from slotkeeper.storage.migrate import RUNNER_KEY
from slotkeeper.storage.migration_errors import (
    ForeignKeysBroken,
    MigrationBlinded,
    MigrationBusy,
    MigrationChanged,
    MigrationFailed,
    MigrationFilesWrong,
    MigrationMissing,
    MigrationRefused,
)
from tests.storage.toy import COUNT, NOTES, SALONS, Toy, run
from tests.waiting import until

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
FORCED = "SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY relname"
LEAVE_AN_ORPHAN = "SET session_replication_role = replica; DELETE FROM salons WHERE id = 2;"


@pytest.fixture
def toy(tmp_path):
    """Files with the first migration."""
    toy = Toy(tmp_path)
    toy.migration("0001_salons.sql", SALONS)
    return toy


async def names(url, sql):
    """The first column of a query."""
    return [row[0] for row in await run(url, sql)]


@asynccontextmanager
async def session(url):
    """A session that holds what it locks while the runner runs."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def someone_waits(connection, lock_type):
    """Return as soon as another session of this database waits for such a lock."""
    waiting = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = $1 AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    await until(lambda: connection.fetchval(waiting, lock_type), "another session waits for it")


async def test_a_new_database_gets_every_file_in_order(toy, empty_database):
    """Migrations come first, by number, then the functions, by name."""
    toy.migration("0002_notes.sql", NOTES)
    toy.function("b.sql", COUNT)
    toy.function("a.sql", COUNT)
    applied = await toy.migrate(empty_database.owner_url)
    assert applied.names == (
        "0001_salons.sql",
        "0002_notes.sql",
        "functions/a.sql",
        "functions/b.sql",
    )
    assert applied.warnings == ()


async def test_a_migrated_database_is_left_alone(toy, empty_database):
    """The second run applies nothing."""
    toy.function("count.sql", COUNT)
    await toy.migrate(empty_database.owner_url)
    assert (await toy.migrate(empty_database.owner_url)).names == ()


async def test_only_what_is_new_is_applied(toy, empty_database):
    """A migration runs once in a database's life."""
    await toy.migrate(empty_database.owner_url)
    toy.migration("0002_notes.sql", NOTES)
    assert (await toy.migrate(empty_database.owner_url)).names == ("0002_notes.sql",)


async def test_an_applied_file_may_not_change(toy, empty_database):
    """An edited migration is refused by name: editing it would change nothing here."""
    await toy.migrate(empty_database.owner_url)
    toy.migration("0001_salons.sql", SALONS + "-- afterthought\n")
    with pytest.raises(MigrationChanged, match=r"0001_salons\.sql"):
        await toy.migrate(empty_database.owner_url)


async def test_line_ends_are_no_change(toy, empty_database):
    """A checkout on Windows has the same checksums."""
    await toy.migrate(empty_database.owner_url)
    toy.migration("0001_salons.sql", "").write_bytes(SALONS.replace("\n", "\r\n").encode())
    assert (await toy.migrate(empty_database.owner_url)).names == ()


async def test_an_applied_file_may_not_vanish(toy, empty_database):
    """A database that is ahead of this version is refused, with what it has and we do not."""
    extra = toy.migration("0002_notes.sql", NOTES)
    await toy.migrate(empty_database.owner_url)
    extra.unlink()
    with pytest.raises(MigrationMissing, match=r"0002_notes\.sql"):
        await toy.migrate(empty_database.owner_url)


async def test_no_migration_is_slipped_in_before_an_applied_one(toy, empty_database):
    """What was applied is always how the files begin."""
    toy.migration("0002_notes.sql", NOTES)
    await toy.migrate(empty_database.owner_url)
    await run(empty_database.owner_url, "DELETE FROM slotkeeper_migrations WHERE name ~ '0001'")
    with pytest.raises(MigrationMissing, match=r"0001_salons\.sql was skipped"):
        await toy.migrate(empty_database.owner_url)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("0003_late.sql", "0003_late.sql leaves a gap: there is no 0002"),
        ("0000_null.sql", "0000_null.sql is not named like"),
        ("0001_twin.sql", "0001_twin.sql has the number of another file"),
        ("notes.sql", "notes.sql is not named like"),
    ],
)
async def test_wrong_numbers_are_refused_without_a_database(toy, name, why):
    """The files are judged before a connection is made."""
    toy.migration(name, "SELECT 1")
    with pytest.raises(MigrationFilesWrong, match=why):
        await toy.migrate(NOWHERE)


async def test_a_package_without_migrations_is_refused(tmp_path):
    """An empty folder is a broken installation, not an empty schema."""
    with pytest.raises(MigrationFilesWrong, match="no migrations"):
        await Toy(tmp_path).migrate(NOWHERE)


async def test_a_failure_names_its_file_and_line(toy, empty_database):
    """PostgreSQL's position in the text is told as a line."""
    toy.migration("0002_typo.sql", "SELECT 1;\n\nUPDATE chairs\n   SET colour = 'red';\n")
    with pytest.raises(MigrationFailed, match=r"0002_typo\.sql, line 4: column .colour.") as caught:
        await toy.migrate(empty_database.owner_url)
    assert (caught.value.file, caught.value.line) == ("0002_typo.sql", 4)


async def test_a_failure_inside_a_body_names_the_line_of_the_file(toy, empty_database):
    """A body's own lines are counted from where it stands in its file."""
    body = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURM 1;\nEND $$;\n"
    toy.function("f.sql", "-- f\n\n" + body)
    with pytest.raises(MigrationFailed, match=r"functions/f\.sql, line 5: "):
        await toy.migrate(empty_database.owner_url)


async def test_a_failure_without_a_position_tells_the_details(toy, empty_database):
    """What PostgreSQL knows about the row is passed on to the operator."""
    toy.migration("0002_twice.sql", "INSERT INTO salons VALUES (1, 'Carla')")
    with pytest.raises(MigrationFailed, match=r"salons_pkey(.|\n)*\(id\)=\(1\)") as caught:
        await toy.migrate(empty_database.owner_url)
    assert caught.value.line is None


async def test_a_failure_keeps_what_came_before_and_nothing_of_itself(toy, empty_database):
    """Each migration is one transaction, and the run goes on where it stopped."""
    toy.migration("0002_notes.sql", NOTES + "SELECT 1 / 0;")
    with pytest.raises(MigrationFailed):
        await toy.migrate(empty_database.owner_url)
    assert await names(empty_database.owner_url, FORCED) == ["chairs", "salons"]
    toy.migration("0002_notes.sql", NOTES)
    assert (await toy.migrate(empty_database.owner_url)).names == ("0002_notes.sql",)


async def test_a_deferred_check_fails_under_its_own_file(toy, empty_database):
    """What a file leaves to be checked at commit is checked before the next file."""
    toy.migration(
        "0002_later.sql",
        "ALTER TABLE chairs ALTER CONSTRAINT chair_stands_in_salon DEFERRABLE INITIALLY DEFERRED;\n"
        "INSERT INTO chairs VALUES (9, 9);",
    )
    with pytest.raises(MigrationFailed, match=r"0002_later.sql: (.|\n)*chair_stands_in_salon"):
        await toy.migrate(empty_database.owner_url)


async def test_a_file_may_not_commit(toy, empty_database):
    """A COMMIT would make the lifted force permanent; the whole file is refused."""
    toy.migration("0002_commit.sql", "CREATE TABLE half (id int);\nCOMMIT;\nSELECT 1;")
    with pytest.raises(MigrationFailed, match=r"0002_commit\.sql"):
        await toy.migrate(empty_database.owner_url)
    assert await names(empty_database.owner_url, "SELECT to_regclass('half')") == [None]
    assert await names(empty_database.owner_url, FORCED) == ["chairs", "salons"]


async def test_what_a_file_sets_ends_with_it(toy, empty_database):
    """A search path or a role does not reach the next file."""
    toy.migration("0002_elsewhere.sql", "SET search_path = pg_catalog; SET ROLE slotkeeper_owner;")
    toy.migration("0003_here.sql", "CREATE TABLE here (id int)")
    await toy.migrate(empty_database.owner_url)
    assert await names(empty_database.owner_url, "SELECT to_regclass('public.here')") == ["here"]


async def test_a_backfill_reaches_every_row(toy, empty_database):
    """The owner, whom forced policies hide every row from, sees them while it migrates."""
    await toy.migrate(empty_database.owner_url)
    assert await names(empty_database.owner_url, "SELECT count(*) FROM chairs") == [0]
    toy.migration("0002_notes.sql", NOTES)
    await toy.migrate(empty_database.owner_url)
    notes = "SELECT count(*) FROM chairs WHERE note = 'new'"
    assert await names(empty_database.superuser_url, notes) == [4]


async def test_row_security_is_forced_where_it_is_on(toy, empty_database):
    """New tables are forced too, and those without policies are left without."""
    toy.migration(
        "0002_more.sql",
        "CREATE TABLE mirrors (id int); ALTER TABLE mirrors ENABLE ROW LEVEL SECURITY;\n"
        "CREATE TABLE plain (id int);",
    )
    await toy.migrate(empty_database.owner_url)
    assert await names(empty_database.owner_url, FORCED) == ["chairs", "mirrors", "salons"]


async def test_a_file_that_blinds_itself_fails_loudly(toy, empty_database):
    """A file that forces a policy and then updates is an error, not an update of no rows."""
    force = "ALTER TABLE chairs FORCE ROW LEVEL SECURITY;\n"
    toy.migration("0002_blind.sql", force + "UPDATE chairs SET salon_id = 1;")
    with pytest.raises(MigrationFailed, match=r"0002_blind\.sql: .*row-level security"):
        await toy.migrate(empty_database.owner_url)


async def test_a_blinded_role_is_refused(toy, empty_database):
    """A role that can neither see past the policies nor lift them changes nothing."""
    await toy.migrate(empty_database.owner_url)
    toy.migration("0002_notes.sql", NOTES)
    with pytest.raises(MigrationBlinded, match=r"chairs.* from role slotkeeper_app"):
        await toy.migrate(empty_database.app_url)


async def test_a_stranger_is_refused(toy, empty_database):
    """A role that may not make tables is told so."""
    with pytest.raises(MigrationRefused, match="this role may not migrate"):
        await toy.migrate(empty_database.app_url)


async def test_a_superuser_is_warned(toy, empty_database):
    """A superuser may migrate, and is told what is wrong with that."""
    applied = await toy.migrate(empty_database.superuser_url)
    assert applied.names == ("0001_salons.sql",)
    assert "superuser" in applied.warnings[0]


async def test_broken_foreign_keys_stop_the_run(toy, empty_database):
    """Rows that were orphaned by hand are counted, although PostgreSQL calls the key valid."""
    await toy.migrate(empty_database.owner_url)
    await run(empty_database.superuser_url, LEAVE_AN_ORPHAN)
    toy.migration("0002_notes.sql", NOTES)
    with pytest.raises(ForeignKeysBroken, match="chair_stands_in_salon: 2 in chairs without"):
        await toy.migrate(empty_database.owner_url)
    assert await names(empty_database.owner_url, "SELECT name FROM slotkeeper_migrations") == [
        "0001_salons.sql"
    ]
    assert await names(empty_database.owner_url, FORCED) == ["chairs", "salons"]


async def test_broken_foreign_keys_are_noticed_with_nothing_to_apply(toy, empty_database):
    """A run that has nothing to do still counts."""
    await toy.migrate(empty_database.owner_url)
    await run(empty_database.superuser_url, LEAVE_AN_ORPHAN)
    with pytest.raises(ForeignKeysBroken, match="chair_stands_in_salon"):
        await toy.migrate(empty_database.owner_url)


async def test_a_file_that_breaks_a_foreign_key_is_rolled_back(toy, empty_database):
    """Even a superuser's migration cannot leave orphans behind."""
    toy.migration("0002_orphan.sql", LEAVE_AN_ORPHAN)
    with pytest.raises(ForeignKeysBroken, match=r"0002_orphan\.sql was rolled back"):
        await toy.migrate(empty_database.superuser_url)
    assert await names(empty_database.superuser_url, "SELECT count(*) FROM salons") == [2]


@pytest.mark.parametrize(("match", "orphans"), [("SIMPLE", 1), ("FULL", 2)])
async def test_a_key_with_a_null_is_judged_as_postgresql_does(toy, empty_database, match, orphans):
    """A half-empty key points nowhere by choice, except under MATCH FULL."""
    toy.migration(
        "0002_pairs.sql",
        "CREATE TABLE pairs (a int, b int, UNIQUE (a, b));\n"
        "CREATE TABLE users (a int, b int,\n"
        f"    FOREIGN KEY (a, b) REFERENCES pairs (a, b) MATCH {match});\n"
        "SET session_replication_role = replica;\n"
        "INSERT INTO users VALUES (1, 1), (1, NULL), (NULL, NULL);",
    )
    with pytest.raises(ForeignKeysBroken, match=f"users_a_b_fkey: {orphans} in users"):
        await toy.migrate(empty_database.superuser_url)


async def test_an_unvalidated_key_is_only_warned_of(toy, empty_database):
    """A migration that mends the rows of a key that is NOT VALID is able to run."""
    toy.migration(
        "0002_key_later.sql",
        "ALTER TABLE chairs ADD boss_id bigint DEFAULT 7;\n"
        "ALTER TABLE chairs ADD CONSTRAINT boss FOREIGN KEY (boss_id) REFERENCES salons NOT VALID;",
    )
    applied = await toy.migrate(empty_database.owner_url)
    assert applied.warnings == (
        "constraint boss of chairs: not valid: rows from before it were never checked",
    )
    toy.migration(
        "0003_mend.sql",
        "UPDATE chairs SET boss_id = NULL; ALTER TABLE chairs VALIDATE CONSTRAINT boss;",
    )
    assert (await toy.migrate(empty_database.owner_url)).warnings == ()


async def test_of_two_runners_one_does_everything(toy, empty_database):
    """Servers that start together migrate once."""
    toy.migration("0002_notes.sql", NOTES)
    both = await asyncio.gather(*(toy.migrate(empty_database.owner_url) for _ in range(2)))
    assert sorted(applied.names for applied in both) == [(), ("0001_salons.sql", "0002_notes.sql")]


async def test_a_runner_waits_for_the_other(toy, empty_database):
    """While another holds the runners' lock nothing is applied."""
    async with session(empty_database.owner_url) as other:
        await other.execute("SELECT pg_advisory_lock($1)", RUNNER_KEY)
        run_ = asyncio.create_task(toy.migrate(empty_database.owner_url))
        await someone_waits(other, "advisory")
        assert await other.fetchval("SELECT to_regclass('slotkeeper_migrations')") is None
        await other.execute("SELECT pg_advisory_unlock($1)", RUNNER_KEY)
        assert (await run_).names == ("0001_salons.sql",)


async def test_a_migration_lets_callers_finish(toy, empty_database):
    """A caller's open transaction is waited for."""
    await toy.migrate(empty_database.owner_url)
    toy.migration("0002_notes.sql", NOTES)
    async with session(empty_database.owner_url) as caller:
        async with caller.transaction():
            await caller.execute("LOCK chairs IN ACCESS SHARE MODE")
            run_ = asyncio.create_task(toy.migrate(empty_database.owner_url))
            await someone_waits(caller, "relation")
        assert (await run_).names == ("0002_notes.sql",)


async def test_a_migration_gives_up_in_time(toy, empty_database, monkeypatch):
    """Callers do not queue for ever behind a migration that cannot get its locks."""
    await toy.migrate(empty_database.owner_url)
    monkeypatch.setattr(row_security, "LOCK_WAIT_MS", 20)
    monkeypatch.setattr(row_security, "LOCK_ATTEMPTS", 3)
    async with session(empty_database.owner_url) as caller, caller.transaction():
        await caller.execute("LOCK chairs IN ACCESS SHARE MODE")
        with pytest.raises(MigrationBusy, match="busy, try again"):
            await toy.migrate(empty_database.owner_url)
