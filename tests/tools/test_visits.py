"""Several services and several people in one promise, as callers wish and change them."""

from datetime import timedelta

import pytest

from slotkeeper.operations.cancel import release_call
from tests.build import FRIDAY_10
from tests.voice.line import a_line, appointments, reservations

CUT, COLOUR, CHILD = "Damenhaarschnitt", "Ansatzfärbung", "Kinderhaarschnitt"
MEN = "Herrenhaarschnitt"
SERVICES = {CUT: [(60, 0)], COLOUR: [(30, 25), (20, 0)], CHILD: [(30, 0)], MEN: [(30, 0)]}
FRIDAY = {"date": "5. März", "time": "10 Uhr"}
NAMED = {"customer_name": "Erika Muster"}
BOTH = f"{CUT} und {COLOUR}"
FAMILY = f"{CUT} für mich und {CHILD} für meinen Sohn"


@pytest.fixture
async def line(http, store):
    """A sandbox salon with Emma and Sarah, who do all four services."""
    return await a_line(http, store, sandbox=True, services=SERVICES)


@pytest.fixture
def check(say):
    """Wish something for Friday at ten."""

    async def checked(service, **more):
        return await say("check_availability", service=service, **FRIDAY, **more)

    return checked


@pytest.fixture
def book(say, check):
    """Wish something for Friday at ten, and say yes."""

    async def booked(service):
        await check(service)
        return await say("start_booking", **NAMED)

    return booked


async def held(line):
    """Which services are held, hold by hold, each with the person and when it starts."""
    return [shown(line, hold.parts) for hold in await reservations(line)]


async def standing(line):
    """Which services stand in the book, appointment by appointment."""
    found = [
        await line.salon.store.appointments.find(line.salon.id, row["id"])
        for row in await appointments(line)
    ]
    return [shown(line, each.parts) for each in found]


def shown(line, parts):
    """Each part with its person, its service and when it starts."""
    company = line.salon.company
    return [
        f"{part.person} {company.service_by_id(part.service_id).name}"
        f" {part.starts_at.astimezone(company.zone):%H:%M}"
        for part in sorted(parts, key=lambda part: (part.starts_at, part.person))
    ]


async def test_two_services_in_one_breath_are_one_promise(line, check):
    """One token for both, said back with when it ends."""
    answer = await check(BOTH)
    assert (answer["status"], answer["services"]) == ("held", [CUT, COLOUR])
    assert await held(line) == [[f"1 {CUT} 10:00", f"1 {COLOUR} 11:00"]]
    assert all(word in answer["say"] for word in (CUT, COLOUR, "zwölf Uhr"))


async def test_two_people_are_served_side_by_side(line, check):
    """The answer says for whom, and how."""
    answer = await check(FAMILY)
    assert await held(line) == [[f"1 {CUT} 10:00", f"2 {CHILD} 10:00"]]
    assert all(words in answer["say"] for words in ("für Sie", "für Ihren Sohn", "nebeneinander"))
    assert [person["person"] for person in answer["people"]] == [1, 2]


async def test_a_yes_books_every_part_and_names_every_appointment(line, book):
    """One appointment for each person."""
    answer = await book(FAMILY)
    assert answer["status"] == "booked"
    assert answer["appointment_ids"][0] == answer["appointment_id"]
    assert len(answer["appointment_ids"]) == 2
    assert await standing(line) == [[f"1 {CUT} 10:00"], [f"2 {CHILD} 10:00"]]
    assert "Ihren Sohn" in answer["say"]


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        (f"{MEN} mit Bartpflege", "Bartpflege"),
        (f"{CUT} und Massage", "Massage"),
        (f"{CUT} für fünf Personen und {COLOUR}", None),
    ],
)
async def test_what_is_not_clear_is_asked_before_anything_is_held(line, check, service, asked):
    """Nothing that was said is dropped."""
    answer = await check(service)
    assert answer["status"] in ("needs_info", "visit_too_large")
    assert asked is None or asked in answer["say"]
    assert await held(line) == []


async def test_the_same_words_after_the_question_are_asked_about_again(line, say, check):
    """Nobody has agreed to leave anything out."""
    asked = await check(f"{MEN} mit Bartpflege")
    again = await say("start_booking", service=f"{MEN} mit Bartpflege", **FRIDAY, **NAMED)
    assert (again["status"], again["say"]) == ("needs_info", asked["say"])
    assert await standing(line) == []


