"""The real compounds of friseur-1: their gaps, and that they change whole."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from slotkeeper.domain.availability import people_for
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.load_company import example, read_catalogue_file
from slotkeeper.operations.placing import read_for_wish
from tests.build import FRIDAY_10, HAIRCUT, a_company
from tests.domain.starts import all_starts

COMPOUNDS = {
    service.name: [(s.duration_min, s.gap_after_min) for s in service.segments]
    for service in read_catalogue_file(example("friseur-1"), "friseur-1.yaml").services
    if service.segments and len(service.segments) > 1
}
OTHERS = {HAIRCUT: [(55, 0)], "Trockenschnitt": [(30, 0)]}

# What another connection must never see: a reservation of which rows differ.
TORN = """
SELECT caller_token FROM appointment_reservations WHERE company_id = $1
GROUP BY caller_token
HAVING count(DISTINCT (status, blocks, ended_at, end_reason, converted_to_appointment_id)) > 1
    OR count(*) <> max(total_segments)
"""


@pytest.mark.parametrize("name", COMPOUNDS)
async def test_a_gap_takes_only_what_fits_wholly(store, name):
    """Another customer's service is offered inside a compound's gap only where all of it fits."""
    salon = await a_company(store, staff=("Emma",), services=COMPOUNDS | OTHERS)
    held = await salon.hold(name, call="c1")
    taken = [segment.interval for segment in held.segments]
    gaps = [Interval(a.end, b.start) for a, b in itertools.pairwise(taken) if a.end < b.start]
    assert gaps
    for other in OTHERS:
        service = salon.company.service(other)
        wish = Wish.of(service, FRIDAY_10)
        reading = await read_for_wish(salon.context(), wish)
        people = people_for(salon.company, service, None)
        length = timedelta(minutes=service.duration_min)
        ((_, starts),) = all_starts(reading.diary, service, people, reading.read_at).items()
        inside = [at for at in starts if held.starts_at <= at < held.ends_at]
        assert all(any(gap.start <= at and at + length <= gap.end for gap in gaps) for at in inside)
        assert bool(inside) is any(length <= gap.duration for gap in gaps)


async def test_a_compound_changes_whole_at_every_instant(store):
    """Held, moved, cancelled, released, expired: another connection never sees half of it."""
    salon = await a_company(store, staff=("Emma", "Sarah"), services=COMPOUNDS | OTHERS)
    done = asyncio.Event()
    looks = 0

    async def watch():
        nonlocal looks
        while not done.is_set():
            assert await salon.rows(TORN) == []
            looks += 1

    async def live():
        for n, name in enumerate([*COMPOUNDS] * 5):
            held = await salon.hold(name, call=f"c{n}")
            if n % 3 == 0:
                await salon.cancel(held.token)
                continue
            if n % 3 == 1:
                salon.clock.advance(301)
                held = await salon.hold(name, call=f"late{n}", staff="Emma")
            appointment = await salon.convert(held.token)
            later = FRIDAY_10 + timedelta(hours=5)
            await salon.move(appointment.id, later)
            await salon.cancel_appointment(appointment.id)
        done.set()

    await asyncio.gather(watch(), watch(), live())
    assert looks > 20
    states = await salon.rows(
        "SELECT status, count(DISTINCT caller_token) FROM appointment_reservations "
        "WHERE company_id = $1 GROUP BY status"
    )
    assert {row["status"] for row in states} >= {"converted", "cancelled"}
