import asyncio
import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import asyncpg
import pytest

from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.wish import Customer
from slotkeeper.metrics.lifecycle import READER, LifecycleEvent, events_since
from slotkeeper.operations.expire import expire_due
from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, HAIRCUT, PERM, SECRET, a_company
from tests.cli.processes import COMMAND, environment
from tests.reading import has_news, readable, tell_news
from tests.storage.test_plans import FILL, read_so_far
from tests.waiting import PATIENCE_S, until

ERIKA = Customer("Erika Muster", "+4915112345678")
HOUR = timedelta(hours=1)
PAST_ROWS = 20_000
EVER = datetime(2000, 1, 1, tzinfo=UTC)

DIE = """
UPDATE appointment_reservations SET expires_at = (SELECT clock_timestamp())
WHERE company_id = $1 AND caller_token = $2 AND status = 'active' RETURNING id
"""


@pytest.fixture
async def salon(database):
    """A real salon, alone in its database, so that all news is its own."""
    return await a_company(Store(database, SECRET), sandbox=False)


class Listener:
    """Keeps what it is told; says no to what it is asked to."""

    def __init__(self) -> None:
        self.heard: list[LifecycleEvent] = []
        self.deaf = False

    async def tell(self, events) -> None:
        """Hear, and then perhaps break down, before it is noted that we were told."""
        self.heard += events
        if self.deaf:
            raise RuntimeError("broke down")

    @property
    def ids(self) -> list[str]:
        """What was heard, in its order."""
        return [event.event_id for event in self.heard]


async def news(salon) -> list[LifecycleEvent]:
    """What there is to be told now; it is not told again."""
    listener = Listener()
    await tell_news(salon.store, listener.tell)
    return listener.heard


async def let_die(salon, token) -> None:
    """End a hold's time, and nothing else."""
    await salon.rows(DIE, token)


async def test_each_fact_is_told_once(salon):
    """What was told is not told again; what has happened since is."""
    held = await salon.hold(call="call_a")
    (created,) = await news(salon)
    assert (created.event_id, created.kind) == (f"{held.token}:created", "created")
    assert created.timestamp == held.reserved_at
    assert await news(salon) == []
    await salon.convert(held.token, call="call_a")
    (converted,) = await news(salon)
    assert (converted.event_id, converted.kind) == (f"{held.token}:converted", "converted")
    assert await news(salon) == []


async def test_what_began_and_ended_between_two_looks_is_told_in_its_order(salon):
    """First that it was created, then how it ended."""
    held = await salon.hold(call="call_a")
    await salon.hang_up("call_a")
    created, cancelled = await news(salon)
    assert (created.kind, cancelled.kind) == ("created", "cancelled")
    ended = await salon.find(held.token)
    assert (cancelled.reason, cancelled.timestamp) == ("call_ended", ended.ended_at)
    assert cancelled.lifetime_s == (ended.ended_at - held.reserved_at).total_seconds()


async def test_a_compound_is_told_once(salon):
    """Four rows are one reservation."""
    held = await salon.hold(PERM)
    (created,) = await news(salon)
    assert (created.reservation_token, created.is_compound, created.service) == (
        held.token, True, PERM
    )  # fmt: skip


async def test_a_dead_hold_is_told_as_expired_once_it_was_swept(salon):
    """Until then its status says nothing, and neither do we."""
    held = await salon.hold()
    await let_die(salon, held.token)
    assert [event.kind for event in await news(salon)] == ["created"]
    await expire_due(store=salon.store)
    (expired,) = await news(salon)
    assert (expired.kind, expired.timestamp) == (
        "expired", (await salon.find(held.token)).expires_at
    )  # fmt: skip


async def test_a_sandbox_is_told_by_its_statuses(database):
    """Nobody sweeps it: its clock is known to its callers alone."""
    salon = await a_company(Store(database, SECRET), sandbox=True)
    await salon.hold(staff="Emma", ttl_s=60)
    salon.clock.advance(3600)
    assert [event.kind for event in await news(salon)] == ["created"]
    await salon.hold(staff="Emma")
    assert sorted(event.kind for event in await news(salon)) == ["created", "expired"]


