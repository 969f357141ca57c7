"""The recount agrees with the collector, and finds the differences that a test plants."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from slotkeeper.lab.database.snapshot import PAGE, Snapshot
from slotkeeper.lab.recount.reconciliation import (
    compare_figures,
    flat_figures,
    reconcile,
    recount_company,
)
from slotkeeper.lab.recount.recount import Recount
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.figures import Figures
from slotkeeper.operations.check_availability import check_availability
from slotkeeper.storage.calls import RecordedToolCall
from tests.build import FRIDAY_10, MONDAY_9, PERM, Salon, a_company


async def live_through_everything(salon: Salon) -> None:
    """Make every figure of a salon differ from zero."""
    gone = await salon.hold(PERM, staff="Emma", ttl_s=60)
    salon.clock.advance(90)
    await salon.convert(gone.token, reacquire=True)
    await salon.book(PERM, staff="Sarah")
    offered = await check_availability(salon.context("call_a"), salon.wish())
    salon.clock.advance(50)
    taken = await salon.convert(offered.others[0].hold.reservation.token, call="call_a")
    noon = FRIDAY_10 + timedelta(hours=9)
    await salon.move(taken.id, noon)
    await salon.hold(at=FRIDAY_10 + timedelta(days=1), call="call_b")
    await salon.hang_up("call_b")
    await salon.hold(PERM, at=FRIDAY_10 + timedelta(days=2), ttl_s=30)  # dead, and never swept
    for staff in ("Emma", "Sarah"):  # the second wish takes the first one's place
        await salon.hold(at=FRIDAY_10 + timedelta(days=3), staff=staff, call="call_d")
    context = salon.context("call_e", hold_ttl_s=30)
    offered = await check_availability(context, salon.wish())
    await salon.extend(offered.others[0].hold.reservation.token)  # the other one dies
    salon.clock.advance(30)
    await salon.store.figures.add_faults(salon.id, [("storage_unavailable", "rest", salon.now)])
    named = {"told_free": [FRIDAY_10, noon], "told_free_staff": [None, None]}
    told = an_answer("call_c", MONDAY_9, **named)
    refused = an_answer("call_c", salon.now, refused_start=FRIDAY_10, reason="held")
    booked = an_answer("call_c", salon.now, refused_start=MONDAY_9, reason="taken")
    await salon.store.calls.add_tool_calls(salon.id, [refused, booked, told])


def an_answer(call_id: str, answered_at: datetime, **facts: Any) -> RecordedToolCall:
    """An answer to a tool call."""
    return RecordedToolCall(
        call_id=call_id,
        channel="test",
        tool="check_availability",
        arguments={},
        understood={},
        status="held",
        answer={},
        answered_at=answered_at,
        took_ms=1,
        **facts,
    )


@pytest.fixture
async def busy_salon(salon: Salon) -> Salon:
    """A company whose figures all differ from zero."""
    await live_through_everything(salon)
    return salon


async def collected(salon: Salon) -> Figures:
    """The collector's figures."""
    return await ReservationMetricsCollector(salon.store).collect(salon.id, now=salon.now)


async def recount_of(salon: Salon, since: datetime | None = None) -> dict[str, int | float]:
    """The recount's figures."""
    async with Snapshot.of(salon.store.db) as snapshot:
        return await recount_company(snapshot, salon.id, now=salon.now, since=since)


async def test_both_ways_agree_in_every_figure(busy_salon):
    """No figure differs, and only the balance is zero."""
    verdict = compare_figures(await collected(busy_salon), await recount_of(busy_salon))
    assert verdict.differences == []
    assert verdict.holds
    figures = await collected(busy_salon)
    assert [
        name for name, n in flat_figures(figures).items() if not n and "at_most" not in name
    ] == ["balance"]


async def test_a_company_without_anything_agrees(salon):
    """Without reservations both counts are zero throughout."""
    verdict = await reconcile(salon.store, salon.id, sandbox=True)
    assert verdict.holds
    assert verdict.compared == len(flat_figures(Figures("none")))


async def test_a_window_agrees(busy_salon):
    """Neither count has the reservations that were made before the window."""
    since = MONDAY_9 + timedelta(seconds=91)
    collector = ReservationMetricsCollector(busy_salon.store)
    figures = await collector.collect(busy_salon.id, since=since, now=busy_salon.now)
    assert 0 < figures.created < (await collected(busy_salon)).created
    assert compare_figures(figures, await recount_of(busy_salon, since=since)).holds


