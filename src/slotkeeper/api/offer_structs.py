"""Bodies and views of REST for availability, offers and the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, convert, field

from slotkeeper.api.structs import (
    MOST_CLAIMS,
    CallId,
    CustomerBody,
    FormerPerson,
    Instant,
    Lifetime,
    PartNumber,
    Parts,
    PersonNumber,
    ReservationView,
    ShortText,
    StaffView,
    appointment_view,
    branch_key,
    reservation_view,
    service_name,
    staff_view,
)
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.standing import HeldSlot, Hits
from slotkeeper.http.problems import in_zone
from slotkeeper.operations.block import BlockedTime
from slotkeeper.operations.check_availability import Availability, NamedSlot
from slotkeeper.operations.free_slots import FreeSlots
from slotkeeper.operations.import_busy import BusyImport
from slotkeeper.storage.absences import Absence


class AvailabilityBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which free slots to list: every start of ``service`` from ``from`` on and before ``to``.

    At most 31 days. With ``parts`` every start at which a whole visit fits, as in a hold; with
    ``branch``, by its key, only what is done there.
    """

    service: ShortText | None = None
    parts: Parts | None = None
    from_: Instant = field(name="from")
    to: Instant
    staff: ShortText | None = None
    branch: ShortText | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class OfferBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A wish to hold: at ``start``, or anywhere in a window ``from`` to ``to``.

    ``parts`` wish several services, or services for several people, as in a hold.

    ``limit`` is how many other slots, or how many of a window; at most what the company allows.
    A window has at most 14 days. The other fields are those of a hold.
    """

    service: ShortText | None = None
    parts: Parts | None = None
    start: Instant | None = None
    from_: Instant | None = field(name="from", default=None)
    to: Instant | None = None
    staff: ShortText | None = None
    branch: ShortText | None = None
    call_id: CallId | None = None
    person: PersonNumber = 1
    party: FormerPerson = UNSET
    customer: CustomerBody | None = None
    lifetime_s: Lifetime | None = None
    limit: Annotated[int, Meta(ge=1, le=3)] = 3

    def __post_init__(self) -> None:
        """Take the former name for the field."""
        if self.party is not UNSET:
            self.person = self.party


class MoveBody(Struct, forbid_unknown_fields=True):
    """The new start of an appointment; without ``staff`` with the same person where possible.

    With ``branch``, by its key, it moves there, with somebody else where the person is not there.

    ``parts`` are the numbers of those parts that move alone, into an appointment of their own.
    """

    start: Instant
    staff: ShortText | None = None
    branch: ShortText | None = None
    parts: Annotated[list[PartNumber], Meta(min_length=1, max_length=MOST_CLAIMS)] | None = None


class AbsenceBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """When a person (``staff``) or a room or device (``calendar``, by its key) is unavailable."""

    from_: Instant = field(name="from")
    to: Instant
    staff: ShortText | None = None
    calendar: ShortText | None = None
    reason: ShortText | None = None


class BusyQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whose calendar a file is, and its source. A new file of a source replaces the former one.

    ``anyway`` also where more than half of what the source said before would become free.
    """

    staff: ShortText
    source: ShortText
    anyway: bool = False


class SlotPartView(Struct):
    """One service of a visit, as a hold would place it; ``number`` is its place in the visit."""

    number: int
    person: int
    service: str
    staff: StaffView
    start: Instant
    end: Instant


class SlotView(Struct):
    """A slot that is free now and not held, with whom and where it begins."""

    start: Instant
    end: Instant
    staff: StaffView
    branch: str | None
    parts: list[SlotPartView]


class AvailabilityView(Struct):
    """Free slots in the order of time; of those that start together, the first is held first.

    ``more`` where the list was cut off: then it has all that start before ``listed_to``.
    """

    slots: list[SlotView]
    more: bool
    listed_to: Instant


class RefusalView(Struct, omit_defaults=True):
    """Why a wish cannot be had: a code, and the facts that belong to it."""

    code: str
    blocked_by: Literal["hold", "appointment", "busy", "newer_call"] | None = None
    blocked_until: Instant | None = None
    reason: str | None = None
    notice_min: int | None = None
    horizon_days: int | None = None
    step_min: int | None = None


class OfferView(Struct):
    """The slots that are held now: the ``wished`` one, or else ``others`` and the ``refusal``.

    Of a window there are only ``others``.
    """

    wished: ReservationView | None
    others: list[ReservationView]
    refusal: RefusalView | None


class AbsenceView(Struct):
    """An absence."""

    id: int
    calendar: str | None
    from_: Instant = field(name="from")
    to: Instant
    reason: str | None


class HitView(Struct):
    """An appointment that falls into what was blocked."""

    id: int
    start: Instant
    end: Instant
    service: str
    staff: StaffView | None


class HeldHitView(Struct):
    """A live hold that falls into what was blocked; it may yet become an appointment."""

    token: UUID
    start: Instant
    end: Instant
    service: str
    staff: StaffView | None
    expires_at: Instant


