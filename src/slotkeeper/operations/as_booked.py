"""Wish again what is held or booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slotkeeper.domain.catalogue import Company
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
