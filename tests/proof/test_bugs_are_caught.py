"""The proofs can fail: each of these bugs, planted in a copy of the core, is caught by them."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from hypothesis import Phase

from tests.proof.stage import Stage, a_stage
from tests.proof.steps import install
from tests.proof.test_interleavings import (
    LIMIT,
    all_orders,
    answer_of_one_who_waits,
    play_by_chance,
)
from tests.proof.test_state_machine import run_machine
from tests.races import scene as of
from tests.races.scene import Operation

Bug = tuple[str, str]

NO_LOCK: Bug = (
    r"pg_advisory_xact_lock\(\(x'534c4f54'::bigint << 32\) \| p_company_id\)",
    "pg_advisory_xact_lock(txid_current())",
)
HALF_A_COMPOUND: Bug = (
    r"AND r\.caller_token IN \(\s+SELECT p_token\[c\.option_number\]",
    r"AND false \g<0>",
)
EARLY_RESERVE: list[Bug] = [
    (
        r"v_company := enter\(p_request\.company_id\);(?=\s+IF p_request\.catalogue_version)",
        r"v_now := clock_timestamp(); \g<0>",
    ),
    (r"v_now := clock_of\(v_company, p_now\);(\s+v_template := )", r"\1"),
]
EARLY_CONVERT: list[Bug] = [
    (
        r"v_company := enter\(p_company_id\);(?=\s+PERFORM FROM appointment_reservations r)",
        r"v_now := clock_timestamp(); \g<0>",
    ),
    (r"v_now := clock_of\(v_company, p_now\);(\s+SELECT \* INTO v_row)", r"\1"),
    (
        r"PERFORM retire_tokens\(v_company, ARRAY\[p_token\], p_now\);",
        "UPDATE appointment_reservations SET status = 'expired', blocks = false, "
        "ended_at = expires_at WHERE company_id = p_company_id AND caller_token = p_token;",
    ),
]

IN_A_MODEL: dict[str, Bug] = {
    "alive_at_its_expiry": (
        r"(IF v_row\.status = 'active' AND v_row\.expires_at) <= v_now",
        r"\1 < v_now",
    ),
    "the_other_options_stay": (r"r\.offer_id = v_offer_id AND", r"\g<0> false AND"),
    "three_offers_are_kept": (r"o\.age > 2", "o.age > 3"),
    "half_a_compound_stays": HALF_A_COMPOUND,
    "older_than_the_cap": (
        r"r\.reserved_at( \+ make_interval\(secs => v_company\.max_hold_age_s)",
        r"v_now\1",
    ),
    "a_call_ends_only_when_new": (
        r"ended_at = coalesce\(calls\.ended_at, excluded\.ended_at\)",
        "ended_at = calls.ended_at",
    ),
    "a_move_keeps_the_old": (
        r"SET blocks = false,( updated_at = v_now\s+WHERE r\.company_id = p_company\.id\b)",
        r"SET\1",
    ),
    "a_call_that_speaks_is_robbed": (
        r"<= p_now - longer_than_people_think\(\)",
        "<= p_now",
    ),
    "a_visit_is_whatever_starts_then": (
        r"\s+AND visit_of_rows\(r\.company_id, r\.caller_token\) = o\.visit",
        "",
    ),
    "one_person_cancels_for_all": (
        r"AND r\.person = v_appointment\.party;(?=\s+INSERT INTO outbox)",
        ";",
    ),
    "a_part_that_leaves_stays": (
        r"SET blocks = false, dropped_at = p_now,",
        "SET dropped_at = p_now,",
    ),
}
IN_TEST = ("a_move_keeps_the_old",)


async def test_without_the_lock_some_order_is_wrong(arena):
    """Two converts of one offer, with nothing that keeps them apart: some order goes wrong."""
    async with a_stage(arena, NO_LOCK) as stage:
        pair = (of.convert_chosen, of.convert_other)
        with pytest.raises(AssertionError):
            await all_orders(stage, pair, LIMIT)


@pytest.mark.prove
async def test_without_the_lock_some_order_of_three_is_wrong(arena):
    """Orders by chance see it as well."""
    async with a_stage(arena, NO_LOCK, clients=3) as stage:
        operations = [of.convert_chosen, of.convert_other, of.reserve_new]
        with pytest.raises(AssertionError):
            await many_by_chance(stage, operations)


async def many_by_chance(stage: Stage, operations: list[Operation]) -> None:
    """Play orders by chance."""
    for seed in range(200):
        await play_by_chance(stage, operations, seed)


async def test_a_reserve_that_reads_the_clock_too_early_is_seen(arena):
    """It says that it had what was another's until later."""
    async with a_stage(arena, *EARLY_RESERVE) as stage:
        pair = (of.reserve_rival, of.cancel)
        with pytest.raises(AssertionError, match="but row"):
            await all_orders(stage, pair, LIMIT)


async def test_a_convert_that_reads_the_clock_too_early_is_seen(arena):
    """It says yes to what had died while it waited."""
    async with a_stage(arena, *EARLY_CONVERT, clients=1) as stage:
        told = await answer_of_one_who_waits(stage, of.convert_chosen)
        assert told == ("converted", None)


async def test_half_a_compound_is_seen(arena):
    """A late yes that finds one of its segments taken leaves the others behind."""
    async with a_stage(arena, HALF_A_COMPOUND) as stage:
        pair = (of.convert_late, of.reserve_new)
        with pytest.raises(AssertionError, match="only the segments"):
            await all_orders(stage, pair, LIMIT)


async def test_half_a_visit_is_seen(arena):
    """A yes books only the first person's part."""
    only_the_first: Bug = (r"GROUP BY r\.person ORDER BY r\.person;", r"AND r.person = 1 \g<0>")
    async with a_stage(arena, only_the_first, for_two=True) as stage:
        with pytest.raises(AssertionError, match="its rows differ"):
            await all_orders(stage, (of.convert_chosen, of.cancel), LIMIT)


@pytest.mark.parametrize(
    "bug", [pytest.param(b, marks=() if b in IN_TEST else pytest.mark.prove) for b in IN_A_MODEL]
)
def test_the_model_sees_it(fresh, bug):
    """The state machine finds an order of operations that shows the bug."""
    with asyncio.Runner() as runner:
        runner.run(install(fresh, IN_A_MODEL[bug]))
    with pytest.raises((AssertionError, asyncpg.IntegrityConstraintViolationError)):
        run_machine(
            fresh,
            max_examples=1000,
            stateful_step_count=40,
            phases=[Phase.generate],
            derandomize=True,
            report_multiple_bugs=False,
        )