async def test_an_appointment_that_moves_is_no_news(salon):
    """It was made once and converted once; that it moved is another's fact."""
    booked = await salon.book()
    assert [event.kind for event in await news(salon)] == ["created", "converted"]
    await salon.move(booked.id, FRIDAY_10 + 2 * HOUR)
    assert await has_news(salon.store)
    assert await news(salon) == []
    assert not await has_news(salon.store)


async def test_what_broke_is_told(salon):
    """By its kind, its channel and when, with an id of its own."""
    at = datetime.now(UTC)
    await salon.store.figures.add_faults(salon.id, [("storage_unavailable", "retell", at)] * 2)
    one, other = await news(salon)
    assert (one.kind, one.error_type, one.channel) == ("error", "storage_unavailable", "retell")
    assert one.timestamp == at
    assert one.event_id != other.event_id
    assert one.event_id.startswith(f"fault:{salon.id}:")
    assert await news(salon) == []


async def test_a_batch_is_not_the_end(salon):
    """All that is due is told, however small the batches are."""
    tokens = [(await salon.hold(at=FRIDAY_10 + n * HOUR)).token for n in range(3)]
    await readable(salon.store)
    taken = await salon.store.outbox.take(salon.id, READER, limit=2)
    assert [fact.payload["token"] for fact in taken.facts] == [str(token) for token in tokens[:2]]
    await salon.store.outbox.settle(taken)
    assert [event.reservation_token for event in await news(salon)] == tokens[2:]


async def test_a_crash_before_the_commit_repeats_and_loses_nothing(salon):
    """What was told and not noted is told again under the same ids."""
    held = await salon.hold()
    await salon.convert(held.token)
    listener = Listener()
    listener.deaf = True
    with pytest.raises(RuntimeError):
        await tell_news(salon.store, listener.tell)
    first, listener.heard, listener.deaf = listener.ids, [], False
    assert first == [f"{held.token}:created", f"{held.token}:converted"]
    await tell_news(salon.store, listener.tell)
    assert listener.ids == first


async def test_what_is_counted_afterwards_is_never_repeated(salon):
    """Only what is noted as told goes on, once."""
    await salon.hold()
    listener, counter = Listener(), Listener()
    listener.deaf = True
    with pytest.raises(RuntimeError):
        await tell_news(salon.store, listener.tell, then=counter.tell)
    assert counter.heard == []
    listener.deaf = False
    await tell_news(salon.store, listener.tell, then=counter.tell)
    assert len(counter.heard) == 1


async def test_nobody_is_given_what_another_is_telling(salon):
    """While one tells, another is given nothing, not even what came later, and does not wait."""
    early = await salon.hold(staff="Emma")
    other, told = Listener(), []

    async def tell(events):
        told.extend(event.reservation_token for event in events)
        await salon.hold(staff="Sarah")
        await tell_news(salon.store, other.tell)

    await tell_news(salon.store, tell)
    assert (told, other.heard) == ([early.token], [])
    assert [event.staff_id for event in await news(salon)] == [salon.staff_ids["Sarah"]]


async def test_workers_at_once_tell_each_event_once(salon):
    """However they get in each other's way."""
    for n in range(40):
        await salon.book(at=FRIDAY_10 + timedelta(days=n), call=f"call_{n}")
    listener = Listener()
    while await has_news(salon.store):
        await asyncio.gather(*(tell_news(salon.store, listener.tell) for _ in range(4)))
    assert len(listener.ids) == len(set(listener.ids)) == 80


async def test_a_log_that_is_stuck_keeps_no_caller(salon):
    """No row is locked while it is told of: what is told just now can be converted."""
    held = await salon.hold()

    async def tell(events):
        await salon.convert(held.token)

    await tell_news(salon.store, tell)
    assert [event.kind for event in await news(salon)] == ["converted"]


