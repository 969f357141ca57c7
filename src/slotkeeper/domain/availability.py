"""What can be had of a wish: the wished slot, the best others, or why not.

Pure. What it offers it takes from a Diary, and so does every booking: they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.diary import Busy, Diary, able_staff
from slotkeeper.domain.errors import (
    Closed,
    InThePast,
    OffStep,
    Refusal,
    SlotTaken,
    StaffAbsent,
    StaffCannot,
    TooFar,
    TooSoon,
)
from slotkeeper.domain.grid import CELL_MIN, Grid, cells, indexes, room_after, room_before
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import closed_because, days, wall_cells
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Wish

# How far alternatives and open questions look; two weeks of maps cost tens of microseconds.
SEARCH_DAYS = 14
# Ranking is in minutes of distance. A day away counts as four hours, each further day as one more:
# ten to two today is nearer than ten tomorrow.
NEXT_DAY_MIN, FURTHER_DAY_MIN = 240, 60
# A leftover too short for any service is as bad as twenty minutes of distance.
HOLE_MIN = 20
# The other side of the wish is worth two hours: "earlier or later?" is a real choice.
OTHER_SIDE_MIN = 120
# Answers to open questions lie at least so far apart: 9:00, 9:05 and 9:10 are no choice.
APART_MIN = 60
# One alternative is held for every so many that are left on the days in question, so that holding for one caller
# never starves the next.
LEFT_PER_ALTERNATIVE = 3


def people_for(company: Company, service: Service, staff: Staff | None) -> list[Staff]:
    """Who may serve: the one wished for, or all who can. Raises StaffCannot."""
    able = able_staff(company, service)
    if staff is None:
        return able
    able = [person for person in able if person.calendar_id == staff.calendar_id]
    if not able:
        raise StaffCannot
    return able


def day_of(instant: datetime, zone: ZoneInfo, *, length: int = 1) -> Interval:
    """The local day of an instant, and so many days from it on."""
    day = instant.astimezone(zone).date()
    begins = datetime.combine(day, time.min, zone)
    return Interval(begins, datetime.combine(day + timedelta(days=length), time.min, zone))


def search_window(company: Company, service: Service, instant: datetime) -> Interval:
    """What must be read to answer about an instant: its days, and room for the service."""
    window = day_of(instant, company.zone, length=SEARCH_DAYS)
    room = timedelta(minutes=2 * service.duration_min + 24 * 60)
    return Interval(window.start - timedelta(hours=12), window.end + room)


def wished_placements(
    diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime
) -> list[Placement]:
    """Place the wish at its very start with everyone who is free, the least booked first."""
    index = diary.grid.index(wish.starts_at)
    allowed = bookable(diary.company, wish.service, diary.grid, now)
    if not diary.grid.is_aligned(wish.starts_at) or not (allowed >> max(index, 0)) & 1:
        return []
    return [
        diary.place(wish.service, person, index)
        for person in _fairest_first(diary, people, wish.starts_at)
        if (diary.starts(wish.service, person) >> index) & 1
    ]


def why_not(diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime) -> Refusal:
    """Say why a wish cannot be had; a rule of time is named before a closed door."""
    company, service, at = diary.company, wish.service, wish.starts_at
    if (broken := _broken_rule(company, service, at, now)) is not None:
        return broken
    index = diary.grid.index(at)

    def fits(seen: Diary) -> bool:
        return any((seen.starts(service, person) >> index) & 1 for person in people)

    if not fits(diary.without("hold", "appointment", "imported", "absence")):
        day = at.astimezone(company.zone).date()
        branches = [b for b in company.branches if b.id in {p.branch_id for p in people}]
        reasons = [closed_because(company, branch, day) for branch in branches]
        return Closed(next((reason for reason in reasons if reason), None))
    if not fits(diary.without("hold", "appointment", "imported")):
        return StaffAbsent()
    if fits(diary.without("hold")):
        ends = [row.expires_at for row in _in_the_way(diary, wish, people) if row.kind == "hold"]
        # Of several people's holds the first to end decides when asking again may help.
        return SlotTaken("hold", min((end for end in ends if end), default=None))
    booked = any(row.kind == "appointment" for row in _in_the_way(diary, wish, people))
    return SlotTaken("appointment" if booked else "busy")


def alternatives(
    diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime, limit: int
) -> list[Placement]:
    """The best other slots, near the wish and on both sides of it; fewer where little is left.

    They never get in each other's way.
    """
    ranked = _ranked(diary, wish, people, now)
    picked: list[Placement] = []
    left = _left_on_days_of(ranked, diary, wish, people, now)
    limit = min(limit, max(1, left // LEFT_PER_ALTERNATIVE))
    while ranked and len(picked) < limit:
        picked_sides = {p.starts_at < wish.starts_at for p in picked}

        def cost(candidate: tuple[int, Placement], sides: set[bool] = picked_sides) -> int:
            other_side = sides and (candidate[1].starts_at < wish.starts_at) not in sides
            return candidate[0] - (OTHER_SIDE_MIN if other_side else 0)

        best = min(ranked, key=cost)
        picked.append(best[1])
        ranked = [
            candidate
            for candidate in ranked
            if candidate[1].starts_at != best[1].starts_at and not _collide(candidate[1], best[1])
        ]
    return sorted(picked, key=lambda placement: placement.starts_at)


def openings(
    diary: Diary,
    service: Service,
    people: Sequence[Staff],
    within: Sequence[Interval],
    *,
    now: datetime,
    limit: int,
) -> list[Placement]:
    """The first good slots that start within some windows, apart from each other."""
    allowed = bookable(diary.company, service, diary.grid, now) & _starting_within(diary, within)
    apart = cells(APART_MIN)
    picked: list[Placement] = []
    while allowed and len(picked) < limit:
        free = 0
        for person in people:
            free |= diary.starts(service, person)
        free &= allowed
        if not free:
            break
        first = (free & -free).bit_length() - 1
        near = free & diary.grid.span(first, first + apart // 2)
        best = min(
            (
                (index - first) * CELL_MIN + HOLE_MIN * _holes(diary, service, person, index),
                order,
                index,
            )
            for index in indexes(near)
            for order, person in enumerate(_fairest_first(diary, people, diary.grid.instant(index)))
            if (diary.starts(service, person) >> index) & 1
        )
        index = best[2]
        person = _fairest_first(diary, people, diary.grid.instant(index))[best[1]]
        placement = diary.place(service, person, index)
        if not any(_collide(placement, other) for other in picked):
            picked.append(placement)
            allowed &= ~diary.grid.span(0, index + apart)
        else:
            allowed &= ~diary.grid.span(0, index + 1)
    return picked


def all_starts(
    diary: Diary, service: Service, people: Sequence[Staff], now: datetime
) -> dict[Staff, list[datetime]]:
    """Every start that opening hours, rules and busy time allow, by person."""
    allowed = bookable(diary.company, service, diary.grid, now)
    return {
        person: [diary.grid.instant(i) for i in indexes(diary.starts(service, person) & allowed)]
        for person in people
    }


def bookable(company: Company, service: Service, grid: Grid, now: datetime) -> int:
    """The cells at which the rules allow a start: notice, horizon and slot step."""
    notice = timedelta(minutes=_notice_min(company, service))
    earliest = grid.index(now + notice)
    if grid.instant(earliest) < now + notice or grid.instant(earliest) <= now:
        earliest += 1
    horizon = day_of(now, company.zone, length=_horizon_days(company, service) + 1).end
    steps = _steps(grid, company.zone, service.slot_step_min or company.rules.slot_step_min)
    return steps & grid.span(earliest, grid.index(horizon))


def _broken_rule(company: Company, service: Service, at: datetime, now: datetime) -> Refusal | None:
    if at <= now:
        return InThePast()
    notice_min = _notice_min(company, service)
    if at < now + timedelta(minutes=notice_min):
        return TooSoon(notice_min)
    horizon_days = _horizon_days(company, service)
    if at >= day_of(now, company.zone, length=horizon_days + 1).end:
        return TooFar(horizon_days)
    step_min = service.slot_step_min or company.rules.slot_step_min
    wall = at.astimezone(company.zone)
    if (wall.hour * 60 + wall.minute) % step_min or wall.second or wall.microsecond:
        return OffStep(step_min)
    return None


def _notice_min(company: Company, service: Service) -> int:
    own = service.min_notice_min
    return company.rules.min_notice_min if own is None else own


def _horizon_days(company: Company, service: Service) -> int:
    return service.horizon_days or company.rules.horizon_days


@lru_cache(maxsize=512)
def _steps(grid: Grid, zone: ZoneInfo, step_min: int) -> int:
    """The cells at which the wall shows a multiple of the step."""
    bits = 0
    for day in days(grid, zone):
        for index, wall in wall_cells(grid, zone, day):
            if not wall * CELL_MIN % step_min:
                bits |= grid.span(index, index + 1)
    return bits


def _fairest_first(diary: Diary, people: Iterable[Staff], at: datetime) -> list[Staff]:
    """The least booked that day first; among equals the catalogue's order."""
    day = day_of(at, diary.company.zone)
    return sorted(people, key=lambda person: diary.load_min(person, day))


