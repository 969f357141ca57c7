"""Rules of repetition (RRULE), and what the clock on the wall shows at each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, tzinfo

from slotkeeper.domain.ics.content_lines import ContentLine, refuse
from slotkeeper.domain.ics.times import PARSE_ERRORS, EventTime

# Calendar programs write no longer rules.
MAX_RULE_LENGTH = 500
# An appointment does not repeat within the day; and a rule of seconds that never comes true would
# be searched for ever.
FREQUENCIES = frozenset(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))


def walls(
    rule: ContentLine,
    start: EventTime,
    until: datetime,
    *,
    frequencies: Collection[str] = FREQUENCIES,
) -> Iterator[datetime]:
    """Give the wall's time of each repetition, so that ten stays ten when the clocks change.

    Raises CalendarFileRefused, or one of PARSE_ERRORS where a rule makes no sense.
    """
    from dateutil.rrule import rrulestr

    text, ends = _readable(rule, start.zone, frequencies)
    last = until.astimezone(start.zone).replace(tzinfo=None)
    last = min(last, ends) if ends else last
    for wall in rrulestr(text, dtstart=start.wall):
        if wall > last:
            return
        yield wall


def _readable(
    rule: ContentLine, zone: tzinfo, frequencies: Collection[str]
) -> tuple[str, datetime | None]:
    """Check a rule; give it without its UNTIL, and the wall's time of that UNTIL."""
    from icalendar.prop import vRecur

    if len(rule.value) > MAX_RULE_LENGTH:
        refuse(rule.number, f"a rule of more than {MAX_RULE_LENGTH} characters")
    try:
        parts = vRecur.from_ical(rule.value.upper())
        frequency, interval = str(parts["FREQ"][0]), parts.get("INTERVAL", [1])[0]
        until = parts.pop("UNTIL", [None])[0]
        text = parts.to_ical().decode()
    except PARSE_ERRORS:
        refuse(rule.number, "a rule that cannot be understood")
    if frequency not in frequencies:
        refuse(rule.number, f"a rule that repeats {frequency.lower()}, which is not read")
    if interval < 1:
        refuse(rule.number, "a rule that never moves on")
    return text, _wall_of(until, zone)


def _wall_of(until: object, zone: tzinfo) -> datetime | None:
    if isinstance(until, datetime):
        return until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until
    if isinstance(until, date):
        return datetime.combine(until, time.max)
    return None
