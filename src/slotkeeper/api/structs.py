"""Bodies and views of REST. The OpenAPI description is made from these and nothing else.

Instants are ISO 8601 with an offset; those we give are in the company's time zone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from slotkeeper.api.idempotency_keys import is_made_of_a_key
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import Appointment, AppointmentReservation, HitKind

Instant = Annotated[datetime, Meta(tz=True)]
ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
DialledNumber = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()/-]{2,30}$")]
CallId = Annotated[str, Meta(min_length=1, max_length=100)]
Lifetime = Annotated[int, Meta(ge=1, le=900)]
# Which person of a visit, from 1 on; "party" is its former name, still taken and given.
PersonNumber = Annotated[int, Meta(ge=1, le=20)]
_FORMER = {"deprecated": True}
FormerPerson = Annotated[int, Meta(ge=1, le=20, extra_json_schema=_FORMER)] | UnsetType
FormerPersonView = Annotated[int, Meta(extra_json_schema=_FORMER)]


class CustomerBody(Struct, forbid_unknown_fields=True):
    """The customer; both fields may be missing."""

    name: ShortText | None = None
    phone: DialledNumber | None = None


class BookBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A wish to book at once: ``service`` and ``staff`` by key or name, staff by id as well.

    With ``call_id`` the same wish again is the same booking. ``person`` tells the father's wish
    from the child's at the same time; ``party`` is its former name.
    """

    service: ShortText
    start: Instant
    staff: ShortText | None = None
    call_id: CallId | None = None
    person: PersonNumber = 1
    party: FormerPerson = UNSET
    customer: CustomerBody | None = None

    def __post_init__(self) -> None:
        """Take the former name for the field."""
        if self.party is not UNSET:
            self.person = self.party


class HoldBody(BookBody, forbid_unknown_fields=True, kw_only=True):
    """A wish to hold for ``lifetime_s`` seconds."""

    lifetime_s: Lifetime | None = None


class ConvertBody(Struct, forbid_unknown_fields=True):
    """The caller's yes. ``reacquire``: if the hold has expired and is still free, take it again."""

    customer: CustomerBody | None = None
    reacquire: bool = False


class ExtendBody(Struct, forbid_unknown_fields=True):
    """Keep a hold for ``lifetime_s`` seconds from now; it never gets shorter."""

    lifetime_s: Lifetime | None = None


class StaffView(Struct):
    """A member of staff."""

    id: UUID
    name: str


class SegmentView(Struct):
    """One segment's time on a calendar; ``staff`` is null for a room or device."""

    number: int
    start: datetime
    end: datetime
    staff: StaffView | None


class ReservationView(Struct):
    """A reservation. ``expires_in_s`` is 0 once it is no longer active.

    ``call_id`` is the one that the wish named; one that was made of an idempotency key is no call
    of yours and is shown as null.
    """

    token: UUID
    offer_id: UUID
    status: Literal["active", "converted", "expired", "cancelled"]
    service: str
    staff: StaffView | None
    start: datetime
    end: datetime
    person: int
    party: FormerPersonView
    call_id: str | None
    segments: list[SegmentView]
    expires_at: datetime
    expires_in_s: float
    end_reason: str | None
    appointment_id: int | None


class AppointmentView(Struct):
    """An appointment. ``call_id`` is the one that the wish named, as in a reservation.

    ``hits`` says what was blocked where it stands, after it was held: an absence, imported busy
    time, or the catalogue (closed then, or staff or service gone). It stands all the same.
    """

    id: int
    reservation_token: UUID
    status: Literal["booked", "cancelled"]
    service: str
    staff: StaffView | None
    start: datetime
    end: datetime
    person: int
    party: FormerPersonView
    call_id: str | None
    customer_name: str | None
    customer_phone: str | None
    hits: list[HitKind]


def reservation_view(
    company: Company, reservation: AppointmentReservation, now: datetime
) -> ReservationView:
    """Show a reservation as it stands at ``now``: active past its expiry means expired."""
    return ReservationView(
        token=reservation.token,
        offer_id=reservation.offer_id,
        status="expired" if reservation.is_expired(now) else reservation.status,
        service=service_name(company, reservation.service_id),
        staff=staff_view(company, reservation.staff_id),
        start=reservation.starts_at.astimezone(company.zone),
        end=reservation.ends_at.astimezone(company.zone),
        person=reservation.person,
        party=reservation.person,
        call_id=_named_call_id(reservation.call_id),
        segments=[
            SegmentView(
                segment.number,
                segment.interval.start.astimezone(company.zone),
                segment.interval.end.astimezone(company.zone),
                staff_view(company, segment.staff_id),
            )
            for segment in reservation.segments
        ],
        expires_at=reservation.expires_at.astimezone(company.zone),
        expires_in_s=round(reservation.time_remaining_s(now), 3),
        end_reason=reservation.end_reason,
        appointment_id=reservation.appointment_id,
    )


def appointment_view(company: Company, appointment: Appointment) -> AppointmentView:
    """Show an appointment."""
    return AppointmentView(
        id=appointment.id,
        reservation_token=appointment.token,
        status=appointment.status,
        service=service_name(company, appointment.service_id),
        staff=staff_view(company, appointment.staff_id),
        start=appointment.starts_at.astimezone(company.zone),
        end=appointment.ends_at.astimezone(company.zone),
        person=appointment.person,
        party=appointment.person,
        call_id=_named_call_id(appointment.call_id),
        customer_name=appointment.customer_name,
        customer_phone=appointment.customer_phone,
        hits=list(appointment.hits),
    )


def service_name(company: Company, service_id: int) -> str:
    """Name a service, also one that the company no longer offers."""
    service = company.service_by_id(service_id)
    return service.name if service else "no longer offered"


def _named_call_id(call_id: str | None) -> str | None:
    return None if call_id is None or is_made_of_a_key(call_id) else call_id


def staff_view(company: Company, staff_id: UUID | None) -> StaffView | None:
    """Show a member of staff, also one who no longer works there."""
    if staff_id is None:
        return None
    member = company.staff_by_id(staff_id)
    return StaffView(staff_id, member.name if member else "no longer here")
