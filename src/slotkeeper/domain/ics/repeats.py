"""When the events of a calendar file take place: each repetition, less what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo

from slotkeeper.domain.ics.events import ODD, Event, Length, When
from slotkeeper.domain.ics.lines import Line, refuse
from slotkeeper.domain.intervals import Interval

# No calendar program writes a longer rule.
MAX_RULE_LENGTH = 500
# One that repeats within the day is no appointment; and a rule of seconds that never comes true
# would be searched for ever.
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


@dataclass(slots=True)
class _LeftOut:
    """Repetitions that do not take place as the rule says: by instant, or the whole day."""

    instants: set[datetime] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def add(self, when: When) -> None:
        if when.is_day:
            self.days.add(when.wall.date())
        self.instants.add(when.instant())

    def has(self, when: When) -> bool:
        return when.wall.date() in self.days or when.instant() in self.instants


def occurrences(events: Iterable[Event], until: datetime) -> Iterator[Interval]:
    """Give the time of everything busy that begins before an instant, from the very first on.

    Lazily: a file of a few lines may repeat for ever, so the reader sets the bounds. Raises
    CalendarFileRefused.
    """
    events = list(events)
    replaced: dict[str, _LeftOut] = {}
    for event in events:
        if event.replaces is not None:
            replaced.setdefault(event.uid, _LeftOut()).add(event.replaces)
    for event in events:
        if not event.is_busy:
            continue
        try:
            yield from _times(event, replaced.get(event.uid, _LeftOut()), until)
        except ODD:
            refuse(event.line, "when this event takes place cannot be worked out")


def _times(event: Event, replaced: _LeftOut, until: datetime) -> Iterator[Interval]:
    if event.replaces is not None:
        yield from _interval(event.start, event.length)
        return
    never = _LeftOut()
    for when in event.never:
        never.add(when)
    for start, length in _starts(event, until):
        if not never.has(start) and not replaced.has(start):
            yield from _interval(start, length)


def _starts(event: Event, until: datetime) -> Iterator[tuple[When, Length]]:
    """The event, its repetitions and further dates; one that comes twice does no harm."""
    yield event.start, event.length
    yield from event.also
    if event.rule is not None:
        for wall in _walls(event.rule, event.start, until):
            yield event.start.at(wall), event.length


def _walls(rule: Line, start: When, until: datetime) -> Iterator[datetime]:
    """What the wall shows at each repetition, so that ten stays ten when the clocks change."""
    from dateutil.rrule import rrulestr

    text, ends = _readable(rule, start)
    last = until.astimezone(start.zone).replace(tzinfo=None)
    last = min(last, ends) if ends else last
    for wall in rrulestr(text, dtstart=start.wall):
        if wall > last:
            return
        yield wall


def _readable(rule: Line, start: When) -> tuple[str, datetime | None]:
    """Check a rule, and take out until when it holds: as the wall shows it."""
    from icalendar.prop import vRecur

    if len(rule.value) > MAX_RULE_LENGTH:
        refuse(rule.number, f"a rule of more than {MAX_RULE_LENGTH} characters")
    try:
        parts = vRecur.from_ical(rule.value.upper())
        frequencies, intervals = parts.get("FREQ"), parts.get("INTERVAL", [1])
        until = parts.pop("UNTIL", [None])[0]
        text = parts.to_ical().decode()
    except ODD:
        refuse(rule.number, "a rule that cannot be understood")
    if frequencies is None or str(frequencies[0]) not in FREQUENCIES:
        refuse(rule.number, "a rule that repeats neither by day, week, month nor year")
    if intervals[0] < 1:
        refuse(rule.number, "a rule that never moves on")
    return text, _wall_of(until, start.zone)


def _wall_of(until: object, zone: tzinfo) -> datetime | None:
    if isinstance(until, datetime):
        return until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until
    if isinstance(until, date):
        return datetime.combine(until, time.max)
    return None


def _interval(start: When, length: Length) -> Iterator[Interval]:
    begins, ends = start.instant(), length.end(start)
    # Where the clocks are put forward a stretch may vanish.
    if begins < ends:
        yield Interval(begins, ends)
