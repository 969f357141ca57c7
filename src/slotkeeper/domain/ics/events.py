"""The events of a calendar file: when each begins, how long it lasts, how it repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TypeVar

from slotkeeper.domain.ics.components import Component, ComponentReader, UnreadLine
from slotkeeper.domain.ics.content_lines import ContentLine, LineRefused, refuse_line
from slotkeeper.domain.ics.rule_parts import RepeatRule, rule_of
from slotkeeper.domain.ics.rules import Tick
from slotkeeper.domain.ics.times import (
    PARSE_ERRORS,
    EventLength,
    EventTime,
    day_or_time,
    length_of,
)
from slotkeeper.domain.ics.zones import Zones

# How long an event of a known start is taken to last if its end cannot be read.
UNKNOWN_LENGTH = timedelta(hours=1)
# Properties of which an event has one; the second says something that nobody can weigh.
_ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "UID", "SEQUENCE", "STATUS", "TRANSP")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event or, with ``replaces``, the new form of one repetition of an event.

    ``also`` are further dates of it; ``never`` and ``except_rules`` are repetitions that do not
    take place. ``from_then_on`` where it replaces all later repetitions too.
    """

    line: int
    uid: str
    start: EventTime
    length: EventLength
    is_busy: bool
    rules: tuple[RepeatRule, ...] = ()
    except_rules: tuple[RepeatRule, ...] = ()
    also: tuple[tuple[EventTime, EventLength], ...] = ()
    never: tuple[EventTime, ...] = ()
    replaces: EventTime | None = None
    from_then_on: bool = False
    sequence: int = 0

    @property
    def takes_time(self) -> bool:
        """Whether it, or a further date of it, makes anybody busy."""
        lengths = (self.length, *(length for _, length in self.also))
        return self.is_busy and not all(length.is_nothing for length in lengths)


@dataclass(slots=True)
class CalendarFile:
    """What a file says: its events and the periods of its free-busy times, and what is unread."""

    events: list[CalendarEvent] = field(default_factory=list)
    unread: list[UnreadLine] = field(default_factory=list)


def read_events(raw: bytes, zone: tzinfo, tick: Tick = lambda: None) -> CalendarFile:
    """Read all events; times without a zone are in the company's. Raises CalendarFileRefused.

    What cannot be read costs itself: it is listed in ``unread``, and the event is taken as busy
    where its time is known. ``tick`` is called on the way, so that its caller can stop.
    """
    components = ComponentReader()
    components.read(raw)
    file = CalendarFile(unread=components.unread)
    zones = Zones(zone, components.calendars, tick)
    for component in components.busy:
        tick()
        reader = _EventReader(component, zone, zones, file.unread)
        file.unread += component.unread
        if component.kind == "VEVENT":
            file.events += filter(None, [reader.read()])
        elif component.kind == "VFREEBUSY":
            file.events += reader.read_periods()
        else:
            reason = f"{component.kind} is not read, and it may say when somebody is busy"
            file.unread.append(UnreadLine(component.number, reason))
    return file


