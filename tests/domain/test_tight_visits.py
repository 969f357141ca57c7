"""A visit of several people on a day on which it fits hardly, or in one way only."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from slotkeeper.domain.availability import people_for_wish, why_not, wished_placements
from slotkeeper.domain.catalogue import Segment, Service, Staff
from slotkeeper.domain.errors import SearchGivenUp, SlotTaken
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.ranking import openings_of_wish
from slotkeeper.domain.why_nothing import why_nothing
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.operations.check_availability import Availability
from slotkeeper.tools.wording import offered, refused
from tests.domain.salon import EMMA, SARAH, a_cut, a_diary, a_salon, at, booked

PEOPLE, SERVICES_EACH, STAFF = 4, 3, 6
YESTERDAY = at(0) - timedelta(days=1)
MORNING = Interval(at(9), at(12))


def a_tight_day(seed):
    """Give a diary with little time after ten, and four people's wish for all of it."""
    pick = random.Random(seed)
    staff = [Staff(UUID(int=n), 1, n, f"s{n}", f"S{n}") for n in range(1, STAFF + 1)]
    parts = []
    for number in range(PEOPLE * SERVICES_EACH):
        able = frozenset(each.id for each in staff if pick.random() < 0.6) or {staff[0].id}
        name, segments = f"x{number}", _segments(pick)
        service = Service(number + 1, name, name, segments, frozenset(able))
        parts.append(WishedPart(service, 1 + number // SERVICES_EACH))
    busy = []
    for each in staff:
        goes = at(10) + timedelta(minutes=15 * pick.randint(3, 4 + 3 * SERVICES_EACH))
        busy += [booked(at(9), at(10), each), booked(goes, at(18), each)]
        for _ in range(pick.randint(0, 2)):
            begins = at(10) + timedelta(minutes=5 * pick.randint(3, 12 + 6 * SERVICES_EACH))
            ends = begins + timedelta(minutes=5 * pick.randint(1, 4))
            busy.append(booked(begins, ends, each))
    salon = a_salon(services=[part.service for part in parts], staff=staff)
    return a_diary(salon, *busy), Wish(tuple(parts), at(10))


def _segments(pick):
    if pick.random() < 0.5:
        gap = pick.choice([15, 30])
        first = Segment(1, "a", pick.choice([15, 20, 30]), gap, gap + pick.choice([0, 15, 30]))
        return (first, Segment(2, "b", pick.choice([10, 15])))
    return (Segment(1, "s", pick.choice([15, 20, 30, 45])),)


@pytest.mark.parametrize("seed", [18, 38])
def test_the_wished_start_is_found_where_a_short_search_gives_up(seed):
    """Other starts get the short search, the one that the caller names a longer one."""
    diary, wish = a_tight_day(seed)
    people = people_for_wish(diary.company, wish)
    assert not wished_placements(diary, wish, people, YESTERDAY)
    (found, *_) = wished_placements(diary, wish, people, YESTERDAY, longer=True)
    assert (found.starts_at, len(found.parts)) == (at(10), PEOPLE * SERVICES_EACH)


def test_what_was_given_up_is_never_called_taken():
    """Neither the wished start nor its morning: there may be a way that was not found."""
    diary, wish = a_tight_day(3)
    people = people_for_wish(diary.company, wish)
    assert not wished_placements(diary, wish, people, YESTERDAY, longer=True)
    assert isinstance(why_not(diary, wish, people, YESTERDAY), SearchGivenUp)
    (empty,) = why_nothing(diary, wish, people, [MORNING], YESTERDAY)
    assert isinstance(empty.refusal, SearchGivenUp)


def test_a_full_day_is_called_taken():
    """Where each way was tried and none is free, nothing was given up."""
    salon = a_salon(services=[a_cut()], staff=[EMMA, SARAH])
    diary = a_diary(salon, *(booked(at(9), at(18), each) for each in salon.staff))
    wish = Wish((WishedPart(salon.services[0], 1), WishedPart(salon.services[0], 2)), at(10))
    people = people_for_wish(salon, wish)
    assert isinstance(why_not(diary, wish, people, YESTERDAY), SlotTaken)
    (empty,) = why_nothing(diary, wish, people, [MORNING], YESTERDAY)
    assert isinstance(empty.refusal, SlotTaken)


def test_a_time_off_the_quarter_hours_is_found_where_no_other_fits():
    """Emma is free from five past ten, Sarah a while before: at ten one could only wait."""
    salon = a_salon(services=[a_cut()], staff=[EMMA, SARAH], slot_step_min=5)
    busy = [booked(at(9), at(10, 5), EMMA), booked(at(10, 35), at(18), EMMA)]
    busy += [booked(at(9), at(9, 50), SARAH), booked(at(10, 35), at(18), SARAH)]
    diary = a_diary(salon, *busy)
    wish = Wish((WishedPart(salon.services[0], 1), WishedPart(salon.services[0], 2)), at(10))
    people = people_for_wish(salon, wish)
    found = openings_of_wish(diary, wish, people, [MORNING], now=YESTERDAY, limit=2)
    assert at(10, 5) in {each.starts_at for each in found.placements}


@pytest.mark.parametrize("empty", [False, True], ids=["a start", "a day"])
def test_who_hears_that_nothing_was_found_is_offered_a_callback(empty):
    """The sentence says that no time was found for all, not that there is none."""
    diary, wish = a_tight_day(3)
    windows = why_nothing(diary, wish, people_for_wish(diary.company, wish), [MORNING], YESTERDAY)
    no = Availability(refusal=SearchGivenUp(), empty=tuple(windows) if empty else ())
    answer = offered(diary.company, wish, no)
    assert (answer.status, answer.facts["callback_offered"]) == ("search_given_up", True)
    assert "leider nichts gefunden" in answer.say
    assert answer.say.endswith("Sollen wir Sie dazu zurückrufen?")


def test_a_booking_that_was_given_up_offers_a_callback():
    """A tool that refuses it says the same."""
    answer = refused(SearchGivenUp(), a_salon(), at(10))
    assert (answer.status, answer.facts["callback_offered"]) == ("search_given_up", True)
