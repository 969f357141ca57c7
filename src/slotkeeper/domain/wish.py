"""Calls, customers, and what a caller wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slotkeeper.domain.catalogue import Branch, Company, Service, Staff


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation on a channel. ``id`` is None where the platform gives none.

    What is kept is counted by ``caller``: the caller's number or, where it is withheld, ``line:``
    and the number that was called. None is the desk.
    """

    channel: str
    id: str | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """For whom a reservation is; both may be missing. ``phone`` is in E.164."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class WishedPart:
    """One service of a visit for one of its people, with a member of staff or (None) anyone.

    ``person`` says which person of the visit it is for, from 1 on. ``or_staff`` are others who will
    do as well as ``staff``, in the order of wish. ``called`` is how the caller is related to that
    person ("mein Sohn"), never a name; "" is the caller herself, None is not known. With a
    ``branch_id`` the service is one that only those who work at that branch perform.
    """

    service: Service
    person: int = 1
    staff: Staff | None = None
    or_staff: tuple[Staff, ...] = ()
    called: str | None = None
    branch_id: int | None = None

    @property
    def wished(self) -> tuple[Staff, ...]:
        """Those who may serve it, in the order of wish; nobody where anyone will do."""
        return () if self.staff is None else (self.staff, *self.or_staff)

    def at_branch(self, company: Company, branch: Branch) -> WishedPart:
        """Give the same part with only those who work at a branch."""
        here = {person.id for person in company.staff if person.branch_id == branch.id}
        service = replace(self.service, staff_ids=self.service.staff_ids & here)
        return replace(self, service=service, branch_id=branch.id)


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit that a caller wants at an instant: one part or several, all or none.

    The parts of a person stand in the order in which they are done. A wish of one service is a
    visit of one part.
    """

    parts: tuple[WishedPart, ...]
    starts_at: datetime
    customer: Customer = Customer()

    @classmethod
    def of(
        cls,
        service: Service,
        starts_at: datetime,
        staff: Staff | None = None,
        *,
        person: int = 1,
        customer: Customer = Customer(),
    ) -> Wish:
        """Make the wish of one service."""
        return cls((WishedPart(service, person, staff),), starts_at, customer)

    @property
    def service(self) -> Service:
        """The service of the first part."""
        return self.parts[0].service

    @property
    def staff(self) -> Staff | None:
        """With whom the first part is wished."""
        return self.parts[0].staff

    @property
    def person(self) -> int:
        """For which person the first part is."""
        return self.parts[0].person

    @property
    def persons(self) -> tuple[int, ...]:
        """The people of the visit, each once, in the order in which they are named."""
        return tuple(dict.fromkeys(part.person for part in self.parts))

    @property
    def ends_at(self) -> datetime:
        """When it ends where one service is done after the other."""
        return self.starts_at + timedelta(minutes=sum(p.service.duration_min for p in self.parts))

    def with_anyone(self) -> Wish:
        """Give the same wish without a wish for anybody of the staff."""
        return self.with_staff(None)

    def with_staff(self, staff: Staff | None) -> Wish:
        """Give the same wish with one member of staff, or (None) anyone, for every part."""
        parts = tuple(replace(part, staff=staff, or_staff=()) for part in self.parts)
        return replace(self, parts=parts)

    def at_branch(self, company: Company, branch: Branch) -> Wish:
        """Give the same wish with only those who work at a branch, for every part."""
        return replace(self, parts=tuple(part.at_branch(company, branch) for part in self.parts))

    def with_one_of(self, people: Sequence[Staff]) -> Wish:
        """Give the same wish with one of some people, in the order of wish, for every part.

        Nobody of them is anyone.
        """
        if not people:
            return self.with_anyone()
        parts = tuple(
            replace(part, staff=people[0], or_staff=tuple(people[1:])) for part in self.parts
        )
        return replace(self, parts=parts)
