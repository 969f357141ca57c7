"""Runs a request once under its key, and gives the first answer to every repetition."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from slotkeeper.domain.errors import (
    Fault,
    KeyReused,
    OutcomeUnknown,
    Refusal,
    SlotkeeperError,
)
from slotkeeper.http.problems import STATUS
from slotkeeper.storage.idempotency import (
    FirstClaim,
    IdempotencyKey,
    KeptAnswer,
    KeyClaim,
    KeyNotClaimed,
)
from slotkeeper.storage.store import Store

REPLAYED = "Idempotent-Replayed"
# A repetition that comes while the first request is under way waits for its answer: mostly for
# milliseconds, and at most a little longer than the 5 s after which claim_key gives a process up.
_PAUSES_S = (0.02, 0.04, 0.08, 0.16, 0.32, *(0.5,) * 10)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """An answer as it is sent."""

    body: bytes
    status: int
    headers: dict[str, str] = field(default_factory=dict)


async def once(
    company_id: int,
    key: IdempotencyKey,
    run: Callable[[Store], Awaitable[SentAnswer]],
    *,
    store: Store,
    reads_first: bool,
) -> SentAnswer:
    """Run a request once under its key; give the first answer to every repetition.

    With ``reads_first`` the first read of busy time by ``run`` claims the key as well, which saves
    a round trip. Raises KeyReused where the key came with another request before, whatever ``run``
    raises, and OutcomeUnknown where another has been under way for too long.
    """
    first = FirstClaim(key)
    claim: KeyClaim | None = None
    if reads_first:
        try:
            return await _run_and_keep(company_id, first, run, store.claiming(first))
        except KeyNotClaimed as no:
            claim = no.claim
        except Refusal:
            if first.is_claimed:
                raise
            # It was refused before the key was claimed, and an answer kept under the key wins.
    answered = await _begin(company_id, key, store, claim)
    if answered is not None:
        return SentAnswer(answered.body, answered.status, {REPLAYED: "true"})
    first.is_claimed = True
    return await _run_and_keep(company_id, first, run, store)


async def _begin(
    company_id: int, key: IdempotencyKey, store: Store, claim: KeyClaim | None
) -> KeptAnswer | None:
    """Claim a key; None where the request must run now. ``claim`` is an earlier try's result."""
    for pause_s in (*_PAUSES_S, None):
        claim = claim or await store.idempotency.claim(company_id, key)
        if claim.state == "reused":
            raise KeyReused
        if claim.state != "in_flight":
            return claim.answer
        claim = None
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    raise OutcomeUnknown("another request under the same key is still under way")


async def _run_and_keep(
    company_id: int, first: FirstClaim, run: Callable[[Store], Awaitable[SentAnswer]], store: Store
) -> SentAnswer:
    """Run the request and keep its answer; where it raises, keep only the status."""
    try:
        sent = await run(store)
    except SlotkeeperError as error:
        if first.is_claimed:
            await _let_go(company_id, first.key, STATUS[error.code], store)
        raise
    return await _keep(company_id, first.key, sent, store)


async def _keep(company_id: int, key: IdempotencyKey, sent: SentAnswer, store: Store) -> SentAnswer:
    try:
        kept = await store.idempotency.keep(company_id, key, KeptAnswer(sent.body, sent.status))
    except Fault as fault:
        # The request was carried out, but a repetition may get another answer: so promise nothing.
        log.warning("answer_not_kept", code=fault.code)
        raise OutcomeUnknown(
            "the answer could not be kept; ask again under the same key"
        ) from fault
    return SentAnswer(kept.body, kept.status, sent.headers)


async def _let_go(company_id: int, key: IdempotencyKey, status: int, store: Store) -> None:
    try:
        await store.idempotency.let_go(company_id, key, status)
    except Fault as fault:
        # Not fatal: claim_key treats the key as abandoned after 5 s.
        log.warning("key_not_let_go", code=fault.code)
