"""The same caller again: nothing is booked twice unasked, and a number alone reveals nothing."""

from datetime import timedelta

import pytest

from slotkeeper.domain.wish import Customer
from slotkeeper.operations.keep_topic import keep_topic
from slotkeeper.tools.booking import start_booking
from slotkeeper.tools.changes import reschedule_appointment
from slotkeeper.tools.checking import check_availability
from tests.build import FRIDAY_10, HAIRCUT, PERM

PHONE = "+491729990011"
RITA = Customer("Rita Probe", PHONE)
NAME = {"customer_name": "Rita Probe"}
TEN = {"service": HAIRCUT, "date": "2027-03-05", "time": "10:00"}
# Both overlap what stands from ten on.
EARLIER, LATER = TEN | {"time": "9:30"}, TEN | {"time": "10:30"}


@pytest.fixture
async def booked(salon):
    """What an earlier call of the number has booked; its caller never heard of it."""
    return await salon.book(call="earlier", staff="Emma", customer=RITA)


async def ring(salon, tool=start_booking, **args):
    """A tool call of a newer call of the number, with what the call was asked before."""
    request = salon.tool_request("again", caller=PHONE, **args)
    answer = await tool(request)
    await keep_topic(request.context)
    return answer


async def standing(salon):
    """How many appointments stand under the number."""
    return len(await salon.standing_of(PHONE))


async def alive(salon):
    """What is held now."""
    return [
        each.starts_at for each in await salon.store.reservations.active(salon.id, now=salon.now)
    ]


async def test_the_same_booking_in_a_newer_call_is_asked_about(salon, booked):
    """The slot with somebody else stays held, and the way out is said."""
    answer = await ring(salon, **TEN, **NAME)
    assert (answer.status, answer.reason) == ("needs_info", "stands_already")
    assert answer.facts["missing"] == ["another"]
    assert "Freitag, den 5. März um zehn Uhr" in answer.say
    assert "bleibt es dabei" in answer.say.lower()
    assert (await standing(salon), await alive(salon)) == (1, [FRIDAY_10])


@pytest.mark.parametrize(
    "args",
    [
        {"another": True},
        {"another": "noch einen bitte"},
        {"date": "2027-03-05", "time": "10:00 Uhr, einen weiteren"},
    ],
)
async def test_one_more_is_booked_when_it_is_wished(salon, booked, args):
    """By the argument, or by the words once it was asked."""
    await ring(salon, **TEN, **NAME)
    answer = await ring(salon, **(TEN | NAME | args))
    assert answer.status == "booked"
    assert await standing(salon) == 2


async def test_what_was_answered_is_not_asked_again(salon, booked):
    """One more was wished at the check; the yes to it books."""
    await ring(salon, check_availability, **TEN, **NAME)
    held = await ring(salon, check_availability, **TEN, **NAME, another=True)
    assert held.status == "held"
    yes = await ring(salon, reservation_token=held.facts["reservation_token"], **NAME)
    assert (yes.status, await standing(salon)) == ("booked", 2)


async def test_a_mere_yes_answers_nothing(salon, booked):
    """It is asked again, and the hold is renewed."""
    await ring(salon, **TEN, **NAME)
    salon.clock.advance(250)
    assert (await ring(salon, **TEN, **NAME)).reason == "stands_already"
    salon.clock.advance(250)
    assert await alive(salon) == [FRIDAY_10]
    assert await standing(salon) == 1


async def test_leaving_it_gives_the_hold_back(salon, booked):
    """The way out."""
    await ring(salon, **TEN, **NAME)
    answer = await ring(salon, **TEN, **NAME, another="nein, es bleibt dabei")
    assert answer.say.startswith("Gut, es bleibt bei")
    assert (await standing(salon), await alive(salon)) == (1, [])


async def test_an_overlapping_wish_moves_the_one_that_stands(salon, booked):
    """At half past ten instead of ten."""
    later = TEN | {"time": "10:30"}
    asked = await ring(salon, **later, **NAME)
    assert "auf zehn Uhr dreißig verschieben" in asked.say
    answer = await ring(salon, **later, **NAME, another="verschieben bitte")
    assert (answer.status, answer.facts["appointment_id"]) == ("moved", booked.id)
    assert await standing(salon) == 1


async def test_moving_goes_by_the_tool_for_it_as_well(salon, booked):
    """What the call holds gives way to the appointment."""
    later = TEN | {"time": "10:30"}
    await ring(salon, **later, **NAME)
    answer = await ring(
        salon, reschedule_appointment, **NAME, new_date="2027-03-05", new_time="10:30"
    )
    assert (answer.status, await standing(salon)) == ("moved", 1)


async def test_a_number_alone_hears_nothing_and_is_asked_nothing(salon, booked):
    """A question that only its own appointment brings would tell that there is one."""
    answer = await ring(salon, check_availability, **TEN)
    other = salon.tool_request("another", caller="+491729990012", **TEN | {"time": "14:00"})
    assert answer.status == "held"
    assert answer.facts.keys() == (await check_availability(other)).facts.keys()
    yes = await ring(salon, reservation_token=answer.facts["reservation_token"], **NAME)
    assert (yes.reason, await standing(salon)) == ("stands_already", 1)


async def test_names_are_guessed_in_vain_by_booking(salon, booked):
    """After three comparisons the right name brings no question either."""
    for guess in ("Anna Alt", "Berta Bald", "Cora Carl"):
        answer = await ring(salon, check_availability, **TEN, customer_name=guess)
        assert answer.status == "held"
    assert (await ring(salon, check_availability, **TEN, **NAME)).status == "held"


