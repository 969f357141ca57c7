import asyncpg
import pytest

from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, PERM, SECRET, a_company

PAST_ROWS = 20_000

# What a company has behind it: half converted, half ended, over years.
FILL = """
INSERT INTO appointment_reservations (
    company_id, reservation_token, status, blocks, call_id, service_id, staff_id, calendar_id,
    start_time, end_time, is_compound, segment_number, total_segments, reserved_at, asked_at,
    expires_at, ended_at, end_reason, offer_id, channel)
SELECT $1, gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'expired' ELSE 'cancelled' END, false,
       'call_' || n, $2, s.id, s.calendar_id, at, at + interval '55 minutes', false, 1, 1, at, at,
       at + interval '5 minutes', at + interval '5 minutes',
       CASE WHEN n % 2 = 1 THEN 'released' END, gen_random_uuid(), 'test'
FROM generate_series(1, $3) n,
     (SELECT id, calendar_id FROM staff WHERE company_id = $1 ORDER BY id LIMIT 1) s,
     LATERAL (SELECT timestamptz '2015-01-01' + n * interval '37 minutes' AS at) t
"""

READ = """
SELECT seq_scan, seq_tup_read, (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes
                                WHERE relname = 'appointment_reservations') AS idx_tup_read
FROM pg_stat_user_tables WHERE relname = 'appointment_reservations'
"""


@pytest.fixture
async def old_salon(fresh):
    """A salon with years behind it, in a database with statistics, on one connection."""
    db = await Database.open(fresh.app_url, size=1)
    salon = await a_company(Store(db, SECRET), sandbox=False)
    admin = await asyncpg.connect(fresh.superuser_url)
    service_id = salon.company.service(PERM).id
    await admin.execute(FILL, salon.id, service_id, PAST_ROWS)
    await admin.execute("ANALYZE")
    await admin.close()
    yield salon
    await db.close()


async def read_so_far(salon):
    """How much the application's one connection has read of the table."""
    await salon.store.db.read("SELECT pg_stat_force_next_flush()")
    ((scans, by_scan, by_index),) = await salon.store.db.read(READ)
    return scans, by_scan, int(by_index)


async def test_no_operation_reads_the_past(old_salon):
    """Each operation finds its few rows by an index, however long the table has grown."""
    salon = old_salon
    held = await salon.hold(PERM, call="c1", staff="Emma")
    operations = {
        "hold": lambda: salon.hold(call="c1", at=FRIDAY_10, staff="Sarah"),
        "extend": lambda: salon.extend(held.token),
        "convert": lambda: salon.convert(held.token),
        "find": lambda: salon.find(held.token),
        "book": lambda: salon.book(call="c2", at=FRIDAY_10.replace(hour=15)),
        "hang up": lambda: salon.hang_up("c1"),
        "active": lambda: salon.store.reservations.active(salon.id),
        "for call": lambda: salon.store.reservations.for_call(salon.id, "c1"),
        "expire": lambda: salon.store.reservations.expire_due(),
    }
    for name, operation in operations.items():
        before = await read_so_far(salon)
        await operation()
        after = await read_so_far(salon)
        scans, by_scan, by_index = (b - a for a, b in zip(before, after, strict=True))
        assert (scans, by_scan) == (0, 0), f"{name} scans the table"
        assert by_index < 500, f"{name} reads {by_index} entries"