async def test_a_yes_to_the_rest_holds_the_rest(line, say, check):
    """ "Shall I take only the haircut?" is answered by a yes."""
    await check(f"{MEN} mit Bartpflege")
    answer = await say("check_availability", service="ja")
    assert answer["status"] == "held"
    assert await held(line) == [[f"1 {MEN} 10:00"]]


async def test_more_people_than_a_visit_can_have_are_refused_by_name(line, check):
    """A callback is offered."""
    answer = await check(f"{MEN} für fünf Personen")
    assert answer["status"] == "visit_too_large"
    assert "zurückrufen" in answer["say"]
    assert await held(line) == []


@pytest.mark.parametrize("more", [f"und {COLOUR}", f"{COLOUR} dazu", BOTH])
async def test_a_second_sentence_adds_to_the_visit(line, say, check, more):
    """The whole is held anew, and nothing beside it."""
    await check(CUT)
    answer = await say("check_availability", service=more)
    assert answer["status"] == "held"
    assert await held(line) == [[f"1 {CUT} 10:00", f"1 {COLOUR} 11:00"]]


async def test_another_service_without_a_word_is_asked_about(line, say, check):
    """Besides or instead: neither is guessed, and the first stays held."""
    await check(CUT)
    asked = await say("check_availability", service=COLOUR)
    assert (asked["status"], "stattdessen" in asked["say"]) == ("needs_info", True)
    assert await held(line) == [[f"1 {CUT} 10:00"]]
    await say("check_availability", service="zusätzlich")
    assert await held(line) == [[f"1 {CUT} 10:00", f"1 {COLOUR} 11:00"]]


@pytest.mark.parametrize("less", [f"doch ohne {COLOUR}", "nur den Haarschnitt", f"nur {CUT}"])
async def test_a_second_sentence_takes_from_the_visit(line, say, check, less):
    """The rest is held at the same time."""
    await check(BOTH)
    assert (await say("check_availability", service=less))["status"] == "held"
    assert await held(line) == [[f"1 {CUT} 10:00"]]


async def test_where_both_cannot_be_had_the_first_stays_held(line, say, check):
    """Others are offered for both, and the haircut is still kept."""
    for staff in line.salon.staff_ids:
        await line.salon.book(MEN, staff=staff, at=FRIDAY_10.replace(hour=10))
    await check(CUT)
    answer = await say("check_availability", service=f"und {COLOUR}")
    assert (answer["status"], bool(answer["alternatives"])) == ("slot_taken", True)
    assert [f"1 {CUT} 10:00"] in await held(line)


async def test_a_no_names_all_that_was_wished(line, say):
    """The day is full for both, not for the first of them."""
    for staff in line.salon.staff_ids:
        for hour in range(7, 19):
            await line.salon.book(CUT, staff=staff, at=FRIDAY_10.replace(hour=hour))
    answer = await say("check_availability", service=BOTH, date="5. März")
    assert answer["status"] == "nothing_free"
    assert f"für {BOTH}" in answer["say"]


async def test_only_the_colour_is_cancelled(line, say, book):
    """The cut stays, and when and that it stays is said."""
    await book(BOTH)
    answer = await say("cancel_appointment", part=f"nur die {COLOUR}")
    assert answer["status"] == "cancelled"
    assert await standing(line) == [[f"1 {CUT} 10:00"]]
    assert f"Es bleibt bei {CUT}" in answer["say"]


async def test_a_part_that_is_cancelled_again_cancels_nothing_more(line, say, book):
    """The answer may have been lost."""
    await book(BOTH)
    for _ in range(2):
        await say("cancel_appointment", part=f"nur die {COLOUR}")
    assert await standing(line) == [[f"1 {CUT} 10:00"]]


@pytest.mark.parametrize("words", ["mein Sohn kann nicht", "nur mein Sohn"])
async def test_one_of_two_people_is_cancelled(line, say, book, words):
    """The other comes as before."""
    await book(FAMILY)
    answer = await say("cancel_appointment", part=words)
    assert (answer["status"], await standing(line)) == ("cancelled", [[f"1 {CUT} 10:00"]])


async def test_a_visit_is_cancelled_whole(line, say, book):
    """Without a word about a part, all of it is meant."""
    await book(FAMILY)
    answer = await say("cancel_appointment")
    assert (answer["status"], await standing(line)) == ("cancelled", [])


