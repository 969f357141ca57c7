"""Of the twenty failures of the system that this one replaces, the last ten: each has its test."""

import asyncio
import secrets
from datetime import UTC, datetime

import pytest

from tests.build import FRIDAY_10, HAIRCUT, PERM
from tests.voice.line import CALLER, MEIER, TEN, a_line, appointments, reservations


@pytest.mark.parametrize(
    ("now", "date", "start"),
    [
        ("2027-03-26T09:00+01:00", "morgen", "2027-03-27T10:00:00+01:00"),
        ("2027-03-27T09:00+01:00", "morgen", "2027-03-28T10:00:00+02:00"),
        ("2027-10-30T09:00+02:00", "morgen", "2027-10-31T10:00:00+01:00"),
        ("2027-03-27T23:30+01:00", "morgen", "2027-03-28T10:00:00+02:00"),
    ],
)
async def test_11_ten_is_ten_on_the_salons_wall(test_line, now, date, start):
    """Also over the nights on which the clocks change, and late in the evening."""
    test_line.salon.clock.now = datetime.fromisoformat(now).astimezone(UTC)
    answer = await test_line.tool("check_availability", TEN | {"datum": date})
    assert (answer["status"], answer["start"]) == ("held", start)


async def test_11_nothing_is_offered_in_the_night(test_line):
    """Offers lie within opening hours, in the salon's own time."""
    heard = await test_line.tool("find_next_available", {"service": HAIRCUT})
    assert heard["offers"]
    assert all("08:00" <= offer["start"][11:16] < "20:00" for offer in heard["offers"])


@pytest.mark.parametrize(
    ("date", "time", "status", "offers"),
    [
        ("heute", "08:00", "in_the_past", 0),
        ("morgen", "25 Uhr", "needs_info", 0),
        ("morgen", "22:00", "closed", 2),
        ("5. Dezember 2027", "10:00", "too_far", 0),
    ],
)
async def test_12_over_closed_or_too_far_is_said(test_line, *, date, time, status, offers):
    """The reason for the no, and nothing is offered that is over."""
    answer = await test_line.tool("check_availability", TEN | {"datum": date, "uhrzeit": time})
    assert answer["status"] == status
    starts = [datetime.fromisoformat(offer["start"]) for offer in answer.get("offers", [])]
    assert len(starts) == offers
    assert all(start > test_line.salon.clock.now for start in starts)


async def test_12_notice_is_one_rule_for_checking_and_booking(test_line):
    """Too soon is refused by the check already, and what was held in time is booked in time."""
    salon = test_line.salon
    await salon.rows("UPDATE companies SET min_notice_min = 60 WHERE id = $1 RETURNING id")
    await salon.rows(
        "UPDATE companies SET catalogue_version = catalogue_version + 1 WHERE id = $1 RETURNING id"
    )
    await salon.store.catalogues.reload(salon.id)
    soon = TEN | {"datum": "heute", "uhrzeit": "09:30"}
    in_time = soon | {"uhrzeit": "10:05"}
    assert (await test_line.tool("check_availability", soon))["status"] == "too_soon"
    assert (await test_line.tool("start_booking", soon))["status"] == "too_soon"
    salon.clock.advance(10)
    held = await test_line.tool("check_availability", in_time)
    assert held["status"] == "held"
    salon.clock.advance(295)
    assert (await test_line.tool("start_booking", {}))["status"] == "booked"


async def test_13_the_service_that_was_named_wins(line):
    """Never a default, never what the caller mostly has, never a hold of another service."""
    await line.tool("check_availability", TEN)
    booked = await line.tool("start_booking", TEN | {"dienstleistung": PERM})
    assert (booked["status"], booked["service"]) == ("booked", PERM)
    unnamed = await line.tool("check_availability", {"datum": "morgen"}, call="call_b")
    assert (unnamed["status"], unnamed["missing"]) == ("needs_info", ["service"])


async def test_13_a_call_stays_with_its_service(line):
    """Who has asked for a perm and then for another day still means a perm."""
    await line.tool("check_availability", TEN | {"dienstleistung": PERM})
    other = await line.tool("check_availability", {"datum": "2027-03-08", "uhrzeit": "10:00"})
    assert (other["status"], other["service"]) == ("held", PERM)


