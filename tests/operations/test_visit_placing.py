"""A visit as it is held and booked: whole, at its prices, or other times of it."""

import itertools
from datetime import timedelta

import pytest

from slotkeeper.domain.errors import AddOnAlone
from slotkeeper.domain.wish import Customer, Wish, WishedPart
from slotkeeper.operations.check_availability import check_availability
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.hold import hold
from tests.build import FRIDAY_10, a_company

SERVICES = {"colour": [(30, 30), (15, 0)], "cut": [(30, 0)], "care": [(15, 0)]}
# Sarah cuts in twenty minutes, for more; cut and care are cheaper together, colour comes first.
WHO_AND_HOW_MUCH = """
WITH prices AS (
    UPDATE services SET price_cents = CASE key WHEN 'cut' THEN 4000 ELSE 1500 END,
        visit_order = CASE key WHEN 'colour' THEN 1 WHEN 'cut' THEN 2 END
    WHERE company_id = $1
), terms AS (
    UPDATE staff_services x SET durations_min = '{20}', price_cents = 5000
    FROM staff m, services s
    WHERE x.company_id = $1 AND m.id = x.staff_id AND s.id = x.service_id AND s.company_id = $1
      AND m.key = 'Sarah' AND s.key = 'cut'
), pair AS (
    INSERT INTO combinations (company_id, extra_min, extra_cents) VALUES ($1, -5, -500)
    RETURNING id
)
INSERT INTO combination_services (company_id, combination_id, service_id)
SELECT $1, pair.id, s.id FROM pair, services s
WHERE s.company_id = $1 AND s.key IN ('cut', 'care')
"""


async def a_salon(store, **fields):
    """Make the salon of these tests."""
    salon = await a_company(store, services=SERVICES, **fields)
    await salon.rows(WHO_AND_HOW_MUCH)
    salon.company = await store.catalogues.reload(salon.id)
    return salon


def visit(salon, *parts, at=FRIDAY_10):
    """Wish (service, person, staff) together."""
    member = salon.company.staff_member
    wished = [
        WishedPart(salon.company.service(service), person, member(staff) if staff else None)
        for service, person, staff in parts
    ]
    return Wish(tuple(wished), at)


async def test_the_price_that_is_held_is_that_of_who_serves_and_of_what_goes_together(store):
    """It stays with the hold and with the appointment."""
    salon = await a_salon(store)
    wish = visit(salon, ("cut", 1, "Sarah"), ("care", 1, "Sarah"))
    held = (await hold(salon.context("c1"), wish)).reservation
    assert [part.price_cents for part in held.parts] == [5000, 1000]
    assert held.ends_at - held.starts_at == timedelta(minutes=30)
    (booked,) = await convert_visit(salon.context("c1"), held.token, Customer("Anna"))
    assert [part.price_cents for part in booked.parts] == [5000, 1000]


async def test_parts_are_held_in_the_order_in_which_they_are_done(store):
    """Whichever was said first."""
    salon = await a_salon(store)
    held = await hold(salon.context("c1"), visit(salon, ("cut", 1, None), ("colour", 1, None)))
    services = [salon.company.service_by_id(part.service_id) for part in held.reservation.parts]
    assert [service.key for service in services] == ["colour", "cut"]


async def test_a_taken_visit_is_answered_with_whole_others(store):
    """Each other time is held with all its parts, and none collides with another."""
    salon = await a_salon(store, staff=("Emma",))
    await salon.book("cut", at=FRIDAY_10 + timedelta(minutes=15))
    wish = visit(salon, ("colour", 1, None), ("cut", 1, None))
    answer = await check_availability(salon.context("c1"), wish)
    holds = [slot.hold.reservation for slot in answer.others]
    assert holds
    assert {len(held.parts) for held in holds} == {2}
    claims = [segment for held in holds for segment in held.segments]
    assert not any(a.interval.overlaps(b.interval) for a, b in itertools.combinations(claims, 2))


async def test_the_same_visit_again_is_the_same_hold(store):
    """Its other times are named again, not held twice."""
    salon = await a_salon(store, staff=("Emma",))
    await salon.book("cut", at=FRIDAY_10 + timedelta(minutes=15))
    wish = visit(salon, ("colour", 1, None), ("cut", 1, None))
    first = await check_availability(salon.context("c1"), wish)
    again = await check_availability(salon.context("c1"), wish)
    starts = [[slot.starts_at for slot in answer.others] for answer in (first, again)]
    assert starts[0] == starts[1]


async def test_an_add_on_alone_is_refused_before_anything_is_held(store):
    """By its name."""
    salon = await a_salon(store)
    await salon.rows("UPDATE services SET add_on = true WHERE company_id = $1 AND key = 'care'")
    salon.company = await store.catalogues.reload(salon.id)
    with pytest.raises(AddOnAlone) as refused:
        await hold(salon.context("c1"), visit(salon, ("care", 1, None)))
    assert refused.value.service == "care"
