import time
from datetime import timedelta

import pytest

from tests.build import FRIDAY_10, HAIRCUT, PERM, TOKENS
from tests.voice.line import TEN, Line, a_line


async def test_the_context_is_the_salons_day_and_time(line):
    """The model learns today's date from us, and its call from the envelope."""
    answer = await line.tool("get_current_context", {"call_id": "call_1"})
    assert answer["status"] == "context"
    assert (answer["call_id"], answer["timezone"]) == ("call_real", "Europe/Berlin")
    assert answer["weekday"] in answer["say"]


async def test_a_free_time_is_held_in_the_instant_it_is_named(line):
    """Checking and holding are one step."""
    answer = await line.tool("check_availability_v17", TEN | {"call_id": "call_1"})
    assert (answer["status"], answer["available"]) == ("held", True)
    assert answer["start"] == "2027-03-05T10:00:00+01:00"
    assert answer["say"].startswith("Freitag, den 5. März um zehn Uhr ist für Herrenhaarschnitt")
    (held,) = await line.salon.store.reservations.active(line.salon.id)
    sealed = str(TOKENS.seal(held.token))
    assert (sealed, held.call_id) == (answer["reservation_token"], "call_real")
    assert held.customer_phone == "+491701234567"


@pytest.mark.parametrize(
    "args",
    [
        {"datum": "05.03.2027", "uhrzeit": "10 Uhr", "service_name": HAIRCUT},
        {"date": "2027-03-05", "time": "10:00:00", "service": HAIRCUT.lower()},
        {"datetime": "2027-03-05 10:00", "service_type": HAIRCUT},
        {"datetime": "2027-03-05T10:00:00", "service": HAIRCUT, "execution_message": "Moment"},
    ],
)
async def test_every_spelling_of_the_wish_is_the_same_hold(line, args):
    """Aliases and formats of models make no second hold."""
    first = await line.tool("check_availability", TEN)
    again = await line.tool("check_availability", args)
    assert again["reservation_token"] == first["reservation_token"]


async def test_any_tool_call_keeps_the_hold_alive(line):
    """Whoever still talks still holds."""
    held = await line.tool("check_availability", TEN)
    before = await line.salon.find(held["reservation_token"])
    await line.tool("get_current_context", {})
    assert (await line.salon.find(before.token)).expires_at > before.expires_at


async def test_a_time_that_another_caller_holds_is_taken(line):
    """Nobody hears "free" of what is held."""
    await line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, call="call_a")
    answer = await line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, call="call_b")
    assert (answer["status"], answer["available"]) == ("slot_taken", False)
    assert "vergeben" in answer["say"]


@pytest.mark.parametrize("tool", ["start_booking", "confirm_booking"])
@pytest.mark.parametrize("how", ["token", "nothing", "time"])
async def test_yes_books_what_was_held(line, tool, how):
    """By token, by the time said again, or simply the one that is held."""
    held = await line.tool("check_availability", TEN)
    args = {"token": {"reservation_token": held["reservation_token"]}, "nothing": {}, "time": TEN}
    answer = await line.tool(tool, args[how] | {"name": "Anna Meier"})
    assert answer["status"] == "booked"
    assert answer["reservation_token"] == held["reservation_token"]
    assert "gebucht" in answer["say"]
    again = await line.tool("confirm_booking", {"function_name": "confirm_booking"})
    assert again["appointment_id"] == answer["appointment_id"]


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ({"uhrzeit": "12 Uhr"}, "12:00"),
        ({"datum": "5. März", "uhrzeit": "12:00"}, "12:00"),
        ({"datum": "5. März", "uhrzeit": "13:30"}, "13:30"),
        ({"datum": "5. März"}, "10:00"),
        ({"uhrzeit": "10 Uhr"}, "10:00"),
        ({"dienstleistung": PERM, "datum": "5. März", "uhrzeit": "14:00"}, "14:00"),
    ],
)
async def test_what_was_said_wins_over_an_old_token(line, said, start):
    """A model may send the token of before; the time that the caller named is the one."""
    first = await line.tool("check_availability", TEN)
    await line.tool("check_availability", TEN | {"uhrzeit": "12:00"})
    token = {"reservation_token": first["reservation_token"], "dienstleistung": HAIRCUT}
    answer = await line.tool("start_booking", token | said)
    assert (answer["status"], answer["start"][11:16]) == ("booked", start)


async def test_another_calls_token_is_worth_nothing(line):
    """A token that somebody else was given books nothing."""
    held = await line.tool("check_availability", TEN, call="call_a")
    token = {"reservation_token": held["reservation_token"]}
    answer = await line.tool("start_booking", token, call="call_b")
    assert answer["status"] == "needs_info"
    assert (await line.salon.find(held["reservation_token"])).status == "active"


async def test_without_a_hold_the_wish_is_booked_at_once(line):
    """An agent that never checked can still book."""
    answer = await line.tool("start_booking", TEN | {"name": "Anna Meier"})
    assert answer["status"] == "booked"
    again = await line.tool("start_booking", TEN | {"name": "Anna Maier"})
    assert again["appointment_id"] == answer["appointment_id"]


