"""People think as long as recorded ones did, and ring when people ring."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.lab.callers.behaviour import QUIET, RECORDED_THINK_S, RUSH, arrivals_s, think_s

SEEDS = st.integers(0, 2**32)


@given(SEEDS)
def test_nobody_thinks_shorter_or_longer_than_was_recorded(seed):
    """From 8 to 73 s."""
    assert 8 <= think_s(Random(seed)) <= 73
    assert (RECORDED_THINK_S[0], RECORDED_THINK_S[-1]) == (8, 73)


def test_thinking_is_distributed_as_it_was_recorded():
    """As many draws lie between two recorded figures as between any two others."""
    random = Random(1)
    drawn = [think_s(random) for _ in range(7_000)]
    between = pairwise(RECORDED_THINK_S)
    counts = [sum(low <= one < high for one in drawn) for low, high in between]
    assert all(900 < count < 1_100 for count in counts)


@given(SEEDS, st.integers(0, 200), st.sampled_from([RUSH, QUIET]))
def test_people_ring_one_after_another_within_the_hours(seed, callers, hours):
    """As many as were wanted; the same seed brings them at the same seconds."""
    rings = arrivals_s(Random(seed), callers, hours)
    assert len(rings) == callers
    assert rings == sorted(rings) == arrivals_s(Random(seed), callers, hours)
    assert all(hours[0][0] <= at < hours[-1][1] for at in rings)


def test_more_people_ring_in_popular_hours():
    """A popular day is over within an hour, most of it within five minutes; a quiet one is not."""
    popular, quiet = (arrivals_s(Random(1), 1_000, hours) for hours in (RUSH, QUIET))
    assert sum(at < 300 for at in popular) > 500
    assert sum(at < 300 for at in quiet) < 50


def test_the_shares_of_a_day_are_all_of_its_callers():
    """None is forgotten."""
    assert sum(share for _, _, share in RUSH) == sum(share for _, _, share in QUIET) == 1
