"""Several workers at once: each dead hold is ended once, whole, and counted once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from slotkeeper.operations.expire import expire_due
from slotkeeper.storage.reservations import EXPIRE_BATCH
from slotkeeper.storage.store import Store
from tests.build import HAIRCUT, PERM, Salon
from tests.races.arena import Arena, Caller, day, later
from tests.races.locks import Lock
from tests.races.truth import assert_sound_now
from tests.races.watcher import watching

WORKERS = 6
# So small that a batch often ends within a compound of four.
BATCH = 10
# Options of one offer, to make many holds in few round trips.
PER_OFFER = 10


async def many_dead(salon: Salon, count: int, *, service: str, first_day: int = 0) -> list[UUID]:
    """Make holds of a service, half of them of either stylist, and let all of them die."""
    caller, tokens = Caller(salon, None), []
    for offer in range(count // PER_OFFER):
        slots = [
            caller.slot(later(day(first_day + offer), hours=3 * (n // 2)), staff, service)
            for n, staff in zip(range(PER_OFFER), ("Emma", "Sarah") * PER_OFFER, strict=False)
        ]
        tokens += await caller.hold(*slots, service=service)
    await caller.let_die(*tokens)
    return tokens


async def due(salon: Salon) -> int:
    """Count the holds that are dead and not swept yet."""
    (row,) = await salon.rows(
        "SELECT count(DISTINCT caller_token) AS due "
        "FROM appointment_reservations "
        "WHERE company_id = $1 AND status = 'active' AND expires_at <= clock_timestamp()"
    )
    return int(row["due"])


@pytest.mark.parametrize("dead", [100, pytest.param(5_000, marks=pytest.mark.prove)])
async def test_workers_never_count_a_hold_twice(arena, dead):
    """What six workers say they ended adds up to what was due, and all of it is ended whole."""
    salons = [(await arena.salons(1))[0] for _ in range(2)]
    for salon in salons:
        await many_dead(salon, dead // 2, service=PERM)
        await many_dead(salon, dead // 2, service=HAIRCUT, first_day=dead)
    workers = [await arena.store() for _ in range(WORKERS)]
    ended: list[int] = []

    async def work(store: Store) -> None:
        while any([await due(replace(salon, store=store)) for salon in salons]):
            ended.append(await store.reservations.expire_due(BATCH))

    async with watching(arena, *(salon.id for salon in salons)):
        await asyncio.gather(*map(work, workers))
    assert sum(ended) == 2 * dead
    for salon in salons:
        rows = await assert_sound_now(salon)
        assert rows.count("expired") == dead
    await arena.assert_no_deadlock()


async def test_a_worker_waits_for_nobody(arena):
    """A dead hold of which somebody has locked a segment is left for later, whole."""
    (salon,) = await arena.salons(1)
    locked, free = (await many_dead(salon, PER_OFFER, service=PERM))[:2]
    lock = Lock(await arena.connect())
    await lock.take_one_row(salon, locked)
    assert await salon.store.reservations.expire_due() == PER_OFFER - 1
    found = {r.token: r.status for r in await salon.store.reservations.listed(salon.id)}
    assert (found[locked], found[free]) == ("active", "expired")
    await lock.connection.execute("ROLLBACK")
    assert await salon.store.reservations.expire_due() == 1
    await assert_sound_now(salon)


async def test_one_round_works_off_a_backlog_of_compounds(arena: Arena):
    """A worker's round ends all that is due, however many rows a reservation has."""
    (salon,) = await arena.salons(1)
    # More rows than a batch, but fewer reservations.
    dead = EXPIRE_BATCH // 4 + PER_OFFER
    tokens = await many_dead(salon, dead, service=PERM)
    assert await expire_due(store=salon.store) == len(tokens)
    assert await due(salon) == 0
