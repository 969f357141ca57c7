"""Calendar files in tests: written in a line or two, and read as times on the wall in Berlin."""

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from slotkeeper.domain.ics.content_lines import CalendarFileRefused
from slotkeeper.domain.ics.events import read_events
from slotkeeper.domain.ics.repeats import occurrences

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2028, 1, 1, tzinfo=UTC)
FRIDAY = "DTSTART;TZID=Europe/Berlin:20270305T100000"
AN_HOUR = "DURATION:PT1H"
MOST = 50

# What Outlook writes for a zone that somebody made herself: an hour ahead of London, all year but
# in summer, when it is two.
ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(*events, before=""):
    """A calendar file of events, each a list of lines."""
    written = [line for event in events for line in ("BEGIN:VEVENT", *event, "END:VEVENT")]
    return "\r\n".join(["BEGIN:VCALENDAR", *before.splitlines(), *written, "END:VCALENDAR"])


def times(*events, before="", zone=BERLIN):
    """When somebody is busy, on the wall in Berlin: ``Fr 05.03. 10:00-11:00``."""
    return read(calendar(*events, before=before), zone)[0]


def read(raw, zone=BERLIN):
    """When somebody is busy by a file, and the lines of it that cannot be read."""
    file = read_events(raw if isinstance(raw, bytes) else raw.encode(), zone)
    found = sorted(set(islice(occurrences(file, UNTIL), MOST)))
    busy = [
        f"{i.start.astimezone(BERLIN):%d.%m. %H:%M}-{i.end.astimezone(BERLIN):%H:%M}" for i in found
    ]
    return busy, [unread.line for unread in file.unread]


def refusal(raw):
    """The line and the reason for which a file is refused."""
    with pytest.raises(CalendarFileRefused) as no:
        read(raw)
    return no.value.line, no.value.reason
