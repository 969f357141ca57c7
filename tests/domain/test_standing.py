"""What stands, held against a newer catalogue: whether it could still be there."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from slotkeeper.domain.catalogue import Closure
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import StandingClaim, fits, misfits
from tests.domain.salon import EMMA, ROOM, SARAH, WEDNESDAY, a_cut, a_salon, every_day

TEN = WEDNESDAY + timedelta(hours=10)
A_CUT = StandingClaim(
    id=1,
    token=UUID(int=9),
    appointment_id=None,
    service_id=1,
    staff_id=EMMA.id,
    calendar_id=EMMA.calendar_id,
    interval=Interval(TEN, TEN + timedelta(minutes=30)),
)
A_ROOM = replace(A_CUT, staff_id=None, calendar_id=ROOM.id)


def test_what_could_be_made_today_fits():
    """At work, in an open branch, for a service that is offered; busy time does not count."""
    assert misfits(a_salon(), [A_CUT, A_ROOM]) == []


@pytest.mark.parametrize(
    "company",
    [
        a_salon(closures=[Closure(None, date(2027, 3, 3), date(2027, 3, 3))]),
        a_salon(hours=every_day("09:00-10:25")),
        a_salon(hours=[]),
        a_salon(services=[a_cut(number=2)]),
    ],
    ids=["a closure", "other hours", "no hours", "the service is gone"],
)
def test_what_is_closed_or_gone_fits_nobody_and_nothing(company):
    """Neither a person's claim nor a room's."""
    assert misfits(company, [A_CUT, A_ROOM]) == [A_CUT, A_ROOM]


def test_who_has_left_or_no_longer_does_it_does_not_fit():
    """And the room that stands beside her still does."""
    emma_cannot = replace(a_cut(), staff_ids=frozenset({SARAH.id}))
    for company in (a_salon(staff=[SARAH]), a_salon(services=[emma_cannot])):
        assert misfits(company, [A_CUT, A_ROOM]) == [A_CUT]


def test_who_works_on_another_calendar_does_not_fit():
    """Nothing keeps that calendar free for it."""
    assert not fits(a_salon(staff=[replace(EMMA, calendar_id=3)]), A_CUT)


def test_a_room_that_is_gone_does_not_fit():
    """Without its calendar it is in no branch."""
    without = replace(a_salon(), calendars=())
    assert misfits(without, [A_CUT, A_ROOM]) == [A_ROOM]


def test_what_lasts_over_midnight_is_judged_by_both_days():
    """The second day's closing hour counts as the first one's does."""
    eleven = WEDNESDAY + timedelta(hours=23)
    late = replace(A_CUT, interval=Interval(eleven, eleven + timedelta(hours=2)))
    assert fits(a_salon(hours=every_day("00:00-24:00")), late)
    assert not fits(a_salon(hours=every_day("00:00-00:30", "01:00-24:00")), late)
