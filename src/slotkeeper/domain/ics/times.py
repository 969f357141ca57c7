"""Times and lengths as calendar files write them: on the wall, or as time passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

# What icalendar and dateutil raise on malformed times, zones and rules.
PARSE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class EventTime:
    """A day, or a time on the wall in a zone; a day begins at midnight in the company's zone."""

    wall: datetime
    zone: tzinfo
    is_day: bool = False

    def instant(self) -> datetime:
        """Give the instant. RFC 5545: of a time that comes twice it is the first.

        A time that the clocks skip is read with the offset from before the jump.
        """
        return self.wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def at(self, wall: datetime) -> EventTime:
        """Give the same kind of time at another time on the wall."""
        return replace(self, wall=wall)


@dataclass(frozen=True, slots=True)
class EventLength:
    """Whole days on the wall, which may have 23 or 25 hours, and then time as it passes."""

    days: int
    rest: timedelta

    def end(self, start: EventTime) -> datetime:
        """Give the instant at which something of this length ends."""
        return start.at(start.wall + timedelta(days=self.days)).instant() + self.rest

    @property
    def is_nothing(self) -> bool:
        """Whether it takes no time."""
        return not self.days and not self.rest
