"""Hold a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.placing import PLACEMENT_TRIES, read_for_wish, refusal_of
from slotkeeper.storage.reservations import OptionResult


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it was committed, and the instant at which it was.

    ``booked``: the same call has already converted it, so the reservation is an appointment.
    """

    reservation: AppointmentReservation
    decided_at: datetime
    booked: bool

    @classmethod
    def from_option(cls, option: OptionResult) -> Hold:
        """Take an option that was reserved."""
        assert option.reservation is not None
        return cls(option.reservation, option.decided_at, option.outcome == "booked")


async def hold(context: RequestContext, wish: Wish) -> Hold:
    """Hold a slot until it is converted, cancelled or expired.

    The same wish of the same call gets the same hold again, renewed. Raises HoldsOff where the
    request must not hold, else the refusal that applies: SlotTaken, StaffCannot, Closed, TooSoon,
    CallEnded, TooManyHolds, ...
    """
    context.refuse_if_off()
    reading = await read_for_wish(context, wish)
    placements = reading.placements(wish)[:PLACEMENT_TRIES]
    if not placements:
        raise reading.why_not(wish)
    refused: OptionResult | None = None
    for placement in placements:
        (option,) = await context.store.reservations.reserve(
            context.company.id,
            wish,
            [placement],
            call=context.call,
            ttl_s=context.hold_ttl_s,
            now=context.test_now,
        )
        if option.reservation is not None:
            return Hold.from_option(option)
        refused = option
        if option.outcome != "taken":
            break
    raise refusal_of(refused)
