"""A customer's name, number and address, through every door: where they are, and where they end."""

import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest
from msgspec import inspect
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from slotkeeper.api.rest import ROUTES
from slotkeeper.api.tool_routes import DESCRIBED
from slotkeeper.metrics.tracing import Tracing
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT
from tests.http.test_hostile_values import CHANNELS, PLACES, Channels, object_of, send_envelopes
from tests.isolation.test_routes_and_tools import BODIES, QUERIES, fields_of
from tests.metrics.exposed import UNLIMITED, served
from tests.reading import tell_news
from tests.style.schema_tables import schema
from tests.voice.line import SECRET, TEN, a_line

NAME, PHONE, EMAIL = "Zebulon Quastenflosser", "+4915123984501", "zebulon@quastenflosser.example"
SAID = f"Freitag um zehn für {NAME}, 0151 / 239 845 01 oder {EMAIL}"
UNLISTED = ("nachname", "Customer_Name", "telefon ", "notes", NAME)
# An id is the program's to choose, and must name nobody (docs/personal-data.md).
IDS = {"call_id", "conversation_id"}
# How any of it would be written.
CANARIES = ("zebulon", "quastenflosser", "23984501", "239 845 01")
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z"
    f"\r\nDTSTART:20270308T090000Z\r\nDTEND:20270308T100000Z\r\nSUMMARY:{SAID}\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def canaries(text):
    """Those that stand in a text."""
    return [canary for canary in CANARIES if canary in text.lower()]


@dataclass
class Doors(Channels):
    """Every door of a salon; the customer rings from the own number.

    ``refused`` are the answers that said no.
    """

    refused: list = field(default_factory=list)

    async def post(self, path, body, method="POST", **headers):
        status, raw = await super().post(path, body, method, **headers)
        if status >= 400:
            self.refused.append(raw.decode())
        return status, raw

    async def retell_tool(self, tool, args):
        envelope = self.line.envelope(f"call_{next(self.calls)}", from_number=PHONE)
        body = object_of(name=json.dumps(tool), call=json.dumps(envelope), args=args)
        return await self.retell("/v1/retell/functions", body)

    async def hang_up(self):
        """Say of each call in the platform's own words how it ended."""
        for number in range(next(self.calls)):
            call = self.line.envelope(f"call_{number}", disconnection_reason=f"{SAID} hung up")
            body = json.dumps({"event": "call_ended", "call": call})
            await self.retell("/v1/retell/events", body)


@pytest.fixture
def spans():
    """What is traced."""
    return InMemorySpanExporter()


@pytest.fixture
async def doors(store, spans):
    """A salon with every door, on a server that is traced."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    async with served(store, UNLIMITED, tracing=Tracing(provider)) as http:
        line = await a_line(http, store)
        await store.platform_secrets.add(line.salon.id, "elevenlabs", SECRET)
        yield Doors(line, await store.directory.create_key(line.salon.id), count())
    store.db.watch = None


STARTED: list[str] = []


def note_started(event, args):
    """Note a process that is started: its arguments, its directory and its environment."""
    if event == "subprocess.Popen":
        STARTED.append(str(args))


# An audit hook sees every start, however short the process lives; it cannot be taken away.
sys.addaudithook(note_started)


def processes():
    """The command lines of all processes, those of PostgreSQL's too."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(path.read_bytes().decode(errors="replace"))
    return lines


def files_of(data_dir):
    """The files of the data directory beside PostgreSQL's own tables, as text."""
    cluster = data_dir / "cluster"
    return {
        path.name: path.read_bytes().decode(errors="replace")
        for path in data_dir.rglob("*")
        if path.is_file() and cluster not in path.parents
    }


async def rows_of(salon, tables):
    """Each table's rows of the salon, as text."""
    kept = {}
    for table in tables:
        sql = f"SELECT to_jsonb(t)::text AS row FROM {table} t WHERE t.company_id = $1"
        kept[table] = "\n".join(row["row"] for row in await salon.rows(sql))
    return kept


def company_tables():
    """The tables that have rows of a company."""
    return [table for table, facts in schema().items() if "company_id" in facts["column"]]


async def tell_routes(doors):
    """Say it in the path, each parameter and each field of every route that is described."""
    for route in [*ROUTES, *DESCRIBED]:
        query, body = QUERIES.get(route.operation_id, ""), BODIES.get(route.operation_id)
        path = re.sub(r"{\w+}", quote(SAID), route.path)
        if route.text is not None:
            sent = {"Content-Type": route.text.media_types[0]}
            await doors.post(f"{path}{query}", ICS, method=route.method, **sent)
            body = None
        asked = fields_of(inspect.type_info(route.query)) if route.query else ()
        for name in ("", *asked):
            said = f"{query or '?'}&{name}={quote(SAID)}" if name else query
            await doors.post(f"{path}{said}", json.dumps(body or {}), method=route.method)
        fields = fields_of(inspect.type_info(route.body)) if route.body else set()
        for name in fields - IDS:
            for said in (SAID, PHONE, EMAIL, {NAME: SAID}, [SAID]):
                plain = re.sub(r"{\w+}", "1", route.path)
                told = json.dumps((body or {}) | {name: said})
                await doors.post(f"{plain}{query}", told, method=route.method)


