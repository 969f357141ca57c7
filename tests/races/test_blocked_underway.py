"""Somebody falls ill between the read of her calendar and the claim: the answer is still true.

The company's lock is kept until the claim waits for it; what blocks is committed then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import pytest

from slotkeeper.domain.errors import SlotTaken, StaffAbsent
from slotkeeper.operations.check_availability import check_availability
from slotkeeper.operations.move import Moving, move_or_find_others
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from tests.build import FRIDAY_10, PERM, Salon
from tests.races.arena import Arena, later
from tests.races.locks import Lock

AWAY = """
    INSERT INTO absences (company_id, calendar_id, starts_at, ends_at)
    VALUES ($1, $2, $3, $3::timestamptz + interval '9 hours')"""
BUSY = """
    INSERT INTO busy_times (company_id, calendar_id, source, starts_at, ends_at)
    VALUES ($1, $2, 'home', $3, $3::timestamptz + interval '9 hours')"""
MORNING = FRIDAY_10 - timedelta(hours=2)
kinds = pytest.mark.parametrize("blocking", [AWAY, BUSY], ids=["absence", "imported"])


async def a_salon(arena: Arena) -> Salon:
    """A salon by the test clock."""
    (salon,) = await arena.salons(1, sandbox=True)
    return salon


async def blocked_underway(
    arena: Arena, salon: Salon, run: Awaitable[Any], blocking: str, since: datetime = MORNING
) -> Any:
    """Let an operation read, block Emma's calendar, and let it claim; its result or refusal."""
    lock = Lock(await arena.connect())
    await lock.take_company(salon, None)
    task = asyncio.ensure_future(run)
    await lock.until_waiting(1)
    calendar_id = salon.company.staff_member("Emma").calendar_id
    await lock.connection.execute(blocking, salon.id, calendar_id, since)
    await lock.connection.execute("COMMIT")
    (result,) = await asyncio.gather(task, return_exceptions=True)
    return result


def is_told(refusal: object, blocking: str) -> bool:
    """Whether a refusal is the one that this blocking makes."""
    if blocking == AWAY:
        return isinstance(refusal, StaffAbsent)
    return isinstance(refusal, SlotTaken) and refusal.blocked_by == "busy"


@kinds
async def test_the_next_person_is_held(arena, blocking):
    """Who wished for nobody in particular gets the other stylist."""
    salon = await a_salon(arena)
    held = await blocked_underway(arena, salon, salon.hold(), blocking)
    assert held.staff_id == salon.staff_ids["Sarah"]


@kinds
async def test_the_next_person_is_booked(arena, blocking):
    """Without a hold as well."""
    salon = await a_salon(arena)
    booked = await blocked_underway(arena, salon, salon.book(), blocking)
    assert booked.staff_id == salon.staff_ids["Sarah"]


@kinds
async def test_the_wished_person_is_said_to_be_away(arena, blocking):
    """A hold and a booking are refused as what it is."""
    salon = await a_salon(arena)
    assert is_told(
        await blocked_underway(arena, salon, salon.hold(staff="Emma"), blocking), blocking
    )
    salon = await a_salon(arena)
    assert is_told(
        await blocked_underway(arena, salon, salon.book(staff="Emma"), blocking), blocking
    )


@kinds
async def test_a_compound_of_which_one_segment_is_blocked_is_refused_whole(arena, blocking):
    """Who is away for its last segment alone has none of it, and none of it is left behind."""
    salon = await a_salon(arena)
    held = salon.hold(PERM, staff="Emma")
    last = FRIDAY_10 + timedelta(minutes=130)  # of 135
    assert is_told(await blocked_underway(arena, salon, held, blocking, last), blocking)
    assert await salon.rows("SELECT FROM appointment_reservations WHERE company_id = $1") == []


@kinds
async def test_the_same_answer_names_others(arena, blocking):
    """Why not, and the nearest slots that she or nobody else blocks, held."""
    salon = await a_salon(arena)
    context, wish = salon.context("call_1"), salon.wish(staff="Emma")
    answer = await blocked_underway(arena, salon, check_availability(context, wish), blocking)
    assert is_told(answer.refusal, blocking)
    assert answer.others
    for other in answer.others:
        day_off = other.starts_at.date() == FRIDAY_10.date()
        assert not (day_off and other.staff_id == salon.staff_ids["Emma"])
    taken = await salon.convert(answer.others[0].hold.reservation.token, call="call_1")
    assert taken.hits == ()


@kinds
async def test_a_move_is_refused_and_leaves_all_as_it_was(arena, blocking):
    """It stays where it was, and others are held in the same answer."""
    salon = await a_salon(arena)
    booked = await salon.book(staff="Emma", at=later(FRIDAY_10, days=1))
    context, wish = salon.context("call_1"), salon.wish(staff="Emma")
    moving = move_or_find_others(context, Moving((booked.id,)), wish)
    answer = await blocked_underway(arena, salon, moving, blocking)
    assert is_told(answer.refusal, blocking)
    assert answer.others
    assert await salon.store.appointments.find(salon.id, booked.id) == booked


async def test_a_changed_catalogue_stops_every_claim(arena):
    """Nothing is held, booked or moved by a catalogue that is no longer true."""
    salon = await a_salon(arena)
    booked = await salon.book(at=later(FRIDAY_10, days=1))
    bump = "UPDATE companies SET catalogue_version = catalogue_version + 1 WHERE id = $1"
    for run in (salon.hold, salon.book, lambda: salon.move(booked.id, FRIDAY_10)):
        lock = Lock(await arena.connect())
        await salon.store.catalogues.reload(salon.id)
        salon.company = await salon.store.catalogues.get(salon.id)
        await lock.take_company(salon, None)
        task = asyncio.ensure_future(run())
        await lock.until_waiting(1)
        await lock.connection.execute(bump, salon.id)
        await lock.connection.execute("COMMIT")
        with pytest.raises(CatalogueChanged):
            await task
    rows = await salon.rows("SELECT FROM appointment_reservations WHERE company_id = $1 AND blocks")
    assert len(rows) == 1
