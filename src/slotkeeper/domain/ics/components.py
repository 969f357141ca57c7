"""What begins and ends in a calendar file, at whatever depth: events, free-busy times, zones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from slotkeeper.domain.ics.content_lines import (
    ContentLine,
    LineRefused,
    content_line,
    name_of,
    refuse,
    unfolded,
)

# An event takes a few hundred bytes, so a file of the largest size has no more.
MAX_EVENTS = 20_000
# Deeper than any program nests them.
MAX_DEPTH = 20
_REPEATED = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE")
_CLOCK_PART = ("DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO")
# The properties that say when; all others (titles, people) are not even decoded.
_WANTED: dict[str, frozenset[str]] = {
    "VEVENT": frozenset((*_REPEATED, "UID", "RECURRENCE-ID", "SEQUENCE", "STATUS", "TRANSP")),
    "VFREEBUSY": frozenset(("FREEBUSY",)),
    "VAVAILABILITY": frozenset(("DTSTART", "DTEND", "DURATION", "BUSYTYPE", "PRIORITY")),
    "AVAILABLE": frozenset((*_REPEATED, "UID", "RECURRENCE-ID")),
    "VTIMEZONE": frozenset(("TZID",)),
    "STANDARD": frozenset(_CLOCK_PART),
    "DAYLIGHT": frozenset(_CLOCK_PART),
}
_SAYS_BUSY = frozenset(("VEVENT", "VFREEBUSY", "VAVAILABILITY"))
# Components beside these that never make anybody busy.
_NEVER_BUSY = frozenset(("VTODO", "VJOURNAL", "VALARM", "VCALENDAR"))
# What a line of a title that was not folded as it should has not.
_SAYS_WHEN = re.compile(rb"\d{8}|\s*(DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE|FREEBUSY)")


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that could not be read, and why; never its text."""

    line: int
    reason: str


@dataclass(slots=True)
class FileCalendar:
    """A VCALENDAR: the zones that it defines, by name, and the calendar around it."""

    zones: dict[str, list[Component]] = field(default_factory=dict)
    outer: FileCalendar | None = None


@dataclass(slots=True)
class Component:
    """A component from its BEGIN on; ``parts`` are those of a zone or of availability.

    ``after_text`` where the last line that was read is of a title or the like.
    """

    kind: str
    number: int
    calendar: FileCalendar
    lines: list[ContentLine] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    unread: list[UnreadLine] = field(default_factory=list)
    after_text: bool = False

    def all(self, name: str) -> list[ContentLine]:
        """List the properties of a name."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        """Give the first property of a name, or None."""
        return next((line for line in self.lines if line.name == name), None)


class ComponentReader:
    """Reads a file's components: ``busy`` have those that may say when somebody is busy."""

    def __init__(self) -> None:
        """Begin outside of every calendar."""
        self.busy = list[Component]()
        self.calendars = list[FileCalendar]()
        self.unread = list[UnreadLine]()
        self._open = list[Component]()

    def read(self, raw: bytes) -> None:
        """Read a file. Raises CalendarFileRefused where it is cut off or no calendar."""
        for number, line in unfolded(raw):
            name = name_of(line)
            if name == "BEGIN":
                self._begin(number, _kind(number, line))
            elif not self.calendars:
                refuse(number, "this is no iCalendar file: BEGIN:VCALENDAR is missing")
            elif name == "END":
                self._end(number, _kind(number, line))
            elif self._open:
                _note(self._open[-1], number, name, line)
        if self._open:
            refuse(self._open[-1].number, f"the file is cut off: {self._open[-1].kind} has no end")

    def _begin(self, number: int, kind: str) -> None:
        inside = self._open[-1] if self._open else None
        if kind == "VCALENDAR":
            self.calendars.append(FileCalendar(outer=inside.calendar if inside else None))
        elif not self.calendars:
            refuse(number, "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR")
        if len(self._open) >= MAX_DEPTH:
            refuse(number, f"more than {MAX_DEPTH} components inside each other")
        calendar = inside.calendar if inside and kind != "VCALENDAR" else self.calendars[-1]
        component = Component(kind, number, calendar)
        self._open.append(component)
        if kind in _SAYS_BUSY:
            self.busy.append(component)
            if len(self.busy) > MAX_EVENTS:
                refuse(number, f"more than {MAX_EVENTS} events")
        elif inside is not None:
            self._part(component, inside)

    def _part(self, component: Component, inside: Component) -> None:
        kind = component.kind
        if kind in _WANTED and kind != "VTIMEZONE":
            inside.parts.append(component)
        elif (
            inside.kind == "VCALENDAR"
            and kind not in _NEVER_BUSY | _WANTED.keys()
            and not kind.startswith("X-")
        ):
            reason = f"{kind} is not read, and it may say when somebody is busy"
            self.unread.append(UnreadLine(component.number, reason))

    def _end(self, number: int, kind: str) -> None:
        if not self._open:
            return  # once too often, after all that counts
        component = self._open.pop()
        if kind != component.kind:
            refuse(number, f"this ends what has not begun: {component.kind} is still open")
        if kind == "VTIMEZONE" and (name := component.first("TZID")) is not None:
            component.calendar.zones.setdefault(zone_key(name.text), []).append(component)


def zone_key(name: str) -> str:
    """Give the form in which a zone's names are compared."""
    return " ".join(name.strip('"').split()).casefold()


def _note(component: Component, number: int, name: str, line: bytes) -> None:
    """Keep a line that says when, or note that it cannot be read."""
    wanted = _WANTED.get(component.kind)
    if wanted is None:
        return
    try:
        if name in wanted:
            component.lines.append(content_line(number, line))
        elif not name and not (component.after_text and not _SAYS_WHEN.search(line)):
            component.unread.append(UnreadLine(number, "neither a property nor a value"))
        component.after_text = name not in wanted
    except LineRefused as refusal:
        component.unread.append(UnreadLine(refusal.line, refusal.reason))


def _kind(number: int, line: bytes) -> str:
    name = line.partition(b":")[2].strip().upper()
    if not re.fullmatch(rb"[A-Z0-9-]{1,50}", name):
        refuse(number, "it does not say what begins or ends here")
    return name.decode()


def same_lines(components: Sequence[Component]) -> bool:
    """Whether components say the same, so that it does not matter which is read."""

    def said(component: Component) -> object:
        values = [(line.name, line.value) for line in component.lines]
        return values, [(part.kind, said(part)) for part in component.parts]

    return all(said(component) == said(components[0]) for component in components)