def _ranked(
    diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime
) -> list[tuple[int, Placement]]:
    """Candidates with their distance in minutes, each at the best person for it."""
    company, service, grid = diary.company, wish.service, diary.grid
    allowed = bookable(company, service, grid, now)
    wished_wall = wish.starts_at.astimezone(company.zone)
    found: list[tuple[int, Placement]] = []
    for days_off in range(SEARCH_DAYS):
        day = wished_wall.date() + timedelta(days=days_off)
        near = _nearest_on(
            diary, service, people, day=day, wall=wished_wall.time(), allowed=allowed
        )
        for away_min, index in near:
            holes, person = min(
                (
                    (_holes(diary, service, person, index), person)
                    for person in _fairest_first(diary, people, grid.instant(index))
                    if (diary.starts(service, person) >> index) & 1
                ),
                key=lambda pair: pair[0],
            )
            distance = away_min + HOLE_MIN * holes
            if days_off:
                distance += NEXT_DAY_MIN + FURTHER_DAY_MIN * (days_off - 1)
            found.append((distance, diary.place(service, person, index)))
        if len(found) >= NEAREST_PER_DAY:
            break
    return found


# Of a day so many starts on either side of the wished time are looked at closely, and further days
# only until so many were found.
NEAREST_PER_DAY = 12


