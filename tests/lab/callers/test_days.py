"""Where a simulation plays: on days that nobody has touched."""

from datetime import datetime, time, timedelta
from itertools import combinations

import pytest

from slotkeeper.domain.intervals import Interval
from slotkeeper.lab.callers.days import day_of, free_day, most_slots, popular_slots
from tests.build import HAIRCUT

MONDAY, TUESDAY = 1, 2


async def test_a_free_day_is_ahead_open_and_of_the_weekday(friseur):
    """It is never today, and never a day on which the salon is closed."""
    day = await free_day(friseur.company, friseur.store)
    today = (await friseur.store.clock.now()).astimezone(friseur.company.zone).date()
    assert day > today
    assert day.isoweekday() <= 5
    tuesday = await free_day(friseur.company, friseur.store, weekday=TUESDAY)
    assert tuesday.isoweekday() == TUESDAY
    assert await free_day(friseur.company, friseur.store, taken=[day]) > day


async def test_a_day_with_a_hold_is_not_free(friseur):
    """One hold of anybody is enough."""
    day = await free_day(friseur.company, friseur.store, weekday=MONDAY)
    held = await friseur.hold(at=datetime.combine(day, time(9), friseur.company.zone))
    later = await free_day(friseur.company, friseur.store, weekday=MONDAY)
    await friseur.cancel(held.token)
    assert later > day


def test_a_day_lasts_from_midnight_to_midnight_of_the_wall(salon):
    """When the clocks change it has 23 or 25 hours."""
    spring, autumn = datetime(2027, 3, 28), datetime(2027, 10, 31)  # noqa: DTZ001 - only the days
    assert day_of(salon.company, spring.date()).duration == timedelta(hours=23)
    assert day_of(salon.company, autumn.date()).duration == timedelta(hours=25)


@pytest.mark.parametrize("count", [1, 10, 40])
async def test_popular_slots_are_each_one_calendar_at_one_time(friseur, count):
    """No two of them overlap, so every one can be had, and by one caller only."""
    service = friseur.company.service(HAIRCUT)
    day = await free_day(friseur.company, friseur.store)
    slots = popular_slots(friseur.company, service, day, count)
    assert len(slots) == count
    assert most_slots(friseur.company, service) == 40
    length = timedelta(minutes=service.duration_min)
    places = [(s.staff.calendar_id, Interval(s.starts_at, s.starts_at + length)) for s in slots]
    assert not any(a[0] == b[0] and a[1].overlaps(b[1]) for a, b in combinations(places, 2))
