import itertools

import pytest

from slotkeeper.domain.diary import Diary, able_staff
from slotkeeper.domain.grid import Grid, indexes
from tests.domain.oracle import MINUTE, Naive, a_case

CHUNK = 100


@pytest.mark.parametrize(
    "chunk",
    [
        *range(2),
        *(pytest.param(n, marks=pytest.mark.prove) for n in range(2, 500)),
    ],
)
def test_what_fits_is_what_fits_minute_by_minute(chunk):
    """In random salons, jumping clocks included, maps agree with a naive look at each minute."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = a_case(seed)
        naive = Naive(case)
        diary = Diary(case.company, Grid.over(case.window), case.busy)
        for person in able_staff(case.company, case.service):
            found = set(indexes(diary.starts(case.service, person)))
            wanted = {n for n in range(diary.grid.size) if naive.fits(person, 5 * n)}
            assert found == wanted, f"seed {seed}, {person.name}"


@pytest.mark.parametrize("chunk", range(2))
def test_what_is_placed_is_free_and_in_order(chunk):
    """Every start has a placement whose claims are free, do not overlap, and keep the gaps."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = a_case(seed)
        naive, diary = Naive(case), Diary(case.company, Grid.over(case.window), case.busy)
        for person in able_staff(case.company, case.service):
            for index in list(indexes(diary.starts(case.service, person)))[::7]:
                placement = diary.place(case.service, person, index)
                assert placement.starts_at == diary.grid.instant(index)
                for claim in placement.claims:
                    staff = case.company.staff_by_id(claim.staff_id) if claim.staff_id else None
                    begins, ends = (
                        (instant - case.window.start) // MINUTE
                        for instant in (claim.interval.start, claim.interval.end)
                    )
                    assert naive.all_free(claim.calendar_id, staff, begins, ends), f"seed {seed}"
                people = [c for c in placement.claims if c.staff_id]
                assert [c.segment_number for c in people] == [
                    s.number for s in case.service.segments
                ]
                assert all(
                    a.interval.end <= b.interval.start for a, b in itertools.pairwise(people)
                )
