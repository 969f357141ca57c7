"""End holds and appointments."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from slotkeeper.domain.errors import TooLateToChange, UnknownAppointment, UnknownReservation
from slotkeeper.domain.reservation import Appointment
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.reservation_results import ChangedReservation


async def cancel(
    context: RequestContext, token: UUID, *, reason: str = "released"
) -> ChangedReservation:
    """End a hold, all its segments; give it as it now is, and the instant to judge it by.

    A hold that has ended or is booked stays as it is. Raises UnknownReservation.
    """
    released = await context.store.reservations.release(
        context.company.id, token, reason=reason, now=context.test_now
    )
    if released is None:
        raise UnknownReservation
    return released


async def end_call(context: RequestContext, *, why: str | None = None) -> int:
    """Release what the context's call still holds, because it is over; count the holds.

    ``why`` is the platform's own word for how it ended.
    """
    released = await context.store.reservations.end_call(
        context.company.id, context.call, why=why, now=context.test_now
    )
    return len(released)


async def release_call(context: RequestContext) -> int:
    """Release what the context's call holds, while the call goes on; count the holds."""
    released = await context.store.reservations.cancel(
        context.company.id, call_id=context.call.id, reason="released", now=context.test_now
    )
    return len(released)


async def cancel_appointment(
    context: RequestContext,
    appointment_id: int,
    *,
    parts: Sequence[int] | None = None,
    reason: str = "cancelled",
    anyway: bool = False,
) -> Appointment:
    """Cancel an appointment and free its calendars at once; asked again, change nothing.

    With ``parts``, only its parts of these numbers are cancelled, and the rest stands. Raises
    UnknownAppointment, and TooLateToChange within the notice that was told when it was held, which
    the desk may set aside (``anyway``).
    """
    notice_min = context.company.rules.cancel_notice_min
    cancellation = await context.store.reservations.cancel_appointment(
        context.company.id,
        appointment_id,
        parts=parts,
        reason=reason,
        notice_min=notice_min,
        anyway=anyway,
        now=context.test_now,
    )
    if cancellation.appointment is None:
        raise UnknownAppointment
    if cancellation.outcome == "too_late":
        told = cancellation.appointment.cancel_notice_min
        raise TooLateToChange(notice_min if told is None else told)
    return cancellation.appointment


async def cancel_visit(
    context: RequestContext, appointment_ids: Sequence[int], *, reason: str = "cancelled"
) -> tuple[Appointment, ...]:
    """Cancel the appointments of a visit, all or none; asked again, change nothing.

    Raises as cancel_appointment does, where it does so for any of them.
    """
    notice_min = context.company.rules.cancel_notice_min
    cancellation = await context.store.visits.cancel(
        context.company.id,
        appointment_ids,
        reason=reason,
        notice_min=notice_min,
        now=context.test_now,
    )
    if cancellation.outcome == "unknown" or cancellation.appointment is None:
        raise UnknownAppointment
    if cancellation.outcome == "too_late":
        told = cancellation.appointment.cancel_notice_min
        raise TooLateToChange(notice_min if told is None else told)
    return cancellation.appointments
