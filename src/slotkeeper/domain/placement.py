"""Where a service would stand on the calendars if it started at a given instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.intervals import Interval


@dataclass(frozen=True, slots=True)
class Claim:
    """One segment's time on one calendar; ``staff_id`` is None for a room or device."""

    segment_number: int
    calendar_id: int
    staff_id: UUID | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class Placement:
    """A slot made concrete: a start, a person, and every claim that it takes."""

    starts_at: datetime
    ends_at: datetime
    staff: Staff
    claims: tuple[Claim, ...]


def place(service: Service, staff: Staff, starts_at: datetime) -> Placement:
    """Lay the service's segments from its start on, all with one person.

    A gap frees the calendar where the service's policy allows it: colour develops while she cuts
    someone else. Arithmetic is in elapsed time, so a night when the clocks jump changes nothing.
    """
    claims = []
    begins = starts_at
    for segment in service.segments:
        ends = begins + timedelta(minutes=segment.duration_min)
        claims.append(Claim(segment.number, staff.calendar_id, staff.id, Interval(begins, ends)))
        begins = ends + timedelta(minutes=segment.gap_after_min)
    ends_at = claims[-1].interval.end
    if service.gap_policy == "blocked":
        claims = [Claim(1, staff.calendar_id, staff.id, Interval(starts_at, ends_at))]
    return Placement(starts_at, ends_at, staff, tuple(claims))
