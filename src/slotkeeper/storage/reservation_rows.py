"""Reservations as the view ``whole_reservations`` gives them: one row each, its segments within."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation, BookedPart, ReservedSegment

# The columns that are the same in all rows of a reservation.
_SHARED_COLUMNS = (
    *("company_id", "token", "offer_id", "status", "service_id", "staff_id", "call_id", "channel"),
    *("person", "customer_name", "customer_phone", "starts_at", "ends_at", "reserved_at"),
    *("asked_at", "expires_at", "ended_at", "end_reason", "appointment_id", "replaced_by_token"),
    "cancel_notice_min",
)


def reservation_of(row: Any) -> AppointmentReservation:
    """Make a reservation of a row of whole_reservations, from a query or the core's answer."""
    segments = row["segments"]
    return AppointmentReservation(
        **{name: row[name] for name in _SHARED_COLUMNS},
        segments=tuple(
            ReservedSegment(
                segment["number"],
                segment["calendar_id"],
                segment["staff_id"],
                Interval(segment["start_time"], segment["end_time"]),
                segment["part_number"],
            )
            for segment in segments
        ),
        parts=_parts(segments),
    )


def _parts(segments: Sequence[Any]) -> tuple[BookedPart, ...]:
    """Gather the segments of each part; the part's staff is whoever serves its first segment."""
    by_part: dict[int, list[Any]] = {}
    for segment in segments:
        by_part.setdefault(segment["part_number"], []).append(segment)
    parts: list[BookedPart] = []
    for number in sorted(by_part):
        rows = sorted(by_part[number], key=lambda row: (row["number"], row["staff_id"] is None))
        first = rows[0]
        starts = (row["start_time"] + timedelta(minutes=row["buffer_before_min"]) for row in rows)
        ends = (row["end_time"] - timedelta(minutes=row["buffer_after_min"]) for row in rows)
        part = BookedPart(
            number,
            first["person"],
            first["service_id"],
            first["staff_id"],
            first["wished_staff_id"],
            first["price_cents"],
            min(starts),
            max(ends),
            first["person_called"],
        )
        parts.append(part)
    return tuple(parts)
