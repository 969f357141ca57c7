"""The answer never disagrees with the database, whatever breaks between them."""

import aiohttp
import pytest

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from tests.build import SECRET
from tests.serving import serving
from tests.voice.line import TEN, a_line, appointments, reservations

MOVE = {"new_datum": "2027-03-05", "new_uhrzeit": "16:00"}
# tool, its arguments, what comes before, the core's function, and what is true in the end
STEPS = [
    ("check_availability", TEN, None, "reserve", "held"),
    ("start_booking", {}, "check_availability", "convert", "booked"),
    ("start_booking", TEN, None, "book", "booked"),
    ("reschedule_appointment", MOVE, "start_booking", "move", "moved"),
    ("cancel_appointment", {}, "start_booking", "cancel_appointment", "cancelled"),
    ("request_callback", {"reason": "Farbe"}, None, "request_callback", "callback_requested"),
]


@pytest.fixture
async def line(severed, store, database_url):
    """A line to a server that reaches its database on that way."""
    db = await Database.open(severed.url(database_url), size=4)
    app = web_app(App(Settings(), Store(db, SECRET)))
    async with (
        serving(app, log_level="critical") as address,
        aiohttp.ClientSession(address) as http,
    ):
        yield await a_line(http, store)
    await db.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[3])
async def test_a_lost_answer_is_no_yes_and_no_no(line, severed, when, step):
    """What broke is said as not known; the next call of the conversation says what is true."""
    tool, args, first, function, status = step
    if first:
        await line.tool(first, TEN)
    severed.cut(when, frozenset((function,)))
    lost = await line.tool(tool, args)
    assert severed.cut_now.is_set()
    assert lost["status"] == "outcome_unknown"
    assert "gebucht" not in lost["say"]
    known = await line.tool(tool, args)
    assert known["status"] == status
    again = await line.tool(tool, args)
    facts = ("status", "say", "start", "appointment_id", "callback_id", "reservation_token")
    assert [again.get(name) for name in facts] == [known.get(name) for name in facts]
    await stands_as_said(line, status, known)


async def stands_as_said(line, status, known):
    """The rows are what was said: one of them, never two."""
    booked, held = await appointments(line), await reservations(line)
    assert len(booked) == (status in ("booked", "moved"))
    assert len(held) == (status == "held")
    if booked:
        assert (booked[0]["id"], booked[0]["starts_at"].isoformat()[:10]) == (
            known["appointment_id"],
            known["start"][:10],
        )
    kinds = await line.salon.rows("SELECT kind FROM outbox WHERE company_id = $1")
    assert len(kinds) == len({row["kind"] for row in kinds})
    callbacks = await line.salon.store.callbacks.listed(line.salon.id)
    assert len(callbacks) == (status == "callback_requested")
