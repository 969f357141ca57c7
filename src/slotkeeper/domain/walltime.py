"""Wall-clock time of a company, and the two nights a year when it jumps."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slotkeeper.domain.errors import AmbiguousTime, NoSuchTime


def to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the one instant at which the clock on the wall shows ``wall`` (naive).

    Raises NoSuchTime where the clocks are put forward over it, and AmbiguousTime where they are put
    back so that it comes twice; the caller is then asked which one is meant.
    """
    if wall.tzinfo is not None:
        raise ValueError("wall time is naive")
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchTime
    if early != late:
        raise AmbiguousTime((early.astimezone(zone), late.astimezone(zone)))
    return early.astimezone(zone)
