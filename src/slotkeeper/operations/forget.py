"""End what has been kept of persons for long enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from slotkeeper.storage.store import Store

# One round works off a large backlog, but it ends; the next round goes on.
MAX_BATCHES = 100


async def forget_old(*, store: Store) -> Mapping[str, int]:
    """End what each company's rules no longer keep; count the rows of each kind.

    A sandbox company is left alone: its callers bring their own clock.
    """
    forgotten: Counter[str] = Counter()
    for company_id in await store.outbox.company_ids():
        kinds: Sequence[str] | None = None
        for _ in range(MAX_BATCHES):
            ended, kinds = await store.personal_data.forget_old(company_id, kinds=kinds)
            events = await store.outbox.forget(company_id)
            forgotten.update(ended, events=events)
            if not (kinds or events):
                break
    return +forgotten