class _EventReader:
    """Reads one component; what it cannot read it notes."""

    def __init__(
        self, component: Component, zone: tzinfo, zones: Zones, unread: list[UnreadLine]
    ) -> None:
        self._component = component
        self._zone = zone
        self._zones = zones
        self._unread = unread
        self._doubts = set[str]()

    def read(self) -> CalendarEvent | None:
        """Read an event; None if not even its start is known."""
        first, number = self._component.first, self._component.number
        start_line = first("DTSTART")
        if start_line is None:
            self._note(number, "an event without DTSTART")
            return None
        start = self._try(self._when, start_line, start_line.value)
        if start is None:
            return None
        self._note_twice()
        length = self._try(self._length, start)
        if length is None:
            unknown = timedelta() if start.is_day else UNKNOWN_LENGTH
            length = EventLength(1 if start.is_day else 0, unknown)
        uid, replaced = first("UID"), first("RECURRENCE-ID")
        replaces = self._try(self._when, replaced, replaced.value) if replaced else None
        return CalendarEvent(
            line=number,
            # An event without a UID belongs to no other.
            uid=uid.text if uid and uid.text else f"line {number}",
            start=start,
            length=length,
            is_busy=_is_busy(self._component),
            rules=self._rules("RRULE", start),
            except_rules=self._rules("EXRULE", start),
            also=tuple(self._each("RDATE", lambda line: self._further(line, start, length))),
            never=tuple(self._each("EXDATE", lambda line: self._when(line, line.value))),
            replaces=replaces,
            from_then_on=bool(replaced and self._try(_range, replaced)),
            sequence=self._sequence(),
        )

    def read_periods(self) -> Iterator[CalendarEvent]:
        """Read when a free-busy time says that somebody is busy, a period at a time."""
        nothing = EventLength(0, timedelta())
        for line in _listed(self._component, "FREEBUSY"):
            if "/" not in line.value:
                self._note(line.number, "a free-busy time without an end")
                continue
            period = self._try(self._further, line, None, nothing)
            if period is not None:
                is_busy = line.parameters.get("FBTYPE", "BUSY").upper() != "FREE"
                yield CalendarEvent(line.number, f"line {line.number}", *period, is_busy)

    def _note(self, line: int, reason: str) -> None:
        self._unread.append(UnreadLine(line, reason))

    def _try(self, read: Callable[..., T], *args: object) -> T | None:
        """Read a part; note why it cannot be read, and give None."""
        try:
            return read(*args)
        except LineRefused as refusal:
            self._note(refusal.line, refusal.reason)
        except PARSE_ERRORS:
            reason = "when this event takes place cannot be worked out"
            self._note(self._component.number, reason)
        return None

    def _each(self, name: str, read: Callable[[ContentLine], T]) -> Iterator[T]:
        for line in _listed(self._component, name):
            value = self._try(read, line)
            if value is not None:
                yield value

    def _note_twice(self) -> None:
        for name in _ONCE:
            lines = self._component.all(name)
            if len({line.value for line in lines}) > 1:
                self._note(lines[1].number, f"a second {name}; the first is taken")

    def _rules(self, name: str, start: EventTime) -> tuple[RepeatRule, ...]:
        lines = self._component.all(name)
        rules = [self._try(rule_of, line, start) for line in lines]
        return tuple(rule for rule in rules if rule is not None)

    def _sequence(self) -> int:
        line = self._component.first("SEQUENCE")
        if line is None or not line.value.isdecimal() or len(line.value) > 10:
            return 0
        return int(line.value)

    def _when(self, line: ContentLine, text: str) -> EventTime:
        value = day_or_time(line, text)
        if not isinstance(value, datetime):
            return EventTime(datetime.combine(value, time.min), self._zone, is_day=True)
        if value.tzinfo is not None:
            return EventTime(value.replace(tzinfo=None), UTC)
        name = line.parameters.get("TZID")
        if not name:
            return EventTime(value, self._zone, is_floating=True)
        zone, doubt = self._zones.named(name, self._component.calendar)
        if doubt and doubt not in self._doubts:
            self._doubts.add(doubt)
            self._note(line.number, doubt)
        return EventTime(value, zone)

    def _length(self, start: EventTime) -> EventLength:
        end, duration = self._component.first("DTEND"), self._component.first("DURATION")
        lengths = []
        if end is not None:
            lengths.append(self._until(start, self._when(end, end.value), end))
        if duration is not None:
            lengths.append(length_of(duration, duration.value))
        ends = {length.end(start) for length in lengths}
        if end is not None and len(ends) > 1:
            self._note(end.number, "DURATION says otherwise; the later end is taken")
        if lengths:
            return max(lengths, key=lambda length: length.end(start))
        return EventLength(1 if start.is_day else 0, timedelta())

    def _until(self, start: EventTime, end: EventTime, line: ContentLine) -> EventLength:
        if start.is_day and end.is_day:
            # Some programs write one whole day as an event that ends on the day it begins.
            length = EventLength((end.wall - start.wall).days or 1, timedelta())
        else:
            length = EventLength(0, end.instant() - start.instant())
        if length.days < 0 or length.rest < timedelta():
            refuse_line(line.number, "it ends before it begins")
        return length

    def _further(
        self, line: ContentLine, event: EventTime | None, length: EventLength
    ) -> tuple[EventTime, EventLength]:
        """Read a further date of an event, which may be a period of its own length."""
        begins, _, rest = line.value.partition("/")
        start = self._when(line, begins)
        if rest and rest.upper().lstrip("+").startswith("P"):
            return start, length_of(line, rest)
        if rest:
            return start, self._until(start, self._when(line, rest), line)
        if event is None or event.is_day == start.is_day:
            return start, length
        if event.is_day:
            # A time for an event of whole days means the day of it, and the other way round.
            return event.at(datetime.combine(start.day_in(event.zone), time.min)), length
        return event.at(datetime.combine(start.wall.date(), event.wall.time())), length


def _range(replaced: ContentLine) -> bool:
    """Whether a changed repetition stands for all that follow. Raises LineRefused."""
    named = replaced.parameters.get("RANGE")
    if named is not None and named.upper() != "THISANDFUTURE":
        refuse_line(replaced.number, "a RANGE that is not read: only this repetition is changed")
    return named is not None


def _listed(component: Component, name: str) -> Sequence[ContentLine]:
    """Give each value of a property that may hold several, as a line of its own."""
    return [
        replace(line, value=value.strip())
        for line in component.all(name)
        for value in line.value.split(",")
        if value.strip()
    ]


def _is_busy(component: Component) -> bool:
    """Whether an event takes time; where two lines differ, it does."""
    statuses = {line.value.upper() for line in component.all("STATUS")}
    transparencies = {line.value.upper() for line in component.all("TRANSP")}
    return statuses != {"CANCELLED"} and transparencies != {"TRANSPARENT"}
