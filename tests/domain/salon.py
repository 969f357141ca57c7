"""A small salon in memory, for tests of pure decisions: they name only what they are about."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.catalogue import (
    Branch,
    Calendar,
    Closure,
    Company,
    Hours,
    Segment,
    Service,
    Staff,
)
from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.diary import Busy, Diary
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.intervals import Interval

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday, and nights on which the clocks jump.
WEDNESDAY = datetime(2027, 3, 3, tzinfo=BERLIN)
SPRING, AUTUMN = datetime(2027, 3, 28, tzinfo=BERLIN), datetime(2027, 10, 31, tzinfo=BERLIN)
MONDAY_TO_SUNDAY = range(1, 8)

EMMA = Staff(UUID(int=1), 1, 1, "emma", "Emma")
SARAH = Staff(UUID(int=2), 1, 2, "sarah", "Sarah")
ROOM = Calendar(20, 1, "room", "room", "Room")


def every_day(*stretches: str, staff: Staff | None = None) -> list[Hours]:
    """Give hours of every weekday: "09:00-18:00"; 24:00 is the day's end."""
    hours = []
    for stretch in stretches:
        opens, closes = stretch.split("-")
        closes_local = None if closes == "24:00" else time.fromisoformat(closes)
        for weekday in MONDAY_TO_SUNDAY:
            opens_local = time.fromisoformat(opens)
            hours.append(Hours(1, weekday, opens_local, closes_local, staff and staff.id))
    return hours


def a_cut(*lengths: int, key: str = "cut", number: int = 1, **fields) -> Service:
    """Give a service of segments of so many minutes; 30 where none are named."""
    segments = tuple(
        Segment(number, "s", length) for number, length in enumerate(lengths or (30,), start=1)
    )
    everybody = frozenset({EMMA.id, SARAH.id})
    return Service(number, key, key.title(), fields.pop("segments", segments), everybody, **fields)


def a_salon(
    *,
    services: Sequence[Service] = (),
    staff: Sequence[Staff] = (EMMA,),
    hours: Sequence[Hours] | None = None,
    closures: Sequence[Closure] = (),
    subdivision: str | None = None,
    **rules: int,
) -> Company:
    """Give a salon that is open from nine to six every day."""
    return Company(
        id=1,
        slug="salon",
        name="Salon",
        zone=BERLIN,
        locale="de",
        currency="EUR",
        sandbox=True,
        version=1,
        rules=Rules(**rules),
        branches=(Branch(1, "main", "Main", subdivision),),
        calendars=(*(Calendar(s.calendar_id, 1, s.key, "person", s.name) for s in staff), ROOM),
        staff=tuple(staff),
        services=tuple(services) or (a_cut(),),
        hours=tuple(every_day("09:00-18:00") if hours is None else hours),
        closures=tuple(closures),
    )


def a_diary(company: Company, *busy: Busy, day: datetime = WEDNESDAY, days: int = 1) -> Diary:
    """Give the calendars of so many days."""
    window = Interval(day.astimezone(UTC), (day + timedelta(days=days)).astimezone(UTC))
    return Diary(company, Grid.over(window), busy)


def at(hour: int, minute: int = 0, *, day: datetime = WEDNESDAY) -> datetime:
    """Give an instant of the day by the clock on the wall."""
    return day.replace(hour=hour, minute=minute)


def booked(starts_at: datetime, ends_at: datetime, staff: Staff = EMMA) -> Busy:
    """Give an appointment on somebody's calendar."""
    return Busy("appointment", staff.calendar_id, Interval(starts_at, ends_at))


def walls(diary: Diary, bits: int) -> list[str]:
    """Give what the wall shows where each run of set cells begins and ends: "09:00-18:00"."""
    edges, last = [], 0
    for index in range(diary.grid.size + 1):
        bit = bits >> index & 1
        if bit != last:
            wall = diary.grid.instant(index).astimezone(BERLIN)
            edges.append(f"{wall:%H:%M}")
        last = bit
    return [f"{begins}-{ends}" for begins, ends in zip(edges[::2], edges[1::2], strict=True)]
