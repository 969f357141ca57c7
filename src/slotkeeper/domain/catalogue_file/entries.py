"""The fields of a company's catalogue file.

docs/catalogue.md explains each. What a struct cannot check by itself (references, overlaps, names
that mean two services) is in ``checks``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec import field as renamed

from slotkeeper.domain.catalogue_file.fitting import FileProblem
from slotkeeper.domain.company_rules import HorizonDays, NoticeMin, Rules, StepMin
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.locale import Locale
from slotkeeper.domain.phone_numbers import in_region, region_of

# In a file with hundreds of problems, the first few teach as much as all.
SHOWN_PROBLEMS = 50
MAX_KEY = 100

SlugText = Annotated[
    str,
    # Not digits alone, because a company can be named by its number as well.
    Meta(
        pattern=r"^(?=.*[a-z])[a-z0-9][a-z0-9-]{0,62}$",
        description="a short name of lower-case letters (at least one), digits and hyphens",
    ),
]
KeyText = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,99}$",
        description="a key of lower-case letters, digits and hyphens",
    ),
]
NameText = Annotated[
    str, Meta(pattern=r"^\S(.{0,198}\S)?$", description="a text of 1 to 200 characters")
]
PriceText = Annotated[
    str,
    Meta(
        pattern=r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$",
        description="a price such as 32 or 32.50, below 10000000",
    ),
]
HoursText = Annotated[
    str,
    Meta(
        pattern=r"^([01]?[0-9]|2[0-3]):[0-5][0-9] ?- ?(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        description='a stretch such as "09:00-18:00"',
    ),
]
SubdivisionText = Annotated[
    str,
    Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="an ISO 3166-2 code such as DE-BE"),
]
PhoneText = Annotated[str, Meta(max_length=30, description="a number such as +493023125038")]
DayHours = Annotated[
    tuple[HoursText, ...],
    Meta(max_length=10, description='a list of stretches such as ["09:00-18:00"]'),
]
ExtraPriceText = Annotated[
    str,
    Meta(
        pattern=r"^-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$",
        description="what is added to a price, such as 5, -5 or -7.50",
    ),
]
SameStaff = Literal["required", "preferred", "any"]
BufferMin = Annotated[int, Meta(ge=0, le=240)]
DurationMin = Annotated[int, Meta(ge=1, le=720)]
ExtraMin = Annotated[int, Meta(ge=-720, le=720)]
VisitOrder = Annotated[int, Meta(ge=1, le=1000)]
GapMin = Annotated[int, Meta(ge=0, le=720)]
Confidence = Annotated[float, Meta(ge=0, le=1)]


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of fields in the file; it has no others."""


class CompanyEntry(Entry, frozen=True, kw_only=True):
    """The company itself."""

    slug: SlugText
    name: NameText
    timezone: Annotated[str, Meta(max_length=60, description="a time zone such as Europe/Berlin")]
    locale: Locale = "de"
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="a currency such as EUR")] = (
        "EUR"
    )
    sandbox: bool = False


class WeekEntry(Entry, frozen=True, kw_only=True):
    """Opening hours by weekday; a day that is left out is closed."""

    mon: DayHours | Literal["closed"] = "closed"
    tue: DayHours | Literal["closed"] = "closed"
    wed: DayHours | Literal["closed"] = "closed"
    thu: DayHours | Literal["closed"] = "closed"
    fri: DayHours | Literal["closed"] = "closed"
    sat: DayHours | Literal["closed"] = "closed"
    sun: DayHours | Literal["closed"] = "closed"


WeekHours = WeekEntry | Literal["closed"]
WEEKDAYS = WeekEntry.__struct_fields__


class BranchEntry(Entry, frozen=True, kw_only=True):
    """A place where the company works.

    ``local_holidays`` are those that its municipality keeps beside its Land's.
    """

    key: KeyText
    name: NameText
    hours: WeekHours
    subdivision: SubdivisionText | None = None
    local_holidays: Literal["catholic", "augsburg"] | None = None


class CalendarEntry(Entry, frozen=True, kw_only=True):
    """The calendar of a room or a device, or of a person who has several staff records."""

    key: KeyText
    name: NameText
    branch: KeyText
    kind: Literal["person", "room", "device"]


