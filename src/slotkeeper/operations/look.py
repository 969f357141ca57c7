"""Look whether a slot is free, and hold nothing."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.placing import placements
from slotkeeper.storage.store import Store


async def look(
    company: Company, wish: Wish, *, call: Call, store: Store, now: datetime | None = None
) -> Placement:
    """Find who is free for the wish now; true only until somebody else takes it.

    Raises SlotTaken, StaffCannot or InThePast.
    """
    return (await placements(company, wish, call=call, store=store, now=now))[0]
