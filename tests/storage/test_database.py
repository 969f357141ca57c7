import asyncio

import asyncpg
import pytest

from slotkeeper.domain.errors import OutcomeUnknown, StorageUnavailable
from slotkeeper.storage.database import Database


async def test_a_broken_connection_leaves_the_outcome_of_a_change_open(database, fresh):
    """What may have been committed is never said to have failed."""
    with pytest.raises(OutcomeUnknown):
        await database.change("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_a_broken_connection_fails_a_read(database):
    """A read that was cut off did nothing."""
    with pytest.raises(StorageUnavailable):
        await database.read("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_the_pool_recovers_after_its_connections_were_ended(database, fresh):
    """The next statement gets a new connection."""
    admin = await asyncpg.connect(fresh.superuser_url)
    await asyncio.gather(*(database.read("SELECT pg_sleep(0.01)") for _ in range(4)))
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await admin.close()
    answers = await asyncio.gather(
        *(database.read("SELECT 1 AS one") for _ in range(8)), return_exceptions=True
    )
    assert sum(not isinstance(answer, Exception) for answer in answers) >= 4
    assert await database.read("SELECT 1 AS one") == [(1,)]


async def test_a_deadlock_is_tried_again(fresh):
    """Another transaction's bad luck is no caller's concern: the next try succeeds."""
    owner = await asyncpg.connect(fresh.owner_url)
    await owner.execute(
        "CREATE SEQUENCE tries; GRANT USAGE ON tries TO slotkeeper_app; "
        "CREATE FUNCTION unlucky_twice() RETURNS bigint LANGUAGE plpgsql AS $$ "
        "DECLARE n bigint := nextval('tries'); BEGIN IF n < 3 THEN "
        "RAISE EXCEPTION 'x' USING ERRCODE = 'deadlock_detected'; END IF; RETURN n; END $$"
    )
    await owner.close()
    db = await Database.open(fresh.app_url, size=1)
    assert await db.change("SELECT unlucky_twice() AS tries") == [(3,)]
    await db.close()


async def test_waiting_for_a_lock_is_given_up_and_nothing_was_done(database, fresh):
    """A statement that cannot get its lock fails within the caller's patience."""
    blocker = await asyncpg.connect(fresh.owner_url)
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE directory")
        with pytest.raises(StorageUnavailable, match="LockNotAvailable"):
            await database.read("SELECT FROM directory")
    await blocker.close()


async def test_a_closed_database_is_unavailable(fresh):
    """Whoever comes after the end is told so."""
    db = await Database.open(fresh.app_url, size=1)
    await db.close()
    with pytest.raises(StorageUnavailable):
        await db.read("SELECT 1")