def _nearest_on(
    diary: Diary,
    service: Service,
    people: Sequence[Staff],
    *,
    day: date,
    wall: time,
    allowed: int,
) -> list[tuple[int, int]]:
    """A day's possible starts nearest to a time on the wall: (minutes away, cell)."""
    whole = day_of(datetime.combine(day, time(12), diary.company.zone), diary.company.zone)
    free = 0
    for person in people:
        free |= diary.starts(service, person)
    free &= allowed & diary.grid.touched(whole)
    target = diary.grid.index(datetime.combine(day, wall, diary.company.zone))
    later = [
        i for _, i in zip(range(NEAREST_PER_DAY), indexes(free >> target << target), strict=False)
    ]
    earlier: list[int] = []
    before = free & ((1 << target) - 1)
    while before and len(earlier) < NEAREST_PER_DAY:
        earlier.append(before.bit_length() - 1)
        before ^= 1 << earlier[-1]
    return [(abs(index - target) * CELL_MIN, index) for index in earlier + later]


def _holes(diary: Diary, service: Service, person: Staff, index: int) -> int:
    """How many leftovers beside the placement would be too short for any service (0 to 2)."""
    shortest = min(cells(s.duration_min) for s in diary.company.services)
    placement = diary.place(service, person, index)
    mine = [c.interval for c in placement.claims if c.calendar_id == person.calendar_id]
    free = diary.free(person)
    rooms = (
        room_before(free, diary.grid.index(mine[0].start)),
        room_after(free, diary.grid.index(mine[-1].end)),
    )
    return sum(0 < room < shortest for room in rooms)


def _left_on_days_of(
    ranked: Sequence[tuple[int, Placement]],
    diary: Diary,
    wish: Wish,
    people: Sequence[Staff],
    now: datetime,
) -> int:
    """How many such services could still be placed, one after another, on the candidates' days."""
    allowed = 0
    for day in {day_of(placement.starts_at, diary.company.zone) for _, placement in ranked}:
        allowed |= diary.grid.touched(day)
    allowed &= bookable(diary.company, wish.service, diary.grid, now)
    length = cells(wish.service.duration_min)
    left = 0
    for person in people:
        free = diary.starts(wish.service, person) & allowed
        while free:
            left += 1
            first = (free & -free).bit_length() - 1
            free = free >> (first + length) << (first + length)
    return left


def _starting_within(diary: Diary, within: Sequence[Interval]) -> int:
    bits = 0
    for window in within:
        bits |= diary.grid.span(diary.grid.index(window.start), diary.grid.index(window.end))
    return bits


def _in_the_way(diary: Diary, wish: Wish, people: Sequence[Staff]) -> list[Busy]:
    """The busy rows that stand where the service would, with any of the people."""
    empty = diary.without("hold", "appointment", "imported", "absence", "own")
    index = diary.grid.index(wish.starts_at)
    claims = [
        claim
        for person in people
        if (empty.starts(wish.service, person) >> index) & 1
        for claim in empty.place(wish.service, person, index).claims
    ]
    return [
        row
        for row in diary.rows
        if row.kind != "own"
        and any(
            row.calendar_id == claim.calendar_id and row.interval.overlaps(claim.interval)
            for claim in claims
        )
    ]


def _collide(one: Placement, other: Placement) -> bool:
    """Whether two placements want a calendar at the same time."""
    return any(
        mine.calendar_id == theirs.calendar_id and mine.interval.overlaps(theirs.interval)
        for mine in one.claims
        for theirs in other.claims
    )
