"""The wished stylist stays wished, and whoever is named instead is named as somebody else."""

from datetime import timedelta

import pytest

from slotkeeper.domain.catalogue import RolloutSettings
from slotkeeper.domain.wish import Customer
from tests.build import FRIDAY_10, HAIRCUT, PERM
from tests.voice.line import CALLER, reservations

TEN = {"service": HAIRCUT, "date": "5. März", "time": "10 Uhr"}
WITH_EMMA = TEN | {"staff": "Emma"}
NAMED = {"customer_name": "Erika Muster"}
HOUR = timedelta(hours=1)


@pytest.fixture
def say(test_line):
    """Say something to a tool on the line's call, in the caller's own words."""

    async def said(tool, **args):
        return await test_line.tool(tool, args)

    return said


@pytest.fixture
def take(test_line):
    """Let somebody else have a person's time."""

    async def taken(staff="Emma", at=FRIDAY_10):
        return await test_line.salon.book(staff=staff, at=at)

    return taken


async def test_who_is_wished_is_said_back(say):
    """When it is held and when it is booked."""
    held = await say("check_availability", **WITH_EMMA)
    booked = await say("start_booking", **NAMED)
    assert (held["staff"], held["wished_staff"]) == ("Emma", "Emma")
    assert "bei Emma" in held["say"]
    assert "bei Emma" in booked["say"]


async def test_where_nobody_is_wished_nobody_is_named(say):
    """The sentence stays short; the facts say who it is."""
    held = await say("check_availability", **TEN)
    assert (held["status"], held["wished_staff"]) == ("held", None)
    assert held["staff"] not in held["say"]


async def test_a_late_yes_never_goes_to_somebody_else(test_line, say, take):
    """Emma is taken by then: that is said, hers come first, and another is named as such."""
    await say("check_availability", **WITH_EMMA)
    test_line.salon.clock.advance(6 * 60)
    await take("Emma")
    late = await say("start_booking", **NAMED)
    assert late["status"] == "slot_taken"
    assert late["say"].startswith("Freitag, den 5. März um zehn Uhr ist bei Emma leider schon")
    assert [offer["staff"] for offer in late["offers"]] == ["Emma", "Sarah"]
    assert late["say"].index("bei Emma Freitag") < late["say"].index("bei Sarah Freitag")
    assert {offer["wished_staff"] for offer in late["offers"]} == {"Emma"}


async def test_the_second_that_is_named_is_the_second_that_is_taken(test_line, say, take):
    """Emma's comes first although it is later, so the second is with Sarah."""
    await take("Emma", FRIDAY_10 - HOUR)
    await take("Emma")
    named = await say("check_availability", **WITH_EMMA)
    assert [offer["staff"] for offer in named["offers"]] == ["Emma", "Sarah"]
    booked = await say("start_booking", **NAMED, date="den zweiten")
    assert (booked["status"], booked["staff"]) == ("booked", "Sarah")
    assert "bei Sarah" in booked["say"]


async def test_another_time_is_wished_with_the_same_person(say):
    """ "And at eleven?" after a time with Emma means Emma."""
    await say("check_availability", **WITH_EMMA)
    held = await say("check_availability", time="elf Uhr")
    assert (held["status"], held["staff"], held["wished_staff"]) == ("held", "Emma", "Emma")


@pytest.mark.parametrize("said", [{"time": "elf Uhr"}, TEN | {"time": "11 Uhr"}])
async def test_where_she_is_not_free_it_is_said(say, take, said):
    """Whether the day and the service are said once more or not."""
    await take("Emma", FRIDAY_10 + HOUR)
    await say("check_availability", **WITH_EMMA)
    answer = await say("check_availability", **said)
    assert answer["status"] == "slot_taken"
    assert "bei Emma leider schon vergeben" in answer["say"]
    assert answer["offers"][0]["staff"] == "Emma"


@pytest.mark.parametrize("egal", ["egal", "egal wer", "anyone", "irgendwer"])
async def test_anyone_takes_the_wish_back(say, take, egal):
    """Whoever says that anybody will do is served by anybody, from then on."""
    await take("Emma", FRIDAY_10 + HOUR)
    await take("Emma", FRIDAY_10 + 3 * HOUR)
    await say("check_availability", **WITH_EMMA)
    held = await say("check_availability", time="elf Uhr", staff=egal)
    later = await say("check_availability", time="13 Uhr", date="5. März")
    assert [(each["status"], each["staff"]) for each in (held, later)] == [("held", "Sarah")] * 2
    assert held["wished_staff"] is None


async def test_words_that_say_nothing_of_the_person_keep_the_wish(say):
    """A model that fills in "bitte" or "bei ihr" has not lifted it."""
    await say("check_availability", **WITH_EMMA)
    held = await say("check_availability", time="elf Uhr", staff="bei ihr bitte")
    assert held["wished_staff"] == "Emma"


