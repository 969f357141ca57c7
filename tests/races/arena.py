"""Where races are run: a database of its own, callers on connections of their own, one release."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Claim, Placement
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Call, Wish, WishedPart
from slotkeeper.storage.database import Database
from slotkeeper.storage.reservation_results import (
    BookingResult,
    ConversionResult,
    MoveResult,
    OfferOptions,
    OptionResult,
)
from slotkeeper.storage.sql import query
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, HAIRCUT, SECRET, Salon, a_company
from tests.databases import TestDatabase
from tests.waiting import think, until

# Within this one of two released operations may be ahead: about as long as an operation takes.
HEAD_START_S = 0.003
LET_DIE = """
    UPDATE appointment_reservations SET expires_at = (SELECT clock_timestamp()) + $3
    WHERE company_id = $1 AND caller_token = ANY ($2)
"""


@dataclass(frozen=True)
class Caller:
    """One call on one connection: every operation of the core, one round trip each."""

    salon: Salon
    call_id: str | None
    number: str | None = None

    def slot(self, at: datetime, staff: str = "Emma", service: str = HAIRCUT) -> Placement:
        """A service with someone at a time."""
        company = self.salon.company
        return placed(company.service(service), company.staff_member(staff), at)

    def wish(self, slot: Placement, service: str, staff: bool) -> Wish:
        """The wish that a slot fulfils, a person for each part; with ``staff`` for exactly hers."""
        part = WishedPart(self.salon.company.service(service), 1, slot.staff if staff else None)
        people = sorted({claim.part_number for claim in slot.claims})
        return Wish(tuple(replace(part, person=person) for person in people), slot.starts_at)

    def for_two(self, at: datetime) -> Placement:
        """Two people side by side."""
        mine, hers = self.slot(at, "Emma"), self.slot(at, "Sarah")
        second = [replace(claim, part_number=2, segment_number=2) for claim in hers.claims]
        return replace(mine, claims=(*mine.claims, *second))

    async def reserve(
        self, *slots: Placement, service: str = HAIRCUT, ttl_s: int = 300, staff: bool = False
    ) -> list[OptionResult]:
        """Hold these slots under one offer."""
        return await self._core.reserve(
            self.salon.id,
            self.wish(slots[0], service, staff),
            OfferOptions(slots),
            call=self._call,
            ttl_s=ttl_s,
            now=self.salon.now,
        )

    async def hold(self, *slots: Placement, service: str = HAIRCUT, ttl_s: int = 300) -> list[UUID]:
        """Hold slots that are free for sure; their tokens."""
        options = await self.reserve(*slots, service=service, ttl_s=ttl_s)
        assert all(option.outcome == "held" for option in options), options
        return [option.reservation.token for option in options if option.reservation]

    async def book(self, slot: Placement, service: str = HAIRCUT) -> BookingResult:
        """Book a slot at once."""
        return await self._core.book(
            self.salon.id,
            self.wish(slot, service, False),
            slot,
            call=self._call,
            now=self.salon.now,
        )

    async def convert(self, token: UUID, *, reacquire: bool = False) -> ConversionResult:
        """Say yes."""
        return await self._core.convert(
            self.salon.id, token, reacquire=reacquire, now=self.salon.now
        )

    async def cancel(self, token: UUID) -> list[UUID]:
        """Release a hold."""
        return await self._core.cancel(
            self.salon.id, token=token, reason="released", now=self.salon.now
        )

    async def cancel_appointment(self, appointment_id: int) -> Appointment | None:
        """Cancel an appointment."""
        cancellation = await self._core.cancel_appointment(
            self.salon.id, appointment_id, reason="cancelled", notice_min=0, now=self.salon.now
        )
        return cancellation.appointment

    async def move(self, appointment_id: int, slot: Placement) -> MoveResult:
        """Put an appointment elsewhere."""
        wish = self.wish(slot, HAIRCUT, False)
        return await self._core.move(self.salon.id, appointment_id, wish, slot, now=self.salon.now)

    async def extend(
        self, *, token: UUID | None = None, ttl_s: int = 300
    ) -> list[AppointmentReservation]:
        """Keep a hold, or all that the call holds, alive."""
        call_id = None if token else self.call_id
        extended = await self._core.extend(
            self.salon.id, token=token, call_id=call_id, ttl_s=ttl_s, now=self.salon.now
        )
        return [change.reservation for change in extended]

    async def hang_up(self) -> list[UUID]:
        """End the call."""
        return await self._core.end_call(self.salon.id, self._call, now=self.salon.now)

    async def expire_due(self, limit: int = 500) -> int:
        """Do the worker's work."""
        return await self._core.expire_due(limit)

    async def let_die(self, *tokens: UUID, in_ms: float = 0) -> None:
        """Let the time of holds run out, in so many milliseconds."""
        async with self.salon.store.db.acting_for(self.salon.id) as db:
            # By the core's first rule: what changes several rows has the company's lock.
            await db.execute(query("enter_company"), self.salon.id)
            await db.execute(LET_DIE, self.salon.id, tokens, timedelta(milliseconds=in_ms))

    @property
    def _core(self) -> Any:
        return self.salon.store.reservations

    @property
    def _call(self) -> Call:
        return Call("test", self.call_id, self.number)


