"""What was asked stays open until it is answered, and nothing is written on half an answer."""

from datetime import date

import pytest

from tests.build import FRIDAY_10, HAIRCUT, PERM
from tests.voice.line import appointments, reservations

# The clock of the test stands on Monday, 1 March, so that "Montag" may be today or in a week.
TUESDAY = {"date": "2. März", "time": "9:30", "service": HAIRCUT}
NAMED = {"customer_name": "Erika Muster"}


@pytest.fixture
def say(test_line):
    """Say something to a tool on the line's call, in the caller's own words."""

    async def said(tool, **args):
        return await test_line.tool(tool, args)

    return said


@pytest.fixture
async def booked(test_line, say):
    """An appointment on Tuesday at half past nine, booked in this call."""
    return await say("book_appointment", **TUESDAY, **NAMED)


async def starts(line):
    """When what stands in the book begins, on the wall."""
    zone = line.salon.company.zone
    return [f"{row['starts_at'].astimezone(zone):%a %H:%M}" for row in await appointments(line)]


async def test_a_move_waits_for_the_day_that_was_asked(test_line, say, booked):
    """ "Which Monday?" is not answered by "at eleven": it is asked again, and nothing moves."""
    asked = await say("reschedule_appointment", date="Montag")
    again = await say("reschedule_appointment", time="um elf")
    assert (asked["status"], again["status"]) == ("needs_info", "needs_info")
    assert (again["say"], again["missing"]) == (asked["say"], ["date"])
    assert await starts(test_line) == ["Tue 09:30"]


async def test_the_answer_completes_what_was_said_meanwhile(test_line, say, booked):
    """The day comes last, and the time that came before it counts."""
    await say("reschedule_appointment", date="Montag")
    await say("reschedule_appointment", time="um elf")
    moved = await say("reschedule_appointment", date="am achten März")
    assert moved["status"] == "moved"
    assert await starts(test_line) == ["Mon 11:00"]


@pytest.mark.parametrize("repeated", ["um elf", "gegen elf Uhr"])
async def test_a_repeated_answer_gets_the_same_question(test_line, say, booked, repeated):
    """What the platform sends twice has one effect."""
    await say("reschedule_appointment", date="Montag")
    first = await say("reschedule_appointment", time="um elf")
    assert (await say("reschedule_appointment", time=repeated))["say"] == first["say"]


async def test_a_check_waits_for_the_day_that_was_asked(test_line, say):
    """A mere time after "which Monday?" holds nothing."""
    asked = await say("check_availability", service=HAIRCUT, date="Montag")
    again = await say("check_availability", service=HAIRCUT, time="um elf")
    assert (asked["status"], again["say"]) == ("needs_info", asked["say"])
    assert await reservations(test_line) == []
    held = await say("check_availability", date="den zweiten")
    assert (held["status"], held["start"][:16]) == ("held", "2027-03-08T11:00")


async def test_a_check_waits_for_the_service_that_was_asked(test_line, say):
    """A day and a time that come after "which service?" are kept for its answer."""
    asked = await say("check_availability", service="Schnitt", date="Freitag")
    again = await say("check_availability", time="um zehn")
    assert (asked["status"], again["say"]) == ("needs_info", asked["say"])
    held = await say("check_availability", service=HAIRCUT)
    assert (held["status"], held["start"][:16]) == ("held", "2027-03-05T10:00")


async def test_a_yes_waits_for_the_day_that_was_asked(test_line, say):
    """Even the token of an earlier hold books nothing while a question is open."""
    held = await say("check_availability", **TUESDAY)
    asked = await say("check_availability", service=HAIRCUT, date="Montag", time="um elf")
    token = {"reservation_token": held["reservation_token"]}
    again = await say("start_booking", **NAMED, **token)
    assert (asked["status"], again["say"]) == ("needs_info", asked["say"])
    assert await starts(test_line) == []
    booked = await say("start_booking", **NAMED, date="den 8. März")
    assert booked["status"] == "booked"
    assert await starts(test_line) == ["Mon 11:00"]


