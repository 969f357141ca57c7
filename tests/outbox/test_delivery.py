import asyncio
import json
import signal
from datetime import timedelta
from random import Random

import asyncpg
import pytest

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Customer
from slotkeeper.outbox.delivery import deliver
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, SECRET, a_company
from tests.cli.processes import COMMAND, environment
from tests.reading import has_news, readable
from tests.waiting import think, until

HOUR = timedelta(hours=1)
READERS = ("log", "webhooks:7", "mails")
# As if the cluster had been at work for long before.
AHEAD_RESERVATIONS = """
UPDATE appointment_reservations
SET made_xid = made_xid + 1000000000, ended_xid = ended_xid + 1000000000
WHERE company_id = $1 RETURNING id
"""
# As nobody but the owner can, whom a forced policy binds.
AHEAD_OUTBOX = """
ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;
UPDATE outbox SET xid = xid + 1000000000;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
"""
AHEAD_CURSORS = """
UPDATE outbox_cursors SET read_through = read_through + 1000000000
WHERE company_id = $1 RETURNING reader
"""
ACT = "SELECT set_config('slotkeeper.companies', ARRAY[$1::bigint]::text, true)"
BREAK = """
INSERT INTO outbox (company_id, kind, payload, created_at)
VALUES ($1, 'fault.' || $2, '{"channel": "test"}', clock_timestamp())
"""


@pytest.fixture
async def salon(database):
    """A real salon, alone in its database."""
    return await a_company(Store(database, SECRET), sandbox=False)


class Reader:
    """Keeps what it is handed, in its order."""

    def __init__(self, salon, name="log"):
        self.store, self.name, self.facts = salon.store, name, []

    async def read(self):
        """Take all there is to read now; give the kinds."""
        before = len(self.facts)
        await deliver(self.store, self.name, self.hand_over)
        return [fact.kind for fact in self.facts[before:]]

    async def read_all(self):
        """Take all that is committed now."""
        await readable(self.store)
        return await self.read()

    async def hand_over(self, facts):
        self.facts += facts

    @property
    def ids(self):
        """What tells facts apart."""
        return [(fact.kind, fact.id) for fact in self.facts]


@pytest.fixture
async def late(fresh):
    """A connection of the application on which a transaction may stay open."""
    connection = await asyncpg.connect(fresh.app_url, server_settings={"role": "slotkeeper_app"})
    yield connection
    await connection.close()


async def break_down(connection, salon, code):
    """Write a fault, in whatever transaction is open."""
    await connection.execute(ACT, salon.id)
    await connection.execute(BREAK, salon.id, code)


async def test_a_reader_never_passes_a_fact_that_commits_late(salon, late):
    """What commits meanwhile waits for the transaction that began before it; none is lost."""
    reader = Reader(salon)
    transaction = late.transaction()
    await transaction.start()
    await break_down(late, salon, "slow")
    held = await salon.hold()
    await salon.convert(held.token)
    assert await reader.read() == []
    await transaction.commit()
    assert await reader.read_all() == [
        "fault.slow", "reservation.created", "reservation.converted", "appointment.booked"
    ]  # fmt: skip
    assert await reader.read_all() == []


async def test_a_fact_that_is_rolled_back_is_no_fact(salon, late):
    """Nobody is told of it, and nobody waits for it any more."""
    reader = Reader(salon)
    transaction = late.transaction()
    await transaction.start()
    await break_down(late, salon, "undone")
    await salon.hold()
    await transaction.rollback()
    assert await reader.read_all() == ["reservation.created"]


async def test_an_appointments_facts_come_in_their_order(salon):
    """Held, booked, moved, cancelled; its reservation of before the move is none of a reader's."""
    reader = Reader(salon)
    held = await salon.hold(call="call_a")
    booked = await salon.convert(held.token)
    await salon.move(booked.id, FRIDAY_10 + 2 * HOUR)
    await salon.cancel_appointment(booked.id)
    assert await reader.read_all() == [
        "reservation.created", "reservation.converted", "appointment.booked", "appointment.moved",
        "appointment.cancelled",
    ]  # fmt: skip