async def test_without_a_hold_a_taken_time_says_why_not(line):
    """Booking at once is refused like checking is."""
    await line.salon.book(staff="Emma", at=FRIDAY_10)
    answer = await line.tool("start_booking", TEN | {"staff": "Emma"})
    assert answer["status"] == "slot_taken"


async def test_a_mere_yes_means_what_was_named_last(line):
    """Ten, then twelve, then ten again, and yes: ten."""
    for clock in ("10:00", "12:00", "10:00"):
        await line.tool("check_availability", TEN | {"uhrzeit": clock})
    answer = await line.tool("start_booking", {})
    assert (answer["status"], answer["start"][11:16]) == ("booked", "10:00")


async def test_a_yes_that_is_repeated_books_nothing_more(line):
    """What was named last is booked already; an older hold is not meant."""
    for clock in ("10:00", "12:00"):
        await line.tool("check_availability", TEN | {"uhrzeit": clock})
    first, again = [await line.tool("start_booking", {}) for _ in range(2)]
    assert first["start"][11:16] == "12:00"
    assert again["appointment_id"] == first["appointment_id"]


async def test_a_time_alone_is_of_the_day_that_was_offered(line):
    """ "And at eleven?" after an offer; the day is said back."""
    await line.tool("check_availability", TEN)
    answer = await line.tool("check_availability", {"uhrzeit": "um elf"})
    assert (answer["status"], answer["start"][:16]) == ("held", "2027-03-05T11:00")
    assert "Freitag, den 5. März" in answer["say"]


async def test_a_place_where_nothing_was_offered_is_no_choice(line):
    """ "The second one" of none is asked about."""
    answer = await line.tool("start_booking", {"uhrzeit": "den zweiten Termin bitte"})
    assert answer["status"] == "needs_info"


async def test_a_mere_yes_to_several_offers_is_asked(line):
    """A yes that could mean two times is not guessed."""
    for staff in ("Emma", "Sarah"):
        await line.salon.book(staff=staff)
    await line.tool("check_availability", TEN)
    answer = await line.tool("start_booking", {})
    assert (answer["status"], answer["missing"]) == ("needs_info", ["time"])


async def test_hanging_up_releases_the_hold(line):
    """The next caller gets what the first one left."""
    await line.tool("check_availability", TEN | {"staff": "Emma"}, call="call_a")
    await line.hang_up("call_a")
    answer = await line.tool("check_availability", TEN | {"staff": "Emma"}, call="call_b")
    assert answer["status"] == "held"


async def test_a_compound_is_held_and_booked_whole(line):
    """A perm is one wish of four segments."""
    held = await line.tool("check_availability", TEN | {"dienstleistung": PERM})
    assert held["end"] == "2027-03-05T12:15:00+01:00"
    answer = await line.tool("start_booking", {"name": "Gottfried Heu"})
    rows = await line.salon.rows(
        "SELECT status FROM appointment_reservations WHERE company_id = $1 AND is_compound"
    )
    assert [row["status"] for row in rows] == ["converted"] * 4
    assert answer["end"] == held["end"]


@pytest.mark.parametrize(
    ("args", "missing"),
    [
        ({}, "service"),
        ({"service": "{{service}}"}, "service"),
        ({"service": HAIRCUT}, "date"),
        ({"service": HAIRCUT, "date": "None", "time": "10:00"}, "date"),
        ({"service": HAIRCUT, "date": {"a": 1}, "time": ["x"]}, "date"),
    ],
)
async def test_what_is_missing_is_asked_for(line, args, missing):
    """Incomplete, unfilled and malformed arguments end in a question."""
    answer = await line.tool("check_availability", args)
    assert (answer["status"], answer["missing"]) == ("needs_info", [missing])


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (TEN | {"service": "Regenbogen Einhorn Schnitt"}, "unknown_service"),
        (TEN | {"datum": "gestern"}, "in_the_past"),
        (TEN | {"datum": "04.10.2023"}, "needs_info"),
        (TEN | {"datum": "28.03.2027", "uhrzeit": "02:30"}, "needs_info"),
        (TEN | {"datum": "31.10.2027", "uhrzeit": "02:30"}, "needs_info"),
        (TEN | {"staff": "Kunigunde"}, "unknown_staff"),
    ],
)
async def test_a_no_is_a_200_with_a_reason_and_a_sentence(line, args, status):
    """Every business outcome is an answer that can be spoken."""
    answer = await line.tool("check_availability", args)
    assert answer["status"] == status
    assert answer["say"]
    assert not {"{", "\n", "T10"} & set(answer["say"])


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ({"datum": "Freitag, den 5. März", "uhrzeit": "um zehn"}, "2027-03-05T10:00:00+01:00"),
        ({"datum": "am fünften dritten", "uhrzeit": "halb drei"}, "2027-03-05T14:30:00+01:00"),
        ({"datetime": "5. März um viertel nach neun"}, "2027-03-05T09:15:00+01:00"),
    ],
)
async def test_the_callers_own_words_are_understood(line, said, start):
    """Whatever a model passes on of what was said, the server reads."""
    answer = await line.tool("check_availability", said | {"dienstleistung": "Herren Haarschnitt"})
    assert (answer["status"], answer.get("start")) == ("held", start)


