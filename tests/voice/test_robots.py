"""What a robot keeps of a salon's week, whatever it calls itself."""

import pytest

from slotkeeper.domain.wish import Customer
from tests.voice.line import a_line
from tests.voice.robots import KNOWN, NEW, ROBOTS, SERVICE, Robots, slots_of_week

# Shares of a week's slots.
MOST_HELD, MOST_BOOKED = 0.15, 0.05
FIVE = ("Emma", "Sarah", "Zoe", "Mia", "Ida")
ROBOT_AND_TOOL = [
    (name, tool) for name in ROBOTS for tool in ("check_availability", "start_booking")
]

OPEN_AS_MOST_SALONS = """
UPDATE opening_hours SET opens_local = '09:00', closes_local = '18:00'
WHERE company_id = $1 AND weekday <= 5
"""
KEPT = """
SELECT count(DISTINCT caller_token) FILTER (WHERE status = 'converted') AS booked,
       count(DISTINCT caller_token) FILTER (WHERE status = 'active') AS held
FROM appointment_reservations WHERE company_id = $1 AND blocks
"""


async def robots_of(http, store):
    """Robots at a salon of five people, open for nine hours on five days, with one customer."""
    line = await a_line(http, store, staff=FIVE)
    salon = line.salon
    await salon.rows("DELETE FROM opening_hours WHERE company_id = $1 AND weekday > 5")
    await salon.rows(OPEN_AS_MOST_SALONS)
    await salon.rows("UPDATE companies SET catalogue_version = 2 WHERE id = $1")
    salon.company = await store.catalogues.reload(salon.id)
    key = await store.directory.create_key(salon.id, ["agent"])
    (at, *_) = [slot.starts_at for slot in slots_of_week(FIVE)]
    await salon.book(
        SERVICE,
        at=at.replace(day=26),
        customer=Customer("Anna Alt", KNOWN),
    )
    return Robots(line, key)


async def kept(salon):
    """How many slots are booked and held, without the customer's."""
    (row,) = await salon.rows(KEPT)
    return row["booked"] - 1, row["held"]


async def sweep(robots, name, slots, *tools):
    """Let a robot wish one slot after the other, by turns with some tools; give its answers."""
    return [
        await ROBOTS[name](robots, n, tools[n % len(tools)], slot.args | {"customer_name": "Robot"})
        for n, slot in enumerate(slots)
    ]


async def assert_bounded(robots, of):
    """Assert that a robot has only its share, and that a known caller is served that week."""
    booked, held = await kept(robots.line.salon)
    assert booked <= MOST_BOOKED * of
    assert booked + held <= MOST_HELD * of
    friday = {"service": SERVICE, "date": "2027-03-05", "time": "17:30"}
    answer = await robots.line.tool("check_availability", friday, call="known", caller=KNOWN)
    assert answer["status"] == "held", answer


# More than robots may keep, and few enough for every run.
EVERY = 11


@pytest.mark.parametrize("name", ROBOTS)
async def test_no_robot_keeps_more_than_its_share(http, store, name):
    """Whatever it calls itself, and whether it holds or books."""
    robots = await robots_of(http, store)
    week = list(slots_of_week(FIVE))
    await sweep(robots, name, week[::EVERY], "check_availability", "start_booking")
    await assert_bounded(robots, len(week))


async def test_a_call_that_meets_a_bound_is_offered_a_callback(http, store):
    """It hears so in one true sentence."""
    robots = await robots_of(http, store)
    answers = await sweep(
        robots, "withheld, one line", list(slots_of_week(FIVE))[::EVERY], "start_booking"
    )
    assert [answer["status"] for answer in answers[:3]] == ["booked"] * 3
    last = answers[-1]
    assert (last["status"], last["callback_offered"]) == ("too_many_holds", True)
    assert (
        last["say"]
        == "Dafür kann ich im Moment leider nichts vormerken. Soll Sie jemand zurückrufen?"
    )


async def test_a_robot_without_a_number_locks_out_no_new_number(http, store):
    """Each kind of caller has a share of its own."""
    robots = await robots_of(http, store)
    week = list(slots_of_week(FIVE))
    await sweep(robots, "withheld, one line", week[::EVERY], "check_availability")
    new = await robots.retell(0, "check_availability", week[-1].args, call="new", caller=NEW)
    assert new["status"] == "held"


async def test_a_robot_without_a_number_locks_out_nobody_once_it_stops(http, store):
    """What counts is what is kept, and not what was made: holds die in five minutes."""
    line = await a_line(http, store, sandbox=True, staff=FIVE[:1])
    robots = Robots(line, await store.directory.create_key(line.salon.id))
    week = list(slots_of_week(FIVE[:1]))
    *_, last = await sweep(robots, "withheld, one line", week[::8], "check_availability")
    assert last["status"] == "too_many_holds"
    line.salon.clock.advance(301)
    honest = await robots.retell(0, "check_availability", week[-1].args, call="honest")
    assert honest["status"] == "held"


async def test_above_the_hourly_rate_only_known_numbers_are_served(http, store):
    """New numbers are offered a callback; those who are refused count as well."""
    robots = await robots_of(http, store)
    salon = robots.line.salon
    await salon.rows("UPDATE companies SET max_new_callers_hour = 3 WHERE id = $1")
    slots = list(slots_of_week(FIVE))[:6]
    answers = await sweep(robots, "many numbers", slots, "check_availability")
    assert [each["status"] for each in answers] == ["held"] * 3 + ["too_many_holds"] * 3
    known = await robots.retell(0, "check_availability", slots[-1].args, call="k", caller=KNOWN)
    assert known["status"] == "held"
    assert (await robots.rest_wish(0, "hold", slots[-2].args))["status"] == "active"


async def test_a_crowd_that_competes_is_served_beyond_a_robots_share(http, store):
    """Callers who wish what others keep make room for those behind them, with or without number."""
    robots = await robots_of(http, store)
    popular = list(slots_of_week(FIVE))[:25]
    for n, slot in enumerate(popular * 2):
        await robots.retell(n, "start_booking", slot.args, caller=f"+4917011{n:06}")
    booked, held = await kept(robots.line.salon)
    assert booked + held > MOST_BOOKED * 450
    rest = list(slots_of_week(FIVE))[-50::2]
    answers = await sweep(robots, "withheld, one line", rest, "start_booking")
    served = [answer["status"] for answer in answers].count("booked")
    assert served > MOST_BOOKED * 450


@pytest.mark.prove
@pytest.mark.parametrize(("name", "tool"), ROBOT_AND_TOOL)
async def test_no_robot_keeps_a_week(http, store, name, tool):
    """Within an hour it holds at most 15 % of the week and books at most 5 %."""
    robots = await robots_of(http, store)
    slots = list(slots_of_week(FIVE))
    await sweep(robots, name, slots, tool)
    booked, held = await kept(robots.line.salon)
    print(f"{name}, {tool}: {held / len(slots):.1%} held, {booked / len(slots):.1%} booked")
    await assert_bounded(robots, len(slots))