async def test_another_name_of_the_family_books_as_ever(salon, booked):
    """Nothing is said of whose appointment stands."""
    answer = await ring(salon, **TEN, customer_name="Jens Sommer")
    assert (answer.status, await standing(salon)) == ("booked", 2)


@pytest.mark.parametrize(
    "wish", [{"time": "12:00"}, {"date": "2027-03-12"}, {"service": PERM}], ids=str
)
async def test_another_time_or_service_is_no_question(salon, booked, wish):
    """Regulars book ahead."""
    answer = await ring(salon, **(TEN | NAME | wish))
    assert (answer.status, await standing(salon)) == ("booked", 2)


async def test_a_withheld_number_is_never_asked(salon):
    """Without a number nothing is assumed."""
    await salon.book(call="earlier", staff="Emma", customer=Customer("Rita Probe"))
    request = salon.tool_request("again", caller=None, **TEN, **NAME)
    assert (await start_booking(request)).status == "booked"


async def test_what_this_call_has_booked_is_answered_as_booked(salon):
    """A repeated request is a repetition, no question."""
    await ring(salon, **TEN, **NAME)
    assert (await ring(salon, **TEN, **NAME)).status == "booked"
    assert await standing(salon) == 1


async def test_the_own_appointment_in_the_way_is_named(salon, booked):
    """Emma is taken by the caller's own appointment, and whoever gives the name hears so."""
    wish = TEN | {"staff": "Emma"}
    answer = await ring(salon, check_availability, **wish, **NAME)
    assert answer.reason == "stands_already"
    assert answer.facts["offers"]
    nameless = salon.tool_request("nameless", caller=PHONE, **wish)
    assert (await check_availability(nameless)).status == "slot_taken"


async def test_of_two_that_stand_each_is_told_apart(salon, booked):
    """No question offers two equal options."""
    await salon.book(call="other", staff="Sarah", customer=RITA)
    answer = await ring(salon, check_availability, **TEN, **NAME)
    assert "bei Emma" in answer.say
    assert "bei Sarah" in answer.say


async def test_an_appointment_of_the_past_is_no_question(salon, booked):
    """Only what is still to come is looked at."""
    salon.clock.now = FRIDAY_10 + timedelta(minutes=20)
    answer = await ring(salon, **(TEN | NAME | {"time": "10:30"}))
    assert (answer.status, await standing(salon)) == ("booked", 2)


async def test_the_older_calls_yes_hears_that_the_newer_call_has_the_slot(salon):
    """And what else is free is named, held."""
    wish = TEN | NAME | {"staff": "Emma"}
    older = salon.tool_request("older", caller=PHONE, **wish)
    held = await check_availability(older)
    salon.clock.advance(90)
    assert (await ring(salon, check_availability, **wish)).status == "held"
    yes = {"reservation_token": held.facts["reservation_token"], **NAME}
    answer = await start_booking(salon.tool_request("older", caller=PHONE, **yes))
    assert (answer.reason, await standing(salon)) == ("taken_over", 0)
    assert answer.say.startswith("Diesen Termin hat schon Ihr neuerer Anruf übernommen.")
    assert answer.facts["offers"]


async def test_the_older_calls_wish_hears_it_as_well(salon):
    """The very slot is not called taken by somebody."""
    wish = TEN | NAME | {"staff": "Emma"}
    await check_availability(salon.tool_request("older", caller=PHONE, **wish))
    salon.clock.advance(90)
    await ring(salon, check_availability, **wish)
    answer = await check_availability(salon.tool_request("older", caller=PHONE, **wish))
    assert answer.reason == "taken_over"
    assert answer.say.startswith("Diesen Termin hat schon Ihr neuerer Anruf übernommen.")


@pytest.mark.parametrize("said", [{"another": True}, {"another": "noch einen bitte"}])
async def test_the_next_booking_of_the_call_is_not_asked_about_again(salon, booked, said):
    """Whoever wished one more beside what stands may wish a third."""
    await ring(salon, **EARLIER, **NAME)
    assert (await ring(salon, **EARLIER, **NAME, **said)).status == "booked"
    third = await ring(salon, **LATER, **NAME)
    assert (third.status, await standing(salon)) == ("booked", 3)


async def test_one_more_that_was_said_at_once_is_not_asked_about(salon, booked):
    """Neither at the check, nor at the yes, nor at the next wish and its yes."""
    held = await ring(salon, check_availability, **EARLIER, **NAME, another="einen weiteren")
    assert held.status == "held"
    yes = await ring(salon, **NAME, time="9:30")
    assert (yes.status, await standing(salon)) == ("booked", 2)
    salon.clock.advance(20)
    more = await ring(salon, check_availability, **LATER, **NAME)
    assert more.status == "held", more.say
    yes = await ring(salon, **NAME)
    assert (yes.status, await standing(salon)) == ("booked", 3)


async def test_one_more_is_understood_after_another_wish(salon, booked):
    """Between the question and its answer the caller asked for something else."""
    await ring(salon, check_availability, **EARLIER, **NAME)
    await ring(salon, check_availability, **(TEN | {"time": "15:00"}), **NAME)
    more = await ring(salon, **EARLIER, **NAME, another="noch einen")
    assert (more.status, await standing(salon)) == ("booked", 2)
    again = await ring(salon, **LATER, **NAME, another=False)
    assert (again.status, await standing(salon)) == ("booked", 3)


async def test_whoever_was_a_second_person_is_asked_about_as_well(salon):
    """Each call counts its people anew."""
    await salon.book(call="earlier", staff="Emma", customer=RITA, person=2)
    answer = await ring(salon, **TEN, **NAME)
    assert (answer.reason, await standing(salon)) == ("stands_already", 1)
