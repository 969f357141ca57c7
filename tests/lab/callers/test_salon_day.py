"""A simulated day on the real server: the same callers each time, and holds make the difference."""

import json
from datetime import timedelta
from itertools import count

import pytest

from slotkeeper.lab.callers.salon_copies import Setting, salon
from slotkeeper.lab.callers.salon_day import salon_day
from slotkeeper.lab.callers.simulated_people import Load, people, scene_of
from slotkeeper.lab.database.company_copy import snapshot
from slotkeeper.lab.outcomes.counting import as_row, outcome_of, round_of
from slotkeeper.metrics.collector import ReservationMetricsCollector
from tests.example import an_example_salon

MODES = ("off", "shadow", "on")
POPULAR, QUIET = Load(30), Load(10, quiet=True)
# Beyond what the database gives to companies of its own.
_numbers = count(700_000)


@pytest.fixture(scope="module")
async def taken(store):
    """The example's catalogue."""
    return await snapshot(store.db, (await an_example_salon(store)).id)


@pytest.fixture(scope="module")
async def open_salon(taken, store, base_url):
    """Makes copies of the example, each served in its way."""

    async def opened(mode, alternatives=2):
        setting = Setting(mode, alternatives)
        return await salon(taken, setting, company_id=next(_numbers), address=base_url, store=store)

    return opened


@pytest.fixture(scope="module")
async def played(open_salon, store):
    """A popular day in each mode: the salon, what its callers lived through, and the count."""
    days = {}
    for mode in MODES:
        one = await open_salon(mode)
        scene = scene_of(one.company)
        lived = await salon_day(one.telephone, scene, people(scene, POPULAR, "1/0"))
        found = await round_of(lived, scene, one.company.id, store)
        days[mode] = one, lived, outcome_of([found])
    return days


@pytest.fixture(scope="module")
async def scene(open_salon):
    """What people ring about."""
    return scene_of((await open_salon("on")).company)


async def test_the_same_seed_brings_the_same_callers(scene):
    """With the same wishes, thoughts and patience; another seed brings others."""
    assert people(scene, POPULAR, "7") == people(scene, POPULAR, "7")
    assert people(scene, POPULAR, "7") != people(scene, POPULAR, "8")


async def test_the_copies_of_a_salon_are_rung_by_the_same_people(scene, open_salon):
    """Only how they are served differs."""
    other = scene_of((await open_salon("off")).company)
    mine, theirs = (
        [(one.rings_after_s, one.service.name, one.wishes) for one in people(where, POPULAR, "7")]
        for where in (scene, other)
    )
    assert mine == theirs


async def test_ten_popular_slots_are_what_most_want(scene):
    """Two times with five people each; on a quiet day hardly anybody has them in mind."""
    popular, quiet = (
        sum(one.wishes[0].starts_at in scene.popular for one in people(scene, Load(200, q), "7"))
        for q in (False, True)
    )
    assert len(scene.popular) == 2
    assert popular > 150 > 100 > quiet


async def test_people_differ(scene):
    """Among them are some who change their mind, hang up, repeat themselves, wish a compound."""
    everybody = people(scene, Load(200), "7")
    for trait in ("changes_mind", "hangs_up", "withheld", "takes_another_day"):
        assert {getattr(one, trait) for one in everybody} == {True, False}, trait
    assert {one.service.is_compound for one in everybody} == {True, False}
    assert any(any(one.repeats) for one in everybody)
    assert all(len(set(one.wishes)) == len(one.wishes) > 0 for one in everybody)


async def test_with_holds_nobody_who_is_told_free_is_refused(played):
    """And a time that was named is never without a hold, and a compound never in parts."""
    _, _, found = played["on"]
    assert (found.race_errors.count, found.taken_after_free.count) == (0, 0)
    assert max(found.windows_s) == 0
    assert found.whole_compounds.count == found.whole_compounds.of > 0


@pytest.mark.parametrize("mode", ["off", "shadow"])
async def test_without_holds_somebody_is(played, mode):
    """Nothing keeps a time while its caller thinks, for eight seconds at least."""
    _, _, found = played[mode]
    assert found.race_errors.count > 0
    assert min(found.windows_s) >= 8


@pytest.mark.parametrize("mode", MODES)
async def test_what_was_said_is_what_stands(played, store, mode):
    """Nothing is booked twice, no answer broke, and the counters add up; no hold is left."""
    one, lived, found = played[mode]
    figures = await ReservationMetricsCollector(store).collect(one.company.id)
    assert (found.contradictions, found.double_bookings, found.faults) == (0, 0, 0)
    assert figures.balance == 0
    assert figures.converted == sum(each.booked_at is not None for each in lived) > 15
    over = scene_of(one.company).begins_at + timedelta(hours=2)
    assert await store.reservations.active(one.company.id, now=over) == []


async def test_an_outcome_can_be_written_as_json(played):
    """Shares with their counts and intervals, and the setting that they are of."""
    one, _, found = played["on"]
    row = json.loads(json.dumps(as_row(POPULAR, one.setting, found)))
    assert (row["mode"], row["alternatives"], row["load"]["callers"]) == ("on", 2, 30)
    assert (row["callers"], row["race_errors"]["count"], row["window_p95_s"]) == (30, 0, 0)
    assert row["booked"]["interval"][0] < row["booked"]["percent"] <= 100


async def test_where_no_other_times_are_named_some_starve(open_salon, store):
    """Who wishes what is taken hears of nothing else; with two others named nobody starves."""
    starved = []
    for alternatives in (0, 2):
        one = await open_salon("on", alternatives)
        scene = scene_of(one.company)
        lived = await salon_day(one.telephone, scene, people(scene, POPULAR, "1/0"))
        starved.append(sum(not each.heard_free for each in lived))
    assert starved[0] > 0 == starved[1]


async def test_a_quiet_day_takes_hours_and_serves_everybody(open_salon, store):
    """Without holds too: whoever thinks alone is not disturbed."""
    one = await open_salon("off")
    scene = scene_of(one.company)
    lived = await salon_day(one.telephone, scene, people(scene, QUIET, "1/0"))
    found = outcome_of([await round_of(lived, scene, one.company.id, store)])
    assert (found.race_errors.count, found.booked.percent) == (0, 100)
    said = [yes.said_at for each in lived for yes in each.yeses]
    assert max(said) - min(said) > timedelta(hours=4)
