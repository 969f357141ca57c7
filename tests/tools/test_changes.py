"""Cancelling and moving, called as functions."""

from datetime import timedelta

import pytest

from slotkeeper.domain.wish import Customer
from slotkeeper.tools.changes import cancel_appointment, reschedule_appointment
from tests.build import FRIDAY_10

PHONE = "+491701234567"
ERIKA = Customer("Erika Muster", PHONE)
TEN = {"date": "2027-03-05", "time": "10:00"}
TO_SIXTEEN = {"old_date": "2027-03-05", "new_date": "2027-03-05", "new_time": "16:00"}
SIX_HOURS = timedelta(hours=6)


@pytest.fixture
async def booked(salon):
    """Erika's appointment at ten, booked in an earlier call from her number."""
    return await salon.book(call="call_before", customer=ERIKA)


def ring(salon, **args):
    """A tool call from Erika's number."""
    return salon.tool_request(caller=PHONE, **args)


async def found(salon, appointment):
    """An appointment as it now stands."""
    return await salon.store.appointments.find(salon.id, appointment.id)


async def test_an_appointment_is_cancelled_by_number_and_day(salon, booked):
    """Two facts: the number that rings and the day."""
    answer = await cancel_appointment(ring(salon, **TEN))
    assert (answer.status, answer.facts["appointment_id"]) == ("cancelled", booked.id)
    assert (await found(salon, booked)).status == "cancelled"


async def test_a_number_alone_cancels_nothing(salon, booked):
    """The name or the day is asked for."""
    answer = await cancel_appointment(ring(salon))
    assert answer.facts["missing"] == ["customer_name", "date"]
    assert (await found(salon, booked)).status == "booked"


@pytest.mark.parametrize(("after_min", "status"), [(14, "cancelled"), (16, "not_identified")])
async def test_a_cancellation_asked_again_is_true_for_a_while(salon, booked, after_min, status):
    """Its answer may have been lost; later it is another wish."""
    await salon.book(customer=ERIKA, at=FRIDAY_10 + timedelta(days=1))
    await cancel_appointment(ring(salon, **TEN))
    salon.clock.advance(after_min * 60)
    assert (await cancel_appointment(ring(salon, **TEN))).status == status


async def test_of_several_appointments_the_meant_one_is_asked_for(salon, booked):
    """Each is told, so that the caller can choose."""
    await salon.book(customer=ERIKA, at=FRIDAY_10 + timedelta(days=1))
    answer = await cancel_appointment(ring(salon, customer_name="Erika Muster"))
    assert (answer.status, len(answer.facts["appointments"])) == ("needs_info", 2)


async def test_a_caller_without_appointments_is_offered_a_callback(salon, booked):
    """Nothing is said of anybody else's."""
    answer = await cancel_appointment(salon.tool_request(caller="+491729990012", **TEN))
    assert (answer.status, answer.facts["callback_offered"]) == ("not_identified", True)
    assert (await found(salon, booked)).status == "booked"


async def test_an_appointment_is_moved_whole(salon, booked):
    """The same appointment, at the new time."""
    answer = await reschedule_appointment(ring(salon, **TO_SIXTEEN))
    assert (answer.status, answer.facts["appointment_id"]) == ("moved", booked.id)
    assert (await found(salon, booked)).starts_at == FRIDAY_10 + SIX_HOURS


async def test_an_hour_later_counts_from_where_it_stands(salon, booked):
    """Neither day nor time has to be said again."""
    await reschedule_appointment(ring(salon, old_date="2027-03-05", new_time="eine Stunde später"))
    assert (await found(salon, booked)).starts_at == FRIDAY_10 + timedelta(hours=1)


async def test_another_day_keeps_the_time(salon, booked):
    """Saturday means Saturday at ten."""
    moved = {"old_date": "2027-03-05", "new_date": "2027-03-06"}
    await reschedule_appointment(ring(salon, **moved))
    assert (await found(salon, booked)).starts_at == FRIDAY_10 + timedelta(days=1)


async def test_a_move_asked_again_is_the_same_move(salon, booked):
    """It stands there already, also within the notice."""
    await reschedule_appointment(ring(salon, **TO_SIXTEEN))
    salon.clock.now = FRIDAY_10 + SIX_HOURS - timedelta(minutes=1)
    answer = await reschedule_appointment(ring(salon, **TO_SIXTEEN))
    assert (answer.status, answer.facts["appointment_id"]) == ("moved", booked.id)


async def test_a_time_that_is_taken_brings_others_and_moves_nothing(salon, booked):
    """The others are held while the appointment stays where it is."""
    for staff in salon.staff_ids:
        await salon.book(staff=staff, at=FRIDAY_10 + SIX_HOURS)
    answer = await reschedule_appointment(ring(salon, **TO_SIXTEEN))
    assert (answer.status, len(answer.facts["offers"])) == ("slot_taken", 2)
    assert (await found(salon, booked)).starts_at == FRIDAY_10


async def test_a_move_without_a_new_time_is_asked_for_it(salon, booked):
    """Nothing is guessed."""
    answer = await reschedule_appointment(ring(salon, old_date="2027-03-05"))
    assert answer.status == "needs_info"
    assert (await found(salon, booked)).starts_at == FRIDAY_10
