"""The events of a calendar file: when each begins, how long it lasts, how it repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from slotkeeper.domain.ics.content_lines import Component, ContentLine, components, refuse
from slotkeeper.domain.ics.times import PARSE_ERRORS, EventLength, EventTime
from slotkeeper.domain.ics.zones import zone_named

# An event takes a few hundred bytes, so a file of the largest size has no more.
MAX_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event or, with ``replaces``, the new form of one repetition of an event.

    ``also`` are further dates of it; ``never`` are repetitions that do not take place.
    """

    line: int
    uid: str
    start: EventTime
    length: EventLength
    is_busy: bool
    rules: tuple[ContentLine, ...] = ()
    also: tuple[tuple[EventTime, EventLength], ...] = ()
    never: tuple[EventTime, ...] = ()
    replaces: EventTime | None = None


def read_events(raw: bytes, zone: tzinfo) -> Iterator[CalendarEvent]:
    """Read all events; times without a zone are in the company's. Raises CalendarFileRefused.

    It reads them one by one, so that its caller can stop.
    """
    events = list[Component]()
    zones = dict[str, Component]()
    for component in components(raw):
        if component.kind == "VEVENT":
            events.append(component)
        elif (name := component.first("TZID")) is not None:
            zones[name.value] = component
        if len(events) > MAX_EVENTS:
            refuse(component.number, f"more than {MAX_EVENTS} events")
    reader = _Reader(zone, zones)
    yield from map(reader.read, events)


class _Reader:
    def __init__(self, zone: tzinfo, zones: dict[str, Component]) -> None:
        self._zone = zone
        self._own = zones
        self._named = dict[str, tzinfo]()

    def read(self, component: Component) -> CalendarEvent:
        try:
            return self._event(component)
        except PARSE_ERRORS:
            refuse(component.number, "when this event takes place cannot be worked out")

    def _event(self, component: Component) -> CalendarEvent:
        start_line = component.first("DTSTART")
        if start_line is None:
            refuse(component.number, "an event without DTSTART")
        start = self._when(start_line, start_line.value)
        uid, replaced = component.first("UID"), component.first("RECURRENCE-ID")
        if replaced is not None and "RANGE" in replaced.parameters:
            refuse(replaced.number, "RANGE is not supported: change each repetition by itself")
        length = self._length(component, start)
        return CalendarEvent(
            line=component.number,
            # An event without a UID belongs to no other.
            uid=uid.value if uid else f"line {component.number}",
            start=start,
            length=length,
            is_busy=_is_busy(component) and not length.is_nothing,
            rules=tuple(component.all("RRULE")),
            also=tuple(self._further(line, length) for line in _listed(component, "RDATE")),
            never=tuple(self._when(line, line.value) for line in _listed(component, "EXDATE")),
            replaces=self._when(replaced, replaced.value) if replaced else None,
        )

    def _when(self, line: ContentLine, text: str) -> EventTime:
        value = _parsed(line, text)
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                return EventTime(value.replace(tzinfo=None), UTC)
            return EventTime(value, self._zone_of(line))
        if isinstance(value, date):
            return EventTime(datetime.combine(value, time.min), self._zone, is_day=True)
        refuse(line.number, f"{line.name} is neither a day nor a time")

    def _zone_of(self, line: ContentLine) -> tzinfo:
        name = line.parameters.get("TZID")
        if name is None:
            return self._zone
        if name not in self._named:
            self._named[name] = zone_named(name, line.number, self._own)
        return self._named[name]

    def _length(self, component: Component, start: EventTime) -> EventLength:
        end, duration = component.first("DTEND"), component.first("DURATION")
        if end is not None:
            return self._until(start, self._when(end, end.value), end)
        if duration is not None:
            return _lasting(duration, duration.value)
        return EventLength(1 if start.is_day else 0, timedelta())

    def _until(self, start: EventTime, end: EventTime, line: ContentLine) -> EventLength:
        if start.is_day and end.is_day:
            # Some programs write one whole day as an event that ends on the day it begins.
            length = EventLength((end.wall - start.wall).days or 1, timedelta())
        else:
            length = EventLength(0, end.instant() - start.instant())
        if length.days < 0 or length.rest < timedelta():
            refuse(line.number, "it ends before it begins")
        return length

    def _further(self, line: ContentLine, length: EventLength) -> tuple[EventTime, EventLength]:
        begins, _, rest = line.value.partition("/")
        start = self._when(line, begins)
        if not rest:
            return start, length
        if rest.upper().startswith("P"):
            return start, _lasting(line, rest)
        return start, self._until(start, self._when(line, rest), line)


def _parsed(line: ContentLine, text: str) -> Any:
    """Read a day, a time or a duration."""
    from icalendar.prop import vDDDTypes

    try:
        return vDDDTypes.from_ical(text.upper())  # type: ignore[no-untyped-call]
    except PARSE_ERRORS:
        refuse(line.number, f"{line.name} cannot be understood")


def _lasting(line: ContentLine, text: str) -> EventLength:
    """Read a duration: P1D is a day on the wall, PT24H is 24 hours."""
    days, _, rest = text.upper().removeprefix("+").partition("T")
    parts = (_parsed(line, days), _parsed(line, f"PT{rest}"))
    if not days.startswith("P") or not all(isinstance(part, timedelta) for part in parts):
        refuse(line.number, f"{line.name} is no length of time")
    return EventLength(parts[0].days, parts[1])


def _listed(component: Component, name: str) -> Sequence[ContentLine]:
    """Give each value of a property that may hold several, as a line of its own."""
    return [
        replace(line, value=value.strip())
        for line in component.all(name)
        for value in line.value.split(",")
        if value.strip()
    ]


def _is_busy(component: Component) -> bool:
    status, transparency = component.first("STATUS"), component.first("TRANSP")
    return not (
        (status is not None and status.value.upper() == "CANCELLED")
        or (transparency is not None and transparency.value.upper() == "TRANSPARENT")
    )