async def test_an_open_question_is_answered_with_slots_that_are_held(line):
    """What is free on Friday afternoon: a few times, each of which can be taken."""
    asked = {"datum": "5. März nachmittags", "dienstleistung": HAIRCUT}
    answer = await line.tool("check_availability", asked)
    assert (answer["status"], len(answer["offers"])) == ("openings", 2)
    assert all("2027-03-05T12" <= offer["start"] < "2027-03-05T18" for offer in answer["offers"])
    token = {"reservation_token": answer["offers"][1]["reservation_token"]}
    assert (await line.tool("start_booking", token))["start"] == answer["offers"][1]["start"]


async def test_the_second_wish_serves_where_the_first_is_taken(line):
    """Both were named, in that order: nine, or else three."""
    await line.salon.book(staff="Emma", at=FRIDAY_10 - timedelta(hours=1))
    wish = {"datum": "5. März", "uhrzeit": "neun Uhr oder fünfzehn Uhr", "staff": "Emma"}
    answer = await line.tool("check_availability", wish | {"dienstleistung": HAIRCUT})
    assert (answer["status"], answer["start"][11:16]) == ("held", "15:00")


async def test_one_of_the_offers_is_chosen_by_its_place(line):
    """A caller who says "the second one" gets the second one."""
    await line.salon.book(staff="Emma")
    heard = await line.tool("check_availability", TEN | {"staff": "Emma"})
    said = {"uhrzeit": "den zweiten Termin bitte", "name": "Anna Alt"}
    answer = await line.tool("start_booking", said)
    assert (answer["status"], answer["start"]) == ("booked", heard["offers"][1]["start"])


async def test_a_service_that_says_nothing_is_unknown(line):
    """Nothing is held for a service that was not surely meant."""
    answer = await line.tool("check_availability", TEN | {"dienstleistung": "irgendwas Schönes"})
    assert answer["status"] == "unknown_service"
    assert await line.salon.store.reservations.listed(line.salon.id) == []


@pytest.mark.parametrize("name", ["User", "Unbekannt", "Kunde"])
async def test_a_name_that_a_model_made_up_is_asked_for(line, name):
    """A placeholder is nobody's name, and nothing is booked under it."""
    await line.tool("check_availability", TEN | {"name": name})
    answer = await line.tool("start_booking", {"customer_name": name})
    assert (answer["status"], answer["missing"]) == ("needs_info", ["customer_name"])
    answer = await line.tool("start_booking", {"customer_name": "hier ist Jens Schuhmann"})
    assert answer["status"] == "booked"
    booked = await line.salon.store.appointments.find(line.salon.id, answer["appointment_id"])
    assert (booked.customer_name, booked.customer_phone) == ("Jens Schuhmann", "+491701234567")


async def test_an_unknown_tool_is_said_as_well(line):
    """A drifted agent hears which tools there are."""
    answer = await line.tool("make_coffee", {})
    assert (answer["status"], "check_availability" in answer["tools"]) == ("unknown_tool", True)


@pytest.mark.parametrize(
    "header",
    ["v=1,d=" + "0" * 64, "x", "v=now,d=" + "0" * 64],
)
async def test_an_unsigned_call_does_nothing(line, header):
    """Whoever cannot sign is nobody."""
    payload = {"name": "check_availability", "call": line.envelope("c"), "args": TEN}
    header = header.replace("now", str(int(time.time() * 1000)))
    status, answer = await line.post("/v1/retell/functions", payload, header=header)
    assert (status, answer["code"]) == (401, "unauthorized")
    assert await line.salon.store.reservations.listed(line.salon.id) == []


async def test_an_unknown_line_looks_like_a_wrong_signature(line):
    """Strangers cannot learn which numbers we serve."""
    stranger = Line(line.http, line.salon, "+4930000")
    payload = {"name": "check_availability", "call": stranger.envelope("c"), "args": TEN}
    status, answer = await stranger.post("/v1/retell/functions", payload)
    assert (status, answer["code"]) == (401, "unauthorized")


async def test_another_companys_secret_does_not_sign_for_this_line(line, http, store):
    """A secret speaks for its own company only."""
    other = await a_line(http, store)
    await store.platform_secrets.add(other.salon.id, "retell", "another_secret_of_theirs")
    forged = Line(http, line.salon, line.number, "another_secret_of_theirs")
    payload = {"name": "check_availability", "call": forged.envelope("c"), "args": TEN}
    assert (await forged.post("/v1/retell/functions", payload))[0] == 401


async def test_a_withheld_number_may_hold(line):
    """Anonymous callers are callers."""
    envelope = line.envelope("c", from_number="anonymous")
    payload = {"name": "check_availability", "call": envelope, "args": TEN}
    status, answer = await line.post("/v1/retell/functions", payload)
    assert (status, answer["status"]) == (200, "held")
