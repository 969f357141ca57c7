"""What a service takes of the calendars when it starts at a given instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Literal
from uuid import UUID

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import BookedPart

# The database bounds a row of a reservation to 12 hours, because overlap reads look back that far.
LONGEST_CLAIM_MIN = 12 * 60


@dataclass(frozen=True, slots=True)
class Claim:
    """One segment's time on one calendar; ``staff_id`` is None for a room or device.

    The interval includes the buffers. ``part_number`` is the place of the wish's part, from 1 on.
    """

    segment_number: int
    calendar_id: int
    staff_id: UUID | None
    interval: Interval
    buffer_before_min: int = 0
    buffer_after_min: int = 0
    part_number: int = 1


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """When one part of a visit is done, with whom first, and for how much.

    ``number`` is the place of the wish's part, from 1 on. Its times are without buffers.
    """

    number: int
    person: int
    staff: Staff
    starts_at: datetime
    ends_at: datetime
    price_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A slot with its staff chosen: a start, who serves first, and every claim on a calendar.

    Its segments are numbered through the whole visit in the order of time. ``parts`` are in the
    order of their numbers.
    """

    starts_at: datetime
    ends_at: datetime
    staff: Staff
    claims: tuple[Claim, ...]
    parts: tuple[PlacedPart, ...] = ()


# How the people of a visit are served.
Arrangement = Literal["side_by_side", "one_after_another", "mixed"]


def arrangement(parts: Sequence[PlacedPart | BookedPart]) -> Arrangement | None:
    """Say how the people of a visit are served; None where it is for one person.

    Side by side: all begin at once. One after another: no two of them at the same time.
    """
    spans: dict[int, Interval] = {}
    for part in parts:
        span = spans.get(part.person, Interval(part.starts_at, part.ends_at))
        begins, ends = min(span.start, part.starts_at), max(span.end, part.ends_at)
        spans[part.person] = Interval(begins, ends)
    if len(spans) < 2:
        return None
    if len({span.start for span in spans.values()}) == 1:
        return "side_by_side"
    if any(one.overlaps(other) for one, other in combinations(spans.values(), 2)):
        return "mixed"
    return "one_after_another"