@pytest.mark.parametrize(
    "said", ["Herrenhörschnitt", "Herrenhafenschnitt", "Herren Haarschnitt", "herrenhaarschnitt"]
)
async def test_13_what_the_recognition_garbled_is_recognised(line, said):
    """As it sounds."""
    answer = await line.tool("check_availability", TEN | {"dienstleistung": said})
    assert (answer["status"], answer["service"]) == ("held", HAIRCUT)


async def test_14_dummies_make_nobody_one_person(line):
    """A made-up number or name is none; the number that rings counts."""
    dummy = {"customer_name": "Jens Schuhmann", "customer_phone": "0151123456"}
    await line.tool("start_booking", TEN | dummy)
    (row,) = await appointments(line)
    assert (row["customer_name"], row["customer_phone"]) == ("Jens Schuhmann", CALLER)


async def test_14_four_spellings_of_a_name_are_one_booking(line):
    """Whatever the recognition made of the name, it is the same wish."""
    names = ("Schuhmann", "Schumann", "Schumahn", "Schuman")
    answers = [await line.tool("start_booking", TEN | {"name": name}) for name in names]
    assert len({answer["appointment_id"] for answer in answers}) == 1
    assert len(await appointments(line)) == 1


async def test_15_a_retry_in_another_format_is_one_booking(line):
    """Sent again by the platform and by the model, in parallel and in every format: one row."""
    spellings = [
        TEN,
        {"datetime": "2027-03-05 10:00", "service": HAIRCUT},
        {"datetime": "05.03.2027 10:00", "service_name": HAIRCUT, "customer_phone": ""},
        {"date": "2027-03-05", "time": "10 Uhr", "service_type": HAIRCUT},
        {"datetime": "2027-03-05T10:00:00", "dienstleistung": HAIRCUT},
    ]
    answers = await asyncio.gather(*(line.tool("start_booking", one) for one in spellings))
    told = {(one["status"], one["appointment_id"], one["say"]) for one in answers}
    assert len(told) == 1
    assert len(await appointments(line)) == 1


async def test_15_an_event_told_twice_is_news_once(line):
    """Webhooks come up to four times."""
    await line.tool("check_availability", TEN)
    for _ in range(2):
        await line.event("call_started")
        await line.hang_up()
        await line.event("call_analyzed")
    known = await line.salon.store.calls.find(line.salon.id, "call_real")
    assert (known.disconnection_reason, known.holds_made) == ("user_hangup", 1)
    assert None not in (known.started_at, known.ended_at, known.analyzed_at)
    assert [one.end_reason for one in await reservations(line, "cancelled")] == ["call_ended"]


async def test_16_an_anonymous_caller_changes_the_booking_of_this_call(line):
    """Within the same call nobody need say who they are."""
    booked = await line.tool("start_booking", TEN | MEIER, caller="anonymous")
    later = {"new_datum": "2027-03-05", "new_uhrzeit": "16:00"}
    moved = await line.tool("reschedule_appointment", later, caller="anonymous")
    assert (moved["status"], moved["start"][11:16]) == ("moved", "16:00")
    assert moved["appointment_id"] == booked["appointment_id"]


async def test_16_an_anonymous_caller_from_before_is_rung_back_or_proves_it(line):
    """Whoever cannot be recognised is not refused bluntly: name, day and time will do."""
    await line.tool("start_booking", TEN | MEIER, call="call_a", caller="anonymous")
    later = {"new_datum": "2027-03-05", "new_uhrzeit": "16:00"}
    ask = {"call": "call_b", "caller": "anonymous"}
    answer = await line.tool("reschedule_appointment", later, **ask)
    assert (answer["status"], answer["missing"]) == ("callback_requested", ["customer_phone"])
    (noted,) = await line.salon.store.callbacks.listed(line.salon.id)
    assert (noted.call_id, noted.reason) == ("call_b", "reschedule")
    said = MEIER | {"old_datum": "5. März", "old_uhrzeit": "neun Uhr"}
    wrong = await line.tool("reschedule_appointment", later | said, **ask)
    assert (wrong["status"], wrong["callback_offered"]) == ("not_identified", True)
    (row,) = await appointments(line)
    assert row["starts_at"] == FRIDAY_10
    said |= {"old_uhrzeit": "zehn Uhr"}
    moved = await line.tool("reschedule_appointment", later | said, **ask)
    assert (moved["status"], moved["start"][11:16]) == ("moved", "16:00")


