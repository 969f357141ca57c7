"""Several services, for one person or for several, in one visit."""

import itertools
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from slotkeeper.domain.availability import people_for_wish, why_not, wished_placements
from slotkeeper.domain.catalogue import Combination, Need, Segment, Staff, StaffTerms
from slotkeeper.domain.errors import AddOnAlone, NotCombined, SlotTaken, StaffCannot, VisitTooLarge
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import arrangement
from slotkeeper.domain.ranking import alternatives, openings_of_wish
from slotkeeper.domain.visits import arranged, check_visit
from slotkeeper.domain.wish import Wish, WishedPart
from tests.domain.salon import BERLIN, EMMA, ROOM, SARAH, a_cut, a_diary, a_salon, at, booked

CUT = a_cut(30, key="cut", number=1, price_cents=4000, visit_order=2)
COLOUR = a_cut(
    key="colour",
    number=2,
    segments=(Segment(1, "apply", 30, 30), Segment(2, "wash", 15)),
    price_cents=6000,
    visit_order=1,
)
CARE = a_cut(15, key="care", number=3, price_cents=1500)
SERVICES = (CUT, COLOUR, CARE)
YESTERDAY = at(0) - timedelta(days=1)


def a_visit(*parts, starts_at=None):
    """Wish services as (service, person) or as a service alone, for the first person."""
    pairs = [part if isinstance(part, tuple) else (part, 1) for part in parts]
    wished = tuple(WishedPart(service, person) for service, person in pairs)
    return Wish(wished, starts_at or at(10))


def placed(wish, *busy, staff=(EMMA, SARAH), services=SERVICES, **company):
    """Place a visit, or give None where it does not fit."""
    rules = {name: company.pop(name) for name in ("same_staff_in_visit",) if name in company}
    salon = replace(a_salon(services=services, staff=staff, **rules), **company)
    diary = a_diary(salon, *busy)
    people = people_for_wish(salon, wish)
    return next(iter(wished_placements(diary, wish, people, YESTERDAY, limit=1)), None)


def plan(placement):
    """List who does which part for whom, from when to when."""
    return [
        (
            part.number,
            part.person,
            part.staff.name,
            f"{part.starts_at.astimezone(BERLIN):%H:%M}-{part.ends_at.astimezone(BERLIN):%H:%M}",
        )
        for part in placement.parts
    ]


def test_services_follow_one_another_in_the_catalogues_order():
    """Colour comes before cut, whichever was said first, and there is no hole between them."""
    assert plan(placed(a_visit(CUT, COLOUR))) == [
        (1, 1, "Emma", "11:15-11:45"),
        (2, 1, "Emma", "10:00-11:15"),
    ]


def test_where_the_catalogue_is_silent_they_stay_as_said():
    """Care has no order, so it keeps its place between the two that have one."""
    wish = arranged(a_salon(services=SERVICES), a_visit(CUT, CARE, COLOUR))
    assert [part.service.key for part in wish.parts] == ["colour", "care", "cut"]


def test_segments_are_numbered_through_the_visit():
    """The one that begins first is number one, and each knows its part."""
    claims = placed(a_visit(CUT, COLOUR)).claims
    assert [(claim.segment_number, claim.part_number) for claim in claims] == [
        (1, 2),
        (2, 2),
        (3, 1),
    ]


def test_the_same_stylist_does_everything_where_she_can():
    """Emma is fairer for the first service, but only Sarah is free for both."""
    morning = booked(at(9), at(9, 30), SARAH)
    placement = placed(a_visit(COLOUR, CUT), morning, booked(at(11, 30), at(12)))
    assert {part.staff for part in placement.parts} == {SARAH}


def test_where_she_cannot_another_one_goes_on():
    """Unless the company requires that nobody else does."""
    busy = booked(at(11, 15), at(12)), booked(at(10), at(11), SARAH)
    assert [row[2] for row in plan(placed(a_visit(COLOUR, CUT), *busy))] == ["Emma", "Sarah"]
    assert placed(a_visit(COLOUR, CUT), *busy, same_staff_in_visit="required") is None


def test_a_wished_stylist_serves_the_part_for_which_she_is_wished():
    """The other part may be anybody's."""
    wish = Wish((WishedPart(COLOUR), WishedPart(CUT, staff=SARAH)), at(10))
    placement = placed(wish, booked(at(10), at(11), SARAH))
    assert [row[2] for row in plan(placement)] == ["Emma", "Sarah"]
    assert placed(wish, booked(at(11, 15), at(12), SARAH)) is None


def test_a_stylist_who_cannot_do_her_part_is_refused():
    """Whichever part it is."""
    wish = Wish((WishedPart(COLOUR), WishedPart(CUT, staff=SARAH)), at(10))
    only_emma = replace(CUT, staff_ids=frozenset([EMMA.id]))
    wish = replace(wish, parts=(wish.parts[0], replace(wish.parts[1], service=only_emma)))
    with pytest.raises(StaffCannot):
        people_for_wish(a_salon(services=SERVICES, staff=(EMMA, SARAH)), wish)


