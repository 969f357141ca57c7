"""Whether a wish can be served, and if not, why not.

Pure. Checks and bookings both read the same Diary, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from slotkeeper.domain.catalogue import Branch, Company, Service, Staff
from slotkeeper.domain.diary import HELD, Busy, Diary, able_staff
from slotkeeper.domain.diary import fairest_first as fairest_first
from slotkeeper.domain.errors import (
    Closed,
    InThePast,
    OffStep,
    Refusal,
    SearchGivenUp,
    SlotTaken,
    StaffAbsent,
    StaffCannot,
    TooFar,
    TooSoon,
)
from slotkeeper.domain.grid import CELL_MIN, Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import branch_map, closed_because, days, open_map, wall_cells
from slotkeeper.domain.opening import day_of as day_of
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.visit_places import VisitPlaces
from slotkeeper.domain.visits import lines_of
from slotkeeper.domain.wish import Wish

# How far alternatives and open questions look; two weeks of maps cost tens of microseconds.
SEARCH_DAYS = 14


def people_for(company: Company, service: Service, staff: Staff | None) -> list[Staff]:
    """List who may serve: the wished person, or everyone who can. Raises StaffCannot."""
    able = able_staff(company, service)
    if staff is None:
        return able
    able = [person for person in able if person.calendar_id == staff.calendar_id]
    if not able:
        raise StaffCannot
    return able


def people_for_wish(company: Company, wish: Wish) -> list[Staff]:
    """List who may serve what is done first for the first person of a visit.

    Raises StaffCannot where nobody, or not the person who is wished, performs a part of it.
    """
    for part in wish.parts:
        if not able_staff(company, part.service, part.wished):
            raise StaffCannot
    first = lines_of(company, wish.parts)[0].parts[0]
    return able_staff(company, first.service, first.wished)


def search_window(company: Company, service: Service, instant: datetime) -> Interval:
    """Give the window to read for a wish: its days, and room for the service around them."""
    return _window_with_room(company, instant, service.longest_min)


def search_window_of_wish(company: Company, wish: Wish, instant: datetime) -> Interval:
    """Give the window to read for a visit, should everything in it be done one after another."""
    return _window_with_room(company, instant, longest_min_of_wish(company, wish))


def longest_min_of_wish(company: Company, wish: Wish) -> int:
    """Give how many minutes a visit can take, should everything be done one after another."""
    parts = [part for line in lines_of(company, wish.parts) for part in line.parts]
    return sum(part.service.longest_min + max(part.extra_min, 0) for part in parts)


def search_window_of_any_service(company: Company, instant: datetime) -> Interval:
    """Give the window to read for an instant whose service is not known yet."""
    longest_min = max((service.longest_min for service in company.services), default=0)
    return _window_with_room(company, instant, longest_min)


def _window_with_room(company: Company, instant: datetime, duration_min: int) -> Interval:
    window = day_of(instant, company.zone, length=SEARCH_DAYS)
    room = timedelta(minutes=2 * duration_min + 24 * 60)
    return Interval(window.start - timedelta(hours=12), window.end + room)


def wished_placements(
    diary: Diary,
    wish: Wish,
    people: Sequence[Staff],
    now: datetime,
    *,
    limit: int | None = None,
    longer: bool = False,
) -> list[Placement]:
    """Place the wish at its very start with who is free, the least booked first.

    At most ``limit`` placements are laid out, or one for everyone who is free. With ``longer`` the
    search for several people is not given up so soon.
    """
    index = diary.grid.index(wish.starts_at)
    allowed = bookable_wish(diary, wish, now)
    if not diary.grid.is_aligned(wish.starts_at) or not (allowed >> max(index, 0)) & 1:
        return []
    places = VisitPlaces.of(diary, wish, people)
    fits = places.fits_at(index, longer=longer)
    return list(islice(places.placements(index), limit)) if fits else []


def why_not(diary: Diary, wish: Wish, people: Sequence[Staff], now: datetime) -> Refusal:
    """Give the refusal that explains best why a wish does not fit; rules of time come first."""
    company, at = diary.company, wish.starts_at
    if (broken := _broken_rule(company, wish, now)) is not None:
        return broken
    index = diary.grid.index(at)

    def fits(seen: Diary) -> bool:
        return VisitPlaces.of(seen, wish, people).may_fit_at(index)

    if len(wish.persons) > 1 and fits(diary):
        return SearchGivenUp()
    if not fits(diary.without(*HELD, "appointment", "imported", "absence")):
        away = not_at_work(diary, people, diary.grid.span(index, index + 1))
        return away or Closed(closing_reason(company, branches_of(company, people), at))
    if not fits(diary.without(*HELD, "appointment", "imported")):
        return StaffAbsent()
    if any(row.kind == "passed_on" for row in _in_the_way(diary, wish, people)):
        return SlotTaken("newer_call")
    if fits(diary.without(*HELD)):
        ends = [row.expires_at for row in _in_the_way(diary, wish, people) if row.kind in HELD]
        # The first hold to end decides when asking again may help.
        return SlotTaken("hold", min((end for end in ends if end), default=None))
    booked = any(row.kind == "appointment" for row in _in_the_way(diary, wish, people))
    return SlotTaken("appointment" if booked else "busy")


def not_at_work(diary: Diary, people: Sequence[Staff], cells: int) -> StaffAbsent | None:
    """Say that a branch is open in some cells and none of the people has hours then."""
    company, grid = diary.company, diary.grid
    if any(open_map(company, person, grid) & cells for person in people):
        return None
    branches = branches_of(company, people)
    opened = any(branch_map(company, branch.id, grid) & cells for branch in branches)
    return StaffAbsent() if opened else None


def bookable(company: Company, service: Service, grid: Grid, now: datetime) -> int:
    """Give the cells at which notice, horizon and slot step allow a start."""
    step_min = service.slot_step_min or company.rules.slot_step_min
    return starts_every(step_min, grid, company.zone) & _far_enough_ahead(
        company, service, grid, now
    )


def _far_enough_ahead(company: Company, service: Service, grid: Grid, now: datetime) -> int:
    """Give the cells at which notice and horizon allow a start."""
    notice = timedelta(minutes=notice_min(company, service))
    earliest = grid.index(now + notice)
    if grid.instant(earliest) < now + notice or grid.instant(earliest) <= now:
        earliest += 1
    return grid.span(earliest, grid.index(horizon_end(company, service, now)))


def bookable_wish(diary: Diary, wish: Wish, now: datetime) -> int:
    """Give the cells at which the rules of every service of a visit allow it to start.

    It starts on the steps of its first service.
    """
    company, grid = diary.company, diary.grid
    bits = bookable(company, wish.service, grid, now)
    for part in wish.parts[1:]:
        bits &= _far_enough_ahead(company, part.service, grid, now)
    return bits


def _broken_rule(company: Company, wish: Wish, now: datetime) -> Refusal | None:
    at, services = wish.starts_at, [part.service for part in wish.parts]
    if at <= now:
        return InThePast()
    nearest = min(services, key=lambda service: horizon_days(company, service))
    if at >= horizon_end(company, nearest, now):
        return TooFar(horizon_days(company, nearest))
    notice = max(notice_min(company, service) for service in services)
    if at < now + timedelta(minutes=notice):
        return TooSoon(notice)
    step_min = wish.service.slot_step_min or company.rules.slot_step_min
    wall = at.astimezone(company.zone)
    if (wall.hour * 60 + wall.minute) % step_min or wall.second or wall.microsecond:
        return OffStep(step_min)
    return None


def notice_min(company: Company, service: Service) -> int:
    """Give how many minutes ahead a service must be booked."""
    own = service.min_notice_min
    return company.rules.min_notice_min if own is None else own


def horizon_days(company: Company, service: Service) -> int:
    """Give how many days ahead a service can be booked."""
    return service.horizon_days or company.rules.horizon_days


def horizon_end(company: Company, service: Service, now: datetime) -> datetime:
    """Give the instant from which on nothing can be booked yet."""
    return day_of(now, company.zone, length=horizon_days(company, service) + 1).end


def branches_of(company: Company, people: Sequence[Staff]) -> list[Branch]:
    """List the branches where any of the people works."""
    ids = {person.branch_id for person in people}
    return [branch for branch in company.branches if branch.id in ids]


def opens_on(company: Company, branch: Branch, at: datetime) -> bool:
    """Whether a branch is open at all on the day of an instant."""
    day = at.astimezone(company.zone).date()
    if closed_because(company, branch, day) is not None:
        return False
    # A person's own hours may open a day on which her branch has none.
    return any(h.branch_id == branch.id and h.weekday == day.isoweekday() for h in company.hours)


def closing_reason(company: Company, branches: Sequence[Branch], at: datetime) -> str | None:
    """Give why all the branches are closed all day, where that has a name."""
    day = at.astimezone(company.zone).date()
    reasons = [closed_because(company, branch, day) for branch in branches]
    return reasons[0] if all(reasons) and reasons else None


@lru_cache(maxsize=512)
def starts_every(step_min: int, grid: Grid, zone: ZoneInfo) -> int:
    """Give the cells at which the clock on the wall shows a multiple of the step."""
    bits = 0
    for day in days(grid, zone):
        for index, wall in wall_cells(grid, zone, day):
            if not wall * CELL_MIN % step_min:
                bits |= grid.span(index, index + 1)
    return bits


def _in_the_way(diary: Diary, wish: Wish, people: Sequence[Staff]) -> list[Busy]:
    """List the busy rows that overlap the visit's claims, whoever of the people serves."""
    empty = diary.without(*HELD, "appointment", "imported", "absence", "own")
    index = diary.grid.index(wish.starts_at)
    places = VisitPlaces.of(empty, wish, people)
    claims = [claim for placement in places.placements(index) for claim in placement.claims]
    return [
        row
        for row in diary.rows
        if row.kind != "own"
        and any(
            row.calendar_id == claim.calendar_id and row.interval.overlaps(claim.interval)
            for claim in claims
        )
    ]