def placed(service: Service, staff: Staff, starts_at: datetime) -> Placement:
    """Lay a service's segments out with one person; its gaps are free."""
    claims, begins = [], starts_at
    for segment in service.segments:
        taken = Interval(begins, begins + timedelta(minutes=segment.duration_min))
        claims.append(Claim(segment.number, staff.calendar_id, staff.id, taken))
        begins = taken.end + timedelta(minutes=segment.gap_after_min)
    return Placement(starts_at, claims[-1].interval.end, staff, tuple(claims))


@dataclass
class Arena:
    """A database of the test's own, and who is connected to it."""

    urls: TestDatabase
    open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def store(self, size: int = 1) -> Store:
        """Open connections of their own."""
        db = await Database.open(self.urls.app_url, size=size)
        self.open.push_async_callback(db.close)
        return Store(db, SECRET)

    async def salons(self, count: int = 2, **company: Any) -> list[Salon]:
        """Make one company, and open so many connections to it; its clock is the database's."""
        company.setdefault("sandbox", False)
        first = await a_company(await self.store(), **company)
        others = [replace(first, store=await self.store()) for _ in range(1, count)]
        return [first, *others]

    async def connect(self) -> asyncpg.Connection:
        """Connect as the application, without any of the pool's timeouts."""
        connection = await asyncpg.connect(self.urls.app_url)
        self.open.push_async_callback(connection.close)
        return connection

    async def deadlocks(self) -> int:
        """Ask PostgreSQL how many deadlocks it found here; ends every connection.

        A retry of ours may hide one, so the server is asked. It counts when a session ends.
        """
        await self.open.aclose()
        watcher = await asyncpg.connect(self.urls.superuser_url)
        try:
            await until(lambda: self._is_alone(watcher), "the other sessions have ended")
            sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            return int(await watcher.fetchval(sql))
        finally:
            await watcher.close()

    async def assert_no_deadlock(self) -> None:
        """Demand that PostgreSQL found no deadlock here; ends every connection."""
        assert await self.deadlocks() == 0

    async def _is_alone(self, watcher: asyncpg.Connection) -> bool:
        others = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
        return not await watcher.fetch(others, watcher.get_server_pid())


async def together(rng: Random, *runs: Awaitable[Any]) -> list[Any]:
    """Release runs at once when all are ready, any of them a little ahead; results in their order.

    A fault of any is the test's.
    """
    gate = asyncio.Barrier(len(runs))

    async def released(run: Awaitable[Any], late_by_s: float) -> Any:
        await gate.wait()
        if late_by_s:
            await think(late_by_s)
        return await run

    order = rng.sample(range(len(runs)), len(runs))
    tasks = {
        index: asyncio.create_task(
            released(runs[index], rng.choice((0.0, rng.random() * HEAD_START_S)))
        )
        for index in order
    }
    await asyncio.gather(*tasks.values())
    return [tasks[index].result() for index in range(len(runs))]


def day(number: int) -> datetime:
    """10:00 of the n-th day: rounds keep apart by their days."""
    return FRIDAY_10 + timedelta(days=number)


def later(start: datetime, **by: float) -> datetime:
    """Some time after a start."""
    return start + timedelta(**by)
