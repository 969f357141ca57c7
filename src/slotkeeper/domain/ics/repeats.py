"""When the events of a calendar file take place: each repetition that is not left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from slotkeeper.domain.ics.components import UnreadLine
from slotkeeper.domain.ics.events import CalendarEvent, CalendarFile
from slotkeeper.domain.ics.rules import Tick, walls
from slotkeeper.domain.ics.times import PARSE_ERRORS, EventLength, EventTime
from slotkeeper.domain.intervals import Interval


class _LeftOut:
    """Repetitions that do not take place as their rule says, by instant or by whole day."""

    def __init__(self, whens: Iterable[EventTime], zone: tzinfo) -> None:
        listed = list(whens)
        self._instants = {when.instant() for when in listed}
        # Without a zone of its own a time may mean the event's, whatever the RFC says.
        self._walls = {when.wall for when in listed if when.is_floating}
        self._days = {when.wall.date() for when in listed if when.is_day}
        self._days_of_times = {when.day_in(zone) for when in listed if not when.is_day}

    def has(self, when: EventTime) -> bool:
        day = when.wall.date()
        if day in self._days or (when.is_day and day in self._days_of_times):
            return True
        return when.instant() in self._instants or when.wall in self._walls


def occurrences(
    file: CalendarFile, until: datetime, tick: Tick = lambda: None
) -> Iterator[Interval]:
    """Give the time of every busy event that begins before an instant, past ones included.

    Lazily, because a file of a few lines may repeat for ever; its caller sets the bounds. What
    cannot be worked out is added to the file's ``unread``.
    """
    changes: defaultdict[str, list[CalendarEvent]] = defaultdict(list)
    events = newest(file.events)
    for event in events:
        if event.replaces is not None:
            changes[event.uid].append(event)
    series = {event.uid: event for event in events if event.replaces is None}
    for event in events:
        tick()
        try:
            if event.replaces is None:
                yield from _series(event, changes.get(event.uid, ()), until, tick)
            elif event.is_busy and not _is_orphan(event, series.get(event.uid), tick):
                yield from _interval(event.start, event.length)
        except PARSE_ERRORS:
            reason = "when this event takes place cannot be worked out"
            file.unread.append(UnreadLine(event.line, reason))


def newest(events: Sequence[CalendarEvent]) -> list[CalendarEvent]:
    """Leave out the revisions of an event that a higher SEQUENCE replaces; equal ones stay."""

    def identity(event: CalendarEvent) -> tuple[str, object]:
        replaced = event.replaces
        return event.uid, replaced and (replaced.is_day, replaced.instant())

    highest: dict[tuple[str, object], int] = {}
    for event in events:
        key = identity(event)
        highest[key] = max(highest.get(key, 0), event.sequence)
    return [event for event in events if event.sequence == highest[identity(event)]]


def _is_orphan(change: CalendarEvent, series: CalendarEvent | None, tick: Tick) -> bool:
    """Whether a newer revision of the series leaves out the repetition that this one changed."""
    replaced = change.replaces
    if series is None or replaced is None or series.sequence <= change.sequence:
        return False
    left_out = _LeftOut([replaced], series.start.zone)
    never = _LeftOut(series.never, series.start.zone)
    until = replaced.instant() + timedelta(days=2)
    starts = (start for start, _ in _starts(series, until, tick))
    return not any(left_out.has(start) and not never.has(start) for start in starts)


def _series(
    event: CalendarEvent, changes: Sequence[CalendarEvent], until: datetime, tick: Tick
) -> Iterator[Interval]:
    """Give the repetitions of an event, as the changed ones among them leave it."""
    ranges = sorted((c for c in changes if c.from_then_on), key=_replaced_at)
    if not event.is_busy and not any(change.is_busy for change in ranges):
        return
    replaced = [change.replaces for change in changes if change.replaces is not None]
    left_out = _LeftOut([*event.never, *replaced], event.start.zone)
    # A change may bring forward what begins after the end of what is asked for.
    until += max((_replaced_at(c) - c.start.instant() for c in ranges), default=timedelta())
    for start, length in _starts(event, until, tick):
        if left_out.has(start):
            continue
        change = _last(ranges, start)
        if change is not None and change.is_busy:
            yield from _interval(_shifted(start, change), change.length)
        elif change is None and event.is_busy:
            yield from _interval(start, length)


def _replaced_at(change: CalendarEvent) -> datetime:
    assert change.replaces is not None
    return change.replaces.instant()


def _last(ranges: Sequence[CalendarEvent], start: EventTime) -> CalendarEvent | None:
    """Give the change of "this and all that follow" that a repetition falls under."""
    found = None
    for change in ranges:
        if _replaced_at(change) <= start.instant():
            found = change
    return found


def _shifted(start: EventTime, change: CalendarEvent) -> EventTime:
    """Move a repetition by as much as the changed one was moved, on the wall."""
    assert change.replaces is not None
    return change.start.at(change.start.wall + (start.wall - change.replaces.wall_in(start.zone)))


def _starts(
    event: CalendarEvent, until: datetime, tick: Tick
) -> Iterator[tuple[EventTime, EventLength]]:
    """Give the event, its further dates and its repetitions; a start may come twice."""
    start = event.start
    last = until.astimezone(start.zone).replace(tzinfo=None)
    never = {
        wall
        for rule in event.except_rules
        for wall in _counted(walls(rule, start.wall, last, tick), rule.count)
    }
    firsts = [(start, event.length), *event.also]
    yield from ((when, length) for when, length in firsts if when.wall not in never)
    for rule in event.rules:
        # Where the rule does not fall on the event itself, RFC 5545 leaves open whether that is
        # the first of its COUNT. Here it is not, so that nobody is taken as free who may be busy.
        for wall in _counted(walls(rule, start.wall, last, tick), rule.count):
            if wall not in never:
                yield start.at(wall), event.length


def _counted(found: Iterable[datetime], count: int | None) -> Iterator[datetime]:
    for number, wall in enumerate(found):
        if number == count:
            return
        yield wall


def _interval(start: EventTime, length: EventLength) -> Iterator[Interval]:
    begins, ends = start.instant(), length.end(start)
    # An event within the hour that the clocks skip takes no time.
    if begins < ends:
        yield Interval(begins, ends)
