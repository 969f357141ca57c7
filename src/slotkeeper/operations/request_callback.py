"""Note that somebody wants to be called back."""

from __future__ import annotations

from slotkeeper.domain.wish import Customer
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.callbacks import Callback


async def request_callback(
    context: RequestContext, customer: Customer, *, reason: str | None
) -> Callback:
    """Keep the wish for the desk; a second wish of the same call completes the first."""
    return await context.store.callbacks.request(
        context.company.id,
        customer,
        reason=reason,
        call_id=context.call.id,
        now=context.test_now,
    )