class TermsEntry(Entry, frozen=True, kw_only=True):
    """What is otherwise where a person does a service: how long it takes, what it costs.

    ``durations_min`` has one value for each segment; null where hers is the service's own.
    """

    service: KeyText
    duration_min: DurationMin | None = None
    durations_min: Annotated[
        tuple[DurationMin | None, ...],
        Meta(max_length=12, description="a list of minutes, one for each segment"),
    ] = ()
    price: PriceText | None = None

    @property
    def of_segments_min(self) -> tuple[int | None, ...]:
        """Her minutes, one value for each segment; empty where they are the service's own."""
        return self.durations_min if self.duration_min is None else (self.duration_min,)


class StaffEntry(Entry, frozen=True, kw_only=True):
    """A person who performs services; she has a calendar of her own unless she names another."""

    name: NameText
    branch: KeyText
    key: KeyText | None = None
    position: NameText | None = None
    calendar: KeyText | None = None
    same_person_as: KeyText | None = None
    hours: WeekHours | None = None
    services: (
        Annotated[tuple[KeyText, ...], Meta(max_length=500, description="a list of services' keys")]
        | Literal["all"]
    ) = "all"

    terms: Annotated[tuple[TermsEntry, ...], Meta(max_length=500)] = ()

    @property
    def has_own_calendar(self) -> bool:
        """Whether she gets a calendar with her own key, because she names none."""
        return self.calendar is None and self.same_person_as is None


class NeedEntry(Entry, frozen=True, kw_only=True):
    """So many of these rooms or devices at once."""

    count: Annotated[int, Meta(ge=1, le=12)] = 1
    of: Annotated[
        tuple[KeyText, ...],
        Meta(min_length=1, max_length=100, description="a list of calendars' keys"),
    ]


class SegmentEntry(Entry, frozen=True, kw_only=True):
    """One staffed stretch of a service, and the gap after it."""

    name: NameText
    duration_min: DurationMin
    gap_after_min: GapMin = 0
    gap_after_max_min: GapMin | None = None
    gap_name: NameText | None = None
    same_staff: SameStaff = "required"
    resources: Annotated[
        tuple[KeyText, ...], Meta(max_length=100, description="a list of calendars' keys")
    ] = ()
    needs: Annotated[tuple[NeedEntry, ...], Meta(max_length=4)] = ()


class SynonymEntry(Entry, frozen=True, kw_only=True):
    """Another name for a service; ``confidence`` (0 to 1) that a caller means it by that name."""

    text: NameText
    confidence: Confidence


class ServiceEntry(Entry, frozen=True, kw_only=True):
    """What a customer books: ``duration_min``, or ``segments`` where it has several parts."""

    name: NameText
    key: KeyText | None = None
    category: NameText | None = None
    price: PriceText | None = None
    duration_min: DurationMin | None = None
    segments: Annotated[tuple[SegmentEntry, ...], Meta(max_length=12)] = ()
    gap_policy: Literal["free", "blocked"] = "free"
    buffer_before_min: BufferMin = 0
    buffer_after_min: BufferMin = 0
    min_notice_min: NoticeMin | None = None
    horizon_days: HorizonDays | None = None
    slot_step_min: StepMin | None = None
    visit_order: VisitOrder | None = None
    add_on: bool = False
    synonyms: (
        Annotated[dict[NameText, Confidence], Meta(max_length=200)]
        | Annotated[tuple[SynonymEntry, ...], Meta(max_length=200)]
    ) = ()

    @property
    def parts(self) -> tuple[SegmentEntry, ...]:
        """Its segments; a simple service is one segment of its own name."""
        if self.duration_min is None:
            return self.segments
        return (SegmentEntry(name=self.name, duration_min=self.duration_min),)

    @property
    def also_called(self) -> tuple[SynonymEntry, ...]:
        """Its synonyms, written as a table or as a list."""
        if isinstance(self.synonyms, dict):
            return tuple(
                SynonymEntry(text=text, confidence=confidence)
                for text, confidence in self.synonyms.items()
            )
        return self.synonyms


