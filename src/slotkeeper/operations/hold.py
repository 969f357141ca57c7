"""Hold a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.availability import why_not, wished_placements
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.placing import TRIES, refusal_of, see
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

    The same wish of the same call gets the same hold again, renewed. Raises the refusal that
    applies: SlotTaken, StaffCannot, Closed, TooSoon, CallEnded, TooManyHolds, ...
    """
    seen = await see(company, wish, call=call, store=store, now=now)
    placements = wished_placements(seen.diary, wish, seen.people, seen.read_at)[:TRIES]
    if not placements:
        raise why_not(seen.diary, wish, seen.people, seen.read_at)
    refused: Option | None = None
    for placement in placements:
        (option,) = await store.reservations.reserve(
            company.id, wish, [placement], call=call, ttl_s=ttl_s, now=now
        )
        if option.reservation is not None:
            return held(option)
        refused = option
        if option.outcome != "taken":
            break
    raise refusal_of(refused)


def held(option: Option) -> Held:
    """Take an option that was had."""
    assert option.reservation is not None
    return Held(option.reservation, option.decided_at, option.outcome == "booked")
