"""Companies to test with: defaults that let a test name only what it is about."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Call, Customer, Wish
from slotkeeper.operations.book import book
from slotkeeper.operations.cancel import cancel, cancel_appointment, end_call
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.convert import convert
from slotkeeper.operations.extend import extend
from slotkeeper.operations.hold import hold
from slotkeeper.operations.move import move
from slotkeeper.storage.store import Store

MONDAY_9 = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)  # 09:00 in Berlin; the test clock's start
FRIDAY_10 = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)  # 10:00 in Berlin

HAIRCUT = "Herrenhaarschnitt"
PERM = "Dauerwelle"

# name -> segments of (minutes, gap after)
SERVICES: dict[str, list[tuple[int, int]]] = {
    HAIRCUT: [(55, 0)],
    "Trockenschnitt": [(30, 0)],
    PERM: [(50, 15), (5, 10), (15, 0), (40, 0)],
}


@dataclass
class TestClock:
    """Stands still until it is advanced."""

    __test__ = False
    now: datetime = MONDAY_9

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Salon:
    """A company as a test talks to it; ``clock`` is None where the database's own counts."""

    company: Company
    store: Store
    clock: TestClock | None
    staff_ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The company's id."""
        return self.company.id

    @property
    def now(self) -> datetime | None:
        """What operations are told."""
        return self.clock.now if self.clock else None

    def wish(
        self,
        service: str = HAIRCUT,
        *,
        at: datetime = FRIDAY_10,
        staff: str | None = None,
        party: int = 1,
        customer: Customer | None = None,
    ) -> Wish:
        """A wish of this company's catalogue."""
        return Wish(
            self.company.service(service),
            at,
            self.company.staff_member(staff) if staff else None,
            party,
            customer or Customer(),
        )

    def context(
        self, call: str | None = None, *, caller: str | None = None, **settings: Any
    ) -> RequestContext:
        """The context of a request on a call; ``settings`` are the context's own fields."""
        fields: dict[str, Any] = {"test_now": self.now} | settings
        return RequestContext(self.company, Call("test", call, caller), self.store, **fields)

    async def hold(
        self, service: str = HAIRCUT, *, ttl_s: int = 300, call: str | None = None, **wish: Any
    ) -> AppointmentReservation:
        """Hold a slot."""
        made = await hold(self.context(call, hold_ttl_s=ttl_s), self.wish(service, **wish))
        return made.reservation

    async def convert(
        self,
        token: UUID,
        *,
        call: str | None = None,
        reacquire: bool = False,
        customer: Customer | None = None,
    ) -> Appointment:
        """Say yes."""
        return await convert(self.context(call), token, customer or Customer(), reacquire=reacquire)

    async def book(
        self, service: str = HAIRCUT, *, call: str | None = None, **wish: Any
    ) -> Appointment:
        """Book at once."""
        return await book(self.context(call), self.wish(service, **wish))

    async def move(
        self,
        appointment_id: int,
        at: datetime,
        *,
        staff: str | None = None,
        call: str | None = None,
    ) -> Appointment:
        """Move an appointment."""
        person = self.company.staff_member(staff) if staff else None
        return await move(self.context(call), appointment_id, at, staff=person)

    async def cancel(self, token: UUID) -> AppointmentReservation:
        """Release a hold."""
        return (await cancel(self.context(), token)).reservation

    async def cancel_appointment(self, appointment_id: int) -> Appointment:
        """Cancel an appointment."""
        return await cancel_appointment(self.context(), appointment_id)

    async def extend(self, token: UUID, *, ttl_s: int = 300) -> AppointmentReservation:
        """Keep a hold alive."""
        return (await extend(self.context(hold_ttl_s=ttl_s), token)).reservation

    async def hang_up(self, call: str) -> int:
        """End a call."""
        return await end_call(self.context(call))

    async def find(self, token: UUID) -> AppointmentReservation:
        """Read a reservation that exists."""
        found, _ = await self.store.reservations.find(self.id, token)
        assert found is not None
        return found

    async def rows(self, sql: str, *args: object) -> list[Any]:
        """Read rows of this company by hand-written SQL; $1 is the company."""
        async with self.store.db.acting_for(self.id) as connection:
            return list(await connection.fetch(sql, self.id, *args))


async def a_company(
    store: Store,
    *,
    sandbox: bool = True,
    staff: tuple[str, ...] = ("Emma", "Sarah"),
    services: dict[str, list[tuple[int, int]]] | None = None,
    slug: str | None = None,
) -> Salon:
    """Make a salon that is open every day from 8 to 20, where everyone does everything."""
    ((company_id,),) = await store.db.read("SELECT nextval('companies_id_seq')")
    slug = slug or f"salon-{secrets.token_hex(4)}"
    async with store.db.acting_for(company_id) as db:
        await db.execute(
            "INSERT INTO companies (id, slug, name, timezone, sandbox, slot_step_min) "
            "OVERRIDING SYSTEM VALUE "
            "VALUES ($1, $2, 'Salon', 'Europe/Berlin', $3, 5)",
            company_id,
            slug,
            sandbox,
        )
        branch_id = await db.fetchval(
            "INSERT INTO branches (company_id, key, name) VALUES ($1, 'main', 'Main') RETURNING id",
            company_id,
        )
        await db.execute(
            "INSERT INTO opening_hours (company_id, branch_id, weekday, opens_local, closes_local) "
            "SELECT $1, $2, day, '08:00', '20:00' FROM generate_series(1, 7) day",
            company_id,
            branch_id,
        )
        staff_ids = {name: await _a_person(db, company_id, branch_id, name) for name in staff}
        for name, segments in (services or SERVICES).items():
            await _a_service(db, company_id, name, segments)
    company = await store.catalogues.reload(company_id)
    return Salon(company, store, TestClock() if sandbox else None, staff_ids)


async def _a_person(db: Any, company_id: int, branch_id: int, name: str) -> UUID:
    calendar_id = await db.fetchval(
        "INSERT INTO calendars (company_id, branch_id, key, name) VALUES ($1, $2, $3, $3) "
        "RETURNING id",
        company_id,
        branch_id,
        name,
    )
    staff_id: UUID = await db.fetchval(
        "INSERT INTO staff (company_id, branch_id, calendar_id, key, name) "
        "VALUES ($1, $2, $3, $4, $4) RETURNING id",
        company_id,
        branch_id,
        calendar_id,
        name,
    )
    return staff_id


async def _a_service(db: Any, company_id: int, name: str, segments: list[tuple[int, int]]) -> None:
    service_id = await db.fetchval(
        "INSERT INTO services (company_id, key, name) VALUES ($1, $2, $2) RETURNING id",
        company_id,
        name,
    )
    for number, (duration_min, gap_min) in enumerate(segments, start=1):
        await db.execute(
            "INSERT INTO service_segments (company_id, service_id, segment_number, name, "
            "duration_min, gap_after_min, gap_after_max_min) VALUES ($1, $2, $3, $4, $5, $6, $6)",
            company_id,
            service_id,
            number,
            f"segment {number}",
            duration_min,
            gap_min,
        )
    await db.execute(
        "INSERT INTO staff_services (company_id, staff_id, service_id) "
        "SELECT company_id, id, $2 FROM staff WHERE company_id = $1",
        company_id,
        service_id,
    )
