"""A server of the former release: its own SQL, sent by many callers at once."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from slotkeeper.storage.database import Database
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.migration_files import MIGRATIONS

HERE = Path(__file__).parent
# The last migration that the former release knew.
LAST = 8
DAY = datetime(2031, 1, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
CALL_MIX = 5

COMPANY = """
WITH company AS (
    INSERT INTO companies (slug, name, timezone) VALUES ('former', 'Former', 'Europe/Berlin')
    RETURNING id
), branch AS (
    INSERT INTO branches (company_id, key, name) SELECT id, 'main', 'Main' FROM company
    RETURNING company_id, id
), calendar AS (
    INSERT INTO calendars (company_id, branch_id, key, name)
    SELECT company_id, id, 'emma', 'Emma' FROM branch RETURNING company_id, branch_id, id
), person AS (
    INSERT INTO staff (company_id, branch_id, calendar_id, key, name)
    SELECT company_id, branch_id, id, 'emma', 'Emma' FROM calendar RETURNING company_id, id
), service AS (
    INSERT INTO services (company_id, key, name) SELECT id, 'cut', 'Cut' FROM company
    RETURNING company_id, id
)
SELECT company.id AS company_id, calendar.id AS calendar_id, person.id AS staff_id,
       service.id AS service_id
FROM company, calendar, person, service
"""


def former(name: str) -> str:
    """A query of the former release."""
    return (HERE / "queries" / f"{name}.sql").read_text("utf-8")


async def make_former_database(owner_url: str, superuser_url: str, folder: Path) -> asyncpg.Record:
    """Migrate as the former release did, its functions in public; the ids of a company in it."""
    for path in sorted(MIGRATIONS.glob("*.sql"))[:LAST]:
        shutil.copy(path, folder)
    nothing = folder / "no functions"
    nothing.mkdir()
    await migrate(owner_url, migrations=folder, functions=nothing)
    owner = await asyncpg.connect(owner_url)
    for path in sorted((HERE / "functions").glob("*.sql")):
        await owner.execute(path.read_text("utf-8"))
        record = "INSERT INTO slotkeeper_migrations VALUES ($1, 'function', 'as it was')"
        await owner.execute(record, f"functions/{path.name}")
    await owner.close()
    admin = await asyncpg.connect(superuser_url)
    company = await admin.fetchrow(COMPANY)
    await admin.close()
    return company


class FormerServer:
    """Callers who hold, book, move and cancel, each on days of his own, one call after another."""

    def __init__(self, db: Database, company: asyncpg.Record) -> None:
        self.db = db
        self.company_id = company["company_id"]
        self.company = company
        self.calls = 0
        self.mixed_up: list[object] = []

    async def serve(self, caller: int) -> None:
        """Live through call after call until cancelled; whatever is raised ends it."""
        for n in range(100_000):
            await self.call(f"caller-{caller}-{n}", DAY + timedelta(days=CALL_MIX * n + caller))
            self.calls += 1

    async def call(self, call_id: str, day: datetime) -> None:
        """Ask what is free, hold two slots, take one, move it, cancel it and hang up."""
        await self.busy(day)
        held, other = await self.hold(call_id, day, day + 2 * HOUR)
        await self.db.change(former("extend"), self.company_id, None, call_id, 300, None)
        await self.find(other)
        appointment = await self.convert(held, call_id)
        (moved,) = await self.db.change(
            former("move"), self.company_id, appointment, call_id, self.claims(day + HOUR), None
        )
        await self.demand(moved["outcome"], "moved")
        await self.read(day)
        (gone,) = await self.db.change(
            former("cancel_appointment"), self.company_id, appointment, "desk", None
        )
        await self.demand(gone["outcome"], "cancelled")
        await self.db.change(former("end_call"), self.company_id, call_id, "test", None, None)
        await self.db.change(former("expire_due"), 100)

    async def busy(self, day: datetime) -> None:
        """Read what takes time on the day."""
        window = (day, day + timedelta(days=1))
        args = (self.company_id, [self.company["calendar_id"]], *window, None, 1, None, None)
        await self.db.read(former("busy"), *args)

    async def hold(self, call_id: str, *starts: datetime) -> list[UUID]:
        """Hold these starts as alternatives; their tokens."""
        service_id = self.company["service_id"]
        wish = (self.company_id, call_id, "test", 1, None, None, service_id, call_id)
        args = (wish, False, False, 300, self.claims(*starts), None, None)
        options = await self.db.change(former("reserve"), *args)
        await self.demand([o["outcome"] for o in options], ["held"] * len(starts))
        return [option["reservation"]["token"] for option in options]

    async def convert(self, token: UUID, call_id: str | None = None) -> int:
        """Book what is held; the appointment's id."""
        args = (self.company_id, token, call_id, "Anna", None, False, None)
        (row,) = await self.db.change(former("convert"), *args)
        await self.demand(row["outcome"], "converted")
        return row["appointment"]["id"]

    async def find(self, token: UUID) -> None:
        """Read a reservation by its token."""
        async with self.db.acting_for(self.company_id) as connection:
            rows = await connection.fetch(former("reservation_by_token"), self.company_id, token)
        await self.demand(rows[0]["status"], "active")

    async def read(self, day: datetime) -> None:
        """Read a day's appointments and the newest calls."""
        window = (day, day + timedelta(days=1))
        async with self.db.acting_for(self.company_id) as connection:
            await connection.fetch(former("appointments_listed"), self.company_id, *window, 10)
            await connection.fetch(former("calls_listed"), self.company_id, 10)

    def claims(self, *starts: datetime) -> list[tuple[object, ...]]:
        """One option for each start, all on the one calendar."""
        calendar, staff = self.company["calendar_id"], self.company["staff_id"]
        return [
            (n, 1, calendar, staff, start, start + HOUR, 0, 0)
            for n, start in enumerate(starts, start=1)
        ]

    async def demand(self, outcome: object, expected: object) -> None:
        """Note what should not have come out."""
        if outcome != expected:
            self.mixed_up.append(outcome)
            await asyncio.sleep(0)