async def tell_everything(doors):
    """Give name, number and address to every tool in every argument, and to every route."""
    await tell_routes(doors)
    await send_envelopes(doors, json.dumps(SAID), [name for name in PLACES if name not in IDS])
    given = {"customer_name": NAME, "customer_phone": PHONE}
    names = [*(each for each in PARAMETERS if each != "conversation_id"), *UNLISTED]
    for number, (tool, name) in enumerate((tool, name) for tool in TOOLS for name in names):
        if number % 3:
            continue
        args = {"service": HAIRCUT, "date": TEN["datum"], "time": "10:00"} | given | {name: SAID}
        await getattr(doors, CHANNELS[number // 3 % len(CHANNELS)])(tool, json.dumps(args))
    customer = {"customer": {"name": NAME, "phone": PHONE}}
    start = {"service": HAIRCUT, "start": "2027-03-08T14:00:00+01:00"}
    key = {"Idempotency-Key": "k" * 20}
    assert (await doors.post("/v1/appointments", json.dumps(start | customer), **key))[0] == 201
    for wrong in ({NAME: SAID}, {"start": SAID}, {"service": SAID}, {"customer": SAID}):
        await doors.post("/v1/appointments", json.dumps(start | customer | wrong))
    absent = {"from": "2027-03-09T08:00:00Z", "to": "2027-03-09T09:00:00Z", "reason": SAID}
    absence = json.dumps({"staff": "Emma"} | absent)
    assert (await doors.post("/v1/absences", absence))[0] == 201
    busy = {"Content-Type": "text/calendar"}
    status, _ = await doors.post("/v1/busy?staff=Emma&source=desk", ICS, **busy)
    assert status in (200, 422)  # a busy machine may give the file no time
    await doors.hang_up()


async def refuse_in_the_database(salon):
    """Let PostgreSQL refuse a row with all of it, as a fault of ours would."""
    with pytest.raises(asyncpg.CheckViolationError, match="callbacks"):
        async with salon.store.db.acting_for(salon.id) as db:
            await db.execute(
                "INSERT INTO callbacks (company_id, requested_at, customer_name, reason) "
                "VALUES ($1, now(), $2, $3)",
                *(salon.id, NAME, SAID * 100),
            )


async def test_a_customer_is_in_no_story_and_log_and_after_erasure_nowhere(doors, spans, capfd):
    """Where they must stand before, they stand: in what was booked and who is to be rung back.

    After the erasure no row has any of it; the space of dead rows is PostgreSQL's to clean.
    """
    salon, told_on = doors.line.salon, []

    async def tell(events):
        told_on.append(str(events))

    STARTED.clear()
    await tell_everything(doors)
    await refuse_in_the_database(salon)
    await tell_news(salon.store, tell)
    async with doors.line.http.get("/metrics") as answer:
        metrics = await answer.text()
    kept = await rows_of(salon, company_tables())
    assert kept["tool_calls"].count("check_availability")
    told = {table for table, text in kept.items() if canaries(text)}
    assert {"appointments", "callbacks"} <= told
    assert told <= {
        *("appointments", "appointment_reservations", "callbacks", "idempotency_keys", "absences"),
        *("said_numbers", "busy_times"),
    }
    seen = {
        "processes": STARTED + processes(),
        "traces": [span.to_json() for span in spans.get_finished_spans()],
        "facts": told_on,
        "refusals": doors.refused,
        "metrics": [metrics],
    }
    assert all(seen.values())
    assert {where for where, texts in seen.items() if canaries("\n".join(texts))} == set()
    for who in ({"phone": PHONE, "cancel": True}, {"email": EMAIL, "anyway": True}):
        assert (await doors.post("/v1/customers/erase", json.dumps(who)))[0] == 200
    kept = await rows_of(salon, company_tables())
    assert {table: text for table, text in kept.items() if canaries(text)} == {}
    files = files_of(Path(os.environ["SLOTKEEPER_TEST_CLUSTER"]))
    assert "violates check constraint" in files["server.log"]
    assert {name for name, text in files.items() if canaries(text)} == set()
    output = capfd.readouterr()
    assert canaries(output.out + output.err) == []
