"""Which other slots are offered: near the wish, on both sides of it, without unusable leftovers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slotkeeper.domain.availability import (
    SEARCH_DAYS,
    bookable,
    day_of,
    fairest_first,
    starts_every,
)
from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import CELL_MIN, cells, indexes, room_after, room_before
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.near_visits import fitting_that_day, near, within
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Wish

# Slots are ranked by minutes of distance from the wish. Another day counts as four hours, and each
# further day as one hour more: from ten, two today is as near as ten tomorrow.
NEXT_DAY_MIN, FURTHER_DAY_MIN = 240, 60
# A leftover too short for any service is as bad as twenty minutes of distance. A start that costs
# the day one more service of the same length, or one of the longest, is as bad as an hour.
HOLE_MIN = 20
LOST_MIN = 60
# A salon says "ten" or "half past nine", not "five past nine": a full or half hour is worth 35
# minutes, and so the one hole that it may leave; a quarter is nearly as good. Where a company lets
# appointments start no oftener than every quarter of an hour, it has chosen its times itself.
UNUSUAL_MIN = 35
QUARTER_MIN = 5
USUAL_STEP_MIN = 15
# The other side of the wish is worth two hours: "earlier or later?" is a real choice.
OTHER_SIDE_MIN = 120
# Answers to open questions lie this far apart, because 9:00, 9:05 and 9:10 are no choice.
APART_MIN = 60
# On the wished day one alternative is held for every three slots that are left, so that the holds
# of one caller never take the last slots from the next. Of any other day at most one is held.
LEFT_PER_ALTERNATIVE = 3
# How many starts are compared closely: on either side of the wished time on the wished day, and on
# each of the next few days that have any.
NEAREST_PER_DAY = 12
NEAREST_ON_OTHER_DAYS = 3
DAYS_LOOKED_AT = 5
# Placements beyond the offered ones, which are claimed if rivals take those first.
STANDING_BY = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """Placements in order of preference, of which no two collide; the first ``offer`` are offered.

    The rest stand by: if a rival takes one of the first before it is claimed, the next is claimed
    in its place.
    """

    placements: tuple[Placement, ...]
    offer: int

    @property
    def offered(self) -> tuple[Placement, ...]:
        """Give the placements to offer unless a rival takes them first, in the order of time."""
        first = self.placements[: self.offer]
        return tuple(sorted(first, key=lambda placement: placement.starts_at))

    def led_by(self, first: Placement) -> Choice:
        """Put a placement before all others, of which it is at least the one that is offered."""
        others = (each for each in self.placements if not collide(each, first))
        return Choice((first, *others), max(self.offer, 1))


def collide(one: Placement, other: Placement) -> bool:
    """Whether two placements want a calendar at the same time."""
    return any(
        mine.calendar_id == theirs.calendar_id and mine.interval.overlaps(theirs.interval)
        for mine in one.claims
        for theirs in other.claims
    )


def kept(diary: Diary, service: Service, people: Sequence[Staff]) -> list[Placement]:
    """List the slots of a service that the asking call holds, so that they can be named again."""
    rows = [row for row in diary.rows if row.kind == "own" and row.expires_at is not None]
    mine = {(row.calendar_id, row.interval) for row in rows}
    before = cells(service.buffer_before_min)
    placements: list[Placement] = []
    for person in people:
        for row in rows:
            index = diary.grid.index(row.interval.start) + before
            if row.calendar_id != person.calendar_id or index < 0:
                continue
            if (diary.starts(service, person) >> index) & 1:
                placement = diary.place(service, person, index)
                if all((claim.calendar_id, claim.interval) in mine for claim in placement.claims):
                    placements.append(placement)
    return placements


def alternatives(
    diary: Diary,
    wish: Wish,
    people: Sequence[Staff],
    now: datetime,
    limit: int,
    *,
    own: Sequence[Placement] = (),
) -> Choice:
    """Choose the best other slots near the wish and on both sides of it, at most ``limit``.

    ``own`` are slots that the asking call holds already, which may be named again.
    """
    if limit < 1:
        return Choice((), 0)
    zone = diary.company.zone
    if len(wish.parts) > 1:
        ranked = [(_away(each, wish, zone), each) for each in near(diary, wish, people, now)]
    else:
        ranked = _ranked(diary, wish, people, now)
    ranked += [(_away(each, wish, zone), each) for each in own]
    picked: list[Placement] = []
    # What the call holds itself is not gone: asked again, it hears the same.
    left = _left_that_day(diary, wish, people, now)
    left += sum(_same_day(each.starts_at, wish.starts_at, zone) for each in own)
    quota = max(1, left // LEFT_PER_ALTERNATIVE)

    def full_day(so_far: Sequence[Placement]) -> bool:
        return sum(_same_day(p.starts_at, wish.starts_at, zone) for p in so_far) >= quota

    while ranked and len(picked) < limit + STANDING_BY:
        picked_sides = {p.starts_at < wish.starts_at for p in picked}

        def cost(candidate: tuple[int, Placement], sides: set[bool] = picked_sides) -> int:
            other_side = sides and (candidate[1].starts_at < wish.starts_at) not in sides
            return candidate[0] - (OTHER_SIDE_MIN if other_side else 0)

        best = min(ranked, key=cost)
        picked.append(best[1])
        ranked = [
            candidate
            for candidate in ranked
            if not _too_alike(candidate[1], best[1], wish, zone)
            and not (full_day(picked) and _same_day(candidate[1].starts_at, wish.starts_at, zone))
        ]
    return Choice(tuple(picked), min(limit, len(picked)))


def openings(
    diary: Diary,
    service: Service,
    people: Sequence[Staff],
    within: Sequence[Interval],
    *,
    now: datetime,
    limit: int,
) -> Choice:
    """Choose the first good slots that start within the windows, apart from each other."""
    allowed = bookable(diary.company, service, diary.grid, now) & _starting_within(diary, within)
    apart = cells(APART_MIN)
    picked: list[Placement] = []
    while allowed and len(picked) < limit + STANDING_BY:
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
                (index - first) * CELL_MIN + _drawback_min(diary, service, person, index),
                order,
                index,
            )
            for index in indexes(near)
            for order, person in enumerate(fairest_first(diary, people, diary.grid.instant(index)))
            if (diary.starts(service, person) >> index) & 1
        )
        index = best[2]
        person = fairest_first(diary, people, diary.grid.instant(index))[best[1]]
        placement = diary.place(service, person, index)
        if not any(collide(placement, other) for other in picked):
            picked.append(placement)
            allowed &= ~diary.grid.span(0, index + apart)
        else:
            allowed &= ~diary.grid.span(0, index + 1)
    return Choice(tuple(picked), limit)


def openings_of_wish(
    diary: Diary,
    wish: Wish,
    people: Sequence[Staff],
    windows: Sequence[Interval],
    *,
    now: datetime,
    limit: int,
) -> Choice:
    """Choose the first slots of a visit that start within the windows, apart from each other."""
    if len(wish.parts) == 1:
        return openings(diary, wish.service, people, windows, now=now, limit=limit)
    picked: list[Placement] = []
    apart = timedelta(minutes=APART_MIN)
    for placement in within(diary, wish, people, windows, now):
        too_near = picked and placement.starts_at < picked[-1].starts_at + apart
        if not too_near and not any(collide(placement, other) for other in picked):
            picked.append(placement)
            if len(picked) == limit + STANDING_BY:
                break
    return Choice(tuple(picked), limit)


def _ranked(
    diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime
) -> list[tuple[int, Placement]]:
    """List placements with their distance in minutes, each with the person for whom it is best."""
    company, service, grid = diary.company, wish.service, diary.grid
    allowed = bookable(company, service, grid, now)
    wished_wall = wish.starts_at.astimezone(company.zone)
    candidates: list[tuple[int, Placement]] = []
    days_with_starts = 0
    for days_off in range(SEARCH_DAYS):
        day = wished_wall.date() + timedelta(days=days_off)
        near = _nearest_on(
            diary, service, people, day=day, wall=wished_wall.time(), allowed=allowed
        )
        if days_off:  # one of another day is offered at most, so the few nearest suffice
            near = sorted(near)[:NEAREST_ON_OTHER_DAYS]
        for away_min, index in near:
            drawback_min, person = min(
                (
                    (_drawback_min(diary, service, person, index), person)
                    for person in fairest_first(diary, people, grid.instant(index))
                    if (diary.starts(service, person) >> index) & 1
                ),
                key=lambda pair: pair[0],
            )
            distance = away_min + drawback_min
            if days_off:
                distance += NEXT_DAY_MIN + FURTHER_DAY_MIN * (days_off - 1)
            candidates.append((distance, diary.place(service, person, index)))
        days_with_starts += bool(near)
        if days_with_starts == DAYS_LOOKED_AT:
            break
    return candidates


def _away(placement: Placement, wish: Wish, zone: ZoneInfo) -> int:
    """Give the distance in minutes between a placement and the wish."""
    wall, wished = (each.starts_at.astimezone(zone) for each in (placement, wish))
    days_off = abs((wall.date() - wished.date()).days)
    away_min = abs(wall.hour * 60 + wall.minute - wished.hour * 60 - wished.minute)
    return away_min + (NEXT_DAY_MIN + FURTHER_DAY_MIN * (days_off - 1) if days_off else 0)


def _nearest_on(
    diary: Diary,
    service: Service,
    people: Sequence[Staff],
    *,
    day: date,
    wall: time,
    allowed: int,
) -> list[tuple[int, int]]:
    """List a day's possible starts nearest to a time on the wall: (minutes away, cell)."""
    whole = day_of(datetime.combine(day, time(12), diary.company.zone), diary.company.zone)
    of_day = allowed & diary.grid.touched(whole)
    free = 0
    for person in people:
        free |= _worth_naming(diary, service, diary.starts(service, person) & of_day)
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


