"""Two calls of one number at the same moment: one books, the other is asked.

The company's lock is kept until both have read what stands, and wait to write.
"""

from __future__ import annotations

import asyncio

import pytest

from slotkeeper.domain.wish import Call
from slotkeeper.operations.context import Contexts
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.journal import Journal
from tests.build import FRIDAY_10, HAIRCUT
from tests.races.locks import Lock

PHONE = "+491729990011"
TEN = {
    "service": HAIRCUT, "date": f"{FRIDAY_10:%Y-%m-%d}", "time": "10:00",
    "customer_name": "Rita Probe",
}  # fmt: skip


class Callers:
    """Two calls of one number, each answered on a connection of its own."""

    def __init__(self, salons):
        self.salon = salons[0]
        self.answering = {
            call: Answering(Contexts(salon.store), journal=Journal(salon.store))
            for call, salon in zip(("one", "two"), salons, strict=True)
        }

    async def ask(self, tool, call, **args):
        incoming = IncomingToolCall(
            tool, args, Call("test", call, PHONE), PHONE, test_now=self.salon.now
        )
        return await self.answering[call].answer(self.salon.id, incoming)

    async def at_once(self, lock, *asked):
        """Ask with both calls, and let neither write before both have read."""
        await lock.take_company(self.salon, None)
        asking = [asyncio.ensure_future(each) for each in asked]
        await lock.until_waiting(len(asking))
        await lock.connection.execute("COMMIT")
        return await asyncio.gather(*asking)


@pytest.fixture
async def callers(arena):
    """A salon by the test clock."""
    return Callers(await arena.salons(2, sandbox=True))


@pytest.fixture
async def lock(arena):
    """Somebody else's transaction."""
    return Lock(await arena.connect())


async def is_asked(callers, answers):
    """Whether one was booked and the other was asked about it."""
    assert sorted(answer.status for answer in answers) == ["booked", "needs_info"]
    assert [each.reason for each in answers if each.status != "booked"] == ["stands_already"]
    assert len(await callers.salon.standing_of(PHONE)) == 1


async def test_of_two_yeses_to_holds_one_is_asked_about(callers, lock):
    """Each call holds the wished time with somebody else."""
    for call in ("one", "two"):
        assert (await callers.ask("check_availability", call, **TEN)).status == "held"
    yes = [callers.ask("start_booking", call, **TEN) for call in ("one", "two")]
    await is_asked(callers, await callers.at_once(lock, *yes))


async def test_of_two_bookings_at_once_one_is_asked_about(callers, lock):
    """Neither call has held anything."""
    yes = [callers.ask("start_booking", call, **TEN) for call in ("one", "two")]
    await is_asked(callers, await callers.at_once(lock, *yes))


async def test_of_two_late_yeses_one_is_asked_about(callers, lock):
    """Both holds have expired, and could be had again."""
    for call in ("one", "two"):
        await callers.ask("check_availability", call, **TEN)
    callers.salon.clock.advance(301)
    yes = [callers.ask("start_booking", call, **TEN) for call in ("one", "two")]
    await is_asked(callers, await callers.at_once(lock, *yes))


async def test_somebody_else_of_the_family_is_booked(callers, lock):
    """What the other call has booked is under another name."""
    names = {"one": "Rita Probe", "two": "Jens Sommer"}
    yes = [
        callers.ask("start_booking", call, **(TEN | {"customer_name": name}))
        for call, name in names.items()
    ]
    answers = await callers.at_once(lock, *yes)
    assert [answer.status for answer in answers] == ["booked", "booked"]
