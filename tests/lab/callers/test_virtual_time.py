"""Time that runs as fast as everybody in it allows."""

from datetime import timedelta

import pytest

from slotkeeper.lab.callers.virtual_time import VirtualTime
from tests.build import MONDAY_9


async def test_hours_pass_in_their_order():
    """Whoever waits the shortest goes on first, whole seconds later, and nobody waits for real."""
    clock, told = VirtualTime(MONDAY_9), []

    async def wait(*lengths_s):
        for length_s in lengths_s:
            await clock.sleep(length_s)
            told.append((clock.now - MONDAY_9) / timedelta(seconds=1))
        return lengths_s

    lived = await clock.run([wait(7200, 1), wait(17.6), wait(3600, 3600)])
    assert lived == [(7200, 1), (17.6,), (3600, 3600)]
    assert told == [18, 3600, 7200, 7200, 7201]


async def test_those_who_wait_for_one_second_meet_in_it():
    """All of them go on before time does."""
    clock, there, met = VirtualTime(MONDAY_9), [], []

    async def meet():
        await clock.sleep(5)
        there.append(clock.now)
        await clock.sleep(1)
        met.append(len(there))

    await clock.run([meet() for _ in range(3)])
    assert met == [3, 3, 3]


async def test_whoever_breaks_down_stops_nobody_else():
    """Time goes on for the others, and then it is told."""
    clock, ended = VirtualTime(MONDAY_9), []

    async def break_down():
        raise LookupError

    async def go_on():
        await clock.sleep(60)
        ended.append(clock.now)

    with pytest.raises(LookupError):
        await clock.run([break_down(), go_on()])
    assert ended == [MONDAY_9 + timedelta(minutes=1)]


async def test_without_anybody_no_time_passes():
    """There is nothing to wait for."""
    clock = VirtualTime(MONDAY_9)
    assert await clock.run([]) == []
    assert clock.now == MONDAY_9
