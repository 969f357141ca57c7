"""A reservation as it is read: one claim on calendars with an expiry, whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from slotkeeper.domain.intervals import Interval

ReservationStatus = Literal["active", "converted", "expired", "cancelled"]


@dataclass(frozen=True, slots=True)
class ReservedSegment:
    """One row: a segment on a person's, room's or device's calendar (``staff_id`` None)."""

    number: int
    calendar_id: int
    staff_id: UUID | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class AppointmentReservation:
    """A hold and what became of it, with all its segments.

    ``token`` is the caller's; the database makes it. ``status`` is what is stored: an active
    reservation past its ``expires_at`` is dead although nobody has swept it yet, so ask
    ``is_active`` and not the status. ``asked_at`` is when it was last wished. ``starts_at`` and
    ``ends_at`` are the service's own; the segments' intervals include buffers.
    """

    company_id: int
    token: UUID
    offer_id: UUID
    status: ReservationStatus
    service_id: int
    staff_id: UUID | None
    call_id: str | None
    channel: str
    party: int
    customer_name: str | None
    customer_phone: str | None
    segments: tuple[ReservedSegment, ...]
    starts_at: datetime
    ends_at: datetime
    reserved_at: datetime
    asked_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    appointment_id: int | None
    replaced_by_token: UUID | None

    @property
    def is_compound(self) -> bool:
        """Whether it has several segments."""
        return len({segment.number for segment in self.segments}) > 1

    def is_active(self, now: datetime) -> bool:
        """Whether it can still be converted: it is dead at its expiry, not after it."""
        return self.status == "active" and now < self.expires_at

    def is_expired(self, now: datetime) -> bool:
        """Whether its time ran out, swept or not."""
        return self.status == "expired" or (self.status == "active" and now >= self.expires_at)

    def time_remaining_s(self, now: datetime) -> float:
        """Seconds until it dies; 0 when it is no longer active."""
        return (self.expires_at - now).total_seconds() if self.is_active(now) else 0.0


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a reservation was converted to."""

    company_id: int
    id: int
    token: UUID
    status: Literal["booked", "cancelled"]
    service_id: int
    staff_id: UUID | None
    call_id: str | None
    channel: str
    party: int
    customer_name: str | None
    customer_phone: str | None
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    cancelled_at: datetime | None
