"""Note that somebody wants to be rung back."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.wish import Call, Customer
from slotkeeper.storage.callbacks import Callback
from slotkeeper.storage.store import Store


async def request_callback(
    company: Company,
    customer: Customer,
    *,
    reason: str | None,
    call: Call,
    store: Store,
    now: datetime | None = None,
) -> Callback:
    """Keep the wish and tell the desk; the same call's wish again is the same one, completed."""
    return await store.callbacks.request(
        company.id, customer, reason=reason, call_id=call.id, now=now
    )
