"""The Idempotency-Key header: a request that is sent again has one effect and one answer.

A key is bound to its request (method, path, query, body) for a day, also where the request was
refused. After a refusal or a crash the same request may be tried again under it. That is safe
because the database knows what a request makes by its call, and a wish that names no call belongs
to a call made of the key. Only successful answers are kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256

import structlog
from starlette.requests import Request

from slotkeeper.domain.errors import (
    Fault,
    InvalidInput,
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

IDEMPOTENCY_KEY_HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,200}")
_MADE_CALL_ID = re.compile(r"key:[0-9a-f]{32}")
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


def key_of(request: Request, raw: bytes) -> IdempotencyKey | None:
    """Read a request's key and bind it to the whole request; None where it has no key.

    Raises InvalidInput.
    """
    given = request.headers.getlist(IDEMPOTENCY_KEY_HEADER)
    if not given:
        return None
    if len(given) > 1 or not _PRINTABLE.fullmatch(given[0]):
        raise InvalidInput(
            IDEMPOTENCY_KEY_HEADER, "Expected one key of 1 to 200 printable ASCII characters"
        )
    said = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    return IdempotencyKey(sha256(given[0].encode()).digest(), sha256(said + raw).digest())


def call_id_of(key: IdempotencyKey) -> str:
    """Name the call that a wish under a key belongs to, where it names none itself."""
    return f"key:{key.key_hash.hex()[:32]}"


def is_made_of_a_key(call_id: str) -> bool:
    """Whether ``call_id_of`` made this call id, so that it is no platform's call."""
    return _MADE_CALL_ID.fullmatch(call_id) is not None


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