def test_buffers_stand_at_both_ends_only():
    """Between two services of one person the calendar needs none."""
    buffered = [replace(each, buffer_before_min=10, buffer_after_min=5) for each in (COLOUR, CUT)]
    claims = placed(a_visit(*buffered), services=buffered).claims
    assert [(claim.buffer_before_min, claim.buffer_after_min) for claim in claims] == [
        (10, 0),
        (0, 0),
        (0, 5),
    ]


def test_two_people_are_served_side_by_side():
    """Where two stylists are free."""
    placement = placed(a_visit((CUT, 1), (CUT, 2)))
    assert plan(placement) == [(1, 1, "Emma", "10:00-10:30"), (2, 2, "Sarah", "10:00-10:30")]
    assert arrangement(placement.parts) == "side_by_side"


def test_two_people_are_served_one_after_another_by_one_stylist():
    """The second begins when the first is done."""
    placement = placed(a_visit((CUT, 1), (CUT, 2)), staff=(EMMA,))
    assert plan(placement) == [(1, 1, "Emma", "10:00-10:30"), (2, 2, "Emma", "10:30-11:00")]
    assert arrangement(placement.parts) == "one_after_another"


def test_three_people_and_two_stylists_are_mixed():
    """Two begin at once, and the third when one of them is done."""
    placement = placed(a_visit((CUT, 1), (CUT, 2), (CUT, 3)))
    starts = sorted(row[3] for row in plan(placement))
    assert starts == ["10:00-10:30", "10:00-10:30", "10:30-11:00"]
    assert arrangement(placement.parts) == "mixed"


def test_one_person_is_not_arranged():
    """There is nobody to be beside."""
    assert arrangement(placed(a_visit(CUT, CARE)).parts) is None


def test_a_room_keeps_two_people_apart():
    """Two stylists are free, and the one room is not free twice."""
    tan = a_cut(segments=(Segment(1, "tan", 20, resource_calendar_ids=(ROOM.id,)),))
    placement = placed(a_visit((tan, 1), (tan, 2)), services=[tan])
    assert arrangement(placement.parts) == "one_after_another"


def test_a_segment_takes_all_that_it_needs_at_once():
    """A room and a laser, or two of a kind; no calendar serves two needs."""
    rooms = [replace(ROOM, id=n, key=f"r{n}") for n in (20, 21, 22)]
    needs = (Need(2, (20, 21, 22)), Need(1, (20,)))
    laser = a_cut(segments=(Segment(1, "laser", 20, needs=needs),))
    salon = a_salon(services=[laser])
    salon = replace(salon, calendars=(*salon.calendars[:1], *rooms))
    free = a_diary(salon)
    claims = free.place(laser, EMMA, free.grid.index(at(10))).claims
    assert sorted(claim.calendar_id for claim in claims) == [EMMA.calendar_id, 20, 21, 22]
    one_gone = a_diary(salon, replace(booked(at(9), at(18)), calendar_id=22))
    assert one_gone.starts(laser, EMMA) == 0


def test_who_serves_decides_how_long_it_takes_and_what_it_costs():
    """Sarah cuts in twenty minutes, for more."""
    cut = replace(CUT, staff_terms=(StaffTerms(SARAH.id, (20,), 5000),))
    wishes = [Wish.of(cut, at(10), staff) for staff in (EMMA, SARAH)]
    parts = [placed(wish, services=[cut]).parts[0] for wish in wishes]
    assert [(p.ends_at - p.starts_at, p.price_cents) for p in parts] == [
        (timedelta(minutes=30), 4000),
        (timedelta(minutes=20), 5000),
    ]


def test_a_combination_changes_the_last_of_its_services():
    """Cut and care together take five minutes and five euros less than apart."""
    pair = Combination(frozenset([CUT.id, CARE.id]), -5, -500)
    placement = placed(a_visit(CUT, CARE), combinations=(pair,))
    assert [row[3] for row in plan(placement)] == ["10:00-10:30", "10:30-10:40"]
    assert [part.price_cents for part in placement.parts] == [4000, 1000]


def test_a_service_counts_in_the_largest_combination_only():
    """Three together are not also two together."""
    pair = Combination(frozenset([CUT.id, CARE.id]), 30, 0)
    three = Combination(frozenset([CUT.id, CARE.id, COLOUR.id]), 0, -1000)
    placement = placed(a_visit(COLOUR, CUT, CARE), combinations=(pair, three))
    assert placement.ends_at - placement.starts_at == timedelta(minutes=120)
    assert [part.price_cents for part in placement.parts] == [6000, 4000, 500]


