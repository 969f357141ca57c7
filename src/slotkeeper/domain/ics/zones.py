"""Time zones as calendar files name them, and as some bring their own."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from slotkeeper.domain.ics.lines import Block, Line, refuse

# A zone that a file defines has a handful of parts; the longest in use has about a hundred.
MAX_PARTS = 200
# What a zone's part may say, and how. Rules are yearly: any other would be no change of clocks, and
# could be written to be worked out for ever.
_FORMS = {
    "DTSTART": re.compile(r"\d{8}T\d{6}"),
    "RDATE": re.compile(r"\d{8}T\d{6}(,\d{8}T\d{6})*"),
    "TZOFFSETFROM": re.compile(r"[+-]\d{4}(\d\d)?"),
    "TZOFFSETTO": re.compile(r"[+-]\d{4}(\d\d)?"),
    "RRULE": re.compile(
        r"(?=.*FREQ=YEARLY)(?!.*FREQ=.*FREQ=)(?!.*INTERVAL=[^1-9])[A-Z0-9=;,+-]{1,200}"
    ),
}


def zone_named(name: str, number: int, own: Mapping[str, Block]) -> tzinfo:
    """Find a zone by its IANA or Windows name, else as the file itself defines it."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    candidates = [name, WINDOWS_TO_OLSON.get(name, "")]
    if name.startswith("/"):
        # "/softwarestudio.org/Tzfile/Europe/Berlin": what the zone is called comes last.
        parts = name.strip("/").split("/")
        candidates += ["/".join(parts[at:]) for at in range(len(parts))]
    for candidate in candidates:
        if (found := _iana(candidate)) is not None:
            return found
    if name not in own:
        refuse(number, "a time zone that is neither known nor defined in the file")
    return _defined(own[name])


def _iana(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", name) or len(name) > 60:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None  # a folder of zones, such as Europe, is an OSError


def _defined(block: Block) -> tzinfo:
    from dateutil.tz import tzical

    parts = [line for line in block.lines if line.name != "TZID"]
    if sum(line.name == "BEGIN" for line in parts) > MAX_PARTS:
        refuse(block.number, f"a time zone of more than {MAX_PARTS} parts")
    text = ["BEGIN:VTIMEZONE", "TZID:own", *(_part(line) for line in parts), "END:VTIMEZONE"]
    try:
        found = tzical(io.StringIO("\r\n".join(text))).get("own")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        found = None
    if not isinstance(found, tzinfo):
        refuse(block.number, "a time zone that cannot be understood")
    return found


def _part(line: Line) -> str:
    if line.name not in ("BEGIN", "END") and not _FORMS[line.name].fullmatch(line.value):
        refuse(line.number, f"{line.name} of a time zone that cannot be understood")
    return f"{line.name}:{line.value}"