def _drawback_min(diary: Diary, service: Service, person: Staff, index: int) -> int:
    """Give as minutes of distance what speaks against a start, beside its distance."""
    spoilt_min = _spoilt_min(diary, service, person, index)
    return spoilt_min + _unusual_min(diary, service, index)


def _spoilt_min(diary: Diary, service: Service, person: Staff, index: int) -> int:
    """Give as minutes what a placement spoils of the free stretch in which it lies.

    It counts the leftovers beside it that are too short for any service, and the services of the
    same length and the longest services of all that no longer fit beside it.
    """
    shortest = cells(diary.company.shortest_service_min)
    begins, ends = diary.taken_of(service, person, index)
    free, length = diary.free(person), ends - begins
    before, after = room_before(free, begins), room_after(free, ends)
    holes = sum(0 < room < shortest for room in (before, after))
    lost = (before + after) // length - before // length - after // length
    longest = cells(diary.company.longest_service_min)
    if length < longest:
        # Few stretches are long enough for the longest service, and shorter ones fit elsewhere.
        whole = before + length + after
        lost += whole // longest - before // longest - after // longest
    return HOLE_MIN * holes + LOST_MIN * lost


def _unusual_min(diary: Diary, service: Service, index: int) -> int:
    """Give as minutes how unusual it is to name the start: at ten is usual, at five past is not."""
    if _step_min(diary, service) >= USUAL_STEP_MIN:
        return 0
    minute = diary.grid.instant(index).astimezone(diary.company.zone).minute
    if minute % USUAL_STEP_MIN:
        return UNUSUAL_MIN
    return QUARTER_MIN if minute % (2 * USUAL_STEP_MIN) else 0


