"""The migration to one log of facts: nothing is lost that the former release has not told."""

import json
import shutil

import asyncpg
import pytest

from slotkeeper.metrics.lifecycle import READER
from slotkeeper.storage.database import Database
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.migration_files import MIGRATIONS
from slotkeeper.storage.store import Store
from tests.build import SECRET
from tests.reading import readable

SALON = """
WITH company AS (
    INSERT INTO companies (slug, name, timezone) VALUES ('salon', 'Salon', 'Europe/Berlin')
    RETURNING id
), branch AS (
    INSERT INTO branches (company_id, key, name) SELECT id, 'b', 'B' FROM company RETURNING id
), calendar AS (
    INSERT INTO calendars (company_id, branch_id, key, name)
    SELECT c.id, b.id, 'k', 'K' FROM company c, branch b RETURNING id
), person AS (
    INSERT INTO staff (company_id, branch_id, calendar_id, key, name)
    SELECT c.id, b.id, k.id, 's', 'S' FROM company c, branch b, calendar k
), service AS (
    INSERT INTO services (company_id, key, name) SELECT id, 'v', 'V' FROM company
)
SELECT id FROM company
"""
HOLD = """
INSERT INTO appointment_reservations (
    company_id, reservation_token, status, blocks, service_id, staff_id, calendar_id, start_time,
    end_time, is_compound, segment_number, total_segments, reserved_at, asked_at, expires_at,
    ended_at, end_reason, offer_id, channel, announced)
SELECT $1, gen_random_uuid(), $2, $2 = 'active', v.id, s.id, s.calendar_id, now(),
       now() + interval '1 hour', false, 1, 1, now(), now(), now() + interval '5 minutes',
       CASE WHEN $2 <> 'active' THEN now() END, CASE WHEN $2 = 'cancelled' THEN 'released' END,
       gen_random_uuid(), 'test', $3
FROM services v JOIN staff s USING (company_id) WHERE v.company_id = $1
RETURNING reservation_token
"""
BREAK = """
INSERT INTO faults (company_id, kind, channel, happened_at, announced)
VALUES ($1, $2, 'test', now(), $3)
"""

LATE_BREAK = """
INSERT INTO faults (company_id, kind, channel, happened_at) VALUES ($1, 'late', 'test', now())
"""


@pytest.fixture
def former_files(tmp_path):
    """The migrations of the former release, and no functions."""
    migrations, functions = tmp_path / "migrations", tmp_path / "functions"
    functions.mkdir()
    migrations.mkdir()
    for path in MIGRATIONS.glob("0*.sql"):
        if path.name < "0010":
            shutil.copy(path, migrations)
    return migrations, functions


@pytest.fixture
async def former(empty_database, former_files):
    """A database of the former release, before the migration."""
    migrations, functions = former_files
    await migrate(empty_database.owner_url, migrations=migrations, functions=functions)
    connection = await asyncpg.connect(empty_database.superuser_url)
    yield connection
    await connection.close()


async def facts(store, company_id):
    """What there is to be told now, by kind and subject; it is not told again."""
    await readable(store)
    taken = await store.outbox.take(company_id, READER)
    if taken.facts:
        await store.outbox.settle(taken)
    return {(fact.kind, fact.payload.get("token")) for fact in taken.facts}


async def test_what_was_not_told_is_told_and_nothing_else(former, empty_database):
    """Also what a server of the former release goes on writing, in its own way."""
    company_id = await former.fetchval(SALON)
    await former.fetchval(HOLD, company_id, "cancelled", 2)
    half_told = await former.fetchval(HOLD, company_id, "cancelled", 1)
    untold = await former.fetchval(HOLD, company_id, "active", 0)
    await former.execute(BREAK, company_id, "told", True)
    await former.execute(BREAK, company_id, "untold", False)
    await migrate(empty_database.owner_url)
    db = await Database.open(empty_database.app_url, size=1)
    store = Store(db, SECRET)
    assert await facts(store, company_id) == {
        ("reservation.cancelled", str(half_told)),
        ("reservation.created", str(untold)),
        ("fault.untold", None),
    }
    (figures,) = await store.figures.read([company_id])
    assert json.loads(figures["errors"]) == {"told": 1, "untold": 1}
    await former.execute(
        "UPDATE appointment_reservations SET status = 'expired', blocks = false, ended_at = now() "
        "WHERE company_id = $1 AND status = 'active'", company_id
    )  # fmt: skip
    await former.execute(LATE_BREAK, company_id)
    assert await facts(store, company_id) == {
        ("reservation.expired", str(untold)), ("fault.late", None)
    }  # fmt: skip
    await db.close()