async def live(salon, random: Random, tokens: list, appointments: list) -> None:
    """Do something that callers, the desk or time do; refusals are part of life."""
    at = FRIDAY_10 + timedelta(days=random.randrange(20), minutes=30 * random.randrange(16))
    wish = {"at": at, "service": random.choice([HAIRCUT, PERM]), "call": f"call_{at.day}"}
    do = random.choice(["hold"] * 4 + ["book", "convert", "again", "cancel", "die", "sweep",
                        "hang up", "move", "break"])  # fmt: skip
    with suppress(Refusal):
        if do == "hold":
            tokens.append((await salon.hold(**wish)).token)
        elif do == "book":
            appointments.append(await salon.book(**wish))
        elif do == "sweep":
            await expire_due(store=salon.store)
        elif do == "hang up":
            await salon.hang_up(wish["call"])
        elif do == "break":
            await salon.store.figures.add_faults(salon.id, [("broken", "test", datetime.now(UTC))])
        elif do == "move" and appointments:
            await salon.move(random.choice(appointments).id, at)
        elif do in ("convert", "again") and tokens:
            chosen = random.choice(tokens)
            appointments.append(await salon.convert(chosen, reacquire=do == "again"))
        elif do == "cancel" and tokens:
            await salon.cancel(random.choice(tokens))
        elif do == "die" and tokens:
            await let_die(salon, random.choice(tokens))


async def facts(salon) -> dict[str, datetime]:
    """What the rows say has happened, by the id that its event must have."""
    rows = await salon.rows(
        "SELECT DISTINCT caller_token, status, reserved_at, ended_at "
        "FROM appointment_reservations WHERE company_id = $1 AND origin <> 'move'"
    )
    found = {f"{row['caller_token']}:created": row["reserved_at"] for row in rows}
    found |= {
        f"{row['caller_token']}:{row['status']}": row["ended_at"] for row in rows if row["ended_at"]
    }
    faults = await salon.rows(
        "SELECT id, created_at FROM outbox WHERE company_id = $1 AND kind LIKE 'fault.%'"
    )
    return found | {f"fault:{salon.id}:{row['id']}": row["created_at"] for row in faults}


@pytest.mark.parametrize("seed", range(3))
async def test_events_without_repeats_are_the_facts(salon, seed):
    """After a life of 300 operations and many crashes nothing is missing and nothing invented."""
    random, listener, tokens, appointments = Random(seed), Listener(), [], []
    for _ in range(300):
        await live(salon, random, tokens, appointments)
        if random.random() < 0.2:
            listener.deaf = random.random() < 0.3
            with suppress(RuntimeError):
                await tell_news(salon.store, listener.tell)
    listener.deaf = False
    await tell_news(salon.store, listener.tell)
    told = {event.event_id: event.timestamp for event in listener.heard}
    assert told == await facts(salon)
    assert {event.kind for event in listener.heard} == {
        "created", "converted", "expired", "cancelled", "error"
    }  # fmt: skip
    of_rows = await events_since(salon.store, EVER, company_id=salon.id, limit=9999)
    assert {event.event_id: event.timestamp for event in of_rows} == told