async def test_a_sandbox_is_judged_by_its_statuses(busy_salon):
    """Both counts take a sandbox's holds by their status, because they do not know its clock."""
    assert (await reconcile(busy_salon.store, busy_salon.id, sandbox=True)).holds


async def test_a_reservation_after_the_snapshot_is_in_neither_count(store):
    """A reservation that is made between the two counts changes neither."""
    salon = await a_company(store, sandbox=False)
    await salon.hold()
    async with Snapshot.of(store.db) as snapshot:
        now = await snapshot.now()
        before = await recount_company(snapshot, salon.id, now=now, since=None)
        await salon.hold(PERM, at=FRIDAY_10 + timedelta(days=1))
        after = await recount_company(snapshot, salon.id, now=now, since=None)
    assert before == after
    assert (await reconcile(store, salon.id)).holds


async def test_a_change_between_two_snapshots_is_found(busy_salon):
    """A hold is cancelled between the two counts: each figure that differs is named."""
    figures = await collected(busy_salon)
    held = await busy_salon.store.reservations.active(busy_salon.id, now=busy_salon.now)
    await busy_salon.cancel(held[0].token)
    verdict = compare_figures(figures, await recount_of(busy_salon))
    assert not verdict.holds
    differing = {one.figure: (one.collected, one.recounted) for one in verdict.differences}
    assert differing["active"] == (figures.active, figures.active - 1)
    assert differing["cancelled_by_reason.released"] == (None, 1)
    assert "created" not in differing


async def test_more_rows_than_a_page_are_all_read(store):
    """The rows of the last page are counted as well."""
    salon = await a_company(store, sandbox=False)
    answers = [
        an_answer(f"call_{n}", MONDAY_9, refused_start=FRIDAY_10, reason="held")
        for n in range(PAGE + 1)
    ]
    for start in range(0, len(answers), 1_000):
        await store.calls.add_tool_calls(salon.id, answers[start : start + 1_000])
    assert (await recount_of(salon))["collisions_prevented"] == PAGE + 1


def a_row(**changed: Any) -> dict[str, Any]:
    """A row of a hold that is alive."""
    return {
        "caller_token": UUID(int=1),
        "offer_id": UUID(int=2),
        "staff_id": UUID(int=3),
        "status": "active",
        "origin": "reserve",
        "is_compound": True,
        "end_reason": None,
        "reserved_at": MONDAY_9,
        "expires_at": MONDAY_9 + timedelta(seconds=60),
        "ended_at": None,
        "start_time": FRIDAY_10,
        "end_time": FRIDAY_10 + timedelta(minutes=50),
        "part_number": 1,
    } | changed


def test_a_reservation_whose_rows_disagree_breaks_the_balance():
    """One segment is cancelled and another lives: it is in none of the four statuses."""
    recount = Recount()
    recount.add_reservation(a_row())
    recount.add_reservation(a_row(status="cancelled", end_reason="released", ended_at=MONDAY_9))
    figures = recount.figures()
    assert (figures["created"], figures["active"], figures["balance"]) == (1, 0, 1)


@pytest.mark.parametrize(("after_s", "active"), [(59.999, 1), (60, 0)])
def test_a_hold_is_dead_at_its_expiry(after_s, active):
    """A hold counts as expired from its expiry on, although no worker has expired it."""
    recount = Recount(now=MONDAY_9 + timedelta(seconds=after_s))
    recount.add_reservation(a_row())
    figures = recount.figures()
    assert (figures["active"], figures["expired"]) == (active, 1 - active)


def test_a_figure_of_one_count_alone_is_a_difference():
    """A figure that the collector learns must be recounted as well."""
    figures = replace(Figures("salon"), errors={"storage_unavailable": 1})
    verdict = compare_figures(figures, Recount().figures())
    assert [one.figure for one in verdict.differences] == ["errors.storage_unavailable"]


def test_a_balance_other_than_zero_is_no_agreement():
    """Not even where both counts make the same mistake."""
    figures = replace(Figures("salon"), created=1)
    verdict = compare_figures(figures, flat_figures(figures))
    assert (verdict.differences, verdict.balance, verdict.holds) == ([], 1, False)
