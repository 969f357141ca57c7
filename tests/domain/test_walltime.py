"""From the clock on the wall to the one instant that it means."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.errors import AmbiguousTime, NoSuchTime
from slotkeeper.domain.walltime import to_instant

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks jump by half an hour

seconds = st.integers(0, 15 * 366 * 86400)


def wall(text):
    """What the clock on the wall shows."""
    return datetime.fromisoformat(text)


def instants_of(shown, zone):
    """The instants that a time on the wall may mean: none, one or two."""
    try:
        return (to_instant(shown, zone),)
    except AmbiguousTime as twice:
        return twice.candidates


@given(seconds, st.sampled_from([BERLIN, LORD_HOWE, ZoneInfo("UTC")]))
def test_an_instant_is_found_again_by_what_the_wall_shows(second, zone):
    """Where the wall shows it twice, the instant is one of the two that are asked about."""
    instant = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    assert instant in [each.astimezone(UTC) for each in instants_of(shown, zone)]


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_skipped_time_does_not_exist(minute):
    """In spring the wall goes from two to three."""
    with pytest.raises(NoSuchTime):
        to_instant(wall(f"2027-03-28T02:{minute:02}"), BERLIN)


def test_a_time_that_comes_twice_is_asked_about():
    """In autumn both instants are given, the earlier first."""
    both = instants_of(wall("2027-10-31T02:30"), BERLIN)
    assert [f"{each.astimezone(UTC):%H:%M}" for each in both] == ["00:30", "01:30"]
    assert {each.replace(tzinfo=None, fold=0) for each in both} == {wall("2027-10-31T02:30")}


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
@pytest.mark.parametrize("hour", [1, 3])
def test_beside_the_jump_every_time_has_one_meaning(day, hour):
    """The hours before and after it are as on any other day."""
    shown = wall(f"{day}T{hour:02}:00")
    assert [each.replace(tzinfo=None) for each in instants_of(shown, BERLIN)] == [shown]


def test_an_aware_time_is_no_wall_time():
    """A time that has a zone already is refused."""
    with pytest.raises(ValueError, match="naive"):
        to_instant(datetime(2027, 3, 3, 10, tzinfo=UTC), BERLIN)