async def test_the_worker_writes_a_line_each_with_nothing_of_a_person(salon, fresh):
    """The original's marker and fields, the time when it happened, no name and no number."""
    held = await salon.hold(call="call_a", customer=ERIKA)
    await salon.convert(held.token, call="call_a", customer=ERIKA)
    await salon.book(at=FRIDAY_10 + 2 * HOUR, customer=ERIKA)
    await salon.store.figures.add_faults(salon.id, [("broken", "retell", datetime.now(UTC))])
    worker = await asyncio.create_subprocess_exec(
        *COMMAND, "worker",
        env=environment(DATABASE_URL=fresh.app_url),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE_S):
        lines = [(await worker.stderr.readline()).decode() for _ in range(5)]
        worker.terminate()
        rest, _ = (await worker.stderr.read(), await worker.wait())
    assert rest == b""
    for line in lines:
        assert not any(word in line for word in ("Erika", "Muster", "15112345678"))
    created, converted, *_, broken = map(json.loads, lines)
    assert created["event"] == "[METRIC] reservation_created"
    assert converted["event"] == "[METRIC] reservation_converted"
    assert converted["metric_type"] == "reservation"
    assert converted["event_id"] == f"{held.token}:converted"
    assert (converted["company"], converted["company_id"]) == (salon.company.slug, salon.id)
    assert (converted["call_id"], converted["channel"]) == ("call_a", "test")
    assert (converted["service"], converted["is_compound"]) == (HAIRCUT, False)
    assert (converted["offer_id"], converted["staff_id"]) == (
        str(held.offer_id), str(held.staff_id)
    )  # fmt: skip
    ended_at = (await salon.find(held.token)).ended_at
    assert datetime.fromisoformat(converted["timestamp"]) == ended_at
    assert converted["seconds_to_conversion"] == (ended_at - held.reserved_at).total_seconds()
    assert (broken["event"], broken["error_type"]) == ("[METRIC] reservation_error", "broken")


async def test_the_worker_ends_by_a_signal_and_outlives_a_log_that_nobody_reads(salon, fresh):
    """Whoever read the log is gone; what happens then is told to the next who reads."""
    read_end, write_end = os.pipe()
    worker = await asyncio.create_subprocess_exec(
        *COMMAND,
        "worker",
        env=environment(DATABASE_URL=fresh.app_url),
        stdout=asyncio.subprocess.PIPE,
        stderr=write_end,
    )
    os.close(write_end)
    os.close(read_end)
    async with asyncio.timeout(PATIENCE_S):
        assert await worker.stdout.readline() == b"worker running\n"
    held = await salon.hold()
    await let_die(salon, held.token)

    async def swept():
        return (await salon.find(held.token)).status != "active"

    await until(swept, "the worker has swept the hold")
    worker.terminate()
    async with asyncio.timeout(PATIENCE_S):
        assert await worker.wait() == 0
    assert f"{held.token}:expired" in [event.event_id for event in await news(salon)]


async def test_a_round_reads_nothing_of_the_past(fresh):
    """However many were told, or wait to be: an index holds only what is still to be told."""
    db = await Database.open(fresh.app_url, size=1)
    salon = await a_company(Store(db, SECRET), sandbox=False)
    admin = await asyncpg.connect(fresh.superuser_url)
    await admin.execute(FILL, salon.id, salon.company.service(PERM).id, PAST_ROWS)
    await admin.execute("VACUUM ANALYZE appointment_reservations")
    await reads_few(salon, "look into a backlog", lambda: has_news(salon.store), most=100)
    while await news(salon):
        pass
    await admin.execute("VACUUM ANALYZE appointment_reservations")
    await admin.close()
    for n in range(20):
        await salon.book(at=FRIDAY_10 + timedelta(days=n), call=f"call_{n}")
    await reads_few(salon, "busy round", lambda: news(salon), most=500)
    await reads_few(salon, "idle round", lambda: news(salon), most=100)
    await reads_few(
        salon,
        "list of the last hour",
        lambda: events_since(salon.store, datetime.now(UTC) - HOUR, company_id=salon.id, limit=99),
        most=500,
    )
    await db.close()


async def reads_few(salon, what, operation, *, most) -> None:
    """Do it, and demand that it reads at most so many entries of the table's indexes."""
    before = await read_so_far(salon)
    await operation()
    after = await read_so_far(salon)
    scans, by_scan, by_index = (b - a for a, b in zip(before, after, strict=True))
    assert (scans, by_scan) == (0, 0), f"the {what} scans the table"
    assert by_index <= most, f"the {what} reads {by_index} entries"
