import pytest

from tests.build import FRIDAY_10, HAIRCUT, PERM
from tests.voice.line import CALLER, TEN, a_line

MEIER = {"customer_name": "Anna Meier"}
SIXTEEN = {"new_datum": "2027-03-05", "new_uhrzeit": "16:00"}


async def booked_before(line, caller=CALLER, **wish):
    """An appointment that was made in an earlier call."""
    call = f"call_before_{wish.get('uhrzeit', '')}{caller}"
    answer = await line.tool("start_booking", TEN | MEIER | wish, call=call, caller=caller)
    assert answer["status"] == "booked"
    return answer


async def standing(line):
    """Starts of what stands, in the salon's book."""
    rows = await line.salon.rows(
        "SELECT starts_at FROM appointments WHERE company_id = $1 AND status = 'booked'"
    )
    return [row["starts_at"] for row in rows]


async def test_a_known_number_is_unknown_until_the_call_has_proven_it(line):
    """Then what helps the agent comes along; the name is no part of what is said."""
    await booked_before(line, mitarbeiter="Emma", dienstleistung=PERM)
    assert (await line.tool("check_customer", {}))["status"] == "customer_unknown"
    await line.tool("get_customer_appointments", MEIER)
    answer = await line.tool("check_customer", {"call_id": "1"})
    known = ("customer_known", True, "Anna Meier", PERM, "Emma")
    got = ("status", "found", "customer_name", "usual_service", "preferred_staff")
    assert tuple(answer[name] for name in got) == known
    assert "Meier" not in answer["say"]


@pytest.mark.parametrize("caller", ["+491709999999", "anonymous"])
async def test_nothing_is_said_of_anybody_to_others(line, caller):
    """Neither who has an appointment nor that there is one, whatever name or number is claimed."""
    await booked_before(line)
    claim = MEIER | {"customer_phone": CALLER, "phone": CALLER}
    for tool in ("check_customer", "get_customer_appointments"):
        answer = await line.tool(tool, claim, caller=caller)
        assert answer["status"] in ("customer_unknown", "needs_info", "not_identified")
        assert answer.keys().isdisjoint(("customer_name", "appointments"))
    answer = await line.tool("cancel_appointment", claim, caller=caller)
    assert answer["status"] in ("needs_info", "not_identified")
    assert await standing(line) == [FRIDAY_10]


async def test_a_number_that_a_family_shares_names_nobody(line):
    """Two names on one number: whoever rings now has to say it."""
    await booked_before(line)
    await booked_before(line, uhrzeit="12:00", customer_name="Jens Meier")
    await line.tool("get_customer_appointments", {"customer_name": "Meier"})
    answer = await line.tool("check_customer", {})
    assert (answer["found"], answer.get("customer_name")) == (True, None)


async def test_another_companys_customers_are_unknown(http, store):
    """A number is known where it has been, and nowhere else."""
    here, there = await a_line(http, store), await a_line(http, store)
    await booked_before(there)
    assert (await here.tool("check_customer", {}))["status"] == "customer_unknown"


async def test_a_caller_hears_what_is_still_to_come(line):
    """In the order of time, and after one fact more than the number."""
    await booked_before(line, uhrzeit="12:00")
    await booked_before(line)
    args = {"execution_message": "Ich suche Ihren Termin"}
    asked = await line.tool("query_appointment", args)
    assert asked["say"] == "Auf welchen Namen läuft der Termin, oder wann ist er?"
    answer = await line.tool("query_appointment", args | MEIER)
    assert answer["status"] == "appointments"
    assert [one["start"][11:16] for one in answer["appointments"]] == ["10:00", "12:00"]
    assert "Freitag, den 5. März um zehn Uhr" in answer["say"]


async def test_what_this_call_booked_it_cancels_without_a_word_more(line):
    """Its own booking, always."""
    await line.tool("start_booking", TEN | MEIER, caller="anonymous")
    answer = await line.tool("cancel_appointment", {}, caller="anonymous")
    assert (answer["status"], answer["start"][:16]) == ("cancelled", "2027-03-05T10:00")
    assert await standing(line) == []