async def test_a_visit_is_moved_whole(line, say, book):
    """All of its people, and to times that their own old times overlap."""
    await book(FAMILY)
    answer = await say("reschedule_appointment", new_time="10:15")
    assert answer["status"] == "moved"
    assert await standing(line) == [[f"1 {CUT} 10:15"], [f"2 {CHILD} 10:15"]]


async def test_a_visit_that_cannot_be_moved_whole_stays(line, say, book):
    """Never half of it: others are offered for all."""
    await book(FAMILY)
    for staff in line.salon.staff_ids:
        await line.salon.book(MEN, staff=staff, at=FRIDAY_10.replace(hour=13))
    answer = await say("reschedule_appointment", new_time="14:00")
    assert answer["status"] == "slot_taken"
    assert await standing(line) == [
        [f"1 {CUT} 10:00"],
        [f"2 {CHILD} 10:00"],
        [f"1 {MEN} 14:00"],
        [f"1 {MEN} 14:00"],
    ]


async def test_one_part_is_moved_alone(line, say, book):
    """The colour goes to the afternoon and the cut stays."""
    await book(BOTH)
    answer = await say("reschedule_appointment", part=f"nur die {COLOUR}", new_time="15:00")
    assert answer["status"] == "moved"
    assert await standing(line) == [[f"1 {CUT} 10:00"], [f"1 {COLOUR} 15:00"]]
    assert "bleibt" in answer["say"]


async def test_a_part_that_was_moved_alone_is_cancelled_by_its_name(line, say, book):
    """It stands by itself from then on."""
    await book(BOTH)
    await say("reschedule_appointment", part=f"nur die {COLOUR}", new_time="15:00")
    assert (await say("cancel_appointment", part=f"die {COLOUR}"))["status"] == "cancelled"
    assert await standing(line) == [[f"1 {CUT} 10:00"]]


async def test_a_visit_is_named_once(say, book):
    """With its people and services."""
    await book(FAMILY)
    answer = await say("get_customer_appointments")
    (visit,) = answer["appointments"]
    assert len(visit["appointment_ids"]) == 2
    assert f"{CUT} für Sie und {CHILD} für Ihren Sohn" in answer["say"]


async def test_a_late_yes_acquires_the_whole_visit_again(line, say, check):
    """All of it, or others."""
    await check(FAMILY)
    line.salon.clock.advance(400)
    answer = await say("start_booking", **NAMED)
    assert answer["status"] == "booked"
    assert await standing(line) == [[f"1 {CUT} 10:00"], [f"2 {CHILD} 10:00"]]


@pytest.mark.parametrize("words", ["nur ich", "nein, doch nur für mich", "ich komme alleine"])
async def test_only_the_caller_is_left_of_a_visit(line, say, check, words):
    """At the same time; it is not asked back."""
    await check(FAMILY)
    answer = await say("check_availability", service=words)
    assert answer["status"] == "held", answer
    assert await held(line) == [[f"1 {CUT} 10:00"]]


async def test_a_yes_for_the_caller_alone_books_nobody_else(line, say, check):
    """The son is not booked."""
    await check(FAMILY)
    answer = await say("start_booking", service="nur ich", **NAMED)
    assert answer["status"] == "booked", answer
    assert (await standing(line), await held(line)) == ([[f"1 {CUT} 10:00"]], [])


async def test_only_the_callers_own_part_is_cancelled(line, say, book):
    """ "Only me" is understood, and the son's appointment stands."""
    await book(FAMILY)
    answer = await say("cancel_appointment", part="nur ich")
    assert answer["status"] == "cancelled", answer
    assert await standing(line) == [[f"2 {CHILD} 10:00"]]


@pytest.mark.parametrize("tool", ["cancel_appointment", "reschedule_appointment"])
async def test_a_hole_in_what_stays_is_said(line, say, book, tool):
    """Between the first and the last of what one person has."""
    await book(f"{COLOUR}, {CUT} und {CHILD} für mich")
    when = {"new_time": "16 Uhr"} if tool == "reschedule_appointment" else {}
    answer = await say(tool, part=CUT, **when)
    first, last = f"1 {COLOUR} 10:00", f"1 {CHILD} 12:15"
    assert [first, last] in await standing(line)
    assert "Dazwischen ist von elf Uhr fünfzehn bis zwölf Uhr fünfzehn frei." in answer["say"]


