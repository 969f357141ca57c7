"""The instant of expiry: a yes, a rival and the worker meet there, and the hold has one end."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from slotkeeper.storage.reservation_results import ConversionResult, OptionResult
from slotkeeper.storage.sql import query
from tests.build import HAIRCUT, PERM, Salon
from tests.races.arena import Arena, Caller, day, later
from tests.races.locks import Lock
from tests.races.truth import assert_sound_now
from tests.waiting import think

# The shortest life of a hold.
TTL_S = 1
# A new hold starts so often: as many as two cores can end at their very instants.
EVERY_S = 0.02
# Most come within some milliseconds of the instant, where the order is open.
SPREAD_MS = 6
# Of each ten meetings the first two have a known end, however slow the machine is: in one all come
# long before the expiry, in the other all come after it.
LONG_TTL_S = 300
LATE_MS = 100
COMPANIES = 4


@dataclass(frozen=True)
class Meeting:
    """What came of one hold at its expiry."""

    caller: Caller
    conversion: ConversionResult
    rival: OptionResult

    @property
    def winner(self) -> str:
        """Who has the slot, as they were told; one alone."""
        told = (self.conversion.outcome, self.rival.outcome)
        winners = {
            ("converted", "taken"): "caller",
            ("expired", "held"): "rival",
            ("expired", "taken"): "nobody",  # the rival came too early and the yes too late
        }
        assert told in winners, told
        return winners[told]


async def meet(salon: Salon, number: int, rng: Random) -> Meeting:
    """Hold a slot, and let everybody come at the instant at which the hold dies."""
    caller, rival = Caller(salon, f"caller-{number}"), Caller(salon, f"rival-{number}")
    service = rng.choice((HAIRCUT, PERM))
    is_early, is_late = number % 10 == 0, number % 10 == 1
    (held,) = await caller.reserve(
        caller.slot(day(number), service=service),
        service=service,
        ttl_s=LONG_TTL_S if is_early else TTL_S,
    )
    assert held.reservation is not None

    async def around_expiry() -> None:
        """Wait for the instant, give or take; the database's clock is this machine's."""
        off_ms = LATE_MS if is_late else rng.gauss(0, SPREAD_MS)
        wait = held.reservation.expires_at + timedelta(milliseconds=off_ms) - datetime.now(UTC)
        await think(0 if is_early else max(wait.total_seconds(), 0))

    async def convert() -> ConversionResult:
        await around_expiry()
        return await caller.convert(held.reservation.token)

    async def reserve() -> OptionResult:
        await around_expiry()
        return (await rival.reserve(rival.slot(later(day(number), minutes=5))))[0]

    async def sweep() -> int:
        await around_expiry()
        return await caller.expire_due()

    conversion, option, _ = await asyncio.gather(convert(), reserve(), sweep())
    meeting = Meeting(caller, conversion, option)
    assert not is_early or meeting.winner == "caller"
    assert not is_late or meeting.winner == "rival"
    return meeting


@pytest.mark.parametrize("rounds", [40, pytest.param(1_000, marks=pytest.mark.prove)])
async def test_nobody_wins_a_slot_twice_around_its_expiry(arena, rng, rounds):
    """A yes, a rival and the worker at the instant of expiry: one winner or none, nothing stuck."""
    store = await arena.store(size=12)
    salons = [await _a_salon(arena, store) for _ in range(COMPANIES)]
    tasks = []
    for number in range(rounds):
        tasks.append(asyncio.create_task(meet(salons[number % COMPANIES], number, rng)))
        await think(EVERY_S)
    meetings = await asyncio.gather(*tasks)
    print(Counter(meeting.winner for meeting in meetings))
    for salon in salons:
        await assert_sound_now(salon)
    for number, meeting in enumerate(meetings):
        await assert_not_stuck(meeting, number)
    await arena.assert_no_deadlock()


async def _a_salon(arena: Arena, store: object) -> Salon:
    (salon,) = await arena.salons(1)
    salon.store = store
    return salon


async def assert_not_stuck(meeting: Meeting, number: int) -> None:
    """Demand that a slot which nobody converted can be had by anyone, at the latest when freed."""
    stranger = Caller(meeting.caller.salon, f"stranger-{number}")
    if meeting.winner == "rival":
        await stranger.cancel(meeting.rival.reservation.token)
    (option,) = await stranger.reserve(stranger.slot(later(day(number), minutes=5)))
    assert option.outcome == ("taken" if meeting.winner == "caller" else "held")


LOCKS = pytest.mark.parametrize(
    "take", [Lock.take_rows, Lock.take_company], ids=lambda f: f.__name__
)


@LOCKS
async def test_a_yes_that_waited_past_the_expiry_is_refused(arena, take):
    """The late-convert trap: a yes is judged by the clock after its wait, not before it."""
    (salon,) = await arena.salons(1)
    lock, caller = Lock(await arena.connect()), Caller(salon, "late")
    (held,) = await caller.reserve(caller.slot(day(0), service=PERM), service=PERM, ttl_s=TTL_S)
    await take(lock, salon, held.reservation.token)
    conversion, _ = await asyncio.gather(
        caller.convert(held.reservation.token),
        lock.let_go_after(held.reservation.expires_at, waiting=1),
    )
    assert conversion.outcome == "expired"
    rows = await assert_sound_now(salon)
    assert (rows.count("expired"), len(rows.appointments)) == (1, 0)


@LOCKS
async def test_a_wish_that_waited_past_the_expiry_of_its_hold_gets_a_new_one(arena, take):
    """The same wish again revives nothing: what died while it waited stays dead."""
    (salon,) = await arena.salons(1)
    lock, caller = Lock(await arena.connect()), Caller(salon, "late")
    slot = caller.slot(day(0), service=PERM)
    (held,) = await caller.reserve(slot, service=PERM, ttl_s=TTL_S)
    await take(lock, salon, held.reservation.token)
    (again,), _ = await asyncio.gather(
        caller.reserve(slot, service=PERM),
        lock.let_go_after(held.reservation.expires_at, waiting=1),
    )
    assert again.outcome == "held"
    assert again.reservation.token != held.reservation.token
    rows = await assert_sound_now(salon)
    assert (rows.count("expired"), rows.count("active")) == (1, 1)


@LOCKS
async def test_an_extension_that_waited_past_the_expiry_is_refused(arena, take):
    """An extension revives nothing: it is judged by the clock after its wait."""
    (salon,) = await arena.salons(1)
    lock, caller = Lock(await arena.connect()), Caller(salon, "late")
    (held,) = await caller.reserve(caller.slot(day(0), service=PERM), service=PERM, ttl_s=TTL_S)
    await take(lock, salon, held.reservation.token)
    (extension,), _ = await asyncio.gather(
        caller.extend(token=held.reservation.token),
        lock.let_go_after(held.reservation.expires_at, waiting=1),
    )
    assert extension.status == "expired"
    assert extension.expires_at == held.reservation.expires_at
    await assert_sound_now(salon)


@LOCKS
async def test_a_rival_who_waited_past_the_expiry_gets_the_slot(arena, take):
    """A rival is judged by the clock after the wait as well: what has died is not in the way."""
    (salon,) = await arena.salons(1)
    lock, rival = Lock(await arena.connect()), Caller(salon, "rival")
    slot = rival.slot(day(0), service=PERM)
    (held,) = await Caller(salon, "dead").reserve(slot, service=PERM, ttl_s=TTL_S)
    await take(lock, salon, held.reservation.token)
    (option,), _ = await asyncio.gather(
        rival.reserve(slot, service=PERM),
        lock.let_go_after(held.reservation.expires_at, waiting=1),
    )
    assert option.outcome == "held"
    await assert_sound_now(salon)


async def test_a_hold_that_is_swept_while_it_is_renewed_is_not_given_again(arena):
    """What a repeated wish is answered with is alive, even if the worker was faster."""
    (salon,) = await arena.salons(1)
    lock, caller = Lock(await arena.connect()), Caller(salon, "late")
    slot = caller.slot(day(0), service=PERM)
    (held,) = await caller.reserve(slot, service=PERM, ttl_s=TTL_S)
    await lock.take_rows(salon, held.reservation.token)

    async def sweep() -> None:
        await lock.until_waiting(1)
        await lock.until(held.reservation.expires_at)
        assert await lock.connection.fetchval(query("expire_due"), 500) == 1
        await lock.connection.execute("COMMIT")

    (again,), _ = await asyncio.gather(caller.reserve(slot, service=PERM), sweep())
    assert again.reservation.status == "active"
    assert again.outcome == "held"
    await assert_sound_now(salon)
