"""What a caller hears of several appointments: no two of them sound alike."""

from datetime import timedelta

import pytest

from slotkeeper.domain.wish import Customer
from slotkeeper.tools.changes import cancel_appointment, reschedule_appointment
from slotkeeper.tools.customers import get_customer_appointments
from tests.build import FRIDAY_10

PHONE = "+491701234567"
ERIKA = Customer("Erika Muster", PHONE)
NAME = {"customer_name": "Erika Muster"}


@pytest.fixture
async def twice(salon):
    """Two appointments of Erika's that differ only in who serves."""
    emma = await salon.book(staff="Emma", call="call_1", customer=ERIKA)
    sarah = await salon.book(staff="Sarah", call="call_2", customer=ERIKA)
    return emma, sarah


def ring(salon, **args):
    """A tool call from Erika's number."""
    return salon.tool_request(caller=PHONE, **NAME, **args)


async def test_a_question_names_who_serves_where_all_else_is_the_same(salon, twice):
    """Never "a haircut at ten or a haircut at ten"; and there is a way out."""
    say = (await cancel_appointment(ring(salon))).say
    assert "bei Emma oder Herrenhaarschnitt" in say
    assert "bei Sarah, oder beide?" in say
    assert "rufen wir Sie" in say


async def test_a_list_names_who_serves_only_where_it_must(salon, twice):
    """What is told apart by its time is said as before."""
    await salon.book(call="call_3", at=FRIDAY_10 + timedelta(hours=2), customer=ERIKA)
    say = (await get_customer_appointments(ring(salon))).say
    assert (say.count("bei "), say[-14:]) == (2, " um zwölf Uhr.")


@pytest.mark.parametrize(
    ("which", "cancelled"),
    [
        ("den bei Sarah", {1}),
        ("den ersten", {0}),
        ("den zweiten bitte", {1}),
        ("den ich zuerst gebucht habe", {0}),
        ("beide", {0, 1}),
        ("both of them", {0, 1}),
        ("den um zehn Uhr", set()),
        ("ja", set()),
    ],
)
async def test_the_callers_choice_is_understood(salon, twice, which, cancelled):
    """By who serves, by its place, or both; what is no choice is asked again."""
    answer = await cancel_appointment(ring(salon, which=which))
    assert answer.status == ("cancelled" if cancelled else "needs_info")
    gone = {twice[number].id for number in cancelled}
    assert await salon.standing_of(PHONE) == {each.id for each in twice} - gone


async def test_whoever_does_not_know_is_called_back(salon, twice):
    """Nothing is guessed."""
    answer = await cancel_appointment(ring(salon, which="das weiß ich nicht"))
    assert answer.status == "callback_requested"
    assert len(await salon.standing_of(PHONE)) == 2


async def test_the_chosen_one_is_moved(salon, twice):
    """Moving asks in the same way."""
    new = {"new_date": "2027-03-05", "new_time": "16:00"}
    asked = await reschedule_appointment(ring(salon, **new))
    assert "bei Emma" in asked.say
    assert "beide" not in asked.say
    moved = await reschedule_appointment(ring(salon, which="mit Sarah", **new))
    assert (moved.status, moved.facts["appointment_id"]) == ("moved", twice[1].id)


async def test_of_many_the_day_is_asked_for(salon):
    """Three are said; of the others nobody could choose."""
    for day in range(4):
        await salon.book(at=FRIDAY_10 + timedelta(days=7 * day), customer=ERIKA)
    assert (await cancel_appointment(ring(salon))).say.startswith("Sie haben mehrere Termine")
