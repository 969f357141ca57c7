"""A company with everything, its neighbour, and that neighbour's twin."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.storage import sql
from slotkeeper.storage.database import Database
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.migration_files import FUNCTIONS, core_schema, read_functions
from slotkeeper.storage.store import Store
from tests.api.client import Rest
from tests.api.test_statements import InProcess
from tests.build import HAIRCUT, Salon, a_company
from tests.conftest import SECRET
from tests.databases import TestDatabase, create, drop
from tests.isolation.no_filters import WithoutFilters, functions_without_filters

CALLER = "+4915198765432"
CUSTOMER = {"name": "Wilhelmine Zeisig", "phone": CALLER}
START = "2027-03-05T10:00:00+01:00"
LATER = "2027-03-05T14:00:00+01:00"


@dataclass
class Neighbourhood:
    """Company A's ids by what they name, and how to ask as a company of the same kind."""

    rest: Any
    superuser_url: str
    salon: Salon
    ids: dict[str, Any] = field(default_factory=dict)

    async def stranger(self) -> Rest:
        """A client of a new company, which is the twin of every other stranger."""
        return await a_client(self.rest, self.salon.store)

    async def rows_of_a(self) -> dict[str, list[str]]:
        """All rows of company A, in every table that has companies' rows."""
        admin = await asyncpg.connect(self.superuser_url)
        try:
            tables = await admin.fetch(
                "SELECT table_name FROM information_schema.columns JOIN information_schema.tables "
                "USING (table_schema, table_name) WHERE table_schema = 'public' "
                "AND column_name = 'company_id' AND table_type = 'BASE TABLE'"
            )
            return {
                table: [
                    row
                    for (row,) in await admin.fetch(
                        f"SELECT t::text FROM {table} t WHERE company_id = $1 ORDER BY 1",
                        self.salon.id,
                    )
                ]
                for (table,) in tables
            }
        finally:
            await admin.close()


async def a_client(http, store) -> Rest:
    """A program with the key of a sandbox company of its own, at the sandbox clock."""
    salon = await a_company(store)
    rest = Rest(http, await store.directory.create_key(salon.id))
    rest.headers["Slotkeeper-Test-Clock"] = salon.clock.now.isoformat()
    rest.salon = salon
    return rest


async def a_neighbourhood(http, store, superuser_url) -> Neighbourhood:
    """Company A with one row of everything that an id can name."""
    rest = await a_client(http, store)

    async def made(method, path, body, **headers):
        status, answer = await rest(method, path, body, headers=headers)
        assert status in (200, 201), answer
        return answer

    wish = {"service": HAIRCUT, "staff": "Emma", "customer": CUSTOMER}
    call = {"X-Call-Id": "call_of_a", "X-Caller-Phone": CALLER}
    held = await made("POST", "/v1/reservations", wish | {"start": START, "call_id": "call_of_a"})
    booked = await made("POST", "/v1/appointments", wish | {"start": LATER, "call_id": "call_of_a"})
    day = {"from": "2027-03-12T10:00:00+01:00", "to": "2027-03-12T12:00:00+01:00"}
    away = await made("POST", "/v1/absences", day | {"staff": "Sarah", "reason": "dentist"})
    await made("POST", "/v1/tools/request_callback", {"reason": "a bridal hairdo"}, **call)
    keyed = {"Idempotency-Key": "key-of-a"}
    await made("POST", "/v1/offers", {"service": HAIRCUT, "start": START}, **keyed)
    ids = {
        "token": held["token"],
        "appointment_id": booked["id"],
        "absence_id": away["id"],
        "call_id": "call_of_a",
        "phone": CALLER,
        "key": "key-of-a",
    }
    return Neighbourhood(http, superuser_url, rest.salon, ids)


@pytest.fixture(params=["filters and row security", "row security alone"])
def protection(request):
    """What keeps companies apart: what the server is built with, and the half that is the last."""
    return request.param


@pytest.fixture
async def neighbourhood(protection, cluster, template, tmp_path, monkeypatch):
    """Company A on a server with the SQL as it is, and on one whose SQL has no filters."""
    database = await create(cluster, "isolation", template)
    if protection != "filters and row security":
        functions = functions_without_filters(FUNCTIONS, tmp_path)
        await migrate(database.owner_url, functions=functions)
        files = sql.files
        monkeypatch.setattr(sql, "core", lambda: core_schema(read_functions(functions)))
        monkeypatch.setattr(sql, "files", lambda package: WithoutFilters(files(package)))
    if protection == "neither":
        await unlock(database)
    sql.query.cache_clear()
    db = await Database.open(database.app_url, size=2)
    store = Store(db, SECRET)
    yield await a_neighbourhood(
        InProcess(web_app(App(Settings(), store))), store, database.superuser_url
    )
    await db.close()
    sql.query.cache_clear()
    await drop(cluster, database)


async def unlock(database: TestDatabase) -> None:
    """Switch row-level security off."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        for (table,) in await owner.fetch(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
        ):
            await owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    finally:
        await owner.close()


def without_ids(answer: Any, *, sent: tuple[str, ...]) -> str:
    """An answer without what differs between twins: its own ids, and the ids that were sent."""

    def bare(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: bare(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [bare(each, name) for each in value]
        return f"some {name}" if _names_row(name) and value is not None else value

    text = json.dumps(bare(answer), sort_keys=True)
    for each in sent:
        text = text.replace(each, "what was sent")
    return text


def _names_row(name: str) -> bool:
    return name in ("id", "ids", "token") or name.endswith(("_id", "_ids", "_token"))
