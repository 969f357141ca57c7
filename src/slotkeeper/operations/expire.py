"""End what is due."""

from __future__ import annotations

from slotkeeper.storage.store import Store

# A backlog is worked off in one go, but a round still ends, so that the worker can be stopped.
MAX_BATCHES = 100


async def expire_due(*, store: Store) -> int:
    """End every hold past its expiry, over all companies; how many that were.

    Housekeeping only: a dead hold blocks nobody, ended or not.
    """
    total = 0
    for _ in range(MAX_BATCHES):
        expired = await store.reservations.expire_due()
        total += expired
        # A batch is of rows, and a compound has several: only an empty one was the last.
        if not expired:
            break
    return total
