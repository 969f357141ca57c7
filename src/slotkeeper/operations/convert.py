"""Turn a hold into an appointment."""

from __future__ import annotations

from uuid import UUID

from slotkeeper.domain.errors import (
    ReservationCancelled,
    ReservationExpired,
    UnknownReservation,
)
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.context import RequestContext


async def convert(
    context: RequestContext, token: UUID, customer: Customer, *, reacquire: bool = False
) -> Appointment:
    """Convert a live hold and give the first person's appointment; see convert_visit."""
    return (await convert_visit(context, token, customer, reacquire=reacquire))[0]


async def convert_visit(
    context: RequestContext, token: UUID, customer: Customer, *, reacquire: bool = False
) -> tuple[Appointment, ...]:
    """Convert a live hold, all its parts; asked again, give the same appointments.

    There is one for each person of the visit.

    Raises UnknownReservation (also where the context has a call and the hold is another call's),
    ReservationCancelled or ReservationExpired; with ``reacquire`` the last only where the whole
    slot cannot be had again.
    """
    conversion = await context.store.reservations.convert(
        context.company.id,
        token,
        (customer.name, customer.phone),
        call_id=context.call.id,
        reacquire=reacquire,
        now=context.test_now,
    )
    if conversion.appointments:
        return conversion.appointments
    if conversion.outcome == "expired":
        raise ReservationExpired
    if conversion.outcome == "cancelled":
        raise ReservationCancelled(conversion.end_reason or "")
    raise UnknownReservation
