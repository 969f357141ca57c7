"""The booking tools, called as functions: no envelope, no HTTP."""

from datetime import timedelta

import pytest

from slotkeeper.tools.booking import book_appointment, collect_appointment_data, start_booking
from slotkeeper.tools.checking import (
    check_availability,
    find_next_available,
    get_alternatives,
    release_hold,
)
from tests.build import FRIDAY_10, HAIRCUT, PERM

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}
ERIKA = {"customer_name": "Erika Muster"}
HOUR = timedelta(hours=1)


async def holds(salon):
    """What is held, by its start."""
    active = await salon.store.reservations.active(salon.id, now=salon.now)
    return sorted(active, key=lambda hold: (hold.starts_at, str(hold.staff_id)))


async def book_out(salon, at=FRIDAY_10):
    """Let others have every person of the salon at a time."""
    for staff in salon.staff_ids:
        await salon.book(staff=staff, at=at)


async def test_a_free_wish_is_held_and_its_token_given(salon):
    """The answer names exactly what the row holds."""
    answer = await check_availability(salon.tool_request(**TEN))
    (hold,) = await holds(salon)
    assert (answer.status, answer.facts["reservation_token"]) == ("held", str(hold.token))
    assert (answer.told_free, answer.told_free_staff) == ((hold.starts_at,), (hold.staff_id,))


async def test_a_taken_wish_is_refused_with_others_that_are_held(salon):
    """Every offer has a token, and every token is a hold."""
    await book_out(salon)
    answer = await check_availability(salon.tool_request(**TEN))
    tokens = [offer["reservation_token"] for offer in answer.facts["offers"]]
    assert (answer.status, answer.reason, len(tokens)) == ("slot_taken", "taken", 2)
    assert sorted(tokens) == sorted(str(hold.token) for hold in await holds(salon))
    assert answer.refused_start == FRIDAY_10


@pytest.mark.parametrize("cohort", ["off", "shadow"])
async def test_without_holds_the_same_slots_are_named_and_nothing_is_held(salon, cohort):
    """The cohort decides that, and nothing else in the answer changes."""
    free = await check_availability(salon.tool_request(cohort=cohort, **TEN))
    await book_out(salon)
    taken = await check_availability(salon.tool_request(cohort=cohort, **TEN))
    assert (free.status, taken.status) == ("available", "slot_taken")
    assert "reservation_token" not in free.facts
    assert (taken.facts["offers"], len(taken.facts["alternatives"])) == ([], 2)
    assert await holds(salon) == []


async def test_the_first_preference_that_is_free_is_held(salon):
    """ "At ten, or else at eleven": ten is taken, so it is eleven."""
    await book_out(salon)
    wish = TEN | {"time": "um 10 Uhr, sonst um 11 Uhr"}
    answer = await check_availability(salon.tool_request(**wish))
    assert (answer.status, answer.told_free) == ("held", (FRIDAY_10 + HOUR,))


async def test_a_check_of_what_the_call_has_booked_says_that_it_is_booked(salon):
    """Neither a refusal nor a second hold."""
    await check_availability(salon.tool_request(**TEN))
    booked = await start_booking(salon.tool_request(**ERIKA))
    answer = await check_availability(salon.tool_request(**TEN))
    assert answer.status == "booked"
    assert answer.facts["appointment_id"] == booked.facts["appointment_id"]


async def test_an_open_question_is_answered_with_slots_of_that_part_of_the_day(salon):
    """The first good ones of the afternoon, held."""
    wish = {"date": "Freitag", "time": "nachmittags", "service": HAIRCUT}
    answer = await check_availability(salon.tool_request(**wish))
    assert answer.status == "openings"
    assert [hold.starts_at for hold in await holds(salon)] == list(answer.told_free)
    assert min(answer.told_free) >= FRIDAY_10 + 2 * HOUR


async def test_alternatives_are_other_times_than_the_wished_one(salon):
    """Although the wished one is free."""
    answer = await get_alternatives(salon.tool_request(**TEN))
    assert (answer.status, answer.refused_start) == ("openings", None)
    assert len(answer.told_free) == 2
    assert FRIDAY_10 not in answer.told_free


async def test_the_next_free_times_begin_now(salon):
    """No day was said, and none is asked for."""
    answer = await find_next_available(salon.tool_request(service=HAIRCUT))
    assert answer.status == "openings"
    assert min(answer.told_free).date() == salon.now.date()


@pytest.mark.parametrize(
    ("missing", "wish"),
    [
        ("service", {"date": "2027-03-05", "time": "10:00"}),
        ("date", {"service": HAIRCUT, "time": "10:00"}),
    ],
)
async def test_what_is_missing_is_asked_for_and_nothing_is_held(salon, missing, wish):
    """One question, about that alone."""
    answer = await check_availability(salon.tool_request(**wish))
    assert (answer.status, answer.facts["missing"]) == ("needs_info", [missing])
    assert await holds(salon) == []


