"""Many callers for few slots, with holds and without, on the real server."""

import contextlib
from random import Random

import pytest

from slotkeeper.lab.callers import slot_seeker as calling
from slotkeeper.lab.callers.days import day_of, free_day, popular_slots
from slotkeeper.lab.callers.retell_line import RetellLine
from slotkeeper.lab.callers.slot_seeker import SeekerExperience, SlotSeeker
from slotkeeper.lab.callers.storm import StormOutcome, storm
from slotkeeper.lab.proof.appointment_counts import AppointmentCounts, count_appointments
from slotkeeper.lab.servers.running import running_server
from tests.build import HAIRCUT
from tests.cli.processes import environment

CALLERS, SLOTS = 8, 3


@pytest.fixture
async def slots(friseur):
    """Popular slots of a day that is the test's own."""
    day = await free_day(friseur.company, friseur.store)
    service = friseur.company.service(HAIRCUT)
    return popular_slots(friseur.company, service, day, SLOTS)


async def outcome_of(line, slots):
    """Let them call, and count."""
    lived = []
    async with contextlib.aclosing(storm(line, slots, callers=CALLERS, seed=1)) as storming:
        async for one in storming:
            lived.append(one)
    return StormOutcome.of(lived)


async def test_with_holds_nobody_is_let_down(line, friseur, slots):
    """Whoever is told that a slot is free gets it, and nobody else; that is what stands."""
    outcome = await outcome_of(line, slots)
    assert outcome.told_free == outcome.booked > 0
    assert (outcome.refused_after_free, outcome.let_down, outcome.faults) == (0, 0, 0)
    window = day_of(friseur.company, slots[0].starts_at.date())
    assert await count_appointments(friseur.id, friseur.store, window) == AppointmentCounts(
        outcome.booked, 0
    )


async def wished_by_two(line, slot):
    """Let two callers hear that a slot is free before either says yes; what each hears then."""
    calls = [line.ring(f"+49170000000{n}") for n in range(2)]
    wish = {
        "dienstleistung": slot.service.name,
        "datum": f"{slot.starts_at:%Y-%m-%d}",
        "uhrzeit": f"{slot.starts_at:%H:%M}",
        "mitarbeiter": slot.staff.key,
        "name": "Erika Muster",
    }
    for call in calls:
        assert (await call.use_tool("check_availability", wish)).status == "available"
    return [(await call.use_tool("start_booking", wish)).status for call in calls]


async def test_without_holds_what_was_free_may_be_gone(
    client, database_url, friseur, secret, slots
):
    """Every "free" ends in a booking or in a refusal: of two who heard it, one is let down."""
    environ = environment(FEATURE_OPTIMISTIC_RESERVATIONS="false")
    async with running_server(database_url, "--no-worker", environ=environ) as address:
        line = RetellLine(client, address, number=friseur.company.slug, secret=secret)
        assert await wished_by_two(line, slots[0]) == ["booked", "slot_taken"]
        outcome = await outcome_of(line, slots[1:])
    assert (outcome.booked, outcome.faults) == (SLOTS - 1, 0)
    assert outcome.told_free == outcome.booked + outcome.refused_after_free


async def test_a_caller_tries_every_slot_before_giving_up(line, friseur, slots, monkeypatch):
    """All are taken by others: it is told so once for each, and never that one is free."""
    monkeypatch.setattr(calling, "PAUSE_BETWEEN_WISHES_S", (0.0, 0.0))
    for slot in slots:
        await friseur.book(at=slot.starts_at, staff=slot.staff.key)
    caller = SlotSeeker(line.ring(None), "Ada", random=Random(1))
    assert await caller.seek(slots) == SeekerExperience(told_taken=SLOTS)


async def test_a_caller_who_is_refused_takes_another_wanted_slot(line, friseur, monkeypatch):
    """Offered in the same answer or asked for next, it is had with the first yes."""
    monkeypatch.setattr(calling, "PAUSE_BETWEEN_WISHES_S", (0.0, 0.0))
    day = await free_day(friseur.company, friseur.store)
    slots = popular_slots(friseur.company, friseur.company.service(HAIRCUT), day, 10)
    emma = [slot for slot in slots if slot.staff.key == "emma"]
    await friseur.book(at=emma[0].starts_at, staff="emma")
    caller = SlotSeeker(line.ring(None), "Ada", random=Random(2))
    lived = await caller.seek(emma)
    assert lived.booked_slot == emma[1]
    assert (lived.told_free, lived.refused_after_free, lived.faults) == (1, 0, 0)


async def test_a_caller_whom_nobody_answers_counts_faults(client, slots, monkeypatch):
    """A server that is down is a fault each time, not a refusal, and ends no simulation."""
    monkeypatch.setattr(calling, "PAUSE_BETWEEN_WISHES_S", (0.0, 0.0))
    line = RetellLine(client, "http://127.0.0.1:1", number="+49", secret="")
    lived = await SlotSeeker(line.ring(None), "Ada", random=Random(1)).seek(slots)
    assert lived == SeekerExperience(faults=SLOTS + 1)


def test_an_outcome_adds_up_what_was_lived_through():
    """Tries are counted as tries, callers as callers."""
    lived = [
        SeekerExperience(told_free=3, refused_after_free=3, told_taken=1),
        SeekerExperience(faults=1),
    ]
    assert StormOutcome.of(lived) == StormOutcome(2, 3, 1, 3, let_down=1, booked=0, faults=1)
