"""The appointments of one visit together: one for each of its people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from slotkeeper.domain.reservation import (
    Appointment,
    AppointmentReservation,
    BookedPart,
)
from slotkeeper.domain.wish import Wish


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


def booked_as_wished(booked: Sequence[Appointment], wish: Wish) -> tuple[Appointment, ...]:
    """Give the standing appointments of a call that are just what it wishes; none where none are.

    Where some of a visit was cancelled, the people who are left may be counted anew: what was the
    second person's is wished as a visit of one.
    """
    visits: dict[UUID, list[Appointment]] = {}
    for appointment in booked:
        visits.setdefault(appointment.visit_token, []).append(appointment)
    return next((tuple(visit) for visit in visits.values() if _is_wished(visit, wish)), ())


def _is_wished(visit: Sequence[Appointment], wish: Wish) -> bool:
    """Whether a visit is what is wished: the same services for the same people, start and staff."""
    parts = sorted((part for each in visit for part in each.parts), key=lambda part: part.number)
    if [part.service_id for part in parts] != [part.service.id for part in wish.parts]:
        return False
    people = [part.person for part in parts]
    counted_anew = list(dict.fromkeys(people))
    return (
        min(part.starts_at for part in parts) == wish.starts_at
        and [part.person for part in wish.parts]
        in (people, [counted_anew.index(person) + 1 for person in people])
        and all(
            wished.staff is None or wished.staff.id == part.staff_id
            for wished, part in zip(wish.parts, parts, strict=True)
        )
        and not any(
            wished.called and part.called and wished.called != part.called
            for wished, part in zip(wish.parts, parts, strict=True)
        )
        and all(
            wished.branch_id is None or part.staff_id in wished.service.staff_ids
            for wished, part in zip(wish.parts, parts, strict=True)
        )
    )


def as_it_stands(
    held: Sequence[AppointmentReservation], booked: Sequence[Appointment]
) -> list[AppointmentReservation]:
    """Give a call's reservations with what of them stands, of all that the call has booked.

    A booked one of which nothing stands is left out, and so is one that it replaced; one that was
    moved stays as it was held.
    """
    standing = [_as_booked(each, booked) if each.status == "converted" else each for each in held]
    left = [each for each in standing if each is not None]
    tokens = {each.token for each in left}
    return [each for each in left if each.replaced_by_token in (None, *tokens)]


def _as_booked(
    reservation: AppointmentReservation, booked: Sequence[Appointment]
) -> AppointmentReservation | None:
    token = reservation.token
    mine = [
        each
        for each in booked
        if token in (each.token, each.visit_token) or each.id == reservation.appointment_id
    ]
    if not mine:
        return None
    if any(each.token != token for each in mine):
        return reservation
    numbers = {part.number for each in mine for part in each.parts}
    parts = tuple(part for part in reservation.parts if part.number in numbers)
    first = parts[0]
    return replace(
        reservation,
        parts=parts,
        service_id=first.service_id,
        person=first.person,
        starts_at=min(part.starts_at for part in parts),
    )
