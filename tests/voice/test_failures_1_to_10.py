"""Of the twenty failures of the system that this one replaces, the first ten: each has its test."""

from datetime import datetime, timedelta

import pytest

from slotkeeper.domain.availability import day_of
from slotkeeper.operations.block import block, calendar_of
from slotkeeper.operations.import_busy import import_busy
from tests.build import FRIDAY_10, HAIRCUT, MONDAY_9, PERM
from tests.voice.line import MEIER, TEN, appointments

PLACEHOLDERS = ["1", "12345", "call_1", "call_001", "call-1", "current", "None", "{{call_id}}", ""]
BUSY_MORNING = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:1\r
DTSTART:20270305T080000Z\r
DTEND:20270305T090000Z\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
async def test_01_a_made_up_call_id_mixes_nobody_up(line, placeholder):
    """Two callers whose models send the same made-up id have each their own hold."""
    mine = TEN | {"call_id": placeholder, "mitarbeiter": "Emma"}
    held = await line.tool("check_availability", mine, call="call_a", caller="+491701111111")
    other = await line.tool("check_availability", mine, call="call_b", caller="+491702222222")
    assert (held["status"], other["status"]) == ("held", "slot_taken")
    booked = await line.tool("start_booking", {"call_id": placeholder}, call="call_a")
    assert booked["reservation_token"] == held["reservation_token"]


async def test_02_a_tool_call_comes_before_any_webhook(line):
    """The first thing ever heard of a call may be a tool call; its webhook may come late."""
    held = await line.tool("check_availability", TEN, caller="anonymous")
    await line.event("call_started")
    assert held["status"] == "held"
    assert (await line.tool("start_booking", MEIER, caller="anonymous"))["status"] == "booked"


async def test_02_a_web_call_in_test_mode_has_no_numbers(line):
    """Where no line is called, the company's own address says who is meant."""
    call = {"call_id": "call_web", "call_type": "web_call", "agent_id": "agent_x"}
    payload = {"name": "check_availability", "call": call, "args": TEN}
    path = f"/v1/retell/{line.salon.company.slug}/functions"
    status, answer = await line.post(path, payload)
    assert (status, answer["status"]) == (200, "held")


async def test_03_the_caller_thinks_for_73_seconds(test_line):
    """What was named is still theirs after the longest think that was recorded."""
    held = await test_line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, call="call_a")
    test_line.salon.clock.advance(73)
    rival = await test_line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, call="call_b")
    booked = await test_line.tool("start_booking", {}, call="call_a")
    assert (rival["status"], booked["status"]) == ("slot_taken", "booked")
    assert booked["start"] == held["start"]


async def test_04_what_check_finds_booking_takes(line):
    """Checking and booking look at the same calendars by the same rules: every offer converts."""
    await line.salon.book(staff="Emma", at=FRIDAY_10)
    await line.salon.book(staff="Sarah", at=FRIDAY_10)
    heard = await line.tool("check_availability", TEN)
    assert heard["status"] == "slot_taken"
    offer = heard["offers"][-1]
    token = {"reservation_token": offer["reservation_token"]}
    booked = await line.tool("start_booking", token)
    assert (booked["status"], booked["start"]) == ("booked", offer["start"])


async def test_05_what_is_said_is_what_stands(line):
    """ "Booked" is said with an appointment and "taken" without one, at every step."""
    first = await line.tool("start_booking", TEN | {"mitarbeiter": "Emma"}, call="call_a")
    second = await line.tool("start_booking", TEN | {"mitarbeiter": "Emma"}, call="call_b")
    assert (first["status"], second["status"]) == ("booked", "slot_taken")
    (row,) = await appointments(line)
    assert (row["id"], row["call_id"]) == (first["appointment_id"], "call_a")
    await line.tool("cancel_appointment", {}, call="call_a")
    assert await appointments(line) == []
    moved = await line.tool("reschedule_appointment", {"new_datum": "heute"}, call="call_a")
    assert moved["status"] == "needs_info"
    assert await appointments(line) == []


