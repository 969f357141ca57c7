"""The count that the proofs rest on."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.intervals import Interval
from slotkeeper.lab.callers.days import day_of
from slotkeeper.lab.proof.appointment_counts import AppointmentCounts, count_appointments, overlaps
from tests.build import FRIDAY_10, PERM

START = datetime(2027, 3, 5, tzinfo=UTC)


def stretch(begins: int, lasts: int) -> Interval:
    """An interval in minutes of a day."""
    return Interval(START + timedelta(minutes=begins), START + timedelta(minutes=begins + lasts))


STRETCHES = st.lists(
    st.tuples(st.integers(1, 3), st.builds(stretch, st.integers(0, 60), st.integers(1, 20))),
    max_size=12,
)


@given(STRETCHES)
def test_none_are_counted_exactly_when_no_two_overlap(taken):
    """The sweep agrees with looking at every pair."""
    pairs = [
        (a, b)
        for n, (one, a) in enumerate(taken)
        for other, b in taken[n + 1 :]
        if one == other and a.overlaps(b)
    ]
    assert (overlaps(taken) == 0) == (not pairs)
    assert overlaps(taken) <= len(pairs)


def test_back_to_back_is_no_overlap():
    """Ranges are half-open; a stretch inside a long one counts, and so does its neighbour."""
    assert overlaps([(1, stretch(0, 10)), (1, stretch(10, 10)), (2, stretch(5, 10))]) == 0
    assert overlaps([(1, stretch(0, 60)), (1, stretch(10, 5)), (1, stretch(30, 5))]) == 2


async def test_only_what_stands_is_counted(real_salon):
    """Holds and cancelled appointments do not count; a perm is one appointment."""
    window = day_of(real_salon.company, FRIDAY_10.date())
    await real_salon.book(PERM, staff="Emma")
    gone = await real_salon.book(staff="Sarah")
    await real_salon.cancel_appointment(gone.id)
    await real_salon.hold(staff="Sarah")
    assert await count_appointments(real_salon.id, real_salon.store, window) == AppointmentCounts(
        1, 0
    )
