"""The housekeeping loop, in the server's process or in its own; several may run at once."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from slotkeeper.domain.errors import Fault
from slotkeeper.metrics import lifecycle
from slotkeeper.metrics.redis_mirror import RedisMirror
from slotkeeper.operations.expire import expire_due
from slotkeeper.operations.forget import forget_old
from slotkeeper.outbox.delivery import deliver
from slotkeeper.storage.store import Store

# The original's job ran every minute: holds must not stay expired for longer.
SLOWEST_INTERVAL_S = 60.0
# Rows grow old slowly, so the worker looks for old ones rarely.
FORGET_EVERY_S = 3_600.0

log = structlog.get_logger()


async def run(
    store: Store, *, interval_s: float, stop: asyncio.Event, mirror: RedisMirror | None = None
) -> None:
    """Expire holds and write events to the log every ``interval_s`` seconds, until ``stop`` is set.

    A fault is logged, and the next round tries again. Where there is a ``mirror``, it counts the
    events that were written.
    """
    forgot_at = -math.inf
    while not stop.is_set():
        await _expire(store)
        await _tell(store, mirror)
        if time.monotonic() - forgot_at > FORGET_EVERY_S:
            await _forget(store)
            forgot_at = time.monotonic()
        try:
            await asyncio.wait_for(stop.wait(), min(interval_s, SLOWEST_INTERVAL_S))
        except TimeoutError:
            continue


async def tell_events(
    store: Store, tell: lifecycle.Tell, *, then: lifecycle.Tell | None = None
) -> None:
    """Give new events to ``tell``, and to ``then`` once they are recorded as delivered."""
    await deliver(
        store,
        lifecycle.READER,
        lifecycle.of_facts(tell),
        then=lifecycle.of_facts(then) if then else None,
    )


async def _expire(store: Store) -> None:
    try:
        expired = await expire_due(store=store)
        if expired:
            _note(log.info, "reservations_expired", count=expired)
    except Fault as fault:
        _note(log.warning, "housekeeping_failed", code=fault.code)


async def _tell(store: Store, mirror: RedisMirror | None) -> None:
    try:
        await tell_events(store, lifecycle.log_events, then=mirror.count if mirror else None)
    except Fault as fault:
        _note(log.warning, "news_not_told", code=fault.code)
    except Exception as error:
        # An error in writing events must not end the server.
        _note(log.error, "news_not_told", error=type(error).__name__)


async def _forget(store: Store) -> None:
    try:
        forgotten = await forget_old(store=store)
        if forgotten:
            _note(log.info, "personal_data_forgotten", **forgotten)
    except Fault as fault:
        _note(log.warning, "personal_data_not_forgotten", code=fault.code)


def _note(write: Callable[..., object], what: str, **facts: object) -> None:
    """Write a log line; a log whose reader has gone must not stop the worker."""
    with suppress(OSError):
        write(what, **facts)