def test_a_combination_is_of_one_persons_services():
    """What two people have done is not combined."""
    pair = Combination(frozenset([CUT.id, CARE.id]), is_done=False)
    salon = replace(a_salon(services=SERVICES), combinations=(pair,))
    check_visit(salon, a_visit((CUT, 1), (CARE, 2)))
    with pytest.raises(NotCombined) as refused:
        check_visit(salon, a_visit(CUT, CARE))
    assert refused.value.facts() == {"services": ["Cut", "Care"]}


def test_an_add_on_is_never_done_alone():
    """It needs another service of the same person."""
    gloss = a_cut(15, key="gloss", number=4, add_on=True)
    salon = a_salon(services=[CUT, gloss])
    check_visit(salon, a_visit(CUT, gloss))
    for wish in (a_visit(gloss), a_visit((CUT, 1), (gloss, 2))):
        with pytest.raises(AddOnAlone) as refused:
            check_visit(salon, wish)
        assert refused.value.facts() == {"service": "Gloss"}


@pytest.mark.parametrize("parts", [[(CUT, n) for n in range(1, 6)], [CARE] * 25])
def test_a_visit_has_an_end(parts):
    """At most four people, and at most twenty-four claims."""
    with pytest.raises(VisitTooLarge):
        check_visit(a_salon(services=SERVICES), a_visit(*parts))


def test_a_visit_stays_in_one_branch():
    """Two stylists of different branches serve nobody side by side."""
    away = Staff(UUID(int=7), 2, 7, "zoe", "Zoe")
    cut = replace(CUT, staff_ids=frozenset([EMMA.id, away.id]))
    salon = a_salon(services=[cut], staff=(EMMA, away))
    other = replace(salon.branches[0], id=2, key="other")
    hours = (*salon.hours, *(replace(each, branch_id=2) for each in salon.hours))
    salon = replace(salon, branches=(*salon.branches, other), hours=hours)
    wish = a_visit((cut, 1), (cut, 2))
    placements = wished_placements(a_diary(salon), wish, people_for_wish(salon, wish), YESTERDAY)
    assert placements
    assert {arrangement(each.parts) for each in placements} == {"one_after_another"}


def test_a_visit_that_does_not_fit_is_refused_for_what_is_in_the_way():
    """The second service's time is booked."""
    salon = a_salon(services=SERVICES, staff=(EMMA,))
    wish = a_visit(COLOUR, CUT)
    diary = a_diary(salon, booked(at(11, 30), at(12)))
    assert not wished_placements(diary, wish, [EMMA], YESTERDAY)
    refusal = why_not(diary, wish, [EMMA], YESTERDAY)
    assert isinstance(refusal, SlotTaken)
    assert refusal.blocked_by == "appointment"


def other_times(wish, *busy, staff=(EMMA, SARAH), limit=2, **salon):
    """Choose other times for a visit than the one that is wished, over two weeks."""
    company = a_salon(services=SERVICES, staff=staff, **salon)
    diary = a_diary(company, *busy, days=15)
    people = people_for_wish(company, wish)
    return alternatives(diary, wish, people, YESTERDAY, limit)


def test_other_times_of_a_visit_collide_nowhere():
    """All that is offered is held at once, and what stands by as well."""
    choice = other_times(a_visit((COLOUR, 1), (CUT, 1), (CUT, 2)), booked(at(10), at(11)))
    claims = [claim for placement in choice.placements for claim in placement.claims]
    assert choice.offer == 2
    assert not any(
        one.calendar_id == other.calendar_id and one.interval.overlaps(other.interval)
        for one, other in itertools.combinations(claims, 2)
    )


def test_other_times_of_a_visit_lie_on_both_sides_of_it():
    """With room for all of it before and after what is booked."""
    busy = [booked(at(13), at(14), each) for each in (EMMA, SARAH)]
    choice = other_times(a_visit(COLOUR, CUT, starts_at=at(13)), *busy)
    assert [each.starts_at for each in choice.offered] == [at(11, 15), at(14)]


def test_other_times_of_a_visit_are_those_that_a_salon_would_say():
    """Quarter hours, where a visit may start every five minutes."""
    wish = a_visit((COLOUR, 1), (CUT, 2), starts_at=at(12))
    choice = other_times(
        wish, booked(at(12), at(12, 20)), booked(at(12), at(12, 20), SARAH), slot_step_min=5
    )
    assert choice.placements
    assert {each.starts_at.minute % 15 for each in choice.placements} == {0}


def test_openings_of_a_visit_come_in_order_and_apart():
    """The first ones that fit whole."""
    company = a_salon(services=SERVICES, staff=(EMMA,))
    wish = a_visit(COLOUR, CUT)
    choice = openings_of_wish(
        a_diary(company, booked(at(10), at(11))),
        wish,
        [EMMA],
        [Interval(at(0), at(23))],
        now=YESTERDAY,
        limit=2,
    )
    assert [each.starts_at for each in choice.offered] == [at(11), at(12, 45)]
