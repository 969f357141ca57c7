"""The housekeeping loop: in the server's process or on its own, several at once if need be."""

from __future__ import annotations

import asyncio

import structlog

from slotkeeper.domain.errors import Fault
from slotkeeper.operations.expire import expire_due
from slotkeeper.storage.store import Store

# The original's every-minute job is the slowest that still makes sense.
SLOWEST_INTERVAL_S = 60.0
DEFAULT_INTERVAL_S = 1.0

log = structlog.get_logger()


async def run(store: Store, *, interval_s: float, stop: asyncio.Event) -> None:
    """End what is due every ``interval_s`` seconds until ``stop`` is set; outlive any fault."""
    while not stop.is_set():
        try:
            expired = await expire_due(store=store)
            if expired:
                log.info("reservations_expired", count=expired)
        except Fault as fault:
            log.warning("housekeeping_failed", code=fault.code)
        try:
            await asyncio.wait_for(stop.wait(), min(interval_s, SLOWEST_INTERVAL_S))
        except TimeoutError:
            continue
