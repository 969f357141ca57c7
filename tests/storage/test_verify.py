import asyncio

import asyncpg
import pytest

from slotkeeper.storage.manifest import Manifest, describe
from slotkeeper.storage.migrate import migrate, newest_core
from slotkeeper.storage.migration_errors import MigrationBlinded, MigrationBusy, MigrationRefused
from slotkeeper.storage.migration_files import MIGRATIONS
from slotkeeper.storage.verify import SCHEMA, SchemaFinding, is_whole, main, verify
from tests.storage.toy import COUNT, SALONS, Toy, described, run


@pytest.fixture
async def toy(tmp_path, empty_database):
    """A migrated database with two tables and a function."""
    toy = Toy(tmp_path)
    # Roles are the cluster's: without these, another test's migration could make them meanwhile.
    roles = (MIGRATIONS / "0001_roles.sql").read_text()
    toy.migration("0001_salons.sql", roles + SALONS)
    toy.function("count.sql", COUNT)
    await toy.migrate(empty_database.owner_url)
    return toy


@pytest.fixture
async def whole(toy, empty_database):
    """What the migrated database has."""
    return await described(empty_database.owner_url)


def wrong(findings):
    """What is not as it should be, without the details."""
    return {(f.kind, f.table, f.name, f.state) for f in findings if f.state != "present"}


async def test_a_freshly_migrated_database_is_whole(toy, whole, empty_database):
    """Everything is listed as present, each once."""
    findings = await toy.verify(empty_database.owner_url, whole)
    assert is_whole(findings)
    assert len({(f.kind, f.table, f.name) for f in findings}) == len(findings)
    assert {f.kind for f in findings} == {
        *("table", "column", "index", "constraint", "policy", "row_security", "foreign_key_rows"),
        *("function", "grant", "migration"),
    }


async def test_an_empty_database_misses_everything(toy, whole, empty_database):
    """Nothing is present but what every database has, and that is no error."""
    everything = (
        "DO $$BEGIN EXECUTE format('DROP SCHEMA %I CASCADE', current_schema); END$$;"
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    )
    await run(empty_database.superuser_url, everything)
    findings = await toy.verify(empty_database.superuser_url, whole)
    assert ("table", "chairs", "chairs", "missing") in wrong(findings)
    assert ("migration", "", "0001_salons.sql", "missing") in wrong(findings)
    # Roles are the cluster's.
    assert {f.kind for f in findings if f.state == "present"} == {"grant"}


CHAIRS_UNFORCED = "ALTER TABLE chairs NO FORCE ROW LEVEL SECURITY"
COLUMN = ("column", "chairs", "note", "unexpected")
KEY = ("constraint", "chairs", "chair_stands_in_salon")


@pytest.mark.parametrize(
    ("by_hand", "found"),
    [
        ("ALTER TABLE chairs ADD note text", COLUMN),
        ("ALTER TABLE salons DROP COLUMN name", ("column", "salons", "name", "missing")),
        (
            "ALTER TABLE salons ALTER name TYPE varchar(9)",
            ("column", "salons", "name", "different"),
        ),
        ("ALTER TABLE salons ALTER name DROP NOT NULL", ("column", "salons", "name", "different")),
        (
            "ALTER TABLE salons ALTER name SET DEFAULT 'x'",
            ("column", "salons", "name", "different"),
        ),
        ("DROP INDEX chairs_salon", ("index", "chairs", "chairs_salon", "missing")),
        ("DROP POLICY own_chairs ON chairs", ("policy", "chairs", "own_chairs", "missing")),
        (
            "ALTER POLICY own_chairs ON chairs USING (true)",
            ("policy", "chairs", "own_chairs", "different"),
        ),
        (
            "ALTER POLICY own_chairs ON chairs TO PUBLIC",
            ("policy", "chairs", "own_chairs", "different"),
        ),
        (CHAIRS_UNFORCED, ("row_security", "chairs", "row security", "different")),
        ("ALTER TABLE chairs SET UNLOGGED", ("table", "chairs", "chairs", "different")),
        (
            "REVOKE UPDATE ON chairs FROM slotkeeper_app",
            ("grant", "chairs", "slotkeeper_app: UPDATE", "missing"),
        ),
        (
            "GRANT UPDATE (name) ON salons TO slotkeeper_app",
            ("grant", "salons", "slotkeeper_app: UPDATE (name)", "unexpected"),
        ),
        (
            "GRANT CREATE ON SCHEMA public TO slotkeeper_app",
            ("grant", "", "slotkeeper_app: CREATE on schema public", "unexpected"),
        ),
        (
            "ALTER FUNCTION count_chairs() SECURITY DEFINER",
            ("function", "", "count_chairs()", "different"),
        ),
        (
            COUNT.replace("count(*)", "7::bigint").replace(";\n$$;", "\n$$"),
            ("function", "", "count_chairs()", "different"),
        ),
        (
            "CREATE TRIGGER t BEFORE UPDATE ON chairs EXECUTE FUNCTION "
            "suppress_redundant_updates_trigger()",
            ("trigger", "chairs", "t", "unexpected"),
        ),
        ("ALTER TABLE chairs DISABLE TRIGGER ALL", (*KEY, "broken")),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'chairs_salon'::regclass",
            ("index", "chairs", "chairs_salon", "broken"),
        ),
        (
            "ALTER TABLE chairs ADD CONSTRAINT c CHECK (id > 0) NOT VALID",
            ("constraint", "chairs", "c", "broken"),
        ),
    ],
)
async def test_one_change_by_hand_is_one_finding(toy, whole, empty_database, by_hand, found):
    """What somebody changed is named, and nothing else is."""
    await run(empty_database.superuser_url, by_hand)
    assert wrong(await toy.verify(empty_database.owner_url, whole)) == {found}


