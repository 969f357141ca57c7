"""Bodies and views of REST. The OpenAPI description is made from these and nothing else.

Instants are ISO 8601 with an offset; those we give are in the company's time zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from slotkeeper.api.idempotency_keys import is_made_of_a_key
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import (
    Appointment,
    AppointmentReservation,
    BookedPart,
    HitKind,
)

Instant = Annotated[datetime, Meta(tz=True)]
ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
DialledNumber = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()/-]{2,30}$")]
CallId = Annotated[str, Meta(min_length=1, max_length=100)]
Lifetime = Annotated[int, Meta(ge=1, le=900)]
# A visit takes at most 24 claims on calendars, and each of its parts takes one or more.
MOST_CLAIMS = 24
# Which person of a visit, from 1 on; "party" is its former name, still taken and given.
PersonNumber = Annotated[int, Meta(ge=1, le=20)]
PartNumber = Annotated[int, Meta(ge=1, le=99)]
_FORMER = {"deprecated": True}
FormerPerson = Annotated[int, Meta(ge=1, le=20, extra_json_schema=_FORMER)] | UnsetType
FormerPersonView = Annotated[int, Meta(extra_json_schema=_FORMER)]


class CustomerBody(Struct, forbid_unknown_fields=True):
    """The customer; both fields may be missing."""

    name: ShortText | None = None
    phone: DialledNumber | None = None


class PartBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """One service of a visit, for one of its people; ``staff`` is with whom it is wished."""

    service: ShortText
    person: PersonNumber = 1
    staff: ShortText | None = None


Parts = Annotated[list[PartBody], Meta(min_length=1, max_length=MOST_CLAIMS)]


class BookBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A wish to book at once: ``service`` and ``staff`` by key or name, staff by id as well.

    Several services, or services for several people, are wished as ``parts`` instead, held or
    booked whole or not at all. With ``call_id`` the same wish again is the same booking.
    With ``branch``, by its key, all is done there.
    ``person`` tells the father's wish from the child's at the same time; ``party`` is its former
    name.
    """

    service: ShortText | None = None
    parts: Parts | None = None
    start: Instant
    staff: ShortText | None = None
    branch: ShortText | None = None
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


class PartsQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which parts of an appointment are meant, by their numbers (``2,3``); else all of it."""

    parts: Annotated[str, Meta(pattern=r"^[1-9][0-9]?(,[1-9][0-9]?)*$")] | None = None

    @property
    def numbers(self) -> list[int] | None:
        """The numbers that were given."""
        return [int(number) for number in self.parts.split(",")] if self.parts else None


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
    start: Instant
    end: Instant
    staff: StaffView | None


class PartView(Struct):
    """One service of a visit for one of its people, as it is held or booked.

    ``number`` is its place in the visit. ``wished_staff`` is with whom it was wished, null with
    anyone. ``price_cents`` is its price when it was held, in hundredths of ``currency``.
    """

    number: int
    person: int
    service: str
    staff: StaffView | None
    wished_staff: StaffView | None
    start: Instant
    end: Instant
    price_cents: int | None


class ReservationView(Struct):
    """A reservation. ``expires_in_s`` is 0 once it is no longer active.

    ``service``, ``staff`` and ``person`` are those of the first of its ``parts``, ``branch`` is the
    key of the branch in which that person works, null once the person does no longer, and
    ``price_cents`` is the price of all, null where one is not known. ``cancel_notice_min`` is the
    notice for a cancellation as it was when this was held. ``call_id`` is the one that the wish
    named; one that was made of an idempotency key is no call of yours and is shown as null.
    """

    token: UUID
    offer_id: UUID
    status: Literal["active", "converted", "expired", "cancelled"]
    service: str
    staff: StaffView | None
    branch: str | None
    start: Instant
    end: Instant
    person: int
    party: FormerPersonView
    call_id: str | None
    parts: list[PartView]
    price_cents: int | None
    currency: str
    cancel_notice_min: int | None
    segments: list[SegmentView]
    expires_at: Instant
    expires_in_s: float
    end_reason: str | None
    appointment_id: int | None


class AppointmentView(Struct):
    """An appointment of one person. The fields that a reservation has too mean the same.

    ``visit_token`` is the token by which its visit was held, which the appointments of the visit's
    other people share. ``hits`` says what was blocked where it stands, after it was held: an
    absence, imported busy time, or the catalogue (closed then, or staff or service gone). It stands
    all the same.
    """

    id: int
    reservation_token: UUID
    status: Literal["booked", "cancelled"]
    service: str
    staff: StaffView | None
    branch: str | None
    start: Instant
    end: Instant
    person: int
    party: FormerPersonView
    call_id: str | None
    visit_token: UUID
    parts: list[PartView]
    price_cents: int | None
    currency: str
    cancel_notice_min: int | None
    customer_name: str | None
    customer_phone: str | None
    hits: list[HitKind]


class BookedView(AppointmentView):
    """What was booked: the first person's appointment, and ``others`` where the visit has any."""

    others: list[AppointmentView] | UnsetType = UNSET


