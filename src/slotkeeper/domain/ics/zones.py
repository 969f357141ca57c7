"""Time zones as calendar files name them, or define them themselves."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from itertools import islice

from slotkeeper.domain.ics.components import Component, FileCalendar, same_lines, zone_key
from slotkeeper.domain.ics.content_lines import ContentLine, LineRefused, refuse_line
from slotkeeper.domain.ics.rule_parts import rule_of
from slotkeeper.domain.ics.rules import Tick, walls
from slotkeeper.domain.ics.times import PARSE_ERRORS, EventTime, day_or_time
from slotkeeper.domain.ics.zone_names import has_area_and_city, known_zone

# A zone in a file has a handful of parts; the longest in use has about a hundred.
MAX_ZONE_PARTS = 200
# How many parts of a zone may have a yearly rule, because each takes a while to work out.
MAX_ZONE_RULES = 20
# Later changes of the clocks do not matter here.
LAST_CHANGE = datetime(2100, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d):?(\d\d)?")


class Zones:
    """Finds the zone that a name means: the file's own, or a known one; else the company's."""

    def __init__(self, company_zone: tzinfo, calendars: Sequence[FileCalendar], tick: Tick) -> None:
        """Take the calendars of a file, all of which may define zones."""
        self._company_zone = company_zone
        self._calendars = calendars
        self._tick = tick
        self._named = dict[tuple[int, str], tuple[tzinfo, str]]()

    def named(self, name: str, calendar: FileCalendar) -> tuple[tzinfo, str]:
        """Give a zone, and what is doubtful about it.

        An event whose zone nobody knows is read in the company's, which is likelier than any
        other; that is said.
        """
        key = id(calendar), name
        if key not in self._named:
            self._named[key] = self._found(name, calendar)
        return self._named[key]

    def _found(self, name: str, calendar: FileCalendar) -> tuple[tzinfo, str]:
        known = known_zone(name)
        if known is not None and has_area_and_city(name):
            return known, ""
        definitions = self._definitions(zone_key(name), calendar)
        reason = "a time zone that is neither known nor defined in the file"
        if definitions:
            try:
                zone = _defined(definitions[-1], self._tick)
                doubt = "" if same_lines(definitions) else "a time zone that is defined twice"
                return zone, doubt
            except LineRefused as refusal:
                reason = f"{refusal.reason} (line {refusal.line})"
        if known is not None:
            return known, ""
        return self._company_zone, f"{reason}; the company's is taken"

    def _definitions(self, key: str, calendar: FileCalendar) -> list[Component]:
        """Give the definitions of the calendar, of those around it, or else of any other."""
        around: FileCalendar | None = calendar
        while around is not None:
            if key in around.zones:
                return around.zones[key]
            around = around.outer
        return [zone for other in self._calendars for zone in other.zones.get(key, ())]


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


def _defined(component: Component, tick: Tick) -> FileZone:
    """Work out a zone of the file. Raises LineRefused."""
    rules = sum(len(part.all("RRULE")) for part in component.parts)
    if not 1 <= len(component.parts) <= MAX_ZONE_PARTS or rules > MAX_ZONE_RULES:
        refuse_line(component.number, "a time zone of no parts, or of more than are read")
    changes: set[_Change] = set()
    for part in component.parts:
        try:
            changes.update(_changes(part, tick))
        except LineRefused:
            raise
        except PARSE_ERRORS:
            refuse_line(part.number, "when these clocks are changed cannot be worked out")
    return FileZone(sorted(changes))


def _changes(part: Component, tick: Tick) -> Iterator[_Change]:
    start = part.first("DTSTART")
    if start is None:
        refuse_line(part.number, "a time zone with a part that has no beginning")
    if part.unread:
        refuse_line(part.unread[0].line, part.unread[0].reason)
    before, after = (_offset(part, name) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    begins = EventTime(_wall(start, start.value), timezone(before))
    wall_times = [begins.wall]
    for line in part.all("RDATE"):
        wall_times += [_wall(line, text) for text in line.value.split(",")]
    for line in part.all("RRULE"):
        rule = rule_of(line, begins, frequencies=("YEARLY",))
        last = LAST_CHANGE.astimezone(begins.zone).replace(tzinfo=None)
        wall_times += islice(walls(rule, begins.wall, last, tick), rule.count)
    for wall in wall_times:
        yield _Change(wall - before, before, after)


def _wall(line: ContentLine, text: str) -> datetime:
    """Read when the clocks are changed; a day means its midnight."""
    value = day_or_time(line, text.partition("/")[0])
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time.min)


def _offset(part: Component, name: str) -> timedelta:
    line = part.first(name)
    found = _OFFSET.fullmatch(line.value) if line else None
    if found is None:
        refuse_line(line.number if line else part.number, f"a time zone without a good {name}")
    hours, minutes, seconds = (int(text or 0) for text in found.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length
