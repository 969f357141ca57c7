"""What a service takes of the calendars when it starts at a given instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.intervals import Interval

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
class Placement:
    """A slot with its staff chosen: a start, who serves first, and every claim on a calendar."""

    starts_at: datetime
    ends_at: datetime
    staff: Staff
    claims: tuple[Claim, ...]