async def test_one_of_two_wished_people_is_taken_in_their_order(say, take):
    """ "Sarah oder Emma": Sarah where she is free, else Emma, and no question."""
    first = await say("check_availability", **TEN, staff="Sarah oder Emma")
    await take("Sarah", FRIDAY_10 + HOUR)
    second = await say("check_availability", time="elf Uhr")
    assert [first["staff"], second["staff"]] == ["Sarah", "Emma"]


async def test_a_yes_to_somebody_else_is_not_the_held_one(test_line, say):
    """The hold is with Emma; "with Sarah, yes" books Sarah, as that was said."""
    await say("check_availability", **WITH_EMMA)
    booked = await say("start_booking", **NAMED, staff="Sarah", date="5. März", time="10 Uhr")
    assert (booked["status"], booked["staff"]) == ("booked", "Sarah")


async def test_a_move_stays_with_the_wished_person(test_line, say, take):
    """At two she is taken: it is said, and nothing moves to somebody else."""
    await take("Emma", FRIDAY_10 + 4 * HOUR)
    await say("book_appointment", **WITH_EMMA, **NAMED)
    answer = await say("reschedule_appointment", new_time="14 Uhr")
    assert answer["status"] == "slot_taken"
    assert "bei Emma leider schon vergeben" in answer["say"]
    assert answer["offers"][0]["staff"] == "Emma"
    moved = await say("reschedule_appointment", new_time="14 Uhr", staff="egal wer")
    assert (moved["status"], moved["staff"]) == ("moved", "Sarah")
    assert "bei Sarah" in moved["say"]


async def test_the_wish_is_kept_with_the_appointment_for_later_calls(test_line, take):
    """Another call of the customer moves it, days later."""
    salon = test_line.salon
    await salon.book(staff="Emma", customer=Customer("Erika Muster", CALLER))
    await take("Emma", FRIDAY_10 + 4 * HOUR)
    args = {"customer_name": "Erika Muster", "new_date": "5. März", "new_time": "14 Uhr"}
    answer = await test_line.tool("reschedule_appointment", args, call="call_later")
    assert (answer["status"], answer["offers"][0]["staff"]) == ("slot_taken", "Emma")


async def test_a_move_without_a_wish_says_where_the_person_changes(test_line, say, take):
    """Nobody was wished, so it moves; but it is said who it is with now."""
    booked = await say("book_appointment", **TEN, **NAMED)
    await take(booked["staff"], FRIDAY_10 + 4 * HOUR)
    moved = await say("reschedule_appointment", new_time="14 Uhr")
    back = await say("reschedule_appointment", new_time="15 Uhr")
    assert booked["staff"] != moved["staff"] == back["staff"]
    assert moved["say"].endswith(f"um vierzehn Uhr bei {moved['staff']}.")
    assert back["say"].endswith("um fünfzehn Uhr.")


async def test_where_the_wished_person_is_away_that_day_hers_and_others_are_named(test_line, say):
    """Her next day, and the wished day with somebody else, as somebody else."""
    salon = test_line.salon
    emma = salon.company.staff_member("Emma")
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute(
            "INSERT INTO absences (company_id, calendar_id, starts_at, ends_at) "
            "VALUES ($1, $2, $3, $4)",
            salon.id, emma.calendar_id, FRIDAY_10 - 10 * HOUR, FRIDAY_10 + 13 * HOUR,
        )  # fmt: skip
    answer = await say("check_availability", service=HAIRCUT, date="5. März", staff="Emma")
    assert answer["status"] == "staff_absent"
    assert [offer["staff"] for offer in answer["offers"]] == ["Emma", "Sarah"]
    assert "ist Emma leider nicht da" in answer["say"]
    assert "bei Sarah Freitag" in answer["say"]


async def test_the_next_free_times_are_with_the_wished_person(say):
    """Whoever wished Emma and asks for the next time means hers."""
    await say("check_availability", **WITH_EMMA)
    answer = await say("find_next_available", service=PERM)
    assert {offer["staff"] for offer in answer["offers"]} == {"Emma"}


async def test_the_wish_is_kept_where_nothing_is_held(test_line, say):
    """A call that is served without holds keeps its topic all the same."""
    salon = test_line.salon
    await salon.store.rollout.set(salon.id, RolloutSettings(percent=0))
    await say("check_availability", **WITH_EMMA)
    answer = await say("check_availability", time="elf Uhr")
    assert (answer["status"], answer["wished_staff"]) == ("available", "Emma")


async def test_a_repeated_request_holds_the_same_once(test_line, say):
    """The wish that was kept makes no second hold of the first."""
    for _ in range(2):
        await say("check_availability", **WITH_EMMA)
    await say("check_availability", **TEN)
    assert len(await reservations(test_line)) == 1
