"""Time zones by the names that programs give them: IANA, Windows, Exchange, Lotus, offsets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from slotkeeper.domain.ics.components import zone_key

# Names that stand in no table of IANA's or of Unicode's (which icalendar brings along, by Windows'
# names). Abbreviations that mean several zones, such as IST, are left out.
_OTHERWISE = {
    "z": "UTC",
    "utc": "UTC",
    "ut": "UTC",
    "gmt": "UTC",
    "tzone://microsoft/utc": "UTC",
    "coordinated universal time": "UTC",
    "universal coordinated time": "UTC",
    "koordinierte weltzeit": "UTC",
    "greenwich mean time": "Europe/London",
    "british summer time": "Europe/London",
    "bst": "Europe/London",
    "western/central europe": "Europe/Berlin",
    "western/central european": "Europe/Berlin",
    "mitteleuropäische zeit": "Europe/Berlin",
    "mitteleuropäische normalzeit": "Europe/Berlin",
    "mitteleuropäische sommerzeit": "Europe/Berlin",
    "westeuropäische zeit": "Europe/Lisbon",
    "osteuropäische zeit": "Europe/Bucharest",
    "central european time": "Europe/Berlin",
    "central european summer time": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "mesz": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "wez": "Europe/Lisbon",
    "oez": "Europe/Bucharest",
    "eest": "Europe/Bucharest",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "eastern time (us & canada)": "America/New_York",
    "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "pacific time (us & canada)": "America/Los_Angeles",
    "atlantic time (canada)": "America/Halifax",
    "edt": "America/New_York",
    "cdt": "America/Chicago",
    "mdt": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
}
_IANA = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
# GMT+0100, UTC+01:00, +01:00, GMT+1; and before a list of towns in Outlook's menu.
_OFFSET = r"(?:(?:utc|gmt)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?\.?(?P<minutes>\d\d))?"
_BY_OFFSET = re.compile(rf"\(?{_OFFSET}\)?")
_BY_TOWNS = re.compile(rf"\((?:{_OFFSET}|utc|gmt)\)\s*(?P<towns>.+)")
_NUMBERED = re.compile(r"(.+) \d{1,2}")


def has_area_and_city(name: str) -> bool:
    """Whether a name is IANA's and cannot well mean anything else, such as Europe/Berlin."""
    return "/" in name and _iana(name) is not None


@lru_cache(maxsize=1024)
def known_zone(name: str) -> tzinfo | None:
    """Find a zone by its name in one of the tables; None if it is in none."""
    key = zone_key(name)
    zone = _iana(name) or _named(key) or _by_offset(key) or _by_towns(key)
    numbered = _NUMBERED.fullmatch(key)
    if zone is None and numbered is not None:
        # Outlook numbers the copies of a zone: "W. Europe Standard Time 1".
        return known_zone(numbered[1])
    return zone


def _iana(name: str) -> ZoneInfo | None:
    if name.startswith("/"):
        # "/softwarestudio.org/Tzfile/Europe/Berlin": the zone's name comes last.
        parts = name.strip("/").split("/")
        tails = ("/".join(parts[first:]) for first in range(len(parts) - 1))
        return next((zone for tail in tails if (zone := _iana(tail))), None)
    if not _IANA.fullmatch(name) or len(name) > 60:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None  # a folder of zones, such as Europe, is an OSError


def _named(key: str) -> ZoneInfo | None:
    """Find a name in the tables; Lotus leaves out "Standard Time", others say "Daylight Time"."""
    plain = re.sub(r" (daylight|summer) time$", " standard time", key)
    tables = (_OTHERWISE, _windows(), _iana_names())
    for candidate in (key, plain, f"{key} standard time", key.replace(" ", "_")):
        for table in tables:
            if (name := table.get(candidate)) is not None:
                return ZoneInfo(name)
    return None


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {zone_key(name): zone for name, zone in WINDOWS_TO_OLSON.items()}


@lru_cache(maxsize=1)
def _iana_names() -> dict[str, str]:
    return {zone_key(name): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _towns() -> dict[str, str]:
    return {
        name.rpartition("/")[2].replace("_", " ").casefold(): name
        for name in sorted(available_timezones())
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/"))
    }


def _by_offset(key: str) -> tzinfo | None:
    match = _BY_OFFSET.fullmatch(key)
    if match is None:
        return None
    length = _length(match)
    return timezone(length) if abs(length) < timedelta(hours=24) else None


def _by_towns(key: str) -> ZoneInfo | None:
    """Find ``(utc+01:00) amsterdam, berlin``: by a town whose winter has that offset."""
    match = _BY_TOWNS.fullmatch(key)
    offset = _length(match) if match else None
    towns = match["towns"] if match else key
    if match is not None and (name := _OTHERWISE.get(towns)) is not None:
        return ZoneInfo(name)
    for town in re.split(r"[,;]| und | and ", towns):
        name = _towns().get(town.strip())
        if name is not None and offset in (None, _standard_offset(ZoneInfo(name))):
            return ZoneInfo(name)
    return None


def _length(match: re.Match[str]) -> timedelta:
    length = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    return -length if match["sign"] == "-" else length


def _standard_offset(zone: ZoneInfo) -> timedelta | None:
    """Give the smaller of a zone's offsets in January and in July, on either half of the earth."""
    instants = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7)]
    offsets = [instant.astimezone(zone).utcoffset() for instant in instants]
    return min(offset for offset in offsets if offset is not None)
