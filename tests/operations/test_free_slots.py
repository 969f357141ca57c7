"""What is free is listed, and nothing is held."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from slotkeeper.domain.errors import InvalidInput, StaffCannot
from slotkeeper.domain.intervals import Interval
from slotkeeper.operations.free_slots import free_slots
from tests.build import FRIDAY_10, HAIRCUT, PERM

MINUTE = timedelta(minutes=1)


async def starts(salon, window, service=HAIRCUT, *, staff=None, limit=1_000):
    """When a service could start within a window, as (minutes after its start, with whom)."""
    found = await free_slots(salon.context(), salon.wish(service, staff=staff), window, limit=limit)
    return [((s.starts_at - window.start) // MINUTE, s.staff.name) for s in found.slots]


async def test_a_window_is_half_open_and_need_not_fit_the_grid(salon):
    """From its beginning on, and before its end."""
    window = Interval(FRIDAY_10 + 2 * MINUTE, FRIDAY_10 + 10 * MINUTE)
    assert await starts(salon, window, staff="Emma") == [(3, "Emma")]
    window = Interval(FRIDAY_10, FRIDAY_10 + 11 * MINUTE)
    assert await starts(salon, window, staff="Emma") == [(0, "Emma"), (5, "Emma"), (10, "Emma")]


async def test_every_slot_that_is_listed_can_be_held(salon):
    """Around a booked perm, its gaps and another hold: each by itself, and no other."""
    await salon.book(PERM, staff="Emma")
    await salon.hold("Trockenschnitt", staff="Sarah", at=FRIDAY_10 + 60 * MINUTE)
    window = Interval(FRIDAY_10 - 120 * MINUTE, FRIDAY_10 + 300 * MINUTE)
    listed = set(await starts(salon, window, "Trockenschnitt"))
    assert 0 < len(listed) < 2 * 84
    for minutes in range(0, 420, 5):
        for name in ("Emma", "Sarah"):
            at = window.start + minutes * MINUTE
            if (minutes, name) in listed:
                held = await salon.hold("Trockenschnitt", staff=name, at=at)
                await salon.cancel(held.token)
            else:
                with pytest.raises(Exception, match="slot taken"):
                    await salon.hold("Trockenschnitt", staff=name, at=at)


async def test_no_row_is_written(salon):
    """Whoever only looks leaves no trace."""
    assert await starts(salon, Interval(FRIDAY_10, FRIDAY_10 + 60 * MINUTE))
    assert await salon.rows("SELECT FROM appointment_reservations WHERE company_id = $1") == []


async def test_a_day_with_an_hour_more_has_its_slots(salon):
    """A window of 31 days with the night of October in it is no day too long."""
    begins = datetime(2027, 10, 1, 22, tzinfo=UTC)
    window = Interval(begins, begins + timedelta(days=31, hours=1))
    salon.clock.now = begins
    assert len(await starts(salon, window, limit=200)) == 200
    with pytest.raises(InvalidInput):
        await starts(salon, Interval(begins, window.end + MINUTE))


async def test_who_does_not_perform_a_service_has_no_slots(salon):
    """That is a refusal, not an empty list."""
    sql = "DELETE FROM staff_services WHERE company_id = $1 AND staff_id = $2 RETURNING id"
    await salon.rows(sql, salon.staff_ids["Emma"])
    salon.company = await salon.store.catalogues.reload(salon.id)
    with pytest.raises(StaffCannot):
        await starts(salon, Interval(FRIDAY_10, FRIDAY_10 + MINUTE), staff="Emma")


async def test_a_long_list_lets_others_be_served_in_between(salon):
    """After each start that is looked at, also for one person: a month keeps nobody waiting."""
    served = 0

    async def others():
        nonlocal served
        while True:
            served += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    window = Interval(FRIDAY_10, FRIDAY_10 + timedelta(days=31))
    found = await starts(salon, window, staff="Emma", limit=200)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(found) == 200
    assert served >= 200