@pytest.mark.parametrize(
    "fact",
    [
        {"customer_name": "Meyer"},
        {"customer_name": "Frau Anna Maier"},
        {"datum": "5. März"},
        {"datum": "Freitag, den 5. März", "uhrzeit": "10 Uhr"},
    ],
)
async def test_the_number_and_a_second_fact_cancel(line, fact):
    """The name as it sounds, or when it is."""
    await booked_before(line)
    answer = await line.tool("cancel_appointment", fact)
    assert answer["status"] == "cancelled"
    assert await standing(line) == []


@pytest.mark.parametrize(
    "fact", [{}, {"uhrzeit": "10:00"}, {"customer_name": "Müller oder Schmidt oder Meier"}]
)
async def test_the_number_alone_cancels_nothing(line, fact):
    """Somebody else may hold the telephone; a time of day is no fact, and a list no name."""
    await booked_before(line)
    answer = await line.tool("cancel_appointment", fact)
    assert (answer["status"], answer["missing"]) == ("needs_info", ["customer_name", "date"])
    assert await standing(line) == [FRIDAY_10]


@pytest.mark.parametrize(
    "fact",
    [
        *({"customer_name": "Schulze"}, {"customer_name": "Anna"}, {"datum": "6. März"}),
        {"customer_name": "Schulze", "datum": "5. März"},
        {"customer_name": "Müller Schmidt Huber Meier"},
    ],
)
async def test_a_wrong_fact_cancels_nothing(line, fact):
    """Where a name is said, it decides; what is wrong is answered with the offer to ring back."""
    await booked_before(line)
    answer = await line.tool("cancel_appointment", fact)
    assert (answer["status"], answer["callback_offered"]) == ("not_identified", True)
    assert await standing(line) == [FRIDAY_10]


async def test_whoever_gives_the_name_may_be_wrong_about_the_day(line):
    """And is told what there is, but nothing is cancelled that was not meant."""
    await booked_before(line)
    answer = await line.tool("cancel_appointment", MEIER | {"datum": "6. März"})
    assert (answer["status"], answer["missing"]) == ("needs_info", ["which"])
    assert "Freitag, den 5. März" in answer["say"]
    assert await standing(line) == [FRIDAY_10]
    answer = await line.tool("cancel_appointment", MEIER | {"datum": "5. März"})
    assert answer["status"] == "cancelled"


async def test_which_of_two_is_asked(line):
    """Two appointments under one name: nothing is cancelled until it is clear which."""
    await booked_before(line)
    await booked_before(line, uhrzeit="12:00")
    answer = await line.tool("cancel_appointment", {"customer_name": "Meier"})
    assert (answer["status"], len(answer["appointments"])) == ("needs_info", 2)
    assert "zehn Uhr oder" in answer["say"]
    answer = await line.tool("cancel_appointment", {"datum": "5. März", "uhrzeit": "zwölf Uhr"})
    assert answer["status"] == "cancelled"
    assert await standing(line) == [FRIDAY_10]


@pytest.mark.parametrize(
    ("args", "start"),
    [
        (SIXTEEN, "2027-03-05T16:00"),
        ({"new_datum": "8. März"}, "2027-03-08T10:00"),
        ({"new_uhrzeit": "halb fünf"}, "2027-03-05T16:30"),
        ({"new_datum": "eine Stunde später"}, "2027-03-05T11:00"),
        ({"date": "2027-03-08", "time": "9 Uhr"}, "2027-03-08T09:00"),
        (SIXTEEN | {"old_datum": "05.03.2027", "old_uhrzeit": "10:00"}, "2027-03-05T16:00"),
    ],
)
async def test_an_appointment_moves_to_where_it_is_wished(line, args, start):
    """Another day keeps the time, another time keeps the day."""
    booked = await line.tool("start_booking", TEN)
    moved = await line.tool("reschedule_appointment", args)
    assert (moved["status"], moved["start"][:16]) == ("moved", start)
    assert moved["appointment_id"] == booked["appointment_id"]
    assert len(await standing(line)) == 1


