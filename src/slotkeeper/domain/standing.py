"""Claims that stand on calendars, held against a catalogue: which of them it has no room for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import branch_map, open_map
from slotkeeper.domain.reservation import Appointment


@dataclass(frozen=True, slots=True)
class StandingClaim:
    """One row of a live hold or a standing appointment; ``staff_id`` is None for a room."""

    id: int
    token: UUID
    appointment_id: int | None
    service_id: int
    staff_id: UUID | None
    calendar_id: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """A live hold as the desk is told of it: what is held and until when, and not for whom."""

    token: UUID
    service_id: int
    staff_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Hits:
    """What stands where a change leaves no room: it stays, and the desk settles it.

    The earliest starts first. ``more`` where not all of it is listed. ``holds`` still live, so each
    may yet become an appointment.
    """

    appointments: tuple[Appointment, ...] = ()
    holds: tuple[HeldSlot, ...] = ()
    more: bool = False

    def __bool__(self) -> bool:
        """Whether anything is hit."""
        return bool(self.appointments or self.holds)


def misfits(company: Company, standing: Iterable[StandingClaim]) -> list[StandingClaim]:
    """Find the claims that could not be made today: closed then, or nobody or nothing to do it.

    Other busy time does not count, nor do the notice, the horizon and the slot step.
    """
    return [claim for claim in standing if not fits(company, claim)]


def fits(company: Company, claim: StandingClaim) -> bool:
    """Whether the company is open for a claim, and still has its service and its calendar."""
    service = company.service_by_id(claim.service_id)
    if service is None:
        return False
    # A claim lasts at most half a day, so it ends on the next day at the latest.
    grid = Grid.over(day_of(claim.interval.start, company.zone, length=2))
    if claim.staff_id is None:
        calendar = next((c for c in company.calendars if c.id == claim.calendar_id), None)
        opened = branch_map(company, calendar.branch_id, grid) if calendar else 0
    else:
        member = company.staff_by_id(claim.staff_id)
        if member is None or member.id not in service.staff_ids:
            return False
        opened = open_map(company, member, grid) if member.calendar_id == claim.calendar_id else 0
    return not grid.touched(claim.interval) & ~opened
