"""Reservations and appointments as records to print: whole as JSON, short and masked in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from slotkeeper.cli import session
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import (
    Appointment,
    AppointmentReservation,
    BookedPart,
    ReservationStatus,
    ReservedSegment,
)


def masked_phone(phone: str | None) -> str | None:
    """Hide the middle of a telephone number from people who look over the reader's shoulder.

    ``+4915112345678`` becomes ``+49151•••678``; of a short one only the end is left.
    """
    if phone is None:
        return None
    return f"{phone[:6]}•••{phone[-3:]}" if len(phone) > 11 else f"•••{phone[-2:]}"


def status_at(reservation: AppointmentReservation, now: datetime) -> ReservationStatus:
    """Give the status at an instant: past its expiry, an ``active`` row is ``expired``."""
    return "expired" if reservation.is_expired(now) else reservation.status


def print_chosen(
    records: Sequence[Mapping[str, object]], columns: Sequence[str], as_json: bool
) -> None:
    """Print the columns that a table has room for; as JSON, print them all.

    A table names the company only where it shows several.
    """
    several = len({record["company"] for record in records}) > 1
    chosen = [column for column in columns if several or column != "company"]
    rows = records if as_json else [{name: record[name] for name in chosen} for record in records]
    session.print_table(rows, as_json)


def local_time(company: Company, instant: datetime | None) -> datetime | None:
    """Put an instant into the company's time zone."""
    return instant.astimezone(company.zone) if instant else None


def reservation_record(
    company: Company, reservation: AppointmentReservation, now: datetime, *, whole: bool
) -> dict[str, object]:
    """Describe a reservation in the company's time; unless whole, mask the telephone number."""
    segments = [_segment(company, segment) for segment in reservation.segments]
    status = status_at(reservation, now)
    return {
        **{"company": company.slug, "stored_token": reservation.token, "status": status},
        **_booking(company, reservation, whole=whole),
        "reserved_at": local_time(company, reservation.reserved_at),
        "expires_at": local_time(company, reservation.expires_at),
        "ended_at": local_time(company, reservation.ended_at),
        "end_reason": reservation.end_reason,
        "appointment_id": reservation.appointment_id,
        "replaced_by_stored_token": reservation.replaced_by_token,
        "segments": segments if whole else ", ".join(map(_segment_text, segments)),
    }


def appointment_record(
    company: Company, appointment: Appointment, *, whole: bool
) -> dict[str, object]:
    """Describe an appointment in the company's time; unless whole, mask the telephone number."""
    return {
        **{"company": company.slug, "id": appointment.id, "status": appointment.status},
        **_booking(company, appointment, whole=whole),
        "hits": list(appointment.hits) if whole else ", ".join(appointment.hits),
        "stored_token": appointment.token,
        "booked_at": local_time(company, appointment.booked_at),
        "cancelled_at": local_time(company, appointment.cancelled_at),
    }


def _booking(
    company: Company, row: AppointmentReservation | Appointment, *, whole: bool
) -> dict[str, object]:
    """Describe what a reservation and an appointment have in common."""
    return {
        "start": local_time(company, row.starts_at),
        "end": local_time(company, row.ends_at),
        "service": visit_name(company, row.parts),
        "staff": staff_name(company, row.staff_id),
        "person": row.person,
        "channel": row.channel,
        "call_id": row.call_id,
        "customer_name": row.customer_name,
        "customer_phone": row.customer_phone if whole else masked_phone(row.customer_phone),
    }


def visit_name(company: Company, parts: Sequence[BookedPart]) -> str | None:
    """Name the services of a visit; where it is for several people, with the person of each."""
    several = len({part.person for part in parts}) > 1
    names = [service_name(company, part.service_id) for part in parts]
    if len(names) == 1:
        return names[0]
    return " + ".join(
        f"{name or 'no longer offered'}{f' ({part.person})' if several else ''}"
        for name, part in zip(names, parts, strict=True)
    )


def service_name(company: Company, service_id: int) -> str | None:
    """Name a service; None where the company no longer offers it."""
    service = company.service_by_id(service_id)
    return service.name if service else None


def staff_name(company: Company, staff_id: UUID | None) -> str | None:
    """Name a person of the staff; None where nobody is named or nobody has this id any more."""
    member = company.staff_by_id(staff_id) if staff_id else None
    return member.name if member else None


def _segment(company: Company, segment: ReservedSegment) -> dict[str, object]:
    calendar = next((c for c in company.calendars if c.id == segment.calendar_id), None)
    return {
        "number": segment.number,
        "start": local_time(company, segment.interval.start),
        "end": local_time(company, segment.interval.end),
        "calendar": calendar.name if calendar else None,
    }


def _segment_text(segment: Mapping[str, object]) -> str:
    return f"{segment['start']:%H:%M} to {segment['end']:%H:%M} {segment['calendar'] or ''}".strip()
