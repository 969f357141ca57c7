"""Hold a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import CallEnded
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.placing import placements, taken
from slotkeeper.storage.reservations import Option
from slotkeeper.storage.store import Store


@dataclass(frozen=True, slots=True)
class Held:
    """A hold as it was committed, and the clock at which it was; ``booked`` if it is already so."""

    reservation: AppointmentReservation
    decided_at: datetime
    booked: bool


async def hold(
    company: Company,
    wish: Wish,
    *,
    call: Call,
    ttl_s: int,
    store: Store,
    now: datetime | None = None,
) -> Held:
    """Hold a slot until it is converted, cancelled or expired.

    The same wish of the same call gets the same hold again, renewed. Raises SlotTaken, StaffCannot,
    InThePast or CallEnded.
    """
    refused: Option | None = None
    for placement in await placements(company, wish, call=call, store=store, now=now):
        (option,) = await store.reservations.reserve(
            company.id, wish, [placement], call=call, ttl_s=ttl_s, now=now
        )
        if option.reservation is not None:
            return Held(option.reservation, option.decided_at, option.outcome == "booked")
        if option.outcome == "call_ended":
            raise CallEnded
        refused = option
    raise taken(refused)
