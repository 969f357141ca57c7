"""Two weeks, five stylists, a compound of four segments: bitmaps against naive interval loops."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.timing import compare
from slotkeeper.domain.catalogue import Branch, Company, Hours, Rules, Segment, Service, Staff
from slotkeeper.domain.diary import Busy, Diary
from slotkeeper.domain.grid import Grid, indexes
from slotkeeper.domain.intervals import Interval

BERLIN = ZoneInfo("Europe/Berlin")
BEGINS = datetime(2027, 3, 1, 0, 0, tzinfo=BERLIN)
DAYS = 14
WINDOW = Interval(BEGINS, BEGINS + timedelta(days=DAYS))
MINUTES = timedelta(minutes=1)


def a_salon() -> tuple[Company, Service]:
    """Build a salon of five stylists, open from 9 to 18, that offers a perm."""
    staff = tuple(Staff(UUID(int=n), 1, n, f"s{n}", f"S{n}") for n in range(1, 6))
    segments = tuple(
        Segment(n, "s", minutes, gap, gap)
        for n, (minutes, gap) in enumerate([(50, 15), (5, 10), (15, 0), (40, 0)], 1)
    )
    service = Service(1, "perm", "Perm", segments, frozenset(s.id for s in staff))
    company = Company(
        id=1,
        slug="bench",
        name="Bench",
        zone=BERLIN,
        locale="de",
        currency="EUR",
        sandbox=False,
        version=1,
        rules=Rules(),
        branches=(Branch(1, "b", "B"),),
        calendars=(),
        staff=staff,
        services=(service,),
        hours=tuple(Hours(1, day, time(9), time(18)) for day in range(1, 8)),
    )
    return company, service


def busy_time(company: Company) -> list[Busy]:
    """Book about five appointments a day for each stylist."""
    rng = random.Random(1)
    rows = []
    for person in company.staff:
        for day in range(DAYS):
            for hour in rng.sample(range(9, 18), 5):
                starts = (BEGINS + timedelta(days=day, hours=hour)).astimezone(UTC)
                length = rng.choice([30, 45, 55])
                interval = Interval(starts, starts + length * MINUTES)
                rows.append(Busy("appointment", person.calendar_id, interval))
    return rows


def by_bitmaps(company: Company, service: Service, rows: list[Busy]) -> dict[UUID, list[int]]:
    """Build the maps from the rows and list every start."""
    diary = Diary(company, Grid.over(WINDOW), rows)
    return {person.id: list(indexes(diary.starts(service, person))) for person in company.staff}


def by_loops(company: Company, service: Service, rows: list[Busy]) -> dict[UUID, list[int]]:
    """Try every start of every day against every appointment, as most systems do."""
    found: dict[UUID, list[int]] = {}
    for person in company.staff:
        mine = [row.interval for row in rows if row.calendar_id == person.calendar_id]
        starts: list[int] = []
        for day in range(DAYS):
            opens = (BEGINS + timedelta(days=day, hours=9)).astimezone(UTC)
            closes = (BEGINS + timedelta(days=day, hours=18)).astimezone(UTC)
            at = opens
            while at < closes:
                if _fits(service, at, closes, mine):
                    starts.append(int((at - WINDOW.start) / (5 * MINUTES)))
                at += 5 * MINUTES
        found[person.id] = starts
    return found


def _fits(service: Service, at: datetime, closes: datetime, mine: list[Interval]) -> bool:
    for segment in service.segments:
        ends = at + segment.duration_min * MINUTES
        if ends > closes or any(at < one.end and one.start < ends for one in mine):
            return False
        at = ends + segment.gap_after_min * MINUTES
    return True


def run() -> None:
    """Check that both ways list the same starts, then print their times."""
    company, service = a_salon()
    rows = busy_time(company)
    assert by_bitmaps(company, service, rows) == by_loops(company, service, rows)
    compare(
        [
            ("naive interval loops", lambda: by_loops(company, service, rows), 1),
            ("bitmaps, built and listed", lambda: by_bitmaps(company, service, rows), 50),
        ]
    )
