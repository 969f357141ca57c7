"""Visits in random salons, compared with a naive look at every way to serve them."""

import contextlib
import itertools
import random

import pytest

from slotkeeper.domain.availability import people_for_wish
from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.placement import arrangement
from slotkeeper.domain.visit_places import VisitPlaces
from tests.domain.oracle import MINUTE
from tests.domain.visit_oracle import NaiveVisit, TooMany, a_visit

CHUNK = 50
# Starts that are looked at in each salon, and how many of either kind are compared.
LOOKED_AT, COMPARED = 24, 3


def starts_to_compare(seed, places, grid):
    """Choose some starts at which the visit fits, and some of the others."""
    cells = random.Random(seed).sample(range(grid.size), LOOKED_AT)
    fitting = [index for index in cells if places.fits_at(index)]
    return fitting[:COMPARED] + [index for index in cells if index not in fitting][:COMPARED]


@pytest.mark.parametrize(
    "chunk",
    [*range(2), *(pytest.param(n, marks=pytest.mark.prove) for n in range(2, 100))],
)
def test_a_visit_fits_where_it_fits_minute_by_minute(chunk):
    """Whoever is served by whom, in whatever rooms, at once or after another: the two agree."""
    compared = sum(check(seed) for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK))
    assert compared > 4 * CHUNK


def check(seed):
    """Compare one salon and its visit; give how many starts were compared."""
    case = a_visit(seed)
    grid, naive = Grid.over(case.window), NaiveVisit(case)
    diary = Diary(case.company, grid, case.busy)
    wish = case.wish(case.window.start)
    places = VisitPlaces.of(diary, wish, people_for_wish(case.company, wish))
    compared = 0
    for index in starts_to_compare(seed, places, grid):
        where = f"seed {seed}, start {index}"
        with contextlib.suppress(TooMany):
            assert places.fits_at(index) == naive.fits(5 * index), where
            compared += 1
        if places.fits_at(index):
            placement = next(iter(places.placements(index)))
            assert placement.starts_at == grid.instant(index), where
            check_claims(case, naive, placement, where)
            with contextlib.suppress(TooMany):
                check_preferences(naive, placement, 5 * index, where)
    return compared


def check_claims(case, naive, placement, where):
    """Check that what is claimed is free, collides nowhere, and belongs to a part."""
    taken = []
    for claim in placement.claims:
        staff = case.company.staff_by_id(claim.staff_id) if claim.staff_id else None
        begins, ends = (
            (instant - case.window.start) // MINUTE
            for instant in (claim.interval.start, claim.interval.end)
        )
        assert naive.naive.all_free(claim.calendar_id, staff, begins, ends), where
        taken.append((claim.calendar_id, begins, ends))
    for one, other in itertools.combinations(taken, 2):
        assert one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1], where
    numbers = sorted({claim.segment_number for claim in placement.claims})
    wanted = sum(len(part.service.segments) for part in case.parts)
    assert numbers == list(range(1, wanted + 1)), where
    assert [part.number for part in placement.parts] == list(range(1, len(case.parts) + 1)), where


def check_preferences(naive, placement, at, where):
    """Check that people are served at once, and one person by one stylist, where they can be."""
    if len(naive.lines) > 1:
        at_once = naive.fits(at, at_once=True)
        assert (arrangement(placement.parts) == "side_by_side") == at_once, where
    elif naive.by_one(0, at):
        people = {part.staff for part in placement.parts}
        assert len(people) == 1, where
