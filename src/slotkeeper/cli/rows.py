"""Reservations and appointments as commands print them: whole for programs, masked for eyes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import (
    Appointment,
    AppointmentReservation,
    ReservationStatus,
    ReservedSegment,
)


def masked(phone: str | None) -> str | None:
    """Hide the middle of a number, so that only somebody who knows it recognises it.

    ``+4915112345678`` becomes ``+49151•••678``; of a short one only the end is left.
    """
    if phone is None:
        return None
    return f"{phone[:6]}•••{phone[-3:]}" if len(phone) > 11 else f"•••{phone[-2:]}"


def status_at(found: AppointmentReservation, now: datetime) -> ReservationStatus:
    """Return the reservation's status now: expired at its expiry, whatever its row says."""
    return "expired" if found.is_expired(now) else found.status


def narrow(
    listed: Iterable[Mapping[str, object]], columns: Sequence[str], *, whole: bool
) -> list[Mapping[str, object]]:
    """Return the columns that a table has room for, or, for a program, all of them.

    The company's name stays away where all rows are of one.
    """
    found = list(listed)
    if whole:
        return found
    several = len({row["company"] for row in found}) > 1
    kept = [column for column in columns if several or column != "company"]
    return [{column: row[column] for column in kept} for row in found]


def reservation(
    company: Company, found: AppointmentReservation, now: datetime, *, whole: bool
) -> dict[str, object]:
    """Name all that is known of a reservation, in the company's time."""
    segments = [_segment(company, segment) for segment in found.segments]
    return {
        "company": company.slug,
        "token": found.token,
        "status": status_at(found, now),
        "start": found.starts_at.astimezone(company.zone),
        "end": found.ends_at.astimezone(company.zone),
        "service": _service(company, found.service_id),
        "staff": _staff(company, found.staff_id),
        "party": found.party,
        "channel": found.channel,
        "call_id": found.call_id,
        "customer_name": found.customer_name,
        "customer_phone": found.customer_phone if whole else masked(found.customer_phone),
        "reserved_at": found.reserved_at.astimezone(company.zone),
        "expires_at": found.expires_at.astimezone(company.zone),
        "ended_at": found.ended_at.astimezone(company.zone) if found.ended_at else None,
        "end_reason": found.end_reason,
        "appointment_id": found.appointment_id,
        "replaced_by_token": found.replaced_by_token,
        "segments": segments if whole else ", ".join(_spoken(segment) for segment in segments),
    }


def appointment(company: Company, found: Appointment, *, whole: bool) -> dict[str, object]:
    """Name all that is known of an appointment, in the company's time."""
    return {
        "company": company.slug,
        "id": found.id,
        "status": found.status,
        "start": found.starts_at.astimezone(company.zone),
        "end": found.ends_at.astimezone(company.zone),
        "service": _service(company, found.service_id),
        "staff": _staff(company, found.staff_id),
        "party": found.party,
        "channel": found.channel,
        "call_id": found.call_id,
        "customer_name": found.customer_name,
        "customer_phone": found.customer_phone if whole else masked(found.customer_phone),
        "reservation_token": found.token,
        "booked_at": found.booked_at.astimezone(company.zone),
        "cancelled_at": found.cancelled_at.astimezone(company.zone) if found.cancelled_at else None,
    }


def _segment(company: Company, segment: ReservedSegment) -> dict[str, object]:
    calendar = next((c for c in company.calendars if c.id == segment.calendar_id), None)
    return {
        "number": segment.number,
        "start": segment.interval.start.astimezone(company.zone),
        "end": segment.interval.end.astimezone(company.zone),
        "calendar": calendar.name if calendar else None,
    }


def _spoken(segment: Mapping[str, object]) -> str:
    return f"{segment['start']:%H:%M} to {segment['end']:%H:%M} {segment['calendar'] or ''}".strip()


def _service(company: Company, service_id: int) -> str | None:
    service = company.service_by_id(service_id)
    return service.name if service else None


def _staff(company: Company, staff_id: UUID | None) -> str | None:
    member = company.staff_by_id(staff_id) if staff_id else None
    return member.name if member else None
