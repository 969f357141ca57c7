"""The real compounds of friseur-1: their gaps, and that they change whole."""

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from slotkeeper.domain.availability import people_for
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.hold import hold
from slotkeeper.operations.load_company import example, read_catalogue_file
from slotkeeper.operations.placing import read_for_wish
from tests.build import ERIKA, FRIDAY_10, HAIRCUT, Salon, a_company
from tests.domain.starts import all_starts

COMPOUNDS = {
    service.name: [(s.duration_min, s.gap_after_min) for s in service.segments]
    for service in read_catalogue_file(example("friseur-1"), "friseur-1.yaml").services
    if service.segments and len(service.segments) > 1
}
OTHERS = {HAIRCUT: [(55, 0)], "Trockenschnitt": [(30, 0)]}

# What another connection must never see: a reservation of which rows are missing or differ, or that
# was converted for some of its people only; after that each person's part of it is free or not.
TORN = """
SELECT caller_token FROM appointment_reservations WHERE company_id = $1
GROUP BY caller_token
HAVING count(DISTINCT segment_number) <> max(total_segments)
    OR count(DISTINCT (status, ended_at, end_reason)) > 1
    OR count(converted_to_appointment_id) NOT IN (0, count(*))
    OR count(DISTINCT converted_to_appointment_id) NOT IN (0, count(DISTINCT person))
    OR count(DISTINCT (person, blocks)) > count(DISTINCT person)
    OR bool_or(status <> 'converted') AND count(DISTINCT blocks) > 1
"""
FAMILY = ("Emma", "Sarah", "Jonas", "Lena")
RIVALS = ("nobody", "a release", "a hang-up", "a later call")


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

    await watched(salon, live())
    states = await salon.rows(
        "SELECT status, count(DISTINCT caller_token) FROM appointment_reservations "
        "WHERE company_id = $1 GROUP BY status"
    )
    assert {row["status"] for row in states} >= {"converted", "cancelled"}


@dataclass
class Family:
    """Four people who are served side by side, and what came of each yes for them."""

    salon: Salon
    outcomes: Counter[object] = field(default_factory=Counter)

    async def held_by(self, call):
        """Hold all that the four wish, in twelve segments."""
        (service,) = self.salon.company.services
        people = tuple(WishedPart(service, person) for person in range(1, 5))
        return (await hold(self.salon.context(call), Wish(people, FRIDAY_10))).reservation

    async def yes(self, held):
        """Say yes; the appointments."""
        try:
            booked = await convert_visit(self.salon.context(), held.token, ERIKA)
        except Refusal as refusal:
            self.outcomes[refusal.code] += 1
            return ()
        self.outcomes[len(booked)] += 1
        return booked

    async def meets(self, rival, held):
        """Do what comes at the same time as the yes."""
        match rival:
            case "a release":
                await self.salon.cancel(held.token)
            case "a hang-up":
                await self.salon.hang_up(held.call_id)
            case "a later call":
                await self.held_by(f"later than {held.call_id}")
                await self.salon.hang_up(f"later than {held.call_id}")


async def test_a_visit_of_twelve_segments_changes_whole_at_every_instant(store):
    """A yes for four people meets a release, a hang-up or the expiry: all are booked, or nobody."""
    three = {"three": [(20, 0), (20, 0), (20, 0)]}
    family = Family(await a_company(store, staff=FAMILY, services=three))
    salon = family.salon

    async def live():
        for n, rival in enumerate(RIVALS * 3):
            held = await family.held_by(f"c{n}")
            assert len(held.segments) == 12
            if rival == "a later call":
                salon.clock.advance(301)
            both = [family.yes(held), family.meets(rival, held)]
            # Whoever comes first may be first at the lock.
            if n % 3:
                booked, _ = await asyncio.gather(*both)
            else:
                _, booked = await asyncio.gather(*reversed(both))
            if booked:
                await salon.move(booked[1].id, FRIDAY_10 + timedelta(hours=5))
            for one in booked:
                await salon.cancel_appointment(one.id)

    await watched(salon, live())
    assert family.outcomes.keys() <= {4, "reservation_cancelled", "reservation_expired"}
    assert family.outcomes[4] >= 3
    assert family.outcomes["reservation_expired"] == 3


async def watched(salon, life):
    """Look all the time while something goes on."""
    done = asyncio.Event()
    looks = 0

    async def watch():
        nonlocal looks
        while not done.is_set():
            assert await salon.rows(TORN) == []
            looks += 1

    async def live():
        try:
            await life
        finally:
            done.set()

    await asyncio.gather(watch(), watch(), live())
    assert looks > 20
