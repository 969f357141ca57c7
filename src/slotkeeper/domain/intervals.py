"""Half-open intervals ``[start, end)``: what ends as another begins does not overlap it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A bounded, never empty stretch between two aware instants."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Check the bounds. Raises ValueError for what the database would refuse as well."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs aware datetimes")
        if self.start >= self.end:
            raise ValueError("an interval must end after it starts")

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share any moment."""
        return self.start < other.end and other.start < self.end

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start
