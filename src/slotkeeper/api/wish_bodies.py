"""From a request's body to a wish of the company's catalogue."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.api.offer_structs import OfferBody
from slotkeeper.api.structs import BookBody, CustomerBody, HoldBody, PartBody
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.wish import Customer, Wish, WishedPart
from slotkeeper.http.bodies import bounded_instant

# The refusals of a wish that is to be held, or booked at once.
OF_A_BOOKING = (
    *("slot_taken", "unknown_service", "unknown_staff", "staff_cannot"),
    *("in_the_past", "call_ended", "too_many_holds"),
)


def wish_of(company: Company, body: HoldBody | BookBody) -> Wish:
    """Make the wish of a body. Raises UnknownService, UnknownStaff or InvalidInput."""
    return wish_at(company, body, bounded_instant("$.start", body.start))


def wish_at(company: Company, body: BookBody | OfferBody, starts_at: datetime) -> Wish:
    """Make the wish of a body for a start, at its branch where it names one.

    Raises UnknownService, UnknownStaff or InvalidInput.
    """
    wish = Wish(parts_of(company, body), starts_at, customer_of(body.customer))
    if body.branch is None:
        return wish
    for branch in company.branches:
        if branch.key == body.branch:
            return wish.at_branch(company, branch)
    raise InvalidInput("$.branch", "Expected the key of a branch")


def parts_of(company: Company, body: BookBody | OfferBody) -> tuple[WishedPart, ...]:
    """Make the parts of a body, of its ``parts`` or else its ``service``.

    Raises UnknownService, UnknownStaff or InvalidInput.
    """
    if (body.service is None) == (body.parts is None):
        raise InvalidInput("$.service", "Expected either `service` or `parts`")
    if body.parts is None:
        assert body.service is not None, "one of the two is given"
        return (
            _part(company, PartBody(service=body.service, person=body.person, staff=body.staff)),
        )
    if body.staff is not None or body.person != 1:
        raise InvalidInput("$.parts", "Expected `staff` and `person` within `parts`")
    return tuple(_part(company, part) for part in body.parts)


def _part(company: Company, part: PartBody) -> WishedPart:
    staff = company.staff_member(part.staff) if part.staff else None
    return WishedPart(company.service(part.service), part.person, staff)


def customer_of(body: CustomerBody | None) -> Customer:
    """Make the customer of a body that may name none."""
    return Customer(body.name, body.phone) if body else Customer()