async def test_a_whole_wish_closes_the_question(test_line, say):
    """Whoever says all parts has answered, whatever was asked."""
    await say("check_availability", service=HAIRCUT, date="Montag")
    held = await say("check_availability", **TUESDAY)
    booked = await say("start_booking", **NAMED)
    assert (held["status"], booked["status"]) == ("held", "booked")
    assert await starts(test_line) == ["Tue 09:30"]


@pytest.fixture
async def two_booked(say):
    """Two appointments of this call: a haircut on Tuesday, a perm on Wednesday."""
    await say("book_appointment", **TUESDAY, **NAMED)
    await say("book_appointment", date="3. März", time="14:00", service=PERM, **NAMED)


@pytest.mark.parametrize("answer", [{"date": "Samstag"}, {"time": "um acht"}, {}])
async def test_an_answer_that_fits_no_appointment_is_asked_again(
    test_line, say, two_booked, answer
):
    """Neither is cancelled, and nobody is called back."""
    asked = await say("cancel_appointment")
    again = await say("cancel_appointment", **answer)
    assert (again["status"], again["say"]) == ("needs_info", asked["say"])
    assert await starts(test_line) == ["Tue 09:30", "Wed 14:00"]


@pytest.mark.parametrize(
    "answer", [{"date": "Mittwoch"}, {"time": "um zwei"}, {"date": "den späteren"}]
)
async def test_the_appointment_that_was_chosen_is_cancelled(test_line, say, two_booked, answer):
    """By its day, by its time, or as the second of those that were named."""
    await say("cancel_appointment")
    assert (await say("cancel_appointment", **answer))["status"] == "cancelled"
    assert await starts(test_line) == ["Tue 09:30"]


async def test_a_day_that_may_be_two_cancels_nothing_on_a_third(test_line, say, booked):
    """ "Montag" is no Tuesday, whichever Monday it is."""
    answer = await say("cancel_appointment", date="Montag")
    assert answer["status"] == "needs_info"
    assert await starts(test_line) == ["Tue 09:30"]


async def test_where_to_move_is_kept_until_it_is_clear_what(test_line, say, two_booked):
    """The new time was said first, and the answer names the appointment only."""
    asked = await say("reschedule_appointment", new_date="5. März", new_time="16 Uhr")
    moved = await say("reschedule_appointment", date="Dienstag")
    assert (asked["status"], moved["status"]) == ("needs_info", "moved")
    assert await starts(test_line) == ["Wed 14:00", "Fri 16:00"]


async def test_a_mere_time_stays_on_the_day_that_was_to_be_moved_to(test_line, say, booked):
    """Thursday at ten is taken; "then at eleven" means Thursday, not the appointment's Tuesday."""
    salon = test_line.salon
    for staff in salon.staff_ids:
        await salon.book(staff=staff, at=FRIDAY_10)
    refused = await say("reschedule_appointment", new_date="5. März", new_time="10 Uhr")
    moved = await say("reschedule_appointment", new_time="um elf")
    assert (refused["status"], moved["status"]) == ("slot_taken", "moved")
    assert (await starts(test_line))[-1] == "Fri 11:00"


async def test_an_appointment_is_moved_on_its_own_day_whatever_was_checked_before(
    test_line, say, booked
):
    """What was checked for something else is no move that was begun."""
    await say("check_availability", service=PERM, date="5. März", time="12 Uhr")
    moved = await say("reschedule_appointment", new_time="um elf")
    assert (moved["status"], await starts(test_line)) == ("moved", ["Tue 11:00"])


async def closed_on(line, *days):
    """The salon is closed on some days."""
    salon = line.salon
    for day in days:
        async with salon.store.db.acting_for(salon.id) as db:
            await db.execute(
                "INSERT INTO closures (company_id, first_day, last_day, reason) "
                "VALUES ($1, $2, $2, 'Ruhetag')",
                salon.id,
                date.fromisoformat(day),
            )
    salon.company = await salon.store.catalogues.reload(salon.id)


