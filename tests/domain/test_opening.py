"""When a person could work: hours, closures, holidays, and the nights when the clocks jump."""

from datetime import date, timedelta

import pytest

from slotkeeper.domain.catalogue import Closure
from slotkeeper.domain.opening import branch_map, closed_because, days, open_map, wall_cells
from tests.domain.salon import (
    AUTUMN,
    BERLIN,
    EMMA,
    SARAH,
    SPRING,
    WEDNESDAY,
    a_diary,
    a_salon,
    every_day,
    walls,
)


def opened(company, day=WEDNESDAY, staff=EMMA):
    """When a person's day is open, by the wall."""
    diary = a_diary(company, day=day)
    return walls(diary, open_map(company, staff, diary.grid))


def test_a_day_is_open_as_its_hours_say():
    """With the break at noon, and until midnight where that is the closing."""
    company = a_salon(hours=every_day("09:00-12:00", "13:00-24:00"))
    assert opened(company) == ["09:00-12:00", "13:00-00:00"]


def test_hours_off_the_grid_are_never_opened_too_early_or_too_late():
    """Opening rounds up and closing rounds down to whole cells."""
    assert opened(a_salon(hours=every_day("09:02-17:58"))) == ["09:05-17:55"]


def test_own_hours_take_the_place_of_the_branchs():
    """A person who has any of her own is there by them alone; the others by the branch's."""
    hours = [*every_day("09:00-18:00"), *every_day("12:00-15:00", staff=EMMA)]
    company = a_salon(staff=(EMMA, SARAH), hours=hours)
    assert opened(company, staff=EMMA) == ["12:00-15:00"]
    assert opened(company, staff=SARAH) == ["09:00-18:00"]


def test_rooms_are_open_with_their_branch():
    """Nobody's own hours close a room."""
    company = a_salon(hours=[*every_day("09:00-18:00"), *every_day("12:00-15:00", staff=EMMA)])
    diary = a_diary(company)
    assert walls(diary, branch_map(company, 1, diary.grid)) == ["09:00-18:00"]


@pytest.mark.parametrize("branch_id", [None, 1])
def test_a_closure_closes_both_its_first_and_its_last_day(branch_id):
    """Of the branch, or of the whole company."""
    day = WEDNESDAY.date()
    company = a_salon(closures=[Closure(branch_id, day, day + timedelta(days=1), "Umbau")])
    closed = [bool(opened(company, WEDNESDAY + timedelta(days=n))) for n in (-1, 0, 1, 2)]
    assert closed == [True, False, False, True]
    assert closed_because(company, company.branches[0], day) == "Umbau"


def test_another_branchs_closure_closes_nothing_here():
    """A closure is of one branch, unless it is of all."""
    day = WEDNESDAY.date()
    assert opened(a_salon(closures=[Closure(2, day, day)])) == ["09:00-18:00"]


@pytest.mark.parametrize(
    ("subdivision", "day", "reason"),
    [
        ("DE-BE", date(2027, 3, 8), "Frauentag"),
        ("DE-BY", date(2027, 3, 8), None),
        ("DE-BY", date(2027, 12, 24), "Heiligabend"),
        ("DE-BY", date(2027, 8, 15), None),
        ("DE-BY/C", date(2027, 8, 15), "Mariä Himmelfahrt"),
        ("DE-BY/C", date(2027, 8, 8), None),
        ("DE-BY/A", date(2027, 8, 15), "Mariä Himmelfahrt"),
        ("DE-BY/A", date(2027, 8, 8), "Augsburger Hohes Friedensfest"),
        ("DE-SN", date(2027, 5, 27), None),
        ("DE-SN/C", date(2027, 5, 27), "Fronleichnam"),
        ("DE-TH/C", date(2027, 5, 27), "Fronleichnam"),
        ("DE-TH/C", date(2027, 12, 25), "Erster Weihnachtstag"),
        ("LU", date(2027, 6, 23), "Nationalfeiertag"),
        (None, date(2027, 12, 25), None),
    ],
)
def test_public_holidays_are_those_of_the_branchs_land(subdivision, day, reason):
    """With Christmas Eve in each; a branch without a Land keeps none."""
    company = a_salon(subdivision=subdivision)
    assert closed_because(company, company.branches[0], day) == reason


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 2), (WEDNESDAY, 3), (AUTUMN, 4)])
def test_a_night_in_which_the_clocks_jump_is_shorter_or_longer(day, hours):
    """From one to four by the wall takes two, three or four hours."""
    company = a_salon(hours=every_day("01:00-04:00"))
    diary = a_diary(company, day=day)
    assert open_map(company, EMMA, diary.grid).bit_count() == hours * 12


@pytest.mark.parametrize(("day", "length"), [(SPRING, 23), (WEDNESDAY, 24), (AUTUMN, 25)])
def test_every_cell_of_a_day_is_walked_once(day, length):
    """In order of time, each with what the wall shows then."""
    grid = a_diary(a_salon(), day=day - timedelta(days=1), days=3).grid
    walked = list(wall_cells(grid, BERLIN, day.date()))
    assert [index for index, _ in walked] == list(range(walked[0][0], walked[0][0] + 12 * length))
    for index, wall in walked:
        shown = grid.instant(index).astimezone(BERLIN)
        assert (shown.date(), shown.hour * 12 + shown.minute // 5) == (day.date(), wall)


def test_the_days_of_a_grid_are_those_it_touches():
    """A window that ends at midnight does not touch the next day."""
    grid = a_diary(a_salon(), days=2).grid
    assert days(grid, BERLIN) == [date(2027, 3, 3), date(2027, 3, 4)]