async def test_where_it_cannot_move_others_are_held_and_can_be_had(line):
    """The appointment stays where it is until another time is taken, which then is free for it."""
    for staff in ("Emma", "Sarah"):
        await line.salon.book(staff=staff, at=FRIDAY_10.replace(hour=15))
    await line.tool("start_booking", TEN)
    refused = await line.tool("reschedule_appointment", SIXTEEN)
    assert (refused["status"], len(refused["offers"])) == ("slot_taken", 2)
    assert FRIDAY_10 in await standing(line)
    at = refused["offers"][1]["start"]
    moved = await line.tool(
        "reschedule_appointment", {"new_datum": at[:10], "new_uhrzeit": at[11:16]}
    )
    assert (moved["status"], moved["start"]) == ("moved", at)
    assert FRIDAY_10 not in await standing(line)


async def test_moving_without_a_time_is_asked(line):
    """Nothing is guessed."""
    await line.tool("start_booking", TEN)
    answer = await line.tool("reschedule_appointment", {})
    assert (answer["status"], bool(answer["missing"])) == ("needs_info", True)


async def test_too_late_to_change_is_said(test_line):
    """The company's notice holds on the telephone too."""
    salon = test_line.salon
    await salon.rows(
        "UPDATE companies SET cancel_notice_min = 1440, move_notice_min = 1440, "
        "catalogue_version = catalogue_version + 1 WHERE id = $1 RETURNING id"
    )
    await salon.store.catalogues.reload(salon.id)
    await test_line.tool("start_booking", TEN | {"datum": "heute", "uhrzeit": "18:00"})
    for tool, args in (("cancel_appointment", {}), ("reschedule_appointment", SIXTEEN)):
        assert (await test_line.tool(tool, args))["status"] == "too_late_to_change"
    assert len(await standing(test_line)) == 1


async def test_a_callback_is_kept_once_a_call_and_completed(line):
    """Asked for twice it is one, with what was added."""
    await line.tool("request_callback", {"reason": "Farbe"}, caller="anonymous")
    wish = {"customer_name": "Anna Meier", "phone_number": "0170 123 45 67"}
    answer = await line.tool("request_callback", wish, caller="anonymous")
    assert (answer["status"], answer["success"]) == ("callback_requested", True)
    (noted,) = await line.salon.store.callbacks.listed(line.salon.id)
    assert (noted.customer_name, noted.customer_phone, noted.reason) == (
        "Anna Meier",
        "+491701234567",
        "Farbe",
    )
    rows = await line.salon.rows("SELECT kind, payload FROM outbox WHERE company_id = $1")
    assert [row["kind"] for row in rows] == ["callback.requested"]
    assert "Meier" not in rows[0]["payload"]


async def test_father_and_child_are_two_appointments(line):
    """The second of a visit at the same time is no repetition."""
    for person in (1, 2, 2):
        answer = await line.tool("start_booking", TEN | {"person": person})
        assert answer["status"] == "booked"
    assert await standing(line) == [FRIDAY_10, FRIDAY_10]


async def test_a_hold_is_given_back_on_request(line):
    """Who says no after all blocks nobody."""
    await line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, call="call_a")
    assert (await line.tool("release_slot_reservation", {}, call="call_a"))["status"] == "released"
    rival = await line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, call="call_b")
    assert rival["status"] == "held"


async def test_alternatives_and_the_next_free_times_are_held(line):
    """Whatever names a time keeps it."""
    for tool, args in (
        ("get_alternatives", TEN),
        ("find_next_available", {"service_name": HAIRCUT, "preferred_date": "2027-03-05"}),
    ):
        answer = await line.tool(tool, args, call=tool)
        assert (answer["status"], len(answer["offers"])) == ("openings", 2)
        for offer in answer["offers"]:
            found = await line.salon.find(offer["reservation_token"])
            assert found.status == "active"
