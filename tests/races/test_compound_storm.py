"""Clients who each want three of four stylists, in any order: all three or none, at any instant."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Claim, Placement
from tests.build import Salon
from tests.races.arena import Caller, day, later
from tests.races.truth import assert_sound_now
from tests.races.watcher import watching

CLIENTS = 24
STYLISTS = ("Anna", "Bea", "Cleo", "Dora")
SERVICE = "Braut"
SEGMENT_MIN = 30
# Few starts, so that nearly every attempt meets others on some calendar.
STARTS = 4


def three_of_four(salon: Salon, rng: Random) -> Placement:
    """Three segments, one after the other, each with another stylist; claimed in any order."""
    starts_at = later(day(0), minutes=SEGMENT_MIN * rng.randrange(STARTS))
    stylists = [salon.company.staff_member(name) for name in rng.sample(STYLISTS, 3)]
    length = timedelta(minutes=SEGMENT_MIN)
    claims = [
        Claim(
            number + 1,
            stylist.calendar_id,
            stylist.id,
            Interval(starts_at + number * length, starts_at + (number + 1) * length),
        )
        for number, stylist in enumerate(stylists)
    ]
    in_any_order = tuple(rng.sample(claims, len(claims)))
    return Placement(starts_at, starts_at + 3 * length, stylists[0], in_any_order)


async def attempt(caller: Caller, rng: Random) -> str:
    """Try to hold, and let go again in one of the ways in which that is done."""
    option = (await caller.reserve(three_of_four(caller.salon, rng), service=SERVICE, ttl_s=30))[0]
    if option.reservation is None:
        return option.outcome
    assert len(option.reservation.segments) == 3
    token = option.reservation.token
    match rng.choice(("release", "hang up", "die", "book")):
        case "release":
            await caller.cancel(token)
        case "hang up":
            await caller.hang_up()
        case "die":
            await caller.let_die(token)
        case "book":
            made = (await caller.convert(token)).appointment
            assert made is not None
            await caller.cancel_appointment(made.id)
    return option.outcome


@pytest.mark.parametrize("attempts", [8, pytest.param(150, marks=pytest.mark.prove)])
async def test_compounds_are_held_whole_or_not_at_all(arena, rng, attempts):
    """24 clients who want 3 of 4 stylists never deadlock, and nobody ever sees a part of a hold."""
    (salon,) = await arena.salons(1, staff=STYLISTS, services={SERVICE: [(SEGMENT_MIN, 0)] * 3})
    salon = replace(salon, store=await arena.store(CLIENTS))
    outcomes: Counter[str] = Counter()

    async def client(number: int) -> None:
        luck = Random(rng.random())
        for turn in range(attempts):
            outcomes[await attempt(Caller(salon, f"call-{number}-{turn}"), luck)] += 1

    async with watching(arena, salon.id):
        await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    assert outcomes["held"]
    assert outcomes["taken"]
    assert outcomes.total() == CLIENTS * attempts
    await assert_sound_now(salon)
    await arena.assert_no_deadlock()
