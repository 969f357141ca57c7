"""Reading what is free: one round trip, and then only the pure domain decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.availability import people_for, search_window
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import CallEnded, Refusal, SlotTaken, TooManyHolds
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.storage.calendars import Asker
from slotkeeper.storage.catalogues import CatalogueChanged
from slotkeeper.storage.reservations import Booking, Move, Option
from slotkeeper.storage.store import Store

# Between the read and the claim a rival may take one person; then the next is tried, so often.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What was free at ``read_at`` around a wish, and who may serve it."""

    diary: Diary
    people: list[Staff]
    read_at: datetime


async def see(
    company: Company,
    wish: Wish,
    *,
    call: Call,
    store: Store,
    now: datetime | None,
) -> Seen:
    """Read the calendars around a wish. Raises StaffCannot.

    Raises CatalogueChanged where the company is not what it was.
    """
    people = people_for(company, wish.service, wish.staff)
    window = search_window(company, wish.service, wish.starts_at)
    read = await store.calendars.busy(
        company.id,
        read_calendars(company, wish.service, people),
        window,
        asker=Asker(call.id, wish.party),
        now=now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    return Seen(Diary(company, Grid.over(window), read.busy), people, read.read_at)


def refusal_of(refused: Option | Booking | Move | None) -> Refusal:
    """Say why not, as the database told; a hold that has just ended is named without a time."""
    if refused is None or refused.outcome == "taken":
        blocked_by = refused.blocked_by if refused else None
        return SlotTaken(blocked_by or "hold", refused.blocked_until if refused else None)
    return CallEnded() if refused.outcome == "call_ended" else TooManyHolds()
