"""From a wish to the placements that could fulfil it: one read, then a pure decision."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.domain.availability import candidates, free_placements, window
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import InThePast, SlotTaken
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.storage.catalogues import CatalogueChanged
from slotkeeper.storage.reservations import Booking, Option
from slotkeeper.storage.store import Store

# Between the read and the claim a rival may take one person; then the next is tried, so often.
TRIES = 3


async def placements(
    company: Company, wish: Wish, *, call: Call, store: Store, now: datetime | None
) -> list[Placement]:
    """List at most TRIES placements of the wish that are free now, the best first.

    Raises StaffCannot, InThePast or SlotTaken where there is none, and CatalogueChanged where the
    company is not what it was.
    """
    able = candidates(company, wish.service, wish.staff)
    read = await store.calendars.busy(
        company.id,
        [member.calendar_id for member in able],
        window(wish.service, wish.starts_at),
        call_id=call.id,
        now=now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    if wish.starts_at <= read.read_at:
        raise InThePast
    return free_placements(wish.service, able, wish.starts_at, read.busy)[:TRIES]


def taken(refused: Option | Booking | None) -> SlotTaken:
    """Say who took it, as the database told; a hold that has just ended is named without a time."""
    if refused is None or refused.blocked_by is None:
        return SlotTaken("hold")
    return SlotTaken(refused.blocked_by, refused.blocked_until)