class ClosureEntry(Entry, frozen=True, kw_only=True):
    """Days on which a branch, or the whole company, is closed. Without ``to`` it is one day."""

    first_day: date = renamed(name="from")
    last_day: date | None = renamed(name="to", default=None)
    branch: KeyText | None = None
    reason: NameText | None = None


class CategoryEntry(Entry, frozen=True, kw_only=True):
    """What all services of a category share, unless they say otherwise."""

    name: NameText
    visit_order: VisitOrder


class CombinationEntry(Entry, frozen=True, kw_only=True):
    """Services that one person has done in one visit: what that changes, or that it is not done."""

    services: Annotated[
        tuple[KeyText, ...],
        Meta(min_length=2, max_length=12, description="a list of at least two services' keys"),
    ]
    extra_min: ExtraMin = 0
    extra_price: ExtraPriceText | None = None
    is_done: bool = renamed(name="done", default=True)


class CatalogueFile(Entry, frozen=True, kw_only=True):
    """The whole file."""

    company: CompanyEntry
    lines: Annotated[tuple[PhoneText, ...], Meta(max_length=200)] = ()
    rules: Rules = Rules()
    branches: Annotated[tuple[BranchEntry, ...], Meta(min_length=1, max_length=200)]
    calendars: Annotated[tuple[CalendarEntry, ...], Meta(max_length=500)] = ()
    staff: Annotated[tuple[StaffEntry, ...], Meta(max_length=500)] = ()
    services: Annotated[tuple[ServiceEntry, ...], Meta(max_length=500)] = ()
    categories: Annotated[tuple[CategoryEntry, ...], Meta(max_length=100)] = ()
    combinations: Annotated[tuple[CombinationEntry, ...], Meta(max_length=200)] = ()
    closures: Annotated[tuple[ClosureEntry, ...], Meta(max_length=500)] = ()

    def visit_order_of(self, service: ServiceEntry) -> int | None:
        """Give a service's place in a visit: its own, or its category's."""
        if service.visit_order is not None:
            return service.visit_order
        orders = {category.name: category.visit_order for category in self.categories}
        return orders.get(service.category or "")


class CatalogueRefused(Refusal):
    """A company's file has problems; nothing was changed."""

    code = "catalogue_refused"

    def __init__(self, filename: str, problems: Sequence[FileProblem]) -> None:
        """Name every problem as ``friseur.yaml:42: services[3].name: expected ...``."""
        shown = [f"{filename}:{problem}" for problem in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            shown.append(f"{filename}: and {len(problems) - SHOWN_PROBLEMS} more")
        super().__init__("\n".join(shown))
        self.filename = filename
        self.problems = tuple(problems)

    def facts(self) -> dict[str, object]:
        """The problems, each with its line, path and reason."""
        return {
            "problems": [
                {"line": p.line, "path": p.path, "reason": p.reason}
                for p in self.problems[:SHOWN_PROBLEMS]
            ]
        }


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})


def numbers_of(file: CatalogueFile) -> list[str | None]:
    """Give a file's lines in E.164, by its time zone's country; None for what is no number."""
    return [in_region(line, region_of(file.company.timezone)) for line in file.lines]


def key_of(entry: StaffEntry | ServiceEntry) -> str:
    """Give the key of an entry; if none is written, it is made from the name.

    It is empty if the name has no letter or digit that can stand in a key.
    """
    if entry.key is not None:
        return entry.key
    lowered = entry.name.lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:MAX_KEY].strip("-")


def stretches_of(hours: WeekHours | None) -> list[tuple[int, str, str]]:
    """List (weekday, opens, closes) in order; Monday is 1, times are HH:MM, and 24:00 may close."""
    if hours is None or hours == "closed":
        return []
    stretches: list[tuple[int, str, str]] = []
    for weekday, name in enumerate(WEEKDAYS, start=1):
        day = getattr(hours, name)
        if day != "closed":
            stretches.extend((weekday, *_ends_of(stretch)) for stretch in day)
    return sorted(stretches)


def _ends_of(stretch: str) -> tuple[str, str]:
    opens, _, closes = stretch.partition("-")
    return opens.strip().rjust(5, "0"), closes.strip().rjust(5, "0")
