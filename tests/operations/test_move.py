from datetime import timedelta

import pytest

from slotkeeper.domain.errors import (
    AppointmentCancelled,
    Closed,
    SlotTaken,
    TooLateToChange,
    UnknownAppointment,
)
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.hold import hold
from tests.build import ERIKA, FRIDAY_10, HAIRCUT, PERM, a_company
from tests.operations.test_check_availability import set_rules
from tests.races.arena import placed

QUARTER = timedelta(minutes=15)


async def moved(salon, appointment, at, staff=None):
    """Move an appointment."""
    return await salon.move(appointment.id, at, staff=staff)


async def test_ten_moves_to_a_quarter_past(salon):
    """An appointment may overlap its own old time, and its old time is free at once."""
    appointment = await salon.book(staff="Emma")
    later = await moved(salon, appointment, FRIDAY_10 + QUARTER)
    assert (later.id, later.starts_at) == (appointment.id, FRIDAY_10 + QUARTER)
    assert later.staff_id == appointment.staff_id
    before = FRIDAY_10 - timedelta(minutes=40)
    assert (await salon.hold(staff="Emma", at=before)).starts_at == before


async def test_a_compound_moves_whole(salon):
    """All segments go, and all of the old time is free."""
    perm = await salon.book(PERM, staff="Emma")
    await moved(salon, perm, FRIDAY_10 + 4 * timedelta(hours=1))
    assert (await salon.hold(PERM, staff="Emma")).starts_at == FRIDAY_10
    rows = await salon.rows(
        "SELECT count(*) FILTER (WHERE blocks) AS blocking, count(*) AS all_rows "
        "FROM appointment_reservations WHERE company_id = $1 AND status = 'converted'"
    )
    assert (rows[0]["blocking"], rows[0]["all_rows"]) == (4, 8)


async def test_a_refused_move_leaves_all_as_it_was(salon):
    """Nothing is freed for a time that cannot be had."""
    appointment = await salon.book(staff="Emma")
    await salon.book(staff="Emma", at=FRIDAY_10 + 4 * QUARTER)
    with pytest.raises(SlotTaken):
        await moved(salon, appointment, FRIDAY_10 + QUARTER, staff="Emma")
    with pytest.raises(SlotTaken):
        await salon.hold(staff="Emma")
    assert await salon.store.appointments.find(salon.id, appointment.id) == appointment


async def test_a_move_that_loses_the_race_leaves_all_as_it_was(salon, monkeypatch):
    """A rival between the read and the move: rolled back to where it was."""
    appointment = await salon.book(staff="Emma")
    core_move = salon.store.reservations.move

    async def move_late(company_id, appointment_id, wish, option, **more):
        await salon.book(staff=option.staff.name, at=FRIDAY_10 + 4 * QUARTER)
        return await core_move(company_id, appointment_id, wish, option, **more)

    monkeypatch.setattr(salon.store.reservations, "move", move_late)
    with pytest.raises(SlotTaken):
        await moved(salon, appointment, FRIDAY_10 + 4 * QUARTER, staff="Emma")
    assert await salon.store.appointments.find(salon.id, appointment.id) == appointment
    with pytest.raises(SlotTaken):
        await salon.hold(staff="Emma")


async def test_a_moved_appointment_answers_to_its_old_token(salon):
    """Whoever says yes again gets the appointment where it now stands."""
    held = await salon.hold(staff="Emma")
    appointment = await salon.convert(held.token)
    later = await moved(salon, appointment, FRIDAY_10 + QUARTER)
    assert await salon.convert(held.token) == later


async def test_moving_tells_the_outbox(salon):
    """Others learn from where and to where."""
    await moved(salon, await salon.book(), FRIDAY_10 + QUARTER)
    rows = await salon.rows("SELECT kind FROM outbox WHERE company_id = $1 ORDER BY id")
    assert [row["kind"] for row in rows] == ["appointment.booked", "appointment.moved"]


async def test_what_does_not_stand_cannot_be_moved(salon, store):
    """Unknown, another company's, and cancelled appointments are refused."""
    other = await a_company(store)
    appointment = await salon.book()
    with pytest.raises(UnknownAppointment):
        await moved(other, appointment, FRIDAY_10 + QUARTER)
    await salon.cancel_appointment(appointment.id)
    with pytest.raises(AppointmentCancelled):
        await moved(salon, appointment, FRIDAY_10 + QUARTER)


async def test_moving_keeps_the_rules(salon):
    """Opening hours and the notice for changes hold for moving as well."""
    appointment = await salon.book(HAIRCUT)
    with pytest.raises(Closed):
        await moved(salon, appointment, FRIDAY_10.replace(hour=22))
    await set_rules(salon, move_notice_min=7 * 24 * 60)
    with pytest.raises(TooLateToChange):
        await moved(salon, appointment, FRIDAY_10 + QUARTER)


async def test_moving_to_where_it_stands_tells_nobody(salon):
    """Asked again after a lost answer, it is moved once."""
    booked = await salon.book(staff="Emma")
    for _ in range(2):
        later = await moved(salon, booked, FRIDAY_10 + timedelta(hours=2))
    assert later.starts_at == FRIDAY_10 + timedelta(hours=2)
    rows = await salon.rows("SELECT kind FROM outbox WHERE company_id = $1 ORDER BY id")
    assert [row["kind"] for row in rows] == ["appointment.booked", "appointment.moved"]


async def test_what_is_booked_for_another_person_of_the_visit_is_in_the_way(salon):
    """It is told as an appointment, not as a hold that may end, though they share a token."""
    service = salon.company.service(HAIRCUT)
    two = Wish(tuple(WishedPart(service, person) for person in (1, 2)), FRIDAY_10)
    held = (await hold(salon.context("c1"), two)).reservation
    mine, hers = await convert_visit(salon.context("c1"), held.token, ERIKA)
    assert mine.token == hers.token
    onto_hers = placed(service, salon.company.staff_by_id(hers.staff_id), FRIDAY_10 + QUARTER)
    wish = Wish.of(service, onto_hers.starts_at)
    core = salon.store.reservations
    moved = await core.move(salon.id, mine.id, wish, onto_hers, now=salon.now)
    assert (moved.outcome, moved.blocked_by) == ("taken", "appointment")
    moved = await salon.store.visits.move(salon.id, [mine.id], wish, onto_hers, now=salon.now)
    assert (moved.outcome, moved.blocked_by) == ("taken", "appointment")
