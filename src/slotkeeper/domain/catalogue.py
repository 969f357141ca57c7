"""What a company is and offers, as read from the database or from a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.errors import UnknownService, UnknownStaff
from slotkeeper.domain.locale import Locale
from slotkeeper.domain.phone_numbers import region_of

# How a call is served. on: every slot that is named is held. off: availability is answered without
# holds, and a booking is made at once. shadow: as off, and the report counts what holds would have
# prevented.
Cohort = Literal["on", "off", "shadow"]
COHORTS: tuple[Cohort, ...] = get_args(Cohort)


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    """A company's own rollout settings; where one is None, the server's setting applies."""

    enabled: bool | None = None
    percent: int | None = None
    lifetime_s: int | None = None
    shadow: bool | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A place where a company works."""

    id: int
    key: str
    name: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whatever can be in one place at a time: a person, a room, a device."""

    id: int
    branch_id: int
    key: str
    kind: Literal["person", "room", "device"]
    name: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who performs services; two records of one person share one calendar."""

    id: UUID
    branch_id: int
    calendar_id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Need:
    """So many of these rooms or devices at once, beside the person."""

    count: int
    calendar_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One staffed stretch of a service, and the gap after it that frees the calendar.

    It needs one of ``resource_calendar_ids``, where there are any, and all that ``needs`` says.
    """

    number: int
    name: str
    duration_min: int
    gap_after_min: int = 0
    gap_after_max_min: int = 0
    gap_name: str | None = None
    same_staff: Literal["required", "preferred", "any"] = "required"
    resource_calendar_ids: tuple[int, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def every_need(self) -> tuple[Need, ...]:
        """Give all that it needs beside the person; no calendar serves two of them."""
        if not self.resource_calendar_ids:
            return self.needs
        return (Need(1, self.resource_calendar_ids), *self.needs)


@dataclass(frozen=True, slots=True)
class StaffTerms:
    """What is otherwise where one person performs a service: minutes per segment, and the price.

    Where a value is None, hers is the service's own.
    """

    staff_id: UUID
    durations_min: tuple[int | None, ...] = ()
    price_cents: int | None = None


# At and above this a caller's word is taken for the service without asking back.
SURE_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another name for a service; ``confidence`` (0 to 1) that a caller means it by that name."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Service:
    """What a customer books; compound when it has several segments.

    In a visit, services with a lower ``visit_order`` come first. An ``add_on`` is only done
    together with another service.
    """

    id: int
    key: str
    name: str
    segments: tuple[Segment, ...]
    staff_ids: frozenset[UUID]
    category: str | None = None
    price_cents: int | None = None
    gap_policy: Literal["free", "blocked"] = "free"
    buffer_before_min: int = 0
    buffer_after_min: int = 0
    min_notice_min: int | None = None
    horizon_days: int | None = None
    slot_step_min: int | None = None
    synonyms: tuple[Synonym, ...] = ()
    staff_terms: tuple[StaffTerms, ...] = ()
    visit_order: int | None = None
    add_on: bool = False

    @property
    def is_compound(self) -> bool:
        """Whether the service has several segments, which are booked all or none."""
        return len(self.segments) > 1

    @property
    def duration_min(self) -> int:
        """Minutes from the first segment's start to the last one's end, with the shortest gaps."""
        gaps = sum(segment.gap_after_min for segment in self.segments[:-1])
        return gaps + sum(segment.duration_min for segment in self.segments)

    @property
    def longest_min(self) -> int:
        """Minutes that it takes at most, with the longest gaps and whoever is slowest."""
        gaps = sum(
            max(segment.gap_after_min, segment.gap_after_max_min) for segment in self.segments[:-1]
        )
        terms = self.staff_terms or (None,)
        return gaps + max(
            sum(
                (each and _at(each.durations_min, position)) or segment.duration_min
                for position, segment in enumerate(self.segments)
            )
            for each in terms
        )

    def segment_min(self, position: int, staff: Staff) -> int:
        """Minutes of the segment at a position, from 0 on, when this person serves it."""
        for terms in self.staff_terms:
            if terms.staff_id == staff.id:
                own = _at(terms.durations_min, position)
                return self.segments[position].duration_min if own is None else own
        return self.segments[position].duration_min

    def price_with(self, staff: Staff) -> int | None:
        """What it costs, in cents, when this person serves it; None where no price is set."""
        for terms in self.staff_terms:
            if terms.staff_id == staff.id and terms.price_cents is not None:
                return terms.price_cents
        return self.price_cents


def _at(values: tuple[int | None, ...], position: int) -> int | None:
    return values[position] if position < len(values) else None


@dataclass(frozen=True, slots=True)
class Combination:
    """Services done for one person in one visit: what that changes, or that it is not done.

    ``extra_min`` and ``extra_cents`` are added to the sum of the services; both may be negative.
    """

    service_ids: frozenset[int]
    extra_min: int = 0
    extra_cents: int = 0
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of opening hours in wall time, of a branch or of one person with her own hours.

    ``weekday`` is ISO: Monday is 1. ``closes_local`` is None for midnight at the day's end.
    """

    branch_id: int
    weekday: int
    opens_local: time
    closes_local: time | None
    staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both included, on which a branch or (None) the whole company is closed."""

    branch_id: int | None
    first_day: date
    last_day: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant: a salon or chain, with all that it offers at one version of its catalogue."""

    id: int
    slug: str
    name: str
    zone: ZoneInfo
    locale: Locale
    currency: str
    sandbox: bool
    version: int
    rules: Rules
    branches: tuple[Branch, ...]
    calendars: tuple[Calendar, ...]
    staff: tuple[Staff, ...]
    services: tuple[Service, ...]
    hours: tuple[Hours, ...] = ()
    closures: tuple[Closure, ...] = ()
    combinations: tuple[Combination, ...] = ()
    rollout: RolloutSettings = RolloutSettings()
    _services: dict[str, Service] = field(init=False, repr=False, compare=False)
    _staff: dict[UUID, Staff] = field(init=False, repr=False, compare=False)
    _durations_min: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the services by every exact name they answer to, and sort their durations."""
        by_name = {s.name.casefold(): s for s in self.services}
        by_key = {s.key.casefold(): s for s in self.services}
        object.__setattr__(self, "_services", by_name | by_key)
        object.__setattr__(self, "_staff", {s.id: s for s in self.staff})
        object.__setattr__(
            self, "_durations_min", tuple(sorted(s.duration_min for s in self.services))
        )

    def __hash__(self) -> int:
        """Hash by id and version, because a version of a catalogue never changes."""
        return hash((self.id, self.version))

    @property
    def region(self) -> str:
        """The country, as two letters, of the numbers that name none: that of the time zone."""
        return region_of(self.zone.key)

    @property
    def hold_ttl_s(self) -> int | None:
        """How long the company's holds live, in seconds; None for the server's setting."""
        return self.rollout.lifetime_s or self.rules.hold_ttl_s

    @property
    def shortest_service_min(self) -> int:
        """Minutes of the shortest service; there is at least one."""
        return self._durations_min[0]

    @property
    def longest_service_min(self) -> int:
        """Minutes of the longest service; there is at least one."""
        return self._durations_min[-1]

    def service(self, name: str) -> Service:
        """Find a service by its exact name or key, in any case. Raises UnknownService."""
        service = self._services.get(name.strip().casefold())
        if service is None:
            raise UnknownService
        return service

    def service_by_id(self, service_id: int) -> Service | None:
        """Find a service by its id; None if it is no longer offered."""
        return next((s for s in self.services if s.id == service_id), None)

    def staff_by_id(self, staff_id: UUID) -> Staff | None:
        """Find a member of staff by id; None if she no longer works here."""
        return self._staff.get(staff_id)

    def staff_member(self, name: str) -> Staff:
        """Find a member of staff by id, key, full name or unique first name.

        Of two records of one person, it gives the first. Raises UnknownStaff.
        """
        wanted = name.strip().casefold()
        for names in (
            lambda s: (str(s.id), s.key.casefold(), s.name.casefold()),
            lambda s: s.name.casefold().split(),
        ):
            members = [s for s in self.staff if wanted in names(s)]
            if members and len({s.calendar_id for s in members}) == 1:
                return members[0]
        raise UnknownStaff
