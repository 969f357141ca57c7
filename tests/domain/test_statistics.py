"""One percentile and one percentage for figures, reports and proofs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.statistics import percentage, percentile

SECONDS = st.lists(st.integers(0, 10**9).map(float), min_size=1, max_size=40)


def test_a_percentile_lies_between_its_neighbours():
    """It is interpolated in proportion; without values there is none."""
    assert percentile([], 50) is None
    assert percentile([7.0], 95) == 7.0
    assert percentile([4.0, 1.0, 2.0], 50) == 2.0
    assert percentile([1.0, 2.0], 95) == pytest.approx(1.95)


@given(values=SECONDS, percent=st.integers(1, 99))
def test_a_percentile_grows_within_the_values(values, percent):
    """It is never outside of the values, and a higher percentile is never smaller."""
    assert min(values) <= percentile(values, percent) <= max(values)
    assert percentile(values, percent) <= percentile(values, min(percent + 1, 99))


async def test_a_percentile_is_that_of_postgresql(database):
    """percentile_cont, which the collector's SQL uses, gives the same."""
    values = [5.0, 40.0, 41.5, 300.0, 1.25]
    for percent in (1, 50, 95, 99):
        rows = await database.read(
            "SELECT percentile_cont($2) WITHIN GROUP (ORDER BY s) AS p FROM unnest($1::float8[]) s",
            values,
            percent / 100,
        )
        assert percentile(values, percent) == pytest.approx(rows[0]["p"])


def test_a_percentage_of_nothing_is_zero():
    """Two decimals, and no division by zero."""
    assert (percentage(1, 3), percentage(0, 0)) == (33.33, 0.0)
