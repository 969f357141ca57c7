"""The lines of a calendar file that say when; titles and people are not even decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from slotkeeper.domain.errors import Refusal

# Ten years of a busy salon fit; one person's calendar is never larger.
MAX_CALENDAR_BYTES = 5 * 1024 * 1024
# The longest useful line is a list of dates to leave out; this holds some four thousand.
MAX_LINE_BYTES = 64 * 1024

ComponentKind = Literal["VEVENT", "VTIMEZONE"]
_WANTED: dict[str, frozenset[bytes]] = {
    "VEVENT": frozenset(
        (
            *(b"UID", b"DTSTART", b"DTEND", b"DURATION", b"RRULE", b"RDATE", b"EXDATE"),
            *(b"RECURRENCE-ID", b"STATUS", b"TRANSP"),
        )
    ),
    "VTIMEZONE": frozenset(
        (b"TZID", b"DTSTART", b"RRULE", b"RDATE", b"TZOFFSETFROM", b"TZOFFSETTO")
    ),
}
# Components beside events and zones that never make anybody busy.
_NEVER_BUSY = frozenset(("VTODO", "VJOURNAL", "VALARM"))
# Components that say when somebody is busy, or hold others that do.
_SAYS_BUSY = frozenset(("VCALENDAR", "VEVENT", "VFREEBUSY", "VAVAILABILITY", "AVAILABLE"))
_NAME = re.compile(rb"[A-Za-z0-9-]+(?=[;:])")
_PARAMETER = r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)'
_LINE = re.compile(
    rf"(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:{_PARAMETER})*):(?P<value>.*)", re.DOTALL
)
_PARAMETERS = re.compile(_PARAMETER)


class CalendarFileRefused(Refusal):
    """A calendar file cannot be read; nothing was changed."""

    code = "calendar_file_refused"

    def __init__(self, line: int | None, reason: str) -> None:
        """Keep the reason and, if one line is to blame, its number from 1; never its text."""
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason

    def facts(self) -> dict[str, object]:
        """The line and the reason."""
        return {"line": self.line, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A property: ``DTSTART;TZID=Europe/Berlin:20270305T100000``. Names are in capitals."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class Component:
    """An event or a time zone, from its BEGIN on; a zone's parts begin and end among its lines."""

    kind: ComponentKind
    number: int
    lines: list[ContentLine]

    def all(self, name: str) -> list[ContentLine]:
        """List the properties of a name."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        """Give the first property of a name, or None."""
        return next((line for line in self.lines if line.name == name), None)


def components(raw: bytes) -> Iterator[Component]:
    """Give the events and time zones of a file. Raises CalendarFileRefused."""
    if len(raw) > MAX_CALENDAR_BYTES:
        refuse(None, f"larger than {MAX_CALENDAR_BYTES // 1024**2} MB")
    if not raw.strip():
        # If it counted as an empty calendar, a failed download would free all imported busy time.
        refuse(None, "the file is empty")
    opened: list[tuple[str, int]] = []
    component: Component | None = None
    for number, line in _unfolded(raw.removeprefix(b"\xef\xbb\xbf")):
        named = _NAME.match(line)
        name = named[0].upper() if named else b""
        if name == b"BEGIN":
            opened.append((_component(number, line), number))
            component = _begun(opened, component)
        elif not opened:
            refuse(number, "this is no iCalendar file in UTF-8: BEGIN:VCALENDAR is missing")
        elif name == b"END":
            kind, _ = opened.pop()
            if _component(number, line) != kind:
                refuse(number, f"this ends what has not begun: {kind} is still open")
            if component is not None and len(opened) == 1:
                yield component
                component = None
            elif component is not None and component.kind == "VTIMEZONE":
                component.lines.append(ContentLine(number, "END", {}, kind))
        elif component is not None and _is_wanted(name, component, depth=len(opened)):
            component.lines.append(_line(number, line))
    if opened:
        refuse(opened[-1][1], f"the file is cut off: {opened[-1][0]} has no end")


def refuse(line: int | None, reason: str) -> NoReturn:
    """Raise CalendarFileRefused."""
    raise CalendarFileRefused(line, reason)


def _begun(opened: list[tuple[str, int]], component: Component | None) -> Component | None:
    """Open a component where an event or a zone begins, or note a part of a zone.

    Raises CalendarFileRefused for a component that may say busy time and is not read.
    """
    kind, number = opened[-1]
    if opened[0][0] != "VCALENDAR":
        refuse(number, "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR")
    if len(opened) == 2:
        if kind == "VEVENT":
            return Component("VEVENT", number, [])
        if kind == "VTIMEZONE":
            return Component("VTIMEZONE", number, [])
        if kind not in _NEVER_BUSY and not kind.startswith("X-"):
            # Skipping it would free the times that it declares busy.
            refuse(number, f"{kind} is not read, and it may say when somebody is busy")
        return None
    if len(opened) > 2 and kind in _SAYS_BUSY:
        refuse(number, f"{kind} is not read inside {opened[-2][0]}")
    if component is not None and component.kind == "VTIMEZONE":
        component.lines.append(ContentLine(number, "BEGIN", {}, kind))
    return component


def _is_wanted(name: bytes, component: Component, *, depth: int) -> bool:
    """Whether a line says when its event is; an alarm inside an event has other times."""
    return name in _WANTED[component.kind] and (component.kind == "VTIMEZONE" or depth == 2)


def _unfolded(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each whole line with the number at which it begins.

    Joined as bytes: some programs fold in the middle of a character.
    """
    first, parts = 0, list[bytes]()
    for number, line in enumerate(raw.splitlines(), start=1):
        if parts and line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
            continue
        if parts:
            yield first, b"".join(parts)
        first, parts = number, [line] if line.strip() else []
    if parts:
        yield first, b"".join(parts)


def _component(number: int, line: bytes) -> str:
    name = line.partition(b":")[2].strip().upper()
    if not re.fullmatch(rb"[A-Z0-9-]{1,50}", name):
        refuse(number, "it does not say what begins or ends here")
    return name.decode()


def _line(number: int, line: bytes) -> ContentLine:
    if len(line) > MAX_LINE_BYTES:
        refuse(number, f"longer than {MAX_LINE_BYTES // 1024} kB")
    try:
        match = _LINE.fullmatch(line.decode())
    except UnicodeDecodeError:
        refuse(number, "not in UTF-8")
    if match is None:
        refuse(number, "neither a property nor a value")
    parameters = _PARAMETERS.findall(match["parameters"])
    named = {name.upper(): value.strip('"') for name, value in parameters}
    return ContentLine(number, match["name"].upper(), named, match["value"].strip())