async def test_a_grant_to_everybody_is_one_to_the_application(toy, whole, empty_database):
    """What the application may do counts, and not how it came to it."""
    await run(empty_database.owner_url, "GRANT SELECT ON salons TO PUBLIC")
    grant = ("grant", "salons", "slotkeeper_app: SELECT", "unexpected")
    assert grant in wrong(await toy.verify(empty_database.owner_url, whole))


async def test_a_missing_table_misses_all_its_parts(toy, whole, empty_database):
    """Every fact of the table is named, so that the list is complete."""
    await run(empty_database.owner_url, "DROP TABLE chairs")
    missing = wrong(await toy.verify(empty_database.owner_url, whole))
    assert ("table", "chairs", "chairs", "missing") in missing
    assert {(table, state) for _, table, _, state in missing} == {("chairs", "missing")}


async def test_a_difference_says_what_is_and_what_should_be(toy, whole, empty_database):
    """The detail suffices to repair it."""
    await run(empty_database.owner_url, CHAIRS_UNFORCED)
    findings = await toy.verify(empty_database.owner_url, whole)
    assert (
        SchemaFinding(
            "row_security",
            "chairs",
            "row security",
            "different",
            "is: on, not forced; should be: on, forced",
        )
        in findings
    )


async def test_orphans_are_counted_although_the_owner_is_blinded(toy, whole, empty_database):
    """Rows that point to nothing are found behind forced policies, and the force is back after."""
    await run(
        empty_database.superuser_url,
        "SET session_replication_role = replica; DELETE FROM salons WHERE id = 2;",
    )
    broken = ("foreign_key_rows", "chairs", "chair_stands_in_salon", "broken")
    findings = await toy.verify(empty_database.owner_url, whole)
    assert wrong(findings) == {broken}
    assert "2 rows without a row in salons" in [f.detail for f in findings]
    assert await described(empty_database.owner_url) == whole


async def test_a_role_that_row_security_blinds_is_refused(toy, whole, empty_database):
    """Nobody is told that all is well who could not have seen otherwise."""
    with pytest.raises(MigrationBlinded):
        await toy.verify(empty_database.app_url, whole)


async def test_a_role_that_may_not_read_is_refused(toy, whole, empty_database):
    """A role without policies in its way still needs to read the rows."""
    await run(
        empty_database.superuser_url,
        "ALTER TABLE chairs DISABLE ROW LEVEL SECURITY;"
        "ALTER TABLE salons DISABLE ROW LEVEL SECURITY;",
    )
    with pytest.raises(MigrationRefused, match="this role may not verify"):
        await toy.verify(empty_database.app_url, whole)


async def test_verifying_gives_up_in_time(toy, whole, empty_database, monkeypatch):
    """Callers do not queue for ever behind a count that cannot get its locks."""
    monkeypatch.setattr("slotkeeper.storage.row_security.LOCK_WAIT_MS", 20)
    monkeypatch.setattr("slotkeeper.storage.row_security.LOCK_ATTEMPTS", 2)
    caller = await asyncpg.connect(empty_database.owner_url)
    async with caller.transaction():
        await caller.execute("LOCK chairs IN ACCESS SHARE MODE")
        with pytest.raises(MigrationBusy):
            await toy.verify(empty_database.owner_url, whole)
    await caller.close()


