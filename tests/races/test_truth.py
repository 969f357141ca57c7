"""The judge is judged: each planted lie is found, and nothing is found where all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.build import FRIDAY_10, PERM, Salon
from tests.races.truth import STATUSES, Rows, assert_sound, rows_of

Lie = Callable[[Rows], None]


@pytest.fixture
async def rows(salon: Salon) -> Rows:
    """A company with one reservation of each status, all compound, all of them on one slot."""
    await salon.hold(PERM, at=FRIDAY_10, staff="Emma", call="dead", ttl_s=60)
    salon.clock.advance(60)
    released = await salon.hold(PERM, at=FRIDAY_10, staff="Emma", call="no")
    salon.clock.advance(1)
    await salon.cancel(released.token)
    taken = await salon.hold(PERM, at=FRIDAY_10, staff="Emma", call="yes")
    await salon.convert(taken.token)
    await salon.hold(PERM, at=FRIDAY_10, staff="Sarah", call="waits")
    found = await rows_of(salon)
    return Rows(*([dict(row) for row in table] for table in _tables(found)))


def _tables(rows: Rows) -> Any:
    return rows.reservations, rows.appointments, rows.calls


def _row(rows: Rows, status: str, segment: int = 1) -> Any:
    return next(
        row
        for row in rows.reservations
        if row["status"] == status and row["segment_number"] == segment
    )


def an_overlap(rows: Rows) -> None:
    """Put a hold onto the booked calendar."""
    _row(rows, "active")["calendar_id"] = _row(rows, "converted")["calendar_id"]


def a_segment_of_its_own_mind(rows: Rows) -> None:
    """Expire one segment of four."""
    _row(rows, "active").update(status="expired", blocks=False)


def another_expiry(rows: Rows) -> None:
    """Let one segment live longer."""
    _row(rows, "active")["expires_at"] += timedelta(seconds=1)


def a_lost_segment(rows: Rows) -> None:
    """Forget the last segment."""
    rows.reservations.remove(_row(rows, "cancelled", 4))


def a_status_nobody_knows(rows: Rows) -> None:
    """Lose a reservation between the statuses."""
    for segment in range(1, 5):
        _row(rows, "cancelled", segment)["status"] = "lost"


def a_conversion_after_the_expiry(rows: Rows) -> None:
    """Convert at the very instant of the expiry."""
    for segment in range(1, 5):
        row = _row(rows, "converted", segment)
        row["ended_at"] = row["expires_at"]


def a_lost_appointment(rows: Rows) -> None:
    """Forget the appointment."""
    rows.appointments.clear()


def a_lost_conversion(rows: Rows) -> None:
    """Keep the appointment of a hold that was never converted."""
    for segment in range(1, 5):
        _row(rows, "converted", segment).update(
            status="expired", converted_to_appointment_id=None, blocks=False
        )


def a_second_appointment(rows: Rows) -> None:
    """Book the hold once more."""
    rows.appointments.append({**rows.appointments[0], "id": 0})


def an_appointment_that_blocks_nothing(rows: Rows) -> None:
    """Free the calendar of what is booked."""
    for segment in range(1, 5):
        _row(rows, "converted", segment)["blocks"] = False


def a_hold_of_an_ended_call(rows: Rows) -> None:
    """Hang up and keep the hold."""
    call_id = _row(rows, "active")["call_id"]
    call = next(call for call in rows.calls if call["call_id"] == call_id)
    call["ended_at"] = FRIDAY_10


def an_end_before_the_beginning(rows: Rows) -> None:
    """Cancel a hold before it is made."""
    for segment in range(1, 5):
        row = _row(rows, "cancelled", segment)
        row["ended_at"] = row["reserved_at"] - timedelta(microseconds=1)


def an_end_before_its_time(rows: Rows) -> None:
    """Sweep a hold a moment before it is dead."""
    for segment in range(1, 5):
        _row(rows, "expired", segment)["updated_at"] -= timedelta(microseconds=1)


def a_slot_taken_from_the_living(rows: Rows) -> None:
    """Reserve a slot a moment before its holder let go of it."""
    for segment in range(1, 5):
        _row(rows, "converted", segment)["reserved_at"] -= timedelta(microseconds=1)


LIES = [
    an_overlap,
    a_segment_of_its_own_mind,
    another_expiry,
    a_lost_segment,
    a_status_nobody_knows,
    a_conversion_after_the_expiry,
    a_lost_appointment,
    a_lost_conversion,
    a_second_appointment,
    an_appointment_that_blocks_nothing,
    a_hold_of_an_ended_call,
    an_end_before_the_beginning,
    an_end_before_its_time,
    a_slot_taken_from_the_living,
]


def test_what_the_core_makes_is_sound(rows):
    """Nothing is found in rows that nobody tampered with."""
    assert_sound(rows)
    assert [rows.count(status) for status in STATUSES] == [1, 1, 1, 1]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_is_found(rows, lie):
    """Each thing that must never be is found when it is planted into sound rows."""
    lie(rows)
    with pytest.raises(AssertionError):
        assert_sound(rows)
