"""Where a service stands on the calendars when it starts at a given instant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from slotkeeper.domain.availability import wished_placements
from slotkeeper.domain.catalogue import Segment
from slotkeeper.domain.wish import Wish
from tests.domain.salon import EMMA, ROOM, SARAH, a_cut, a_diary, a_salon, at, booked


def placed(service, starts_at, *busy, staff=(EMMA,)):
    """Place a service with Emma first."""
    diary = a_diary(a_salon(services=[service], staff=staff), *busy)
    index = diary.grid.index(starts_at)
    assert diary.starts(service, EMMA) >> index & 1, "it does not fit there"
    return diary.place(service, EMMA, index)


def claimed(placement):
    """List each claim as calendar, start and end by the wall."""
    zone = at(0).tzinfo
    return [
        (
            claim.calendar_id,
            f"{claim.interval.start.astimezone(zone):%H:%M}",
            f"{claim.interval.end.astimezone(zone):%H:%M}",
        )
        for claim in placement.claims
    ]


def test_a_simple_service_claims_its_own_time():
    """One claim, from its start to its end."""
    placement = placed(a_cut(30), at(10))
    assert claimed(placement) == [(1, "10:00", "10:30")]
    assert (placement.starts_at, placement.ends_at, placement.staff) == (at(10), at(10, 30), EMMA)


def test_a_gap_is_free_for_others():
    """While the colour develops, nobody's calendar is taken."""
    service = a_cut(segments=(Segment(1, "colour", 30, 45), Segment(2, "cut", 30)))
    assert claimed(placed(service, at(10))) == [(1, "10:00", "10:30"), (1, "11:15", "11:45")]


def test_a_blocked_gap_belongs_to_the_segment_before_it():
    """Where the service's policy says so, the calendar stays taken."""
    service = a_cut(
        segments=(Segment(1, "colour", 30, 45), Segment(2, "cut", 30)), gap_policy="blocked"
    )
    assert claimed(placed(service, at(10))) == [(1, "10:00", "11:15"), (1, "11:15", "11:45")]


def test_the_shortest_gap_that_leads_on_is_taken():
    """Emma is booked after the shortest gap, so the longer one is used."""
    service = a_cut(segments=(Segment(1, "colour", 30, 30, 60), Segment(2, "cut", 30)))
    placement = placed(service, at(10), booked(at(11), at(11, 15)))
    assert claimed(placement)[1] == (1, "11:15", "11:45")


def test_buffers_stand_around_the_whole_service():
    """They are claimed, and are no part of what the customer is told."""
    placement = placed(a_cut(30, 30, buffer_before_min=10, buffer_after_min=5), at(10))
    assert claimed(placement) == [(1, "09:50", "10:30"), (1, "10:30", "11:05")]
    assert (placement.starts_at, placement.ends_at) == (at(10), at(11))
    buffers = [(claim.buffer_before_min, claim.buffer_after_min) for claim in placement.claims]
    assert buffers == [(10, 0), (0, 5)]


@pytest.mark.parametrize(("same_staff", "calendar_id"), [("preferred", 2), ("any", 2)])
def test_a_colleague_serves_what_the_first_cannot(same_staff, calendar_id):
    """Where the segment allows another person."""
    segments = (Segment(1, "colour", 30), Segment(2, "cut", 30, same_staff=same_staff))
    busy = booked(at(10, 30), at(11))
    placement = placed(a_cut(segments=segments), at(10), busy, staff=(EMMA, SARAH))
    assert claimed(placement) == [(1, "10:00", "10:30"), (calendar_id, "10:30", "11:00")]


def test_where_the_same_person_is_required_the_service_does_not_fit():
    """Nobody takes over in the middle."""
    service = a_cut(30, 30)
    diary = a_diary(a_salon(services=[service], staff=(EMMA, SARAH)), booked(at(10, 30), at(11)))
    assert not diary.starts(service, EMMA) >> diary.grid.index(at(10)) & 1


def test_a_room_is_claimed_beside_the_person():
    """For the segment that needs it, and for as long."""
    segments = (Segment(1, "wash", 15), Segment(2, "tan", 20, resource_calendar_ids=(ROOM.id,)))
    placement = placed(a_cut(segments=segments), at(10))
    assert claimed(placement)[1:] == [(1, "10:15", "10:35"), (ROOM.id, "10:15", "10:35")]
    assert [claim.staff_id for claim in placement.claims] == [EMMA.id, EMMA.id, None]


def test_a_taken_room_leaves_no_start():
    """The person alone is not enough."""
    segments = (Segment(1, "tan", 20, resource_calendar_ids=(ROOM.id,)),)
    service = a_cut(segments=segments)
    taken = replace(booked(at(9), at(18)), calendar_id=ROOM.id)
    assert a_diary(a_salon(services=[service]), taken).starts(service, EMMA) == 0


def test_no_more_placements_are_laid_out_than_are_wanted():
    """A hold tries three people at most, however many are free."""
    service = a_cut()
    company = a_salon(services=[service], staff=(EMMA, SARAH))
    diary, wish = a_diary(company), Wish.of(service, at(10))
    day_before = at(10) - timedelta(days=1)
    counts = [
        len(wished_placements(diary, wish, company.staff, day_before, limit=limit))
        for limit in (None, 1)
    ]
    assert counts == [2, 1]