async def test_verifying_locks_only_what_a_foreign_key_ties(toy, empty_database):
    """Callers on other tables are never in the way, nor kept waiting."""
    toy.migration(
        "0002_mirrors.sql",
        "CREATE TABLE mirrors (id int); ALTER TABLE mirrors ENABLE ROW LEVEL SECURITY;",
    )
    await toy.migrate(empty_database.owner_url)
    whole = await described(empty_database.owner_url)
    caller = await asyncpg.connect(empty_database.owner_url)
    async with caller.transaction():
        await caller.execute("LOCK mirrors IN ACCESS SHARE MODE")
        assert is_whole(await toy.verify(empty_database.owner_url, whole))
    await caller.close()


async def test_migrations_are_compared_with_the_files(toy, whole, empty_database):
    """A file is applied, not yet applied, changed since, or of another version."""
    edited = toy.root / "migrations" / "0001_salons.sql"
    edited.write_text(edited.read_text() + "-- changed\n")
    toy.migration("0002_new.sql", "SELECT 1")
    await run(
        empty_database.owner_url,
        "INSERT INTO slotkeeper_migrations VALUES ('0003_later.sql', 'migration', '')",
    )
    assert wrong(await toy.verify(empty_database.owner_url, whole)) == {
        ("migration", "", "0001_salons.sql", "different"),
        ("migration", "", "0002_new.sql", "missing"),
        ("migration", "", "0003_later.sql", "unexpected"),
    }


async def test_functions_of_another_version_are_missing(toy, whole, empty_database):
    """What counts is the version that this server calls, whichever else is there."""
    toy.function("count.sql", COUNT + "-- changed\n")
    findings = wrong(await toy.verify(empty_database.owner_url, whole))
    assert ("migration", "", "functions/count.sql", "missing") in findings
    assert ("function", "", "count_chairs()", "missing") in findings


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ("ALTER ROLE slotkeeper_app BYPASSRLS", "has BYPASSRLS"),
        ("ALTER ROLE slotkeeper_app SUPERUSER", "a superuser"),
        ("GRANT slotkeeper_owner TO slotkeeper_app", "a member of the owner"),
        ("ALTER TABLE salons OWNER TO slotkeeper_app", "owns tables"),
    ],
)
async def test_an_application_that_escapes_its_policies_is_broken(
    toy, empty_database, change, flaw
):
    """Row security that does not bind the application's role is worth nothing."""
    connection = await asyncpg.connect(empty_database.superuser_url)
    # Roles are the cluster's: other tests must not see this one change.
    transaction = connection.transaction()
    await transaction.start()
    # The owner's membership in the application's role would make the grant a circle.
    await connection.execute("REVOKE slotkeeper_app FROM slotkeeper_owner")
    await connection.execute(change)
    facts = (await describe(connection, await newest_core(connection))).facts
    await transaction.rollback()
    await connection.close()
    assert [f.flaw.split(":")[0] for f in facts if f.name == "slotkeeper_app"] == [flaw]


async def test_a_session_s_settings_do_not_change_what_is_described(whole, empty_database):
    """Search path, time zone and quoting are the description's own, and are given back."""
    connection = await asyncpg.connect(
        empty_database.owner_url,
        server_settings={
            "search_path": "pg_catalog",
            "timezone": "Asia/Tokyo",
            "quote_all_identifiers": "on",
        },
    )
    assert await describe(connection, await newest_core(connection)) == whole
    assert await connection.fetchval("SHOW timezone") == "Asia/Tokyo"
    await connection.close()


async def test_a_manifest_survives_its_file(whole):
    """What is written to schema.json is read back as it was."""
    assert Manifest.from_json(whole.to_json()) == whole


async def test_a_manifest_is_printed(toy, whole, empty_database, capsys):
    """`python -m slotkeeper.storage.verify URL` prints what there is."""
    await asyncio.to_thread(main, [empty_database.owner_url])
    assert Manifest.from_json(capsys.readouterr().out) == whole


async def test_a_manifest_is_written(toy, whole, empty_database, monkeypatch, tmp_path):
    """With `--write` it goes where `verify` looks."""
    monkeypatch.setattr("slotkeeper.storage.verify.SCHEMA", tmp_path / "schema.json")
    await asyncio.to_thread(main, [empty_database.owner_url, "--write"])
    assert is_whole(await verify(empty_database.owner_url, **toy.folders))


async def test_the_package_s_own_schema_is_whole(empty_database):
    """schema.json is what the package's migrations make, on whichever PostgreSQL this runs."""
    await migrate(empty_database.owner_url)
    remedy = "write it anew: python -m slotkeeper.storage.verify URL --write"
    assert wrong(await verify(empty_database.owner_url)) == set(), remedy
    assert (await described(empty_database.owner_url)).to_json() == SCHEMA.read_text(), remedy
