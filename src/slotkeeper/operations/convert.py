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
from slotkeeper.operations.for_whom import missing_of, refuse_nobody, with_hold


async def convert(
    context: RequestContext, token: UUID, customer: Customer, *, reacquire: bool = False
) -> Appointment:
    """Convert a live hold and give the first person's appointment; see convert_visit."""
    return (await convert_visit(context, token, customer, reacquire=reacquire))[0]


async def convert_visit(
    context: RequestContext, token: UUID, customer: Customer, *, reacquire: bool = False
) -> tuple[Appointment, ...]:
    """Convert a live hold, all its parts; asked again, give the same appointments.

    There is one for each person of the visit. Raises CustomerNeeded where neither the request nor
    the hold tells what the company needs to book; the hold lives on.

    Raises UnknownReservation (also where the context has a call and the hold is another call's),
    ReservationCancelled or ReservationExpired; with ``reacquire`` the last only where the whole
    slot cannot be had again. Raises StandingChanged where it was looked at what stands for the
    caller's number and another call of it has booked since.
    """
    if context.store.reservations.claims_a_key or missing_of(context.company, customer):
        await _refuse_nobody(context, token, customer, reacquire=reacquire)
    conversion = await context.store.reservations.convert(
        context.company.id,
        token,
        (customer.name, customer.phone),
        call_id=context.call.id,
        reacquire=reacquire,
        caller=context.call.caller,
        known=context.conversation.known_to_stand,
        now=context.test_now,
    )
    if conversion.appointments:
        return conversion.appointments
    if conversion.outcome == "expired":
        raise ReservationExpired
    if conversion.outcome == "cancelled":
        raise ReservationCancelled(conversion.end_reason or "")
    raise UnknownReservation


async def _refuse_nobody(
    context: RequestContext, token: UUID, customer: Customer, *, reacquire: bool
) -> None:
    """Raise CustomerNeeded for a hold that could be booked and does not know its customer either.

    Of any other the conversion itself tells what has become of it.
    """
    hold, read_at = await context.store.reservations.find(context.company.id, token)
    if hold is None or read_at is None or hold.call_id != (context.call.id or hold.call_id):
        return
    now = context.test_now or read_at
    if hold.is_active(now) or (reacquire and hold.is_expired(now)):
        refuse_nobody(context.company, with_hold(customer, hold))
