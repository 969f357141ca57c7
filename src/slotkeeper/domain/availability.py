"""Who is free. The one place that decides it, for checking and for booking alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.errors import SlotTaken, StaffCannot
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement, place


@dataclass(frozen=True, slots=True)
class Busy:
    """Time that is not free on a calendar; a hold may end early, at the latest at its expiry."""

    kind: Literal["hold", "own_hold", "appointment", "imported", "absence"]
    calendar_id: int
    interval: Interval
    expires_at: datetime | None = None


def candidates(company: Company, service: Service, staff: Staff | None) -> list[Staff]:
    """List who may serve: the one wished for, or all who can, one record a person.

    Raises StaffCannot if the one wished for does not do it.
    """
    if staff is not None:
        able = [
            s
            for s in company.staff
            if s.calendar_id == staff.calendar_id and s.id in service.staff_ids
        ]
        if not able:
            raise StaffCannot
        return able[:1]
    by_calendar: dict[int, Staff] = {}
    for member in company.staff:
        if member.id in service.staff_ids:
            by_calendar.setdefault(member.calendar_id, member)
    return list(by_calendar.values())


def window(service: Service, starts_at: datetime) -> Interval:
    """The day around the start: what must be read to tell who is free and who has done least."""
    length = timedelta(minutes=service.duration_min)
    return Interval(starts_at - timedelta(hours=12), starts_at + length + timedelta(hours=12))


def free_placements(
    service: Service, able: Sequence[Staff], starts_at: datetime, busy: Iterable[Busy]
) -> list[Placement]:
    """Place the service with everyone who is free for all of it, the least busy first.

    A caller's own hold is not in the caller's way. Raises SlotTaken when nobody is free, saying
    who blocks: a hold that ends only where waiting for it would help.
    """
    rows = [row for row in busy if row.kind != "own_hold"]
    free: list[tuple[timedelta, int, Placement]] = []
    in_the_way: list[Busy] = []
    for order, member in enumerate(able):
        placement = place(service, member, starts_at)
        mine = [row for row in rows if row.calendar_id == member.calendar_id]
        blocking = [
            row
            for row in mine
            if any(row.interval.overlaps(claim.interval) for claim in placement.claims)
        ]
        if blocking:
            in_the_way.extend(blocking)
        else:
            load = sum((row.interval.duration for row in mine), timedelta())
            free.append((load, order, placement))
    if not free:
        raise _taken(in_the_way)
    return [placement for _, _, placement in sorted(free, key=lambda f: f[:2])]


def _taken(in_the_way: Sequence[Busy]) -> SlotTaken:
    holds = [row.expires_at for row in in_the_way if row.kind == "hold" and row.expires_at]
    if holds:
        # Of several people's holds the first to end decides when asking again may help.
        return SlotTaken("hold", min(holds))
    booked = any(row.kind == "appointment" for row in in_the_way)
    return SlotTaken("appointment" if booked else "busy")
