"""Wish again what is held or booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Branch, Company
from slotkeeper.domain.diary import able_staff
from slotkeeper.domain.errors import UnknownAppointment, UnknownService
from slotkeeper.domain.reservation import BookedPart
from slotkeeper.domain.wish import Customer, Wish, WishedPart


def wish_as_booked(
    company: Company,
    parts: Sequence[BookedPart],
    starts_at: datetime,
    customer: Customer,
) -> Wish:
    """Wish for another start what is booked, each part with whom it was wished, who still does it.

    Raises UnknownService where one of the services is no longer offered, and UnknownAppointment
    where there is no part.
    """
    wished: list[WishedPart] = []
    for part in parts:
        service = company.service_by_id(part.service_id)
        if service is None:
            raise UnknownService
        staff = company.staff_by_id(part.wished_staff_id) if part.wished_staff_id else None
        if staff is not None and not able_staff(company, service, [staff]):
            staff = None
        wished.append(WishedPart(service, part.person, staff, called=part.called))
    if not wished:
        raise UnknownAppointment
    return Wish(tuple(wished), starts_at, customer)


def at_its_branch(company: Company, wish: Wish, staff_id: UUID | None) -> Wish:
    """Give a wish at the branch where this person serves, who has it booked.

    It stays as it is where the company lets anybody serve, or where nobody there can any more.
    """
    member = company.staff_by_id(staff_id) if staff_id else None
    if member is None or company.rules.which_branch != "ask" or len(company.branches) < 2:
        return wish
    here = [branch for branch in company.branches if branch.id == member.branch_id]
    there = wish.at_branch(company, here[0]) if here else wish
    served = all(able_staff(company, part.service, part.wished) for part in there.parts)
    return there if served else wish


def at_another_branch(company: Company, wish: Wish, branch: Branch) -> Wish:
    """Give a wish at a branch that is named, with anyone where the wished person is not there."""
    parts = [part.at_branch(company, branch) for part in wish.parts]
    return replace(
        wish,
        parts=tuple(
            part
            if able_staff(company, part.service, part.wished)
            else replace(part, staff=None, or_staff=())
            for part in parts
        ),
    )
