"""Times and lengths as calendar files write them: on the wall, or as time passes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from slotkeeper.domain.ics.content_lines import ContentLine, refuse_line

# What malformed times, zones and rules raise (a refused line is a ValueError).
PARSE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
# 20270305, 20270305T100000Z; and as ISO 8601 writes them, which some exporters do.
_WHEN = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?\s*(?:(Z)|([+-]\d\d):?(\d\d))?)?",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\+?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventTime:
    """A day, or a time on the wall in a zone; a day begins at midnight in the company's zone.

    ``is_floating`` where the file names no zone, so that the company's is taken.
    """

    wall: datetime
    zone: tzinfo
    is_day: bool = False
    is_floating: bool = False

    def instant(self) -> datetime:
        """Give the instant. RFC 5545: of a time that comes twice it is the first.

        A time that the clocks skip is read with the offset from before the jump.
        """
        return self.wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def at(self, wall: datetime) -> EventTime:
        """Give the same kind of time at another time on the wall."""
        return replace(self, wall=wall)

    def wall_in(self, zone: tzinfo) -> datetime:
        """Give what the clock on the wall of a zone shows at this instant."""
        return self.instant().astimezone(zone).replace(tzinfo=None)

    def day_in(self, zone: tzinfo) -> date:
        """Give the day that is meant where a day is expected: midnight in a zone, or as written."""
        local = self.wall_in(zone)
        return local.date() if local.time() == time.min else self.wall.date()


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


def day_or_time(line: ContentLine, text: str) -> datetime | date:
    """Read a day, or a time: in UTC if the file says so, else naive. Raises LineRefused."""
    match = _WHEN.fullmatch(text.strip())
    if match is None:
        refuse_line(line.number, f"{line.name} cannot be understood")
    year, month, day, hour, minute, second, utc, offset_h, offset_min = match.groups()
    try:
        on = date(int(year), int(month), int(day))
        if hour is None or line.parameters.get("VALUE", "").upper() == "DATE":
            return on
        # A leap second, and midnight at the end of a day, are no times of Python's.
        days, hours = divmod(int(hour), 24) if hour == "24" else (0, int(hour))
        clock = time(hours, int(minute), min(int(second or 0), 59))
        wall = datetime.combine(on + timedelta(days=days), clock)
        if utc:
            return wall.replace(tzinfo=UTC)
        if offset_h:
            minutes = int(offset_min) * (-1 if offset_h.startswith("-") else 1)
            zone = timezone(timedelta(hours=int(offset_h), minutes=minutes))
            return wall.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        refuse_line(line.number, f"{line.name} is no day or time that there is")
    return wall


def length_of(line: ContentLine, text: str) -> EventLength:
    """Read a duration: P1D is a day on the wall, PT24H is 24 hours. Raises LineRefused."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        refuse_line(line.number, f"{line.name} is no length of time")
    weeks, days, hours, minutes, seconds = (int(text or 0) for text in match.groups())
    return EventLength(weeks * 7 + days, timedelta(hours=hours, minutes=minutes, seconds=seconds))
