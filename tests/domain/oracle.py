"""Random salons, and what is free in them minute by minute: slow, naive, and easy to believe."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
from slotkeeper.domain.diary import Busy
from slotkeeper.domain.intervals import Interval

BERLIN = ZoneInfo("Europe/Berlin")
# The nights on which the clocks jump come up half the time.
DAYS = [date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 3), date(2027, 3, 6)]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Case:
    """A salon, a service, what is busy, and the window that is asked about."""

    company: Company
    service: Service
    busy: list[Busy]
    window: Interval


def a_case(seed: int) -> Case:
    """Make the salon of a seed."""
    rng = random.Random(seed)
    day = rng.choice(DAYS)
    begins = datetime.combine(day, time.min, BERLIN).astimezone(UTC)
    window = Interval(begins - timedelta(hours=2), begins + timedelta(hours=rng.choice([25, 30])))
    people = [Staff(UUID(int=n + 1), 1, n + 1, f"s{n}", f"S{n}") for n in range(rng.randint(1, 3))]
    if rng.random() < 0.2:
        people.append(Staff(UUID(int=9), 1, 1, "again", "S0"))
    rooms = [Calendar(n + 20, 1, f"r{n}", "room", f"R{n}") for n in range(rng.randint(0, 2))]
    service = _a_service(rng, people, rooms)
    closures = [Closure(None, day, day)] if rng.random() < 0.05 else []
    company = Company(
        id=1,
        slug="c",
        name="C",
        zone=BERLIN,
        locale="de",
        currency="EUR",
        sandbox=True,
        version=1,
        rules=Rules(),
        branches=(Branch(1, "b", "B"),),
        calendars=(
            *(Calendar(n, 1, f"k{n}", "person", f"K{n}") for n in range(1, 4)),
            *rooms,
        ),
        staff=tuple(people),
        services=(service,),
        hours=tuple(random_hours(rng, people)),
        closures=tuple(closures),
    )
    calendar_ids = [p.calendar_id for p in people] + [r.id for r in rooms]
    busy = [a_busy(rng, calendar_ids, window) for _ in range(rng.randint(0, 12))]
    return Case(company, service, busy, window)


def _a_service(rng: random.Random, people: list[Staff], rooms: list[Calendar]) -> Service:
    segments = []
    for number in range(1, rng.choice([1, 1, 2, 3, 4]) + 1):
        gap = rng.choice([0, 0, 5, 15, 30, 7])
        segments.append(
            Segment(
                number,
                "s",
                rng.choice([5, 7, 15, 30, 40, 55, 90]),
                gap,
                gap + rng.choice([0, 0, 5, 15]),
                same_staff=rng.choice(["required", "preferred", "any"]),
                resource_calendar_ids=tuple(r.id for r in rooms) if rng.random() < 0.3 else (),
            )
        )
    able = frozenset(p.id for p in people if rng.random() < 0.85)
    return Service(
        1,
        "s",
        "S",
        tuple(segments),
        able or frozenset([people[0].id]),
        gap_policy=rng.choice(["free", "free", "blocked"]),
        buffer_before_min=rng.choice([0, 0, 0, 10]),
        buffer_after_min=rng.choice([0, 0, 0, 7]),
    )


def random_hours(rng: random.Random, people: list[Staff]) -> list[Hours]:
    """Give a branch and some of its people two stretches a day, at odd minutes too."""
    found = []
    for staff_id in (None, *(p.id for p in people if rng.random() < 0.3)):
        for weekday in range(1, 8):
            minutes = sorted(rng.sample(range(0, 24 * 60 + 1, rng.choice([5, 15, 1])), 4))
            for opens, closes in (minutes[:2], minutes[2:]):
                if rng.random() < 0.85:
                    closes_local = None if closes == 24 * 60 else time(*divmod(closes, 60))
                    found.append(
                        Hours(1, weekday, time(*divmod(opens, 60)), closes_local, staff_id)
                    )
    return found


def a_busy(rng: random.Random, calendar_ids: list[int], window: Interval) -> Busy:
    """Make something that takes time on one of the calendars, of any kind."""
    starts = window.start + rng.randrange(0, 26 * 60) * MINUTE - timedelta(hours=1)
    length = rng.choice([1, 5, 13, 30, 55, 120])
    kind = rng.choice(["hold", "appointment", "imported", "absence", "own"])
    return Busy(kind, rng.choice(calendar_ids), Interval(starts, starts + length * MINUTE))


def _minute(wall: time | None) -> int:
    return 24 * 60 if wall is None else wall.hour * 60 + wall.minute


class Naive:
    """Looks at every minute; minutes are counted from the window's start."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.company, self.service = case.company, case.service
        self.minutes = range(int((case.window.end - case.window.start) / MINUTE))
        walls = [(case.window.start + m * MINUTE).astimezone(BERLIN) for m in self.minutes]
        # Whole five minutes: what is open for a part of them is not open for them.
        self.walls = [(w.date(), w.isoweekday(), w.hour * 60 + w.minute // 5 * 5) for w in walls]
        able: dict[int, Staff] = {}
        for person in self.company.staff:
            if person.id in self.service.staff_ids:
                able.setdefault(person.calendar_id, person)
        self.able = list(able.values())
        self.kept: dict[object, list[bool]] = {}

    def free_minutes(self, calendar_id: int, staff: Staff | None) -> list[bool]:
        """For every minute whether a calendar is open and not busy."""
        key = (calendar_id, staff and staff.id)
        if key not in self.kept:
            busy = self._busy(calendar_id)
            own = [h for h in self.company.hours if staff and h.staff_id == staff.id]
            hours = own or [h for h in self.company.hours if h.staff_id is None]
            stretches = [
                (h.weekday, _minute(h.opens_local), _minute(h.closes_local)) for h in hours
            ]
            self.kept[key] = [self._open(m, stretches) and m not in busy for m in self.minutes]
        return self.kept[key]

    def _open(self, minute: int, stretches: list[tuple[int, int, int]]) -> bool:
        date, weekday, first = self.walls[minute]
        if any(c.first_day <= date <= c.last_day for c in self.company.closures):
            return False
        for day, opens, closes in stretches:
            if day == weekday and opens <= first and first + 5 <= closes:
                return True
        return False

    def _busy(self, calendar_id: int) -> set[int]:
        taken = set()
        for b in self.case.busy:
            if b.kind != "own" and b.calendar_id == calendar_id:
                first = (b.interval.start - self.case.window.start) // MINUTE // 5 * 5
                last = (b.interval.end - self.case.window.start) // MINUTE
                taken.update(range(first, -(-last // 5) * 5))
        return taken

    def fits(self, staff: Staff, at: int, number: int = 0) -> bool:
        """Whether the service, from a segment on, can start at this minute with this person."""
        segment = self.service.segments[number]
        last = number + 1 == len(self.service.segments)
        length = -(-segment.duration_min // 5) * 5
        least = -(-segment.gap_after_min // 5) * 5
        gaps = [0] if last else range(least, max(segment.gap_after_max_min, least) + 1, 5)
        people = [staff]
        if number and segment.same_staff != "required":
            people += [p for p in self.able if p.calendar_id != staff.calendar_id]
        rooms = segment.resource_calendar_ids
        for gap in gaps:
            begins = at - (0 if number else -(-self.service.buffer_before_min // 5) * 5)
            ends = at + length + (-(-self.service.buffer_after_min // 5) * 5 if last else 0)
            if self.service.gap_policy == "blocked":
                ends += gap
            if (
                any(self.all_free(p.calendar_id, p, begins, ends) for p in people)
                and (not rooms or any(self.all_free(r, None, begins, ends) for r in rooms))
                and (last or self.fits(staff, at + length + gap, number + 1))
            ):
                return True
        return False

    def all_free(self, calendar_id: int, staff: Staff | None, begins: int, ends: int) -> bool:
        """Whether a calendar is free at every minute from one to before another."""
        free = self.free_minutes(calendar_id, staff)
        return begins >= 0 and ends <= len(free) and all(free[m] for m in range(begins, ends))