class BlockedView(AbsenceView):
    """An absence, with the appointments and the live holds in it. Both stay.

    ``holds`` counts what ``held`` lists; ``more`` where the lists are cut off.
    """

    appointments: list[HitView]
    holds: int
    held: list[HeldHitView]
    more: bool


class UnreadLineView(Struct):
    """A line of the file that could not be read, and why."""

    line: int
    reason: str


class BusyView(Struct):
    """The result of an import: ``events`` in the file, of which ``free`` take no time.

    ``stretches`` of busy time are kept for the window, instead of ``replaced``. ``appointments``
    and ``held`` stand in them and stay; ``more`` where the lists are cut off. ``unread`` has the
    first of ``unread_count`` lines that could not be read: their events are taken as busy where
    their time is known.
    """

    calendar: str
    source: str
    from_: Instant = field(name="from")
    to: Instant
    events: int
    free: int
    stretches: int
    replaced: int
    unread: list[UnreadLineView]
    unread_count: int
    appointments: list[HitView]
    held: list[HeldHitView]
    more: bool


def availability_view(company: Company, free: FreeSlots) -> AvailabilityView:
    """Show free slots."""
    services = [part.service.name for part in free.wish.parts]
    slots = [_slot_view(company, slot, services) for slot in free.slots]
    return AvailabilityView(slots, free.more, free.listed_to.astimezone(company.zone))


def offer_view(company: Company, availability: Availability) -> OfferView:
    """Show what is held, and why the wish itself is not."""
    wished, refusal = availability.wished, availability.refusal
    return OfferView(
        wished=_held_view(company, wished) if wished else None,
        others=[_held_view(company, slot) for slot in availability.others],
        refusal=_refusal_view(company, refusal) if refusal else None,
    )


def absence_view(company: Company, absence: Absence) -> AbsenceView:
    """Show an absence."""
    return AbsenceView(**_absence(company, absence))


def blocked_view(company: Company, blocked: BlockedTime) -> BlockedView:
    """Show an absence and the bookings that it hits, without their customers."""
    return BlockedView(
        **_absence(company, blocked.absence),
        **_hits(company, blocked.hits),
        holds=len(blocked.hits.holds),
    )


def busy_view(company: Company, imported: BusyImport) -> BusyView:
    """Show what an import did."""
    return BusyView(
        calendar=imported.calendar.key,
        source=imported.source,
        from_=imported.window.start.astimezone(company.zone),
        to=imported.window.end.astimezone(company.zone),
        events=imported.events,
        free=imported.free,
        stretches=imported.stretches,
        replaced=imported.replaced,
        unread=[UnreadLineView(unread.line, unread.reason) for unread in imported.unread],
        unread_count=imported.unread_count,
        **_hits(company, imported.hits),
    )


def _slot_view(company: Company, slot: Placement, services: Sequence[str]) -> SlotView:
    zone = company.zone
    return SlotView(
        start=slot.starts_at.astimezone(zone),
        end=slot.ends_at.astimezone(zone),
        staff=StaffView(slot.staff.id, slot.staff.name),
        branch=branch_key(company, slot.staff.id),
        parts=[
            SlotPartView(
                number=part.number,
                person=part.person,
                service=services[part.number - 1],
                staff=StaffView(part.staff.id, part.staff.name),
                start=part.starts_at.astimezone(zone),
                end=part.ends_at.astimezone(zone),
            )
            for part in slot.parts
        ],
    )


def _held_view(company: Company, slot: NamedSlot) -> ReservationView:
    assert slot.hold is not None, "REST names only what it holds"
    return reservation_view(company, slot.hold.reservation, slot.hold.decided_at)


def _refusal_view(company: Company, no: Refusal) -> RefusalView:
    facts = {name: in_zone(fact, company.zone) for name, fact in no.facts().items()}
    return convert({"code": no.code, **facts}, RefusalView)


def _absence(company: Company, absence: Absence) -> dict[str, Any]:
    calendar = next((c for c in company.calendars if c.id == absence.calendar_id), None)
    return {
        "id": absence.id,
        "calendar": calendar.key if calendar else None,
        "from_": absence.interval.start.astimezone(company.zone),
        "to": absence.interval.end.astimezone(company.zone),
        "reason": absence.reason,
    }


def _hits(company: Company, hits: Hits) -> dict[str, Any]:
    return {
        "appointments": [_hit_view(company, hit) for hit in hits.appointments],
        "held": [_held_hit_view(company, hold) for hold in hits.holds],
        "more": hits.more,
    }


def _held_hit_view(company: Company, hold: HeldSlot) -> HeldHitView:
    return HeldHitView(
        hold.token,
        hold.starts_at.astimezone(company.zone),
        hold.ends_at.astimezone(company.zone),
        service_name(company, hold.service_id),
        staff_view(company, hold.staff_id),
        hold.expires_at.astimezone(company.zone),
    )


def _hit_view(company: Company, hit: Appointment) -> HitView:
    whole = appointment_view(company, hit)
    return HitView(whole.id, whole.start, whole.end, whole.service, whole.staff)