def reservation_view(
    company: Company, reservation: AppointmentReservation, now: datetime
) -> ReservationView:
    """Show a reservation as it stands at ``now``: active past its expiry means expired."""
    return ReservationView(
        token=reservation.token,
        offer_id=reservation.offer_id,
        status="expired" if reservation.is_expired(now) else reservation.status,
        **_visit_fields(company, reservation),
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


def booked_view(company: Company, visit: Sequence[Appointment]) -> BookedView:
    """Show the appointments of a visit, the first person's first."""
    first, *others = (appointment_view(company, appointment) for appointment in visit)
    return BookedView(**asdict(first), others=others or UNSET)


def appointment_view(company: Company, appointment: Appointment) -> AppointmentView:
    """Show an appointment."""
    return AppointmentView(
        id=appointment.id,
        reservation_token=appointment.token,
        status=appointment.status,
        visit_token=appointment.visit_token,
        **_visit_fields(company, appointment),
        customer_name=appointment.customer_name,
        customer_phone=appointment.customer_phone,
        hits=list(appointment.hits),
    )


def service_name(company: Company, service_id: int) -> str:
    """Name a service, also one that the company no longer offers."""
    service = company.service_by_id(service_id)
    return service.name if service else "no longer offered"


def _visit_fields(company: Company, visit: AppointmentReservation | Appointment) -> dict[str, Any]:
    """Give the fields that a reservation and an appointment have in common."""
    prices = [part.price_cents for part in visit.parts]
    return {
        "service": service_name(company, visit.service_id),
        "staff": staff_view(company, visit.staff_id),
        "branch": branch_key(company, visit.staff_id),
        "start": visit.starts_at.astimezone(company.zone),
        "end": visit.ends_at.astimezone(company.zone),
        "person": visit.person,
        "party": visit.person,
        "call_id": _named_call_id(visit.call_id),
        "parts": [_part_view(company, part) for part in visit.parts],
        "price_cents": None if None in prices else sum(price or 0 for price in prices),
        "currency": company.currency,
        "cancel_notice_min": visit.cancel_notice_min,
    }


def _part_view(company: Company, part: BookedPart) -> PartView:
    return PartView(
        number=part.number,
        person=part.person,
        service=service_name(company, part.service_id),
        staff=staff_view(company, part.staff_id),
        wished_staff=staff_view(company, part.wished_staff_id),
        start=part.starts_at.astimezone(company.zone),
        end=part.ends_at.astimezone(company.zone),
        price_cents=part.price_cents,
    )


def _named_call_id(call_id: str | None) -> str | None:
    return None if call_id is None or is_made_of_a_key(call_id) else call_id


def staff_view(company: Company, staff_id: UUID | None) -> StaffView | None:
    """Show a member of staff, also one who no longer works there."""
    if staff_id is None:
        return None
    member = company.staff_by_id(staff_id)
    return StaffView(staff_id, member.name if member else "no longer here")


def branch_key(company: Company, staff_id: UUID | None) -> str | None:
    """Name the branch in which a person works; None once she does no longer."""
    member = company.staff_by_id(staff_id) if staff_id else None
    if member is None:
        return None
    return next((b.key for b in company.branches if b.id == member.branch_id), None)
