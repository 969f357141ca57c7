"""The arithmetic of maps, each law against the plain list of cells."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.grid import (
    CELL,
    CELL_MIN,
    Grid,
    cells,
    indexes,
    room_after,
    room_before,
    runs,
)
from slotkeeper.domain.intervals import Interval

bits = st.integers(0, 2**60 - 1)
places = st.integers(0, 59)
seconds = st.integers(0, 10**9).map(
    lambda n: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(seconds=n % (400 * 86400))
)
windows = st.tuples(seconds, st.integers(1, 20 * 86400)).map(
    lambda drawn: Interval(drawn[0], drawn[0] + timedelta(seconds=drawn[1]))
)


def is_set(bits, index):
    """Whether a cell is set."""
    return bits >> index & 1 == 1


@given(bits)
def test_indexes_lists_the_set_cells_in_order(bits):
    """From the first to the last, each once."""
    assert list(indexes(bits)) == [index for index in range(60) if is_set(bits, index)]


@given(bits, st.integers(1, 20))
def test_runs_finds_where_so_many_cells_in_a_row_begin(bits, length):
    """A service of that length fits from there on."""
    assert list(indexes(runs(bits, length))) == [
        index for index in range(60) if all(is_set(bits, index + n) for n in range(length))
    ]


@given(bits, places)
def test_room_is_counted_up_to_the_next_clear_cell(bits, index):
    """Before a cell without it, and from it on with it."""
    before = next((n for n in range(index) if not is_set(bits, index - 1 - n)), index)
    after = next(n for n in range(70) if not is_set(bits, index + n))
    assert (room_before(bits, index), room_after(bits, index)) == (before, after)


@given(windows)
def test_a_grid_covers_its_window_and_no_cell_more(window):
    """The first cell holds the window's start, the last one its end."""
    grid = Grid.over(window)
    assert grid.instant(0) <= window.start < grid.instant(1)
    assert grid.instant(grid.size - 1) < window.end <= grid.instant(grid.size)


@given(windows, st.integers(-50, 6000))
def test_a_cell_and_the_instant_it_begins_at_name_each_other(window, index):
    """Also outside of the window."""
    grid = Grid.over(window)
    instant = grid.instant(index)
    assert grid.index(instant) == grid.index(instant + CELL - timedelta(seconds=1)) == index
    assert grid.is_aligned(instant)
    assert not grid.is_aligned(instant + timedelta(seconds=1))


@given(windows, windows)
def test_what_is_busy_for_a_moment_takes_the_whole_cell(window, busy):
    """A cell is touched exactly where it and the busy time share a moment."""
    grid = Grid.over(Interval(window.start, window.start + timedelta(hours=5)))
    busy = Interval(busy.start, min(busy.end, busy.start + timedelta(hours=3)))
    touched = grid.touched(busy)
    for index in range(grid.size):
        cell = Interval(grid.instant(index), grid.instant(index + 1))
        assert is_set(touched, index) == cell.overlaps(busy)


@given(windows, st.integers(-20, 80), st.integers(-20, 80))
def test_a_span_is_cut_to_its_grid(window, start, end):
    """What lies outside of the window is not there."""
    grid = Grid(Grid.over(window).first, 60)
    assert list(indexes(grid.span(start, end))) == [n for n in range(60) if start <= n < end]


@pytest.mark.parametrize(("minutes", "needed"), [(0, 0), (1, 1), (5, 1), (6, 2), (30, 6)])
def test_minutes_off_the_grid_round_up(minutes, needed):
    """A service is never given less time than it takes."""
    assert cells(minutes) == needed
    assert CELL_MIN * needed >= minutes