def _worth_naming(diary: Diary, service: Service, starts: int) -> int:
    """Keep of possible starts the usual ones, and the first and last of each unbroken stretch.

    Any other leaves no less beside it than its usual neighbour does.
    """
    if _step_min(diary, service) >= USUAL_STEP_MIN:
        return starts
    usual = starts_every(USUAL_STEP_MIN, diary.grid, diary.company.zone)
    step = cells(_step_min(diary, service))
    return starts & (usual | ~(starts << step) | ~(starts >> step))


def _step_min(diary: Diary, service: Service) -> int:
    return service.slot_step_min or diary.company.rules.slot_step_min


def _left_that_day(diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime) -> int:
    """Count how many such services still fit on the wished day, one after another."""
    if len(wish.parts) > 1:
        return fitting_that_day(diary, wish, people, now)
    day = diary.grid.touched(day_of(wish.starts_at, diary.company.zone))
    allowed = day & bookable(diary.company, wish.service, diary.grid, now)
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


def _too_alike(one: Placement, picked: Placement, wish: Wish, zone: ZoneInfo) -> bool:
    """Whether a placement adds no choice beside one that was picked.

    The two collide, begin within half an hour, or are both on the same day that was not wished.
    """
    if abs(one.starts_at - picked.starts_at) < timedelta(minutes=APART_MIN // 2):
        return True
    if _same_day(one.starts_at, picked.starts_at, zone) and not _same_day(
        picked.starts_at, wish.starts_at, zone
    ):
        return True
    return collide(one, picked)


def _same_day(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return one.astimezone(zone).date() == other.astimezone(zone).date()
