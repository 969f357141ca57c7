"""Half-open time: what shares a moment, and what is no interval."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.intervals import Interval

NOON = datetime(2027, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

intervals = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(
    lambda drawn: Interval(
        NOON + timedelta(minutes=drawn[0]), NOON + timedelta(minutes=drawn[0] + drawn[1])
    )
)


def test_back_to_back_is_no_overlap():
    """The end is not part of the time: the next customer comes at that instant."""
    assert not Interval(NOON, NOON + HOUR).overlaps(Interval(NOON + HOUR, NOON + 2 * HOUR))


@given(intervals, intervals)
def test_two_overlap_where_they_share_a_minute(one, other):
    """Neither matters more than the other."""
    minutes = [
        {(each.start + timedelta(minutes=n)) for n in range(int(each.duration.seconds / 60))}
        for each in (one, other)
    ]
    assert one.overlaps(other) == other.overlaps(one) == bool(minutes[0] & minutes[1])


@given(intervals)
def test_an_interval_overlaps_itself_and_lasts_some_time(interval):
    """It is never empty."""
    assert interval.overlaps(interval)
    assert interval.duration > timedelta()


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (NOON, NOON, "end after it starts"),
        (NOON + HOUR, NOON, "end after it starts"),
        (NOON.replace(tzinfo=None), NOON, "aware"),
        (NOON, (NOON + HOUR).replace(tzinfo=None), "aware"),
    ],
)
def test_what_the_database_would_refuse_is_no_interval(start, end, reason):
    """Nothing empty, nothing backwards, nothing without a zone."""
    with pytest.raises(ValueError, match=reason):
        Interval(start, end)
