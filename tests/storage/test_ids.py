"""The ids of a company tell nothing about the others."""

import asyncio

import asyncpg
import pytest

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Customer
from slotkeeper.storage.database import Database
from slotkeeper.storage.migrate import migrate
from tests.build import FRIDAY_10, a_company
from tests.storage.former_release.server import DAY, HOUR, FormerServer, make_former_database

AN_ABSENCE = """
    INSERT INTO absences (company_id, calendar_id, starts_at, ends_at)
    SELECT company_id, id, now(), now() + interval '1 hour'
    FROM calendars WHERE company_id = $1 LIMIT 1 RETURNING id
"""
A_DELETED_ABSENCE = """
    INSERT INTO outbox (company_id, kind, payload, created_at)
    VALUES ($1, 'absence.added', '{"absence_id": 90}', now())
"""


async def made(salon, n):
    """The ids of an appointment, an absence and a callback, each the company's n-th."""
    hour = Interval(FRIDAY_10 + n * HOUR, FRIDAY_10 + (n + 1) * HOUR)
    calendar_id = salon.company.calendars[0].id
    booked = await salon.book(at=hour.start, staff="Sarah")
    absence, _ = await salon.store.absences.add(salon.id, calendar_id, hour, now=salon.now)
    wish = Customer("Anna", "+4915112345678")
    callback = await salon.store.callbacks.request(
        salon.id, wish, reason=None, call_id=None, now=salon.now
    )
    return booked.id, absence.id, callback.id


async def test_every_company_counts_from_one(store):
    """Whatever the others book, block and ask meanwhile."""
    salons = [await a_company(store), await a_company(store)]
    for n in (1, 2, 3):
        for salon in salons:
            assert await made(salon, n) == (n, n, n)


async def test_rows_that_are_added_at_once_get_an_id_each(salon):
    """Also where nobody holds the company's lock, and the first of all is among them."""

    async def add(_):
        ((absence_id,),) = await salon.rows(AN_ABSENCE)
        return absence_id

    assert sorted(await asyncio.gather(*map(add, range(40)))) == [*range(1, 41)]


async def test_the_id_of_a_deleted_row_is_given_to_no_other(salon):
    """Whoever kept the id of an absence that has ended removes no other with it."""
    await made(salon, 1)
    await salon.store.absences.remove(salon.id, 1)
    assert await salon.rows(AN_ABSENCE) == [(2,)]


async def test_no_server_can_give_an_id_to_another_company(store, salon):
    """The counter is the company's own, as the row is."""
    other = await a_company(store)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with store.db.acting_for(other.id) as db:
            await db.execute(
                "INSERT INTO company_counters VALUES ($1, 'appointments', 1000)", salon.id
            )


async def test_a_company_of_the_former_release_goes_on_behind_its_own_ids(empty_database, tmp_path):
    """What it has keeps its id, and what was deleted keeps it too; its servers count as ours do."""
    urls = empty_database
    company = await make_former_database(urls.owner_url, urls.superuser_url, tmp_path)
    db = await Database.open(urls.app_url, size=2)
    server = FormerServer(db, company)
    (held,) = await server.hold("first", DAY)
    first = await server.convert(held)
    async with db.acting_for(server.company_id) as connection:
        await connection.execute(A_DELETED_ABSENCE, server.company_id)
    await migrate(urls.owner_url)
    (held,) = await server.hold("second", DAY + 5 * HOUR)
    assert await server.convert(held) == first + 1
    async with db.acting_for(server.company_id) as connection:
        assert await connection.fetchval(AN_ABSENCE, server.company_id) == 91
    await db.close()