@pytest.mark.parametrize(
    "tool",
    [
        *("get_current_context", "check_customer", "check_availability", "get_alternatives"),
        *("start_booking", "confirm_booking", "get_customer_appointments", "cancel_appointment"),
        *("reschedule_appointment", "get_available_services", "get_opening_hours", "parse_date"),
        *("find_next_available", "request_callback", "list_services", "query_appointment"),
        *("get_service_info", "book_appointment", "collect_appointment_data", "initialize_call"),
    ],
)
async def test_17_every_tool_answers_whatever_is_missing(line, tool):
    """With nothing at all said there is a sentence, and where something is missing its name."""
    answer = await line.tool(f"{tool}_v17", {"call_id": "1", "execution_message": "Moment"})
    assert answer["say"]
    assert answer["status"] not in ("unknown_tool", "try_again")
    assert answer["status"] != "needs_info" or answer["missing"]


async def test_17_an_open_question_is_answered(line):
    """ "What have you got this week?" brings times, not a silence."""
    asked = {"service": HAIRCUT, "datum": "nächste Woche", "uhrzeit": "nachmittags"}
    answer = await line.tool("check_availability", asked)
    assert (answer["status"], len(answer["offers"])) == ("openings", 2)


async def test_18_one_person_with_two_records_is_in_one_place(http, store):
    """Fabian twice on the list is Fabian once in the salon."""
    line = await a_line(http, store, staff=("Fabian",))
    await line.salon.rows(
        "INSERT INTO staff (company_id, branch_id, calendar_id, key, name) "
        "SELECT company_id, branch_id, calendar_id, 'fabian-2', name FROM staff "
        "WHERE company_id = $1 RETURNING id"
    )
    await line.salon.rows(
        "INSERT INTO staff_services (company_id, staff_id, service_id) "
        "SELECT s.company_id, s.id, x.id FROM staff s JOIN services x USING (company_id) "
        "WHERE s.company_id = $1 AND s.key = 'fabian-2' RETURNING id"
    )
    await line.salon.store.catalogues.reload(line.salon.id)
    first = await line.tool("check_availability", TEN | {"mitarbeiter": "Fabian"}, call="call_a")
    second = await line.tool("check_availability", TEN, call="call_b")
    assert (first["status"], second["status"]) == ("held", "slot_taken")


async def test_18_the_wished_person_is_the_one_who_is_booked(line):
    """A preference is kept from the check to the appointment."""
    for n, staff in enumerate(("Sarah", "Emma")):
        whose = {"call": f"call_{staff}", "caller": f"+49170999000{n}"}
        await line.tool("check_availability", TEN | {"mitarbeiter": staff}, **whose)
        booked = await line.tool("start_booking", {"name": f"Anna {staff}"}, **whose)
        assert booked["staff"] == staff


@pytest.mark.parametrize(
    "name", ["check_availability_v17", "check_availability_v4", "reserve_slot"]
)
async def test_19_an_agent_of_another_version_is_understood(line, name):
    """Version suffixes and former names are the same tool; the rest is told what there is."""
    assert (await line.tool(name, TEN))["status"] == "held"
    unknown = await line.tool("prüfe_kalender", TEN)
    assert (unknown["status"], "check_availability" in unknown["tools"]) == ("unknown_tool", True)


async def test_20_a_company_is_found_by_its_line_and_not_by_what_is_sent(http, store):
    """Whatever a model or a forger puts into the arguments, nothing crosses over."""
    mine, other = await a_line(http, store), await a_line(http, store)
    secret = secrets.token_hex(16)
    await store.platform_secrets.add(other.salon.id, "retell", secret)
    mine.secret = secret
    payload = {"name": "check_availability", "call": mine.envelope("c"), "args": TEN}
    for path in ("/v1/retell/functions", f"/v1/retell/{mine.salon.company.slug}/functions"):
        assert (await mine.post(path, payload))[0] == 401
    crossed = f"/v1/retell/{other.salon.company.slug}/functions"
    assert (await mine.post(crossed, payload))[0] == 401
    assert await reservations(mine) == await reservations(other) == []
