"""Reservations and appointments as they are read, each with all its segments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from slotkeeper.domain.intervals import Interval

# What has been blocked where an appointment stands: somebody is away, or busy elsewhere, or the
# company is closed then, or no longer has the staff or the service.
HitKind = Literal["absence", "imported", "catalogue"]
ReservationStatus = Literal["active", "converted", "expired", "cancelled"]


@dataclass(frozen=True, slots=True)
class ReservedSegment:
    """One row: a segment on one calendar; ``staff_id`` is None for a room or device."""

    number: int
    calendar_id: int
    staff_id: UUID | None
    interval: Interval
    part_number: int = 1


@dataclass(frozen=True, slots=True)
class BookedPart:
    """One service of a visit for one of its people, as it is held or booked.

    ``number`` is its place in the visit and ``person`` for whom it is, both from 1 on.
    ``wished_staff_id`` is with whom it was wished, ``price_cents`` its price when it was held.
    ``starts_at`` and ``ends_at`` are without buffers. ``called`` is as in WishedPart.
    """

    number: int
    person: int
    service_id: int
    staff_id: UUID | None
    wished_staff_id: UUID | None
    price_cents: int | None
    starts_at: datetime
    ends_at: datetime
    called: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentReservation:
    """A hold and what became of it, with all its segments.

    ``token`` is what the caller names it by; the database makes it. ``status`` is as stored: an
    active reservation is dead from ``expires_at`` on, even before housekeeping marks it expired,
    so ask ``is_active`` instead. ``asked_at`` is when a caller last wished it. ``starts_at`` and
    ``ends_at`` are without buffers; the segments' intervals include them. ``service_id``,
    ``staff_id`` and ``person`` are those of its first part. ``cancel_notice_min`` is the notice for
    a cancellation as it was when it was held.
    """

    company_id: int
    token: UUID
    offer_id: UUID
    status: ReservationStatus
    service_id: int
    staff_id: UUID | None
    call_id: str | None
    channel: str
    person: int
    customer_name: str | None
    customer_phone: str | None
    segments: tuple[ReservedSegment, ...]
    parts: tuple[BookedPart, ...]
    starts_at: datetime
    ends_at: datetime
    reserved_at: datetime
    asked_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    appointment_id: int | None
    replaced_by_token: UUID | None
    cancel_notice_min: int | None

    @property
    def is_compound(self) -> bool:
        """Whether it has several segments."""
        return len({segment.number for segment in self.segments}) > 1

    def is_active(self, now: datetime) -> bool:
        """Whether it can still be converted; at its expiry it no longer can."""
        return self.status == "active" and now < self.expires_at

    def is_expired(self, now: datetime) -> bool:
        """Whether its time ran out, even if housekeeping has not marked it yet."""
        return self.status == "expired" or (self.status == "active" and now >= self.expires_at)

    def time_remaining_s(self, now: datetime) -> float:
        """Give the seconds until it expires; 0 if it is no longer active."""
        return (self.expires_at - now).total_seconds() if self.is_active(now) else 0.0


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a reservation was converted to, for one person of its visit.

    ``token`` is the reservation's that keeps its time now, ``visit_token`` the one by which the
    visit was held, which its other appointments share. ``service_id`` and ``staff_id`` are those of
    the first of its ``parts``. ``hits`` is what has been blocked where it stands.
    """

    company_id: int
    id: int
    token: UUID
    visit_token: UUID
    status: Literal["booked", "cancelled"]
    service_id: int
    staff_id: UUID | None
    call_id: str | None
    channel: str
    person: int
    customer_name: str | None
    customer_phone: str | None
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    cancelled_at: datetime | None
    cancel_notice_min: int | None
    parts: tuple[BookedPart, ...]
    hits: tuple[HitKind, ...] = field(default=(), compare=False)