async def test_a_closed_day_is_not_offered_for_choice(test_line, say, booked):
    """It is said to be closed, and the question is about the other one."""
    await closed_on(test_line, "2027-03-01")
    asked = await say("reschedule_appointment", date="Montag")
    assert asked["say"] == (
        "Montag, den 1. März haben wir geschlossen. Meinen Sie Montag, den 8. März?"
    )
    again = await say("reschedule_appointment", time="um elf")
    assert (again["say"], await starts(test_line)) == (
        "Meinen Sie Montag, den 8. März?",
        ["Tue 09:30"],
    )


async def test_of_closed_days_none_is_offered_and_others_are_held(test_line, say):
    """There is nothing to choose from: it is said, with what can be had instead."""
    await closed_on(test_line, "2027-03-01", "2027-03-08")
    answer = await say("check_availability", service=HAIRCUT, date="Montag", time="um elf")
    assert answer["status"] == "closed"
    assert len(await reservations(test_line)) == len(answer["offers"]) > 0


@pytest.mark.parametrize(
    "answer", [{"which": "den ersten"}, {"date": "Dienstag"}, {"date": "den früheren"}]
)
async def test_an_answer_that_is_sent_twice_cancels_one(test_line, say, two_booked, answer):
    """What is left then is no other appointment that might be meant."""
    await say("cancel_appointment")
    first = await say("cancel_appointment", **answer)
    again = await say("cancel_appointment", **answer)
    asked = await say("cancel_appointment")
    assert (first["status"], again["say"]) == ("cancelled", first["say"])
    assert asked["status"] == "needs_info"
    assert await starts(test_line) == ["Wed 14:00"]


@pytest.mark.parametrize("answer", ["Herren", "für Herren", "das erste", "Herrenhaarschnitt"])
async def test_a_service_is_chosen_among_those_that_were_asked_about(say, answer):
    """By how its name begins, or by its place."""
    asked = await say("check_availability", service="Schnitt", date="Freitag", time="zehn Uhr")
    assert asked["candidates"][0] == HAIRCUT
    held = await say("check_availability", service=answer)
    assert (held["status"], held["service"]) == ("held", HAIRCUT)


@pytest.mark.parametrize("answer", ["Sarah", "ja"])
async def test_a_yes_waits_for_the_person_that_was_asked(test_line, say, answer):
    """ "Do you mean Sarah?" is open until it is answered."""
    await say("check_availability", **TUESDAY, staff="Emma")
    asked = await say("check_availability", **TUESDAY, staff="Zarat")
    again = [await say("start_booking", **NAMED), await say("check_availability", **TUESDAY)]
    assert asked["status"] == "needs_info"
    assert [each["say"] for each in again] == [asked["say"]] * 2
    assert await starts(test_line) == []
    held = await say("check_availability", staff=answer)
    assert (held["status"], held["staff"]) == ("held", "Sarah")


async def test_a_move_waits_for_the_person_that_was_asked(test_line, say, booked):
    """A name that only sounds similar is asked about before anything moves."""
    asked = await say("reschedule_appointment", new_time="14 Uhr", staff="Zarat")
    assert (asked["status"], asked["missing"]) == ("needs_info", ["staff"])
    moved = await say("reschedule_appointment", staff="Sarah")
    assert (moved["status"], moved["staff"]) == ("moved", "Sarah")
    assert await starts(test_line) == ["Tue 14:00"]


async def test_others_are_those_of_the_time_that_was_talked_about(say):
    """ "What else have you got?" needs no day once more."""
    await say("check_availability", **TUESDAY)
    answer = await say("get_alternatives", service=HAIRCUT)
    assert answer["status"] == "openings"
    assert {offer["start"][:10] for offer in answer["offers"]} == {"2027-03-02"}
