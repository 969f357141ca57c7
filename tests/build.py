"""Companies to test with: defaults that let a test name only what it is about."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from slotkeeper.domain.catalogue import Cohort, Company
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Call, Customer, Wish
from slotkeeper.operations.book import book
from slotkeeper.operations.cancel import cancel, cancel_appointment, end_call
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.convert import convert
from slotkeeper.operations.extend import extend
from slotkeeper.operations.hold import hold
from slotkeeper.operations.move import move
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.sealed_tokens import SealedTokens
from slotkeeper.storage.store import Store
from slotkeeper.tools.tool import ToolRequest

MONDAY_9 = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)  # 09:00 in Berlin; the test clock's start
FRIDAY_10 = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)  # 10:00 in Berlin

# The installation that the tests and all that they start belong to.
SECRET = InstallationSecret(bytes(range(32)))
TOKENS = SealedTokens(SECRET)

HAIRCUT = "Herrenhaarschnitt"
PERM = "Dauerwelle"
# For whom a test books unless it says otherwise.
ERIKA = Customer("Erika Muster")

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
        person: int = 1,
        customer: Customer | None = None,
    ) -> Wish:
        """A wish of this company's catalogue."""
        return Wish.of(
            self.company.service(service),
            at,
            self.company.staff_member(staff) if staff else None,
            person=person,
            customer=customer or ERIKA,
        )

    def context(
        self, call: str | None = None, *, caller: str | None = None, **settings: Any
    ) -> RequestContext:
        """The context of a request on a call; ``settings`` are the context's own fields."""
        fields: dict[str, Any] = {"test_now": self.now} | settings
        return RequestContext(self.company, Call("test", call, caller), self.store, **fields)

    def tool_request(
        self,
        call: str | None = "call_a",
        *,
        caller: str | None = None,
        cohort: Cohort = "on",
        **args: object,
    ) -> ToolRequest:
        """One tool call as a tool gets it, with the arguments that a model sent."""
        context = self.context(call, caller=caller, cohort=cohort)
        assert self.now is not None, "a tool request stands at the test clock"
        return ToolRequest(context, caller, args, self.now)

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
        return await convert(self.context(call), token, customer or ERIKA, reacquire=reacquire)

    async def book(
        self, service: str = HAIRCUT, *, call: str | None = None, **wish: Any
    ) -> Appointment:
        """Book at once; whoever gives a number in a call rings with it."""
        wished = self.wish(service, **wish)
        caller = wished.customer.phone if call else None
        return await book(self.context(call, caller=caller), wished)

    async def standing_of(self, phone: str) -> set[int]:
        """The appointments that stand under a contact number, by their ids."""
        rows = await self.rows(
            "SELECT id FROM appointments "
            "WHERE company_id = $1 AND customer_phone = $2 AND status = 'booked'",
            phone,
        )
        return {row["id"] for row in rows}

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

    async def find(self, token: UUID | str) -> AppointmentReservation:
        """Read a reservation that exists, by its stored token or by one that was given out."""
        if isinstance(token, str):
            token = TOKENS.unseal(UUID(token))
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
        made = await db.fetch(
            A_COMPANY, company_id, slug, sandbox, list(staff), json.dumps(services or SERVICES)
        )
    company = await store.catalogues.reload(company_id)
    staff_ids = {row["key"]: row["id"] for row in made}
    return Salon(company, store, TestClock() if sandbox else None, staff_ids)


# In one statement, because nearly every test makes one.
A_COMPANY = """
WITH company AS (
    INSERT INTO companies (id, slug, name, timezone, sandbox, slot_step_min)
    OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'Salon', 'Europe/Berlin', $3, 5)
), branch AS (
    INSERT INTO branches (company_id, key, name) VALUES ($1, 'main', 'Main') RETURNING id
), hours AS (
    INSERT INTO opening_hours (company_id, branch_id, weekday, opens_local, closes_local)
    SELECT $1, branch.id, day, '08:00', '20:00' FROM branch, generate_series(1, 7) day
), calendar AS (
    INSERT INTO calendars (company_id, branch_id, key, name)
    SELECT $1, branch.id, name, name
    FROM branch, unnest($4::text[]) WITH ORDINALITY AS person (name, n) ORDER BY n
    RETURNING id, branch_id, key
), person AS (
    INSERT INTO staff (company_id, branch_id, calendar_id, key, name)
    SELECT $1, branch_id, id, key, key FROM calendar ORDER BY id
    RETURNING id, key
), wished AS (
    SELECT name, segments, n
    FROM json_each($5::json) WITH ORDINALITY AS service (name, segments, n)
), service AS (
    INSERT INTO services (company_id, key, name) SELECT $1, name, name FROM wished ORDER BY n
    RETURNING id, key
), segment AS (
    INSERT INTO service_segments (company_id, service_id, segment_number, name, duration_min,
                                  gap_after_min, gap_after_max_min)
    SELECT $1, service.id, number, 'segment ' || number, (minutes ->> 0)::int,
           (minutes ->> 1)::int, (minutes ->> 1)::int
    FROM service JOIN wished ON wished.name = service.key,
         json_array_elements(segments) WITH ORDINALITY AS part (minutes, number)
), ability AS (
    INSERT INTO staff_services (company_id, staff_id, service_id)
    SELECT $1, person.id, service.id FROM person, service
)
SELECT id, key FROM person
"""