async def test_a_hold_writes_no_outbox_row(salon):
    """It is made, prolonged, released and expired on its own row; its facts are derived from it."""
    reader = Reader(salon)
    held = await salon.hold(staff="Emma", call="call_a")
    await salon.extend(held.token)
    await salon.cancel(held.token)
    dead = await salon.hold(staff="Sarah")
    await salon.rows(
        "UPDATE appointment_reservations SET expires_at = (SELECT clock_timestamp()) "
        "WHERE company_id = $1 AND caller_token = $2 RETURNING id", dead.token
    )  # fmt: skip
    await salon.store.reservations.expire_due()
    assert await salon.rows("SELECT id FROM outbox WHERE company_id = $1") == []
    assert await reader.read_all() == [
        "reservation.created", "reservation.cancelled", "reservation.created", "reservation.expired"
    ]  # fmt: skip


async def test_every_reader_has_a_cursor_of_its_own(salon):
    """One that comes late reads from the beginning; one that fails keeps no other waiting."""
    first, second = Reader(salon, "log"), Reader(salon, "webhooks:7")
    await salon.hold(staff="Emma")
    assert await first.read_all() == ["reservation.created"]

    async def refuse(facts):
        raise RuntimeError("nobody is there")

    await salon.hold(staff="Sarah")
    await readable(salon.store)
    with pytest.raises(RuntimeError):
        await deliver(salon.store, "mails", refuse)
    assert await first.read_all() == ["reservation.created"]
    assert await second.read_all() == ["reservation.created"] * 2
    assert await has_news(salon.store, reader="mails")


async def test_companies_are_read_apart(salon):
    """What cannot be handed over of one company is due, and the others' are not."""
    other = await a_company(salon.store, sandbox=False)
    reader = Reader(salon)
    await salon.hold()
    await other.hold()
    await reader.read_all()
    assert [fact.company_id for fact in reader.facts] == [salon.id, other.id]
    assert [fact.company for fact in reader.facts] == [salon.company.slug, other.company.slug]


async def test_a_company_that_cannot_be_told_keeps_no_other_waiting(salon):
    """The others' facts are handed over, and the pass raises what became of it."""
    other = await a_company(salon.store, sandbox=False)
    reader = Reader(salon)
    await salon.hold()
    await other.hold()
    await readable(salon.store)

    async def tell(facts):
        if facts[0].company_id == salon.id:
            raise RuntimeError("unreadable")
        await reader.hand_over(facts)

    with pytest.raises(RuntimeError):
        await deliver(salon.store, "log", tell)
    assert [fact.company_id for fact in reader.facts] == [other.id]
    assert await reader.read_all() == ["reservation.created"]


async def test_a_batch_never_cuts_a_transaction(salon):
    """All facts of a transaction come together: the cursor stands between transactions."""
    await salon.book()
    await salon.book(at=FRIDAY_10 + 2 * HOUR)
    await readable(salon.store)
    taken = await salon.store.outbox.take(salon.id, "log", limit=1)
    assert [fact.kind for fact in taken.facts] == [
        "reservation.created", "reservation.converted", "appointment.booked"
    ]  # fmt: skip
    assert await salon.store.outbox.settle(taken)
    assert len(await Reader(salon).read_all()) == 3


async def test_a_lease_that_ran_out_is_told_again_and_settles_once(salon):
    """Who dies with a cursor keeps it for its lease; who comes back too late changes nothing."""
    await salon.hold()
    await readable(salon.store)
    dead = await salon.store.outbox.take(salon.id, "log", lease_s=0.0)
    alive = await salon.store.outbox.take(salon.id, "log")
    assert [fact.id for fact in alive.facts] == [fact.id for fact in dead.facts]
    assert not await salon.store.outbox.settle(dead)
    assert await salon.store.outbox.settle(alive)


