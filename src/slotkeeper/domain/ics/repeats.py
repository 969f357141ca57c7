"""When the events of a calendar file take place: each repetition that is not left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from slotkeeper.domain.ics.content_lines import refuse
from slotkeeper.domain.ics.events import CalendarEvent
from slotkeeper.domain.ics.rules import walls
from slotkeeper.domain.ics.times import PARSE_ERRORS, EventLength, EventTime
from slotkeeper.domain.intervals import Interval


@dataclass(slots=True)
class _LeftOut:
    """Repetitions that do not take place as their rule says, by instant or by whole day."""

    instants: set[datetime] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def add(self, when: EventTime) -> None:
        if when.is_day:
            self.days.add(when.wall.date())
        self.instants.add(when.instant())

    def has(self, when: EventTime) -> bool:
        return when.wall.date() in self.days or when.instant() in self.instants


def occurrences(events: Sequence[CalendarEvent], until: datetime) -> Iterator[Interval]:
    """Give the time of every busy event that begins before an instant, past ones included.

    Lazily, because a file of a few lines may repeat for ever; its caller sets the bounds. Raises
    CalendarFileRefused.
    """
    replaced: dict[str, _LeftOut] = {}
    for event in events:
        if event.replaces is not None:
            replaced.setdefault(event.uid, _LeftOut()).add(event.replaces)
    for event in events:
        if not event.is_busy:
            continue
        try:
            yield from _times(event, replaced.get(event.uid, _LeftOut()), until)
        except PARSE_ERRORS:
            refuse(event.line, "when this event takes place cannot be worked out")


def _times(event: CalendarEvent, replaced: _LeftOut, until: datetime) -> Iterator[Interval]:
    if event.replaces is not None:
        yield from _interval(event.start, event.length)
        return
    never = _LeftOut()
    for when in event.never:
        never.add(when)
    for start, length in _starts(event, until):
        if not never.has(start) and not replaced.has(start):
            yield from _interval(start, length)


def _starts(event: CalendarEvent, until: datetime) -> Iterator[tuple[EventTime, EventLength]]:
    """Give the event, its further dates and its repetitions; a start may come twice."""
    yield event.start, event.length
    yield from event.also
    for rule in event.rules:
        for wall in walls(rule, event.start, until):
            yield event.start.at(wall), event.length


def _interval(start: EventTime, length: EventLength) -> Iterator[Interval]:
    begins, ends = start.instant(), length.end(start)
    # An event within the hour that the clocks skip takes no time.
    if begins < ends:
        yield Interval(begins, ends)