async def test_06_no_outside_calendar_is_in_the_callers_way(line):
    """Booking commits here, with the note for others in the same transaction, once."""
    booked = await line.tool("start_booking", TEN)
    await line.tool("start_booking", TEN)
    rows = await line.salon.rows("SELECT kind, payload FROM outbox WHERE company_id = $1")
    assert [row["kind"] for row in rows] == ["appointment.booked"]
    assert str(booked["appointment_id"]) in rows[0]["payload"]


async def test_07_an_import_never_writes_what_a_service_is(line):
    """A calendar file makes time busy and nothing else; durations come from the segments."""
    company, store = line.salon.company, line.salon.store
    calendar = calendar_of(company, staff="Emma", key=None)
    await import_busy(line.salon.context(), calendar, BUSY_MORNING, source="old")
    after = await store.catalogues.reload(company.id)
    assert after.services == company.services
    held = await line.tool("check_availability", TEN | {"dienstleistung": PERM})
    length = datetime.fromisoformat(held["end"]) - datetime.fromisoformat(held["start"])
    assert length == timedelta(minutes=135)


@pytest.mark.parametrize(
    ("date", "status", "start"),
    [
        ("05.03.2025", "held", "2027-03-05"),
        ("2023-03-05", "held", "2027-03-05"),
        ("04.10.2023", "needs_info", None),
        ("2023-02-13", "needs_info", None),
    ],
)
async def test_08_a_year_that_is_over_is_repaired_or_asked(test_line, date, status, start):
    """Only a day and month that are near are believed; the weekday is said back."""
    answer = await test_line.tool("check_availability", TEN | {"datum": date})
    assert answer["status"] == status
    assert (answer.get("start") or "")[:10] == (start or "")
    assert start is None or "Freitag, den 5. März" in answer["say"]


@pytest.mark.parametrize(
    "date",
    [
        "5.3.",
        "05.03.",
        "Freitag, den 5. März",
        "Freitag",
        "diese Woche Freitag",
        "am fünften dritten",
        "kommenden Freitag",
        "2027-03-05",
        "in vier Tagen",
    ],
)
async def test_09_a_date_is_read_however_it_is_written(test_line, date):
    """All that was seen to fail, and what we say ourselves, is the same Friday."""
    answer = await test_line.tool("check_availability", TEN | {"datum": date})
    assert (answer["status"], answer["start"][:10]) == ("held", "2027-03-05")


async def test_10_the_day_of_an_alternative_is_not_lost(test_line):
    """ "Tomorrow" kept from the first wish beside the time of an offer for another day is asked."""
    salon, tomorrow = test_line.salon, MONDAY_9 + timedelta(days=1)
    for staff in ("Emma", "Sarah"):
        calendar = calendar_of(salon.company, staff=staff, key=None)
        whole = day_of(tomorrow, salon.company.zone)
        await block(salon.context(), calendar, whole)
        await salon.book(staff=staff, at=tomorrow + timedelta(days=1))
    day = {"datum": "morgen", "dienstleistung": HAIRCUT, "uhrzeit": "09:00"}
    heard = await test_line.tool("check_availability", day)
    other_day = heard["offers"][0]
    taken = day | {"uhrzeit": other_day["start"][11:16]}
    answer = await test_line.tool("book_appointment_v17", taken | {"name": "Jens Schuhmann"})
    assert (answer["status"], answer["reason"]) == ("needs_info", "offer_mismatch")
    spoken = heard["alternatives"][heard["offers"].index(other_day)]["spoken"].split(",")[0]
    assert spoken in answer["say"]
    bare = {"uhrzeit": taken["uhrzeit"], "name": "Jens Schuhmann"}
    booked = await test_line.tool("book_appointment_v17", bare)
    assert (booked["status"], booked["start"]) == ("booked", other_day["start"])
