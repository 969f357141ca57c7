"""Cancelling an appointment, and the notice that a company asks for."""

from datetime import timedelta

import pytest

from slotkeeper.domain.errors import TooLateToChange, UnknownAppointment
from slotkeeper.operations.cancel import cancel_appointment
from tests.build import FRIDAY_10
from tests.operations.test_check_availability import set_rules

DAY_MIN = 24 * 60


async def cancelled(salon, appointment_id, *, anyway=False):
    """Cancel an appointment."""
    return await cancel_appointment(salon.context(), appointment_id, anyway=anyway)


async def test_up_to_the_notice_an_appointment_is_cancelled(salon):
    """At the very instant it is still early enough; a second later it is not."""
    await set_rules(salon, cancel_notice_min=DAY_MIN)
    first, second = await salon.book(staff="Emma"), await salon.book(staff="Sarah")
    salon.clock.now = FRIDAY_10 - timedelta(days=1)
    assert (await cancelled(salon, first.id)).status == "cancelled"
    salon.clock.advance(1)
    with pytest.raises(TooLateToChange) as no:
        await cancelled(salon, second.id)
    assert no.value.facts() == {"notice_min": DAY_MIN}
    assert await salon.store.appointments.find(salon.id, second.id) == second


async def test_the_desk_cancels_anyway(salon):
    """Whoever stands before it decides."""
    await set_rules(salon, cancel_notice_min=DAY_MIN)
    booked = await salon.book()
    salon.clock.now = FRIDAY_10
    assert (await cancelled(salon, booked.id, anyway=True)).status == "cancelled"


async def test_what_is_cancelled_stays_so_however_late(salon):
    """Asked again within the notice, the answer is the same."""
    await set_rules(salon, cancel_notice_min=DAY_MIN)
    booked = await salon.book()
    done = await cancelled(salon, booked.id)
    salon.clock.now = FRIDAY_10 + timedelta(days=1)
    assert await cancelled(salon, booked.id) == done


async def test_without_a_notice_it_is_too_late_once_it_has_begun(salon):
    """As for moving."""
    booked = await salon.book()
    salon.clock.now = FRIDAY_10 + timedelta(seconds=1)
    with pytest.raises(TooLateToChange):
        await cancelled(salon, booked.id)


async def test_the_databases_clock_counts(real_salon):
    """A company that is no sandbox asks for notice from now on."""
    await set_rules(real_salon, cancel_notice_min=5 * 365 * DAY_MIN)
    booked = await real_salon.book()
    with pytest.raises(TooLateToChange):
        await cancelled(real_salon, booked.id)


@pytest.mark.parametrize("anyway", [True, False])
async def test_an_appointment_that_is_not_there_is_unknown(salon, anyway):
    """Late or not."""
    with pytest.raises(UnknownAppointment):
        await cancelled(salon, 10**15, anyway=anyway)
