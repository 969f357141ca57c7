"""The appointments of one visit together: one for each of its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from slotkeeper.domain.reservation import Appointment, BookedPart


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """Appointments of one visit that stand or fall together, by person; at least one."""

    appointments: tuple[Appointment, ...]

    @property
    def first(self) -> Appointment:
        """The appointment of its first person."""
        return self.appointments[0]

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of its appointments."""
        return tuple(each.id for each in self.appointments)

    @property
    def parts(self) -> tuple[BookedPart, ...]:
        """All parts of all its people."""
        return tuple(part for each in self.appointments for part in each.parts)

    @property
    def status(self) -> Literal["booked", "cancelled"]:
        """Whether any of it stands."""
        booked = any(each.status == "booked" for each in self.appointments)
        return "booked" if booked else "cancelled"

    @property
    def starts_at(self) -> datetime:
        """When the first of its people begins."""
        return min(each.starts_at for each in self.appointments)

    @property
    def ends_at(self) -> datetime:
        """When the last of its people is done."""
        return max(each.ends_at for each in self.appointments)

    @property
    def at_one_time(self) -> tuple[BookedVisit, ...]:
        """The same, parted where some of it begins only after all before it has ended."""
        parted: list[list[Appointment]] = []
        for each in sorted(self.appointments, key=lambda each: (each.starts_at, each.person)):
            if parted and each.starts_at <= max(before.ends_at for before in parted[-1]):
                parted[-1].append(each)
            else:
                parted.append([each])
        by_person = (sorted(mine, key=lambda each: each.person) for mine in parted)
        return tuple(BookedVisit(tuple(mine)) for mine in by_person)

    @property
    def staff_id(self) -> UUID | None:
        """Who serves its first person first."""
        return self.first.staff_id


def booked_visits(appointments: Iterable[Appointment]) -> list[BookedVisit]:
    """Gather appointments by their visits, in the order of their starts.

    Where a person has two appointments of one visit, a part of it was moved alone: it stands alone.
    """
    visits: dict[object, list[Appointment]] = {}
    for appointment in sorted(appointments, key=lambda each: (each.starts_at, each.id)):
        mine = visits.setdefault(appointment.visit_token, [])
        if any(each.person == appointment.person for each in mine):
            visits[appointment.id] = [appointment]
        else:
            mine.append(appointment)
    gathered = (tuple(sorted(mine, key=lambda each: each.person)) for mine in visits.values())
    return [BookedVisit(mine) for mine in gathered]
