"""Random visits, and whether they fit at a minute: slow, naive, and easy to believe."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import combinations, islice
from uuid import UUID

from slotkeeper.domain.catalogue import (
    Branch,
    Calendar,
    Combination,
    Company,
    Need,
    Segment,
    Service,
    Staff,
    StaffTerms,
)
from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Wish, WishedPart
from tests.domain.oracle import BERLIN, DAYS, Case, Naive, a_busy, random_hours

# What is taken: (calendar, from minute, to minute), and for the layouts of a line when it is over.
Taken = frozenset[tuple[int, int, int]]
Layout = tuple[Taken, int]
MAX_SEGMENTS = 12
MAX_TRIES, MAX_WAYS = 30_000, 1_000


class TooMany(Exception):
    """There are too many ways to try them all."""


@dataclass(frozen=True)
class VisitCase(Case):
    """A salon, what is busy, and the parts of a visit."""

    parts: tuple[WishedPart, ...]

    def wish(self, starts_at: datetime) -> Wish:
        """Wish the visit at an instant."""
        return Wish(self.parts, starts_at)


def a_visit(seed: int) -> VisitCase:
    """Make the salon and the visit of a seed: up to 4 people and 12 segments."""
    rng = random.Random(seed)
    day = rng.choice(DAYS)
    begins = datetime.combine(day, time.min, BERLIN).astimezone(UTC)
    window = Interval(begins - timedelta(hours=2), begins + timedelta(hours=26))
    people = [Staff(UUID(int=n + 1), 1, n + 1, f"s{n}", f"S{n}") for n in range(rng.randint(1, 4))]
    rooms = [Calendar(n + 20, 1, f"r{n}", "room", f"R{n}") for n in range(rng.randint(0, 3))]
    services = [_a_service(rng, n, people, rooms) for n in range(1, rng.randint(1, 4) + 1)]
    company = Company(
        id=1,
        slug="c",
        name="C",
        zone=BERLIN,
        locale="de",
        currency="EUR",
        sandbox=True,
        version=seed,
        rules=Rules(same_staff_in_visit=rng.choice(["preferred", "preferred", "required"])),
        branches=(Branch(1, "b", "B"),),
        calendars=(*(Calendar(n, 1, f"k{n}", "person", f"K{n}") for n in range(1, 5)), *rooms),
        staff=tuple(people),
        services=tuple(services),
        hours=tuple(random_hours(rng, people)),
        combinations=tuple(_combinations(rng, services)),
    )
    calendar_ids = [p.calendar_id for p in people] + [r.id for r in rooms]
    busy = [a_busy(rng, calendar_ids, window) for _ in range(rng.randint(0, 6))]
    parts = tuple(_parts(rng, services, people))
    return VisitCase(company, services[0], busy, window, parts)


def _a_service(
    rng: random.Random, number: int, people: list[Staff], rooms: list[Calendar]
) -> Service:
    ids = tuple(room.id for room in rooms)
    segments = [_a_segment(rng, n, ids) for n in range(1, rng.choice([1, 1, 1, 2, 3]) + 1)]
    able = [p for p in people if rng.random() < 0.8] or people[:1]
    terms = [
        StaffTerms(p.id, tuple(rng.choice([None, 10, 25]) for _ in segments), 900)
        for p in able
        if rng.random() < 0.3
    ]
    return Service(
        number,
        f"s{number}",
        f"S{number}",
        tuple(segments),
        frozenset(p.id for p in able),
        price_cents=1000,
        gap_policy=rng.choice(["free", "free", "blocked"]),
        buffer_before_min=rng.choice([0, 0, 0, 10]),
        buffer_after_min=rng.choice([0, 0, 0, 7]),
        staff_terms=tuple(terms),
        visit_order=rng.choice([None, None, 1, 2]),
    )


def _a_segment(rng: random.Random, number: int, ids: tuple[int, ...]) -> Segment:
    gap = rng.choice([0, 0, 5, 15, 7])
    needs = []
    if ids and rng.random() < 0.3:
        needs.append(Need(rng.randint(1, len(ids)), ids))
    if ids and rng.random() < 0.1:
        needs.append(Need(1, ids[-1:]))
    return Segment(
        number,
        "s",
        rng.choice([5, 7, 15, 30, 40]),
        gap,
        gap + rng.choice([0, 0, 10]),
        same_staff=rng.choice(["required", "preferred", "any"]),
        resource_calendar_ids=ids if rng.random() < 0.2 else (),
        needs=tuple(needs),
    )


def _combinations(rng: random.Random, services: list[Service]) -> Iterator[Combination]:
    for size in range(2, len(services) + 1):
        if rng.random() < 0.4:
            some = frozenset(service.id for service in rng.sample(services, size))
            yield Combination(some, rng.choice([-10, -5, 5, 15]), rng.choice([-500, 500]))


def _parts(
    rng: random.Random, services: list[Service], people: list[Staff]
) -> Iterator[WishedPart]:
    left = MAX_SEGMENTS
    for person in range(1, rng.choice([1, 2, 2, 3, 4]) + 1):
        for _ in range(rng.choice([1, 1, 2, 3])):
            service = rng.choice(services)
            left -= len(service.segments)
            if left < 0:
                return
            able = [each for each in people if each.id in service.staff_ids]
            yield WishedPart(service, person, rng.choice(able) if rng.random() < 0.15 else None)


def _up(minutes: int) -> int:
    """Round minutes up to whole five."""
    return -(-minutes // 5) * 5


class NaiveVisit:
    """Tries every way to serve a visit, minute by minute from the window's start."""

    def __init__(self, case: VisitCase) -> None:
        self.case = case
        self.company = case.company
        self.naive = Naive(case)
        persons = list(dict.fromkeys(part.person for part in case.parts))
        self.lines = [self._in_order([p for p in case.parts if p.person == n]) for n in persons]
        self.kept: dict[tuple[int, int], list[Layout]] = {}

    def _in_order(self, parts: list[WishedPart]) -> list[WishedPart]:
        ordered = [p for p in parts if p.service.visit_order is not None]
        ordered.sort(key=lambda part: part.service.visit_order or 0)
        return [p if p.service.visit_order is None else ordered.pop(0) for p in parts]

    def fits(self, at: int, *, at_once: bool = False) -> bool:
        """Whether the visit can start at this minute; ``at_once`` for everybody at once.

        Raises TooMany where there are more ways than a naive look has time for.
        """
        self.failed: set[object] = set()
        self.tries = 0
        everybody = frozenset(range(len(self.lines)))
        return self._fits(everybody, frozenset([at]), frozenset(), at, at_once)

    def _fits(
        self, left: frozenset[int], free_from: frozenset[int], taken: Taken, at: int, at_once: bool
    ) -> bool:
        if not left:
            return True
        tried = (left, free_from, taken)
        if tried in self.failed:
            return False
        for line in left:
            before = _up(self.lines[line][0].service.buffer_before_min)
            for moment in free_from:
                starts = moment if moment == at else moment + before
                for mine, over in self.layouts(line, starts):
                    self.tries += 1
                    if self.tries > MAX_TRIES:
                        raise TooMany
                    if any(_overlap(one, other) for one in mine for other in taken):
                        continue
                    then = free_from if at_once else free_from | {over}
                    if self._fits(left - {line}, then, taken | mine, at, at_once):
                        return True
            if at_once:
                break
        self.failed.add(tried)
        return False

    def layouts(self, line: int, at: int) -> list[Layout]:
        """List every way to serve one person from this minute on, were she alone."""
        if (line, at) not in self.kept:
            found = list(islice(self._ways((line, 0, 0), at, None, frozenset()), MAX_WAYS))
            if len(found) == MAX_WAYS:
                raise TooMany
            self.kept[line, at] = list(dict.fromkeys(found))
        return self.kept[line, at]

    def by_one(self, line: int, at: int) -> bool:
        """Whether one and the same person can serve all of a line."""
        return any(
            len({calendar for calendar, _, _ in taken if calendar < 20}) == 1
            for taken, _ in self.layouts(line, at)
        )

    def _ways(
        self, at: tuple[int, int, int], moment: int, staff: Staff | None, taken: Taken
    ) -> Iterator[Layout]:
        line, number, position = at
        parts = self.lines[line]
        part = parts[number]
        if position == 0:
            firsts = [p for p in self.able(part) if p.id == (part.staff or p).id]
            if number and self.company.rules.same_staff_in_visit == "required":
                firsts = [p for p in firsts if p == staff]
        else:
            firsts = [staff]
        for first in firsts:
            for server in self._servers(part, position, first):
                for claims, then, over in self._claims(at, moment, server):
                    if not self._all_free(claims, server):
                        continue
                    now = taken | claims
                    if position + 1 < len(part.service.segments):
                        yield from self._ways((line, number, position + 1), then, first, now)
                    elif number + 1 < len(parts):
                        yield from self._ways((line, number + 1, 0), then, first, now)
                    else:
                        yield now, over

    def able(self, part: WishedPart) -> list[Staff]:
        """List who performs a part."""
        return [p for p in self.company.staff if p.id in part.service.staff_ids]

    def _servers(self, part: WishedPart, position: int, first: Staff) -> list[Staff]:
        if position == 0 or part.service.segments[position].same_staff == "required":
            return [first]
        return self.able(part)

    def _claims(
        self, place: tuple[int, int, int], at: int, server: Staff
    ) -> Iterator[tuple[Taken, int, int]]:
        """Go through gaps and rooms: what is taken, when the line goes on, when it is over."""
        line, number, position = place
        parts = self.lines[line]
        service = parts[number].service
        segment = service.segments[position]
        last_of_part = position + 1 == len(service.segments)
        last = last_of_part and number + 1 == len(parts)
        minutes = segment.duration_min
        for terms in service.staff_terms:
            if terms.staff_id == server.id and terms.durations_min[position] is not None:
                minutes = terms.durations_min[position]
        if last_of_part and (extra := self._extra_min(line, number)):
            minutes = max(minutes + extra, 5)
        least = _up(segment.gap_after_min)
        gaps = range(least, max(segment.gap_after_max_min, least) + 1, 5)
        before = _up(service.buffer_before_min) if number == position == 0 else 0
        after = _up(service.buffer_after_min) if last else 0
        for gap in [0] if last_of_part else gaps:
            ends = at + _up(minutes) + after + (gap if service.gap_policy == "blocked" else 0)
            for rooms in self._rooms(segment):
                claims = {(each, at - before, ends) for each in (server.calendar_id, *rooms)}
                yield frozenset(claims), at + _up(minutes) + gap, ends

    def _rooms(self, segment: Segment) -> Iterator[tuple[int, ...]]:
        """Go through every choice of rooms that serves all needs, each room once."""
        needs = [*segment.needs]
        if segment.resource_calendar_ids:
            needs.append(Need(1, segment.resource_calendar_ids))
        chosen: list[tuple[int, ...]] = [()]
        for need in needs:
            chosen = [
                (*before, *some)
                for before in chosen
                for some in combinations(need.calendar_ids, need.count)
                if not set(some) & set(before)
            ]
        yield from chosen

    def _extra_min(self, line: int, number: int) -> int:
        return sum(c.extra_min for c in self.changes(line, number))

    def changes(self, line: int, number: int) -> list[Combination]:
        """List the combinations whose last service is this part."""
        ids = [part.service.id for part in self.lines[line]]
        left, found = set(ids), []
        for each in sorted(self.company.combinations, key=lambda c: -len(c.service_ids)):
            if each.service_ids <= left:
                left -= each.service_ids
                found.append(each)
        return [
            each
            for each in found
            if number == max(n for n, i in enumerate(ids) if i in each.service_ids)
        ]

    def _all_free(self, claims: Taken, server: Staff) -> bool:
        return all(
            self.naive.all_free(calendar, server if calendar < 20 else None, begins, ends)
            for calendar, begins, ends in claims
        )


def _overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
