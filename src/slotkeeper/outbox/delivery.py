"""Handing facts to their readers: in their order, at least once, each company on its own.

A reader has a name and, for each company, a cursor. Several passes may run at once, in one process
or in many: a cursor is taken for a while by one of them, and no facts are handed over twice at a
time. A pass that dies leaves its facts to the next, under the same ids.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from slotkeeper.domain.errors import Fault
from slotkeeper.storage.outbox import Fact
from slotkeeper.storage.store import Store

# How many companies one look finds. A pass gives each company with facts a turn.
COMPANIES_AT_ONCE = 1_000
# A company's backlog is worked off in several turns, so that it keeps no other company waiting.
BATCHES_A_TURN = 10
# So many companies may fail in a pass: then it is not they that fail, but the reader or PostgreSQL.
FAILURES_A_PASS = 20

HandOver = Callable[[Sequence[Fact]], Awaitable[None]]


async def deliver(
    store: Store, reader: str, hand_over: HandOver, *, then: HandOver | None = None
) -> int:
    """Hand a reader all facts it has not been handed; return how many that were.

    ``hand_over`` is given some facts of one company at a time. What it raises leaves those facts
    due; the other companies have their turns, and the pass raises it at its end. ``then`` is given
    facts after the cursor has passed them, so never the same twice.
    """
    total, last_id = 0, 0
    raised: list[Exception] = []
    while company_ids := await store.outbox.companies_to_read(
        reader, after=last_id, limit=COMPANIES_AT_ONCE
    ):
        for company_id in company_ids:
            try:
                total += await _take_turn(store, company_id, reader, hand_over, then)
            except Exception as error:
                raised.append(error)
                if len(raised) == FAILURES_A_PASS:
                    raise
        last_id = company_ids[-1]
    if raised:
        raise raised[0]
    return total


async def _take_turn(
    store: Store, company_id: int, reader: str, hand_over: HandOver, then: HandOver | None
) -> int:
    total = 0
    for _ in range(BATCHES_A_TURN):
        taken = await store.outbox.take(company_id, reader)
        if not taken.facts:
            break
        try:
            await hand_over(taken.facts)
        except BaseException:
            with suppress(Fault):  # then the lease runs out
                await store.outbox.give_back(taken)
            raise
        if await store.outbox.settle(taken) and then is not None:
            await then(taken.facts)
        total += len(taken.facts)
        if not taken.is_full:
            break
    return total
