"""Each version of the functions stands in a schema of its own, beside the former one's."""

import pytest

from slotkeeper.storage.migration_errors import MigrationFailed
from tests.storage.test_migrate import names
from tests.storage.toy import COUNT, SALONS, Toy, run


@pytest.fixture
def toy(tmp_path):
    """Files with the first migration."""
    toy = Toy(tmp_path)
    toy.migration("0001_salons.sql", SALONS)
    return toy


ONE = "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1;"
TWO = "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 2;"
THREE = "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 3;"


async def answers(url):
    """What one() returns in each schema of functions, the newest first."""
    schemas = await run(
        url,
        "SELECT split_part(name, '/', 1) AS schema FROM slotkeeper_migrations "
        "WHERE kind = 'function' GROUP BY 1 ORDER BY max(applied_at) DESC",
    )
    return [(await names(url, f"SELECT {row['schema']}.one()"))[0] for row in schemas]


async def test_a_changed_function_file_makes_a_version_beside_the_former_one(toy, empty_database):
    """A server of the former release goes on calling its own functions."""
    toy.function("a.sql", COUNT)
    toy.function("b.sql", ONE)
    await toy.migrate(empty_database.owner_url)
    toy.function("b.sql", TWO)
    applied = await toy.migrate(empty_database.owner_url)
    assert applied.names == ("functions/a.sql", "functions/b.sql")
    assert await answers(empty_database.owner_url) == [2, 1]


async def test_only_the_former_version_is_kept(toy, empty_database):
    """Versions before it go, so that a database does not collect them."""
    for text in (ONE, TWO, THREE):
        toy.function("a.sql", text)
        await toy.migrate(empty_database.owner_url)
    assert await answers(empty_database.owner_url) == [3, 2]
    schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'core%'"
    assert await names(empty_database.owner_url, schemas) == [2]


async def test_a_version_that_is_asked_for_again_is_the_newest_one(toy, empty_database):
    """After a step back, the version that servers run is the one that the next one keeps."""
    for text in (ONE, TWO, ONE, THREE):
        toy.function("a.sql", text)
        await toy.migrate(empty_database.owner_url)
    assert await answers(empty_database.owner_url) == [3, 1]


async def test_a_version_is_made_whole_or_not_at_all(toy, empty_database):
    """A broken file leaves the former version and nothing of its own."""
    toy.function("a.sql", ONE)
    await toy.migrate(empty_database.owner_url)
    toy.function("a.sql", TWO)
    toy.function(
        "b.sql", "CREATE OR REPLACE FUNCTION two() RETURNS nonsense LANGUAGE sql RETURN 2;"
    )
    with pytest.raises(MigrationFailed, match=r"functions/b\.sql.*nonsense"):
        await toy.migrate(empty_database.owner_url)
    assert await answers(empty_database.owner_url) == [1]
