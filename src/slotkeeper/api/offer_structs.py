"""What REST takes and gives around availability, offers and the desk's everyday."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, convert, field

from slotkeeper.api.structs import (
    CallId,
    CustomerBody,
    Instant,
    Lifetime,
    Name,
    ReservationView,
    StaffView,
    appointment_view,
    reservation_view,
)
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.reservation import Appointment
from slotkeeper.operations.block import Blocked
from slotkeeper.operations.check_availability import Answer
from slotkeeper.operations.free_slots import FreeSlots
from slotkeeper.operations.hold import Held
from slotkeeper.operations.import_busy import Imported
from slotkeeper.storage.absences import Absence


class AvailabilityBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """What could be had: every start of ``service`` from ``from`` on and before ``to``.

    At most 31 days.
    """

    service: Name
    from_: Instant = field(name="from")
    to: Instant
    staff: Name | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class OfferBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A wish to be answered with what is held: ``start``, or a window ``from`` and ``to``.

    ``limit`` is how many other slots, or how many of a window; at most what the company allows.
    A window has at most 14 days. The other fields are those of a hold.
    """

    service: Name
    start: Instant | None = None
    from_: Instant | None = field(name="from", default=None)
    to: Instant | None = None
    staff: Name | None = None
    call_id: CallId | None = None
    party: Annotated[int, Meta(ge=1, le=20)] = 1
    customer: CustomerBody | None = None
    lifetime_s: Lifetime | None = None
    limit: Annotated[int, Meta(ge=1, le=3)] = 3


class MoveBody(Struct, forbid_unknown_fields=True):
    """Where an appointment is to be. Without ``staff`` the same person, where she is free."""

    start: Instant
    staff: Name | None = None


class AbsenceBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """When a person (``staff``) or a room or device (``calendar``, by its key) is not to be had."""

    from_: Instant = field(name="from")
    to: Instant
    staff: Name | None = None
    calendar: Name | None = None
    reason: Name | None = None


class BusyQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whose calendar a file is, and where it comes from: again, it replaces what that said."""

    staff: Name
    source: Name


class SlotView(Struct):
    """A slot that is free now, and held for nobody."""

    start: datetime
    end: datetime
    staff: StaffView


class AvailabilityView(Struct):
    """Slots in the order of time; ``more`` where there are others beyond the limit."""

    slots: list[SlotView]
    more: bool


class RefusalView(Struct, omit_defaults=True):
    """Why a wish cannot be had: a code, and the facts that belong to it."""

    code: str
    blocked_by: Literal["hold", "appointment", "busy"] | None = None
    blocked_until: datetime | None = None
    reason: str | None = None
    notice_min: int | None = None
    horizon_days: int | None = None
    step_min: int | None = None


class OfferView(Struct):
    """What is held now: the slot that was ``wished``, or else ``others``, and why not the wished.

    Of a window there are only ``others``.
    """

    wished: ReservationView | None
    others: list[ReservationView]
    refusal: RefusalView | None


class AbsenceView(Struct):
    """An absence."""

    id: int
    calendar: str | None
    from_: datetime = field(name="from")
    to: datetime
    reason: str | None


class HitView(Struct):
    """An appointment that stands in an absence."""

    id: int
    start: datetime
    end: datetime
    service: str
    staff: StaffView | None


class BlockedView(AbsenceView):
    """An absence, the appointments that stand in it and stay, and how many live holds do."""

    appointments: list[HitView]
    holds: int


class BusyView(Struct):
    """What an import did: ``events`` in the file, of which ``free`` take no time.

    ``stretches`` of busy time are kept for the window, instead of ``replaced``.
    """

    calendar: str
    source: str
    from_: datetime = field(name="from")
    to: datetime
    events: int
    free: int
    stretches: int
    replaced: int


def availability_view(company: Company, found: FreeSlots) -> AvailabilityView:
    """Show free slots."""
    return AvailabilityView([_slot_view(company, slot) for slot in found.slots], found.more)


def offer_view(company: Company, found: Answer) -> OfferView:
    """Show what is held, and why the wish itself is not."""
    return OfferView(
        wished=_held_view(company, found.wished) if found.wished else None,
        others=[_held_view(company, kept) for kept in found.others],
        refusal=_refusal_view(company, found.refusal) if found.refusal else None,
    )


def absence_view(company: Company, found: Absence) -> AbsenceView:
    """Show an absence."""
    return AbsenceView(**_absence(company, found))


def blocked_view(company: Company, found: Blocked) -> BlockedView:
    """Show an absence and what it hits; whose appointments they are is not told here."""
    return BlockedView(
        **_absence(company, found.absence),
        appointments=[_hit_view(company, hit) for hit in found.appointments],
        holds=found.holds,
    )


def busy_view(company: Company, found: Imported) -> BusyView:
    """Show what an import did."""
    return BusyView(
        calendar=found.calendar.key,
        source=found.source,
        from_=found.window.start.astimezone(company.zone),
        to=found.window.end.astimezone(company.zone),
        events=found.events,
        free=found.free,
        stretches=found.stretches,
        replaced=found.replaced,
    )


def _slot_view(company: Company, slot: Placement) -> SlotView:
    return SlotView(
        slot.starts_at.astimezone(company.zone),
        slot.ends_at.astimezone(company.zone),
        StaffView(slot.staff.id, slot.staff.name),
    )


def _held_view(company: Company, held: Held) -> ReservationView:
    return reservation_view(company, held.reservation, held.decided_at)


def _refusal_view(company: Company, no: Refusal) -> RefusalView:
    facts = {
        name: fact.astimezone(company.zone) if isinstance(fact, datetime) else fact
        for name, fact in no.facts().items()
    }
    return convert({"code": no.code, **facts}, RefusalView)


def _absence(company: Company, found: Absence) -> dict[str, Any]:
    calendar = next((c for c in company.calendars if c.id == found.calendar_id), None)
    return {
        "id": found.id,
        "calendar": calendar.key if calendar else None,
        "from_": found.interval.start.astimezone(company.zone),
        "to": found.interval.end.astimezone(company.zone),
        "reason": found.reason,
    }


def _hit_view(company: Company, hit: Appointment) -> HitView:
    whole = appointment_view(company, hit)
    return HitView(whole.id, whole.start, whole.end, whole.service, whole.staff)
