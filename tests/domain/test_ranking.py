"""Which other slots are offered: near the wish, on both sides, apart, and leaving no holes."""

from datetime import timedelta
from itertools import combinations

import pytest

from slotkeeper.domain.diary import Diary, able_staff
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.ranking import alternatives, openings
from slotkeeper.domain.wish import Wish
from tests.domain.oracle import MINUTE, a_case
from tests.domain.salon import BERLIN, EMMA, SARAH, WEDNESDAY, a_cut, a_diary, a_salon, at, booked

NOW = WEDNESDAY - timedelta(days=1)
CUT = a_cut(30)
DAY = timedelta(days=1)
TEN = at(10)


def offered(*busy, wish=TEN, limit=2, days=3, company=None, people=(EMMA,)):
    """The starts that are offered instead of a wish."""
    company = company or a_salon(services=[CUT], staff=people)
    diary = a_diary(company, *busy, days=days)
    choice = alternatives(diary, Wish.of(CUT, wish), people, NOW, limit)
    return [placement.starts_at for placement in choice.offered]


def test_both_sides_of_the_wish_are_offered():
    """Earlier or later is a real choice; they come in the order of time."""
    assert offered(booked(at(10), at(10, 30))) == [at(9, 30), at(10, 30)]


def test_a_full_day_leads_to_the_same_time_of_the_next():
    """Ten tomorrow rather than nine."""
    assert offered(booked(at(9), at(18)), limit=1) == [at(10) + DAY]


def test_of_another_day_one_is_offered():
    """Two of tomorrow would be no choice."""
    starts = offered(booked(at(9), at(18)), limit=3, days=5)
    assert len({start.date() for start in starts}) == len(starts) == 3


def test_holding_for_one_caller_does_not_empty_a_crowded_day():
    """Where two are left that day, one is offered; the other is of another day."""
    starts = offered(booked(at(9), at(17)), wish=at(16), limit=2)
    assert [start.date() - WEDNESDAY.date() for start in starts] == [timedelta(), DAY]


def test_a_start_that_leaves_an_unusable_hole_comes_after_one_that_does_not():
    """Half past ten would leave 15 minutes that no service fits in; quarter past leaves none."""
    busy = [booked(at(9), at(10, 15)), booked(at(11, 30), at(18))]
    assert offered(*busy, wish=at(10, 30), limit=1) == [at(10, 15)]


LONG_CUT, WASH = a_cut(55, key="long", number=1), a_cut(15, key="wash", number=2)


def times(*busy, wish=TEN, cut=LONG_CUT, limit=2, step=5):
    """What the wall shows at the offered starts, of which there may be one every five minutes."""
    company = a_salon(services=[cut, WASH], slot_step_min=step)
    diary = a_diary(company, *busy)
    choice = alternatives(diary, Wish.of(cut, wish), [EMMA], NOW, limit)
    return [f"{placement.starts_at.astimezone(BERLIN):%H:%M}" for placement in choice.offered]


def test_times_are_offered_that_a_salon_would_say():
    """Nine or eleven, not five past nine or five to eleven: nothing more fits beside those."""
    assert times(booked(at(10), at(10, 55))) == ["09:00", "11:00"]


def test_an_unusual_time_is_offered_where_a_usual_one_would_cost_a_service():
    """Between five to eleven and a quarter to one two fit, but only from five to eleven on."""
    taken = booked(at(9), at(10, 55)), booked(at(12, 45), at(18))
    assert times(*taken, limit=1) == ["10:55"]


def test_an_unusual_time_is_offered_where_no_usual_one_fits():
    """Better ten past than none."""
    taken = booked(at(9), at(11, 10)), booked(at(12, 5), at(18))
    assert times(*taken, limit=1) == ["11:10"]


def test_a_half_hour_is_offered_rather_than_a_quarter_beside_it():
    """Twenty past eleven leaves two usual times, of which half past is the more usual."""
    assert times(booked(at(9), at(11, 20)), limit=1) == ["11:30"]


def test_times_that_the_company_chose_are_all_usual():
    """Whoever starts every twenty minutes says twenty past."""
    assert times(booked(at(9), at(10, 20)), limit=1, step=20) == ["10:20"]


def test_open_questions_are_answered_with_usual_times():
    """Eleven, where Emma is free from five to eleven on."""
    diary = a_diary(a_salon(services=[LONG_CUT, WASH], slot_step_min=5), booked(at(9), at(10, 55)))
    within = [Interval(at(0), at(0) + DAY)]
    choice = openings(diary, LONG_CUT, [EMMA], within, now=NOW, limit=1)
    assert [each.starts_at for each in choice.offered] == [at(11)]


def test_no_alternatives_are_offered_where_the_company_wants_none():
    """A limit of 0 is a rule of the company."""
    assert offered(limit=0) == []


def test_open_questions_are_answered_from_the_first_good_start_on_an_hour_apart():
    """Nine, and then ten: 9:00, 9:15 and 9:30 are no choice."""
    company = a_salon(services=[CUT])
    diary = a_diary(company)
    within = [Interval(at(0), at(0) + DAY)]
    choice = openings(diary, CUT, [EMMA], within, now=NOW, limit=3)
    assert [each.starts_at for each in choice.offered] == [at(9), at(10), at(11)]


def test_open_questions_are_answered_within_their_windows():
    """What starts outside of the afternoon is no answer to "in the afternoon"."""
    diary = a_diary(a_salon(services=[CUT]))
    choice = openings(diary, CUT, [EMMA], [Interval(at(16), at(17))], now=NOW, limit=3)
    assert [each.starts_at for each in choice.offered] == [at(16)]


def test_the_least_booked_serves():
    """Of two who are free, the one with less to do that day."""
    company = a_salon(services=[CUT], staff=(EMMA, SARAH))
    diary = a_diary(company, booked(at(9), at(12)))
    within = [Interval(at(13), at(14))]
    choice = openings(diary, CUT, [EMMA, SARAH], within, now=NOW, limit=1)
    assert [each.staff for each in choice.offered] == [SARAH]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_offered_is_free_and_in_nobodys_way(seed):
    """In random salons: each placement can be held, and all of them together."""
    case = a_case(seed)
    diary = Diary(case.company, Grid.over(case.window), case.busy)
    people = able_staff(case.company, case.service)
    wish = Wish.of(case.service, case.window.start + 12 * 60 * MINUTE)
    now = case.window.start - DAY
    for choice in (
        alternatives(diary, wish, people, now, 3),
        openings(diary, case.service, people, [case.window], now=now, limit=3),
    ):
        assert len(choice.offered) <= 3
        assert list(choice.offered) == sorted(choice.offered, key=lambda p: p.starts_at)
        for placement in choice.placements:
            index = diary.grid.index(placement.starts_at)
            assert diary.starts(case.service, placement.staff) >> index & 1
        for one, other in combinations(choice.placements, 2):
            assert not any(
                mine.calendar_id == theirs.calendar_id and mine.interval.overlaps(theirs.interval)
                for mine in one.claims
                for theirs in other.claims
            )