@pytest.mark.parametrize("seed", range(3))
async def test_each_reader_is_handed_every_fact_once_however_writers_commit(fresh, salon, seed):
    """Eight writers whose transactions end in any order, three readers with two passes each."""
    random, readers = Random(seed), [Reader(salon, name) for name in READERS]
    writing = asyncio.Event()

    async def write(number):
        connection = await asyncpg.connect(
            fresh.app_url, server_settings={"role": "slotkeeper_app"}
        )
        for turn in range(12):
            async with connection.transaction():
                await break_down(connection, salon, f"of_writer_{chr(97 + number)}")
                await think(random.random() / 50)
                if random.random() < 0.2:
                    break  # committed as well
            if turn % 3 == 0:
                await salon.hold(at=FRIDAY_10 + timedelta(days=number, hours=turn % 8))
        await connection.close()

    async def follow(reader):
        while not writing.is_set():
            await reader.read()
            await think(0.005)

    following = [asyncio.create_task(follow(reader)) for reader in readers for _ in range(2)]
    await asyncio.gather(*(write(number) for number in range(8)))
    writing.set()
    await asyncio.gather(*following)
    rows = await salon.rows(
        "SELECT kind, id FROM outbox WHERE company_id = $1 UNION ALL "
        "SELECT 'reservation.created', id FROM appointment_reservations WHERE company_id = $1"
    )
    for reader in readers:
        await reader.read_all()
        assert len(set(reader.ids)) == len(reader.ids)
        assert set(reader.ids) == {tuple(row) for row in rows}
        transactions = [fact.xid for fact in reader.facts]
        assert transactions == sorted(transactions)


async def test_a_worker_that_is_killed_loses_no_fact(salon, fresh):
    """The next one goes on where it was; told twice, a fact has the same id."""
    told = []

    async def a_worker():
        return await asyncio.create_subprocess_exec(
            *COMMAND, "worker", env=environment(DATABASE_URL=fresh.app_url),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def listen(worker):
        while line := await worker.stderr.readline():
            if line.endswith(b"\n"):
                told.append(json.loads(line).get("event_id"))

    expected = []
    worker = await a_worker()
    listening = [asyncio.create_task(listen(worker))]
    for number in range(30):
        held = await salon.hold(at=FRIDAY_10 + timedelta(days=number), call=f"call_{number}")
        expected.append(f"{held.token}:created")
        if number in (10, 20):
            await until(lambda: told, "the worker has told something")
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
            worker = await a_worker()
            listening.append(asyncio.create_task(listen(worker)))
    await until(lambda: set(expected) <= set(told), "every hold was told")
    worker.terminate()
    await worker.wait()
    await asyncio.gather(*listening)
    assert {event for event in told if event} == set(expected)


async def test_what_the_desk_does_is_a_fact(salon):
    """An absence, its end, a calendar file, a callback that was done: one row each."""
    calendar = salon.company.calendars[0]
    day = Interval(FRIDAY_10, FRIDAY_10 + HOUR)
    absence, _ = await salon.store.absences.add(salon.id, calendar.id, day)
    await salon.store.absences.add(salon.id, calendar.id, day)
    await salon.store.absences.remove(salon.id, absence.id)
    await salon.store.busy_times.replace(salon.id, calendar.id, "home", [day])
    callback = await salon.store.callbacks.request(
        salon.id, Customer("Anna"), reason=None, call_id=None
    )
    await salon.store.callbacks.done(salon.id, callback.id)
    await salon.store.rollout.change(salon.id, {"percent": 50}, actor="test", action="rollout.set")
    assert await Reader(salon).read_all() == [
        "absence.added", "absence.removed", "busy.replaced", "callback.requested",
        "callback.done", "rollout.changed",
    ]  # fmt: skip


async def test_a_restored_database_is_read_on_where_it_was(salon, fresh):
    """In a cluster with lower transaction ids: what was not read is, and so is what is new."""
    reader = Reader(salon)
    await salon.hold(staff="Emma")
    await reader.read_all()
    await salon.book(staff="Sarah")
    await salon.rows(AHEAD_RESERVATIONS)
    owner = await asyncpg.connect(fresh.owner_url)
    await owner.execute(AHEAD_OUTBOX)
    await owner.close()
    await salon.rows(AHEAD_CURSORS)
    await migrate(fresh.owner_url)
    await salon.hold(at=FRIDAY_10 + 3 * HOUR)
    assert await reader.read_all() == [
        "reservation.created", "reservation.converted", "appointment.booked", "reservation.created"
    ]  # fmt: skip
    assert await reader.read_all() == []
