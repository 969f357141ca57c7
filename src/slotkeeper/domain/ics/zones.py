"""Time zones as calendar files name them, or define them themselves."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from slotkeeper.domain.ics.content_lines import Component, ContentLine, refuse
from slotkeeper.domain.ics.rules import walls
from slotkeeper.domain.ics.times import PARSE_ERRORS, EventTime

# A zone in a file has a handful of parts; the longest in use has about a hundred.
MAX_ZONE_PARTS = 200
# How many parts of a zone may have a yearly rule, because each takes a while to work out.
MAX_ZONE_RULES = 20
# Later changes of the clocks do not matter here.
LAST_CHANGE = datetime(2100, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")


def zone_named(name: str, number: int, own: Mapping[str, Component]) -> tzinfo:
    """Find a zone by its IANA or Windows name, or else by the file's own definition.

    Raises CalendarFileRefused.
    """
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    candidates = [name, WINDOWS_TO_OLSON.get(name, "")]
    if name.startswith("/"):
        # "/softwarestudio.org/Tzfile/Europe/Berlin": the zone's name comes last.
        parts = name.strip("/").split("/")
        candidates += ["/".join(parts[at:]) for at in range(len(parts))]
    for candidate in candidates:
        if (zone := _iana(candidate)) is not None:
            return zone
    if name not in own:
        refuse(number, "a time zone that is neither known nor defined in the file")
    return _defined(own[name])


def _iana(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", name) or len(name) > 60:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None  # a folder of zones, such as Europe, is an OSError


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """A change of the clocks from one offset to another."""

    at_utc: datetime
    before: timedelta
    after: timedelta


class FileZone(tzinfo):
    """A zone as a file defines it: the instants at which its clocks are changed."""

    def __init__(self, changes: Sequence[_Change]) -> None:
        """Take the changes in their order."""
        self._changes = changes
        self._utc = [change.at_utc for change in changes]
        # The wall's time from which on only the offset after a change is meant: a time that comes
        # twice is the first one, and a skipped one is read with the offset from before.
        self._walls = [c.at_utc + max(c.before, c.after) for c in changes]

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """Give the offset of a time on the wall."""
        assert dt is not None
        return self._offset(bisect_right(self._walls, dt.replace(tzinfo=None)))

    def fromutc(self, dt: datetime) -> datetime:
        """Give the time on the wall at an instant."""
        return dt + self._offset(bisect_right(self._utc, dt.replace(tzinfo=None)))

    def dst(self, dt: datetime | None) -> None:
        """Not known, and not needed."""

    def tzname(self, dt: datetime | None) -> None:
        """Not known, and not needed."""

    def _offset(self, changes: int) -> timedelta:
        return self._changes[changes - 1].after if changes else self._changes[0].before


def _defined(component: Component) -> FileZone:
    begins = [index for index, line in enumerate(component.lines) if line.name == "BEGIN"]
    if not 1 <= len(begins) <= MAX_ZONE_PARTS or len(component.all("RRULE")) > MAX_ZONE_RULES:
        refuse(component.number, "a time zone of no parts, or of more than are read")
    changes: set[_Change] = set()
    for first, end in zip(begins, [*begins[1:], len(component.lines)], strict=True):
        part = Component("VTIMEZONE", component.lines[first].number, component.lines[first:end])
        try:
            changes.update(_changes(part))
        except PARSE_ERRORS:
            refuse(part.number, "when these clocks are changed cannot be worked out")
    return FileZone(sorted(changes))


def _changes(part: Component) -> Iterator[_Change]:
    start, rule = part.first("DTSTART"), part.first("RRULE")
    if start is None:
        refuse(part.number, "a time zone with a part that has no beginning")
    before, after = (_offset(part, name) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    begins = EventTime(_wall(start, start.value), timezone(before))
    wall_times = [begins.wall]
    for line in part.all("RDATE"):
        wall_times += [_wall(line, text) for text in line.value.split(",")]
    if rule is not None:
        wall_times += walls(rule, begins, LAST_CHANGE, frequencies=("YEARLY",))
    for wall in wall_times:
        yield _Change(wall - before, before, after)


def _wall(line: ContentLine, text: str) -> datetime:
    try:
        return datetime.strptime(text.strip()[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the wall's
    except ValueError:
        refuse(line.number, f"{line.name} of a time zone that cannot be understood")


def _offset(part: Component, name: str) -> timedelta:
    line = part.first(name)
    found = _OFFSET.fullmatch(line.value) if line else None
    if found is None:
        refuse(line.number if line else part.number, f"a time zone without a good {name}")
    hours, minutes, seconds = (int(text or 0) for text in found.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length