async def test_a_part_is_moved_alone_twice(line, say, book):
    """The same appointment of its own moves on, and all is said as it stands."""
    await book(BOTH)
    for time in ("14 Uhr", "16 Uhr"):
        answer = await say("reschedule_appointment", part=CUT, new_time=time)
        assert answer["status"] == "moved", answer
    assert await standing(line) == [[f"1 {COLOUR} 11:00"], [f"1 {CUT} 16:00"]]


async def test_what_was_moved_alone_is_said_with_its_own_time(line, say, book):
    """The rest of the visit is at another time."""
    await book(FAMILY)
    await say("reschedule_appointment", part="mein Sohn", new_time="16 Uhr")
    answer = await say("get_customer_appointments")
    assert f"{CUT} am Freitag, den 5. März um zehn Uhr" in answer["say"]
    assert f"{CHILD} am Freitag, den 5. März um sechzehn Uhr" in answer["say"]


async def test_what_was_held_first_is_said_to_stay(line, say, check):
    """The second wish cannot be had with it."""
    await check(CUT)
    for staff in ("Emma", "Sarah"):
        await line.salon.book(CUT, staff=staff, at=FRIDAY_10 + timedelta(hours=1))
    answer = await say("check_availability", service=f"und {COLOUR}")
    assert answer["status"] == "slot_taken", answer
    assert f"{CUT} um zehn Uhr bleibt für Sie reserviert." in answer["say"]
    assert [f"1 {CUT} 10:00"] in await held(line)


async def test_who_comes_along_without_a_service_is_asked_what_for(line, say, check):
    """Nobody is left out without a word."""
    await check(CUT)
    answer = await say("check_availability", service="und mein Sohn auch")
    assert (answer["status"], answer["missing"]) == ("needs_info", ["service"]), answer
    assert "Ihren Sohn" in answer["say"]


async def test_what_would_last_beyond_closing_is_said_so(line, say):
    """The salon is open then; only the time is too short."""
    answer = await say("check_availability", service=BOTH, date="5. März", time="19:30")
    assert answer["status"] == "closed", answer
    assert "reicht die Zeit nicht mehr, wir schließen um" in answer["say"]


async def test_all_of_a_visit_may_be_for_the_caller(line, say, check):
    """Who was counted as a second person does not come."""
    await check(f"{CUT}, {COLOUR} und {MEN}")
    answer = await say("check_availability", service="das ist alles für mich")
    assert answer["status"] == "held", answer
    assert [f"1 {CUT} 10:00", f"1 {COLOUR} 11:00", f"1 {MEN} 12:15"] in await held(line)


async def test_only_what_is_wished_anyway_changes_nothing(line, say, check):
    """It is one of three cuts, and the one that was wished."""
    await check(CUT)
    answer = await say("check_availability", service="doch nur den Schnitt")
    assert (answer["status"], await held(line)) == ("held", [[f"1 {CUT} 10:00"]]), answer


async def test_a_visit_that_was_given_back_is_named(line, say, check):
    """Ten o'clock was taken by two rivals, who both have declined by the next wish."""
    for staff in ("Emma", "Sarah"):
        await line.salon.hold(CUT, staff=staff, call=staff)
    assert (await check(BOTH))["status"] == "slot_taken"
    await release_call(line.salon.context("Emma"))
    await release_call(line.salon.context("Sarah"))
    answer = await say("check_availability", service=BOTH, date="5. März", time="15 Uhr")
    assert (answer["status"], "zehn Uhr" in answer["say"]) == ("held", True), answer
    assert [f"1 {CUT} 10:00", f"1 {COLOUR} 11:00"] in await held(line)


async def test_a_booking_that_cannot_be_had_names_what_was_given_back(line, say, check):
    """Three o'clock is gone as well; ten is free by now."""
    for staff in ("Emma", "Sarah"):
        await line.salon.hold(CUT, staff=staff, call=staff)
        await line.salon.book(CUT, staff=staff, at=FRIDAY_10 + timedelta(hours=5))
    await check(CUT)
    await release_call(line.salon.context("Emma"))
    answer = await say("start_booking", service=CUT, date="5. März", time="15 Uhr", **NAMED)
    assert answer["status"] == "slot_taken", answer
    assert answer["given_back"][0]["start"].startswith("2027-03-05T10:00")
