"""Callers who go on whatever breaks, and remember all that was acknowledged to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from tests.build import HAIRCUT, PERM, TOKENS
from tests.races.arena import Caller, day, later
from tests.races.programs import Answer, Client
from tests.races.truth import Rows
from tests.waiting import think, until

CALLERS = 8
DAYS, HOURS = 6, (0, 3, 6)
STAFF = ("Emma", "Sarah")
# A few stay booked for good; most are cancelled, or soon every slot would be gone.
CONVERTED_SHARE, CANCELLED_SHARE = 0.3, 0.98
# Short, so that every slot is soon free again: much is held, and much dies.
LIFETIME_S = 2
# How soon a caller whose answer was lost asks again.
AGAIN_AFTER_S = 0.02
# What a server may answer while something is broken, and what it answers when nothing is.
BROKEN = {None, 503}
REFUSED = {409, 410}


@dataclass
class Load:
    """What callers were told: of a token its expiry and its appointment, and what was cancelled.

    ``maybe`` is what they have asked for and not heard of yet.
    """

    rest: Client
    servers: Callable[[], list[str]]
    rng: Random
    holds: dict[UUID, datetime] = field(default_factory=dict)
    appointments: dict[UUID, int] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    maybe_converted: set[UUID] = field(default_factory=set)
    maybe_cancelled: set[int] = field(default_factory=set)

    async def go_on(self) -> None:
        """Hold, sometimes convert, sometimes cancel that again, for ever."""
        while True:
            held = await self._hold()
            if held is not None and self.rng.random() < CONVERTED_SHARE:
                booked = await self._convert(held)
                if booked is not None and self.rng.random() < CANCELLED_SHARE:
                    await self._cancel(booked)

    async def acknowledged(self, more: int) -> None:
        """Wait until the callers have been told so often that a slot is theirs."""
        wanted = len(self.holds) + more

        async def enough() -> bool:
            return len(self.holds) >= wanted

        await until(enough, f"{more} more holds were acknowledged")

    async def _hold(self) -> UUID | None:
        answer = await self.rest.ask(
            "POST",
            f"{self.rng.choice(self.servers())}/v1/reservations",
            service=self.rng.choice((HAIRCUT, PERM)),
            staff=self.rng.choice(STAFF),
            start=later(day(self.rng.randrange(DAYS)), hours=self.rng.choice(HOURS)).isoformat(),
            lifetime_s=LIFETIME_S,
            customer={"name": "Erika Muster"},
        )
        self._understand(answer, 201)
        if answer.status != 201:
            return None
        token = UUID(answer.body["token"])
        self.holds[token] = answer.expires_at
        return token

    async def _convert(self, token: UUID) -> int | None:
        self.maybe_converted.add(token)
        answer = await self._until_answered("POST", f"reservations/{token}/convert")
        if answer.status != 200:
            self.maybe_converted.discard(token)
            return None
        self.appointments[token] = answer.body["id"]
        return self.appointments[token]

    async def _cancel(self, appointment_id: int) -> None:
        self.maybe_cancelled.add(appointment_id)
        answer = await self._until_answered("DELETE", f"appointments/{appointment_id}")
        assert answer.body["status"] == "cancelled"
        self.cancelled.add(appointment_id)

    async def _until_answered(self, method: str, path: str) -> Answer:
        """Ask again, of any server, until it is known what became of it."""
        while True:
            answer = await self.rest.ask(method, f"{self.rng.choice(self.servers())}/v1/{path}")
            self._understand(answer, 200)
            if answer.status not in BROKEN:
                return answer
            await think(AGAIN_AFTER_S)

    def _understand(self, answer: Answer, success: int) -> None:
        assert answer.status in {success, *REFUSED, *BROKEN}, answer


@asynccontextmanager
async def under_load(
    rest: Client, servers: Callable[[], list[str]], rng: Random
) -> AsyncIterator[Load]:
    """Let callers call while the block lasts."""
    load = Load(rest, servers, rng)
    async with asyncio.TaskGroup() as tasks:
        callers = [tasks.create_task(load.go_on()) for _ in range(CALLERS)]
        yield load
        for caller in callers:
            caller.cancel()


def assert_kept(load: Load, rows: Rows) -> None:
    """Demand that all that was acknowledged is there: each hold with its expiry, each booking."""
    found = {TOKENS.seal(token): parts for token, parts in rows.by_token().items()}
    made = {TOKENS.seal(each["reservation_token"]): each for each in rows.appointments}
    for token, expires_at in load.holds.items():
        assert token in found, f"an acknowledged hold is lost: {token}"
        row = found[token][0]
        assert row["expires_at"] == expires_at
        assert row["status"] in ("active", "expired", "converted")
        if row["status"] == "converted":
            assert token in load.maybe_converted
    for token, appointment_id in load.appointments.items():
        assert token in made, f"an acknowledged booking is lost: {token}"
        assert made[token]["id"] == appointment_id
    for appointment in rows.appointments:
        is_cancelled = appointment["status"] == "cancelled"
        assert is_cancelled >= (appointment["id"] in load.cancelled)
        assert is_cancelled <= (appointment["id"] in load.maybe_cancelled)


async def assert_all_can_be_had(caller: Caller, rows: Rows) -> None:
    """Demand that after the last expiry every start that is not booked can be held by anyone."""
    await caller.salon.rows(
        "SELECT pg_sleep_until(max(expires_at)) FROM appointment_reservations "
        "WHERE company_id = $1 AND status = 'active'"
    )
    company = caller.salon.company
    booked = [row for row in rows.reservations if row["status"] == "converted" and row["blocks"]]
    for staff in STAFF:
        calendar_id = company.staff_member(staff).calendar_id
        for start in (later(day(n), hours=hour) for n in range(DAYS) for hour in HOURS):
            slot = caller.slot(start, staff, PERM)
            is_booked = any(
                row["calendar_id"] == calendar_id
                and row["start_time"] < claim.interval.end
                and claim.interval.start < row["end_time"]
                for row in booked
                for claim in slot.claims
            )
            (option,) = await Caller(caller.salon, None).reserve(slot, service=PERM)
            assert option.outcome == ("taken" if is_booked else "held"), (staff, start)