async def test_a_yes_books_the_one_hold_of_the_call(salon):
    """Without a token, a day or a time: there is only one thing it can mean."""
    await check_availability(salon.tool_request(**TEN))
    request = salon.tool_request(**ERIKA)
    answer = await start_booking(request)
    assert (answer.status, request.notes.wish, request.notes.accepted.name) == (
        "booked",
        "accepted",
        HAIRCUT,
    )
    appointment = await salon.store.appointments.find(salon.id, answer.facts["appointment_id"])
    assert (appointment.starts_at, appointment.customer_name) == (FRIDAY_10, "Erika Muster")


async def test_a_yes_to_several_offers_is_asked_back(salon):
    """Which of them is not ours to guess."""
    await get_alternatives(salon.tool_request(**TEN))
    answer = await start_booking(salon.tool_request())
    assert (answer.status, answer.facts["missing"]) == ("needs_info", ["time"])


async def test_a_yes_of_a_call_that_holds_nothing_is_asked_back(salon):
    """Another call's hold is none of its own, whatever token a model sends."""
    other = await salon.hold(call="call_b")
    answer = await start_booking(salon.tool_request(reservation_token=str(other.token)))
    assert (answer.status, answer.facts["missing"]) == ("needs_info", ["date", "time"])
    assert (await salon.find(other.token)).status == "active"


async def test_a_yes_with_another_time_than_was_held_books_that_time(salon):
    """What was said wins over what is held."""
    await check_availability(salon.tool_request(**TEN))
    answer = await start_booking(salon.tool_request(**TEN | ERIKA | {"time": "14:00"}))
    assert answer.status == "booked"
    appointment = await salon.store.appointments.find(salon.id, answer.facts["appointment_id"])
    assert appointment.starts_at == FRIDAY_10 + 4 * HOUR


async def test_a_yes_to_a_hold_that_died_and_was_taken_names_what_is_free_near_it(salon):
    """The caller hears why, and other times that are held."""
    await check_availability(salon.tool_request(**TEN))
    salon.clock.advance(301)
    await book_out(salon)
    answer = await start_booking(salon.tool_request())
    assert (answer.status, len(answer.facts["offers"])) == ("slot_taken", 2)


async def test_a_yes_to_a_hold_that_died_and_is_free_still_books_it(salon):
    """Nobody took it meanwhile."""
    await check_availability(salon.tool_request(**TEN))
    salon.clock.advance(301)
    answer = await start_booking(salon.tool_request(**ERIKA))
    assert answer.status == "booked"


async def test_a_yes_after_the_call_has_ended_is_refused_without_offers(salon):
    """No other time is an answer to that."""
    await salon.hang_up("call_a")
    answer = await start_booking(salon.tool_request(**TEN))
    assert (answer.status, answer.told_free) == ("call_ended", ())


async def test_a_name_that_a_model_made_up_is_asked_for(salon):
    """Before anything is booked."""
    await check_availability(salon.tool_request(**TEN))
    answer = await start_booking(salon.tool_request(customer_name="Unbekannt"))
    assert answer.facts["missing"] == ["customer_name"]
    assert len(await holds(salon)) == 1


@pytest.mark.parametrize(
    ("tool", "confirmed", "status"),
    [
        (book_appointment, None, "booked"),
        (book_appointment, "false", "held"),
        (collect_appointment_data, None, "held"),
        (collect_appointment_data, "true", "booked"),
    ],
)
async def test_the_former_tools_book_when_the_caller_has_confirmed(salon, tool, confirmed, status):
    """One books unless it hears no, the other checks unless it hears yes."""
    assert (await tool(salon.tool_request(**TEN | ERIKA, confirmed=confirmed))).status == status


async def test_what_is_given_back_is_free_for_others_and_other_calls_keep_theirs(salon):
    """Only the call's own holds end."""
    mine = await salon.hold(PERM, call="call_a", staff="Emma")
    other = await salon.hold(call="call_b", staff="Sarah")
    assert (await release_hold(salon.tool_request())).status == "released"
    assert (await salon.find(mine.token)).end_reason == "released"
    assert (await salon.find(other.token)).status == "active"


async def test_without_a_call_a_token_gives_back_its_own_hold_alone(salon):
    """Nobody can guess a token, and one of a call's is not good without the call."""
    mine, of_call = await salon.hold(staff="Emma"), await salon.hold(staff="Sarah", call="call_b")
    for hold in (mine, of_call):
        await release_hold(salon.tool_request(None, reservation_token=str(hold.token)))
    assert (await salon.find(mine.token)).status == "cancelled"
    assert (await salon.find(of_call.token)).status == "active"
