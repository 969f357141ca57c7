"""A customer's name, number and address, through every door: where they are, and where they end."""

import json
from dataclasses import dataclass
from itertools import count

import pytest

from slotkeeper.operations.customer import erase_customer
from slotkeeper.storage.personal_data import DataSubject
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT
from tests.http.test_hostile_values import CHANNELS, Channels, object_of
from tests.style.schema_tables import schema
from tests.voice.line import SECRET, TEN, a_line

NAME, PHONE, EMAIL = "Zebulon Quastenflosser", "+4915123984501", "zebulon@quastenflosser.example"
SAID = f"Freitag um zehn für {NAME}, 0151 / 239 845 01 oder {EMAIL}"
UNLISTED = ("nachname", "Customer_Name", "telefon ", "notes", NAME)
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
    """Every door of a salon; the customer rings from the own number."""

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
async def doors(http, store):
    """A salon with every door."""
    line = await a_line(http, store)
    await store.platform_secrets.add(line.salon.id, "elevenlabs", SECRET)
    return Doors(line, await store.directory.create_key(line.salon.id), count())


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


async def tell_everything(doors):
    """Give name, number and address to every tool in every argument, and to every route."""
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
    assert (await doors.post("/v1/busy?staff=Emma&source=desk", ICS, **busy))[0] == 200
    await doors.hang_up()


async def test_a_customer_is_in_no_story_and_log_and_after_erasure_nowhere(doors, http, capfd):
    """Where they must stand before, they stand: in what was booked and who is to be rung back."""
    await tell_everything(doors)
    salon = doors.line.salon
    async with http.get("/metrics") as answer:
        metrics = await answer.text()
    kept = await rows_of(salon, company_tables())
    assert kept["tool_calls"].count("check_availability")
    told = {table for table, text in kept.items() if canaries(text)}
    assert {"appointments", "callbacks"} <= told
    assert told <= {
        *("appointments", "appointment_reservations", "callbacks", "idempotency_keys", "absences"),
        "said_numbers",
    }
    await erase_customer(salon.context(), DataSubject(PHONE), cancel=True)
    await erase_customer(salon.context(), DataSubject(email=EMAIL), anyway=True)
    kept = await rows_of(salon, company_tables())
    assert {table: text for table, text in kept.items() if canaries(text)} == {}
    output = capfd.readouterr()
    assert canaries(metrics + output.out + output.err) == []
