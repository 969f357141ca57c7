"""End the holds that have expired."""

from __future__ import annotations

from slotkeeper.storage.store import Store

# One round works off a whole backlog, but it ends, so that the worker can be stopped.
MAX_BATCHES = 100


async def expire_due(*, store: Store) -> int:
    """End every hold past its expiry, over all companies; count them.

    Housekeeping only: a dead hold blocks nobody, ended or not.
    """
    total = 0
    for _ in range(MAX_BATCHES):
        expired = await store.reservations.expire_due()
        total += expired
        # A batch counts rows, of which a compound has several, so only an empty one is the last.
        if not expired:
            break
    return total
