"""From a request's body to a wish of the company's catalogue."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.api.offer_structs import AvailabilityBody, OfferBody
from slotkeeper.api.structs import BookBody, CustomerBody, HoldBody, PartBody
from slotkeeper.domain.catalogue import Branch, Company
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.phone_numbers import in_region
from slotkeeper.domain.wish import Customer, Wish, WishedPart
from slotkeeper.http.bodies import bounded_instant
from slotkeeper.tools.customer_and_staff import real_name

# The refusals of any wish, and those of one that is to be held, or booked at once.
OF_A_WISH = (
    *("unknown_service", "unknown_staff", "staff_cannot"),
    *("visit_too_large", "not_combined", "add_on_alone"),
)
OF_A_BOOKING = (
    *(*OF_A_WISH, "slot_taken", "search_given_up", "in_the_past"),
    *("call_ended", "too_many_holds"),
)


def wish_of(company: Company, body: HoldBody | BookBody) -> Wish:
    """Make the wish of a body. Raises UnknownService, UnknownStaff or InvalidInput."""
    return wish_at(company, body, bounded_instant("$.start", body.start))


def wish_at(company: Company, body: BookBody | OfferBody, starts_at: datetime) -> Wish:
    """Make the wish of a body for a start, at its branch where it names one.

    Raises UnknownService, UnknownStaff or InvalidInput.
    """
    wish = Wish(
        parts_of(company, body, body.person), starts_at, customer_of(body.customer, company)
    )
    return _at_branch(company, wish, body.branch)


def wish_within(company: Company, body: AvailabilityBody, window: Interval) -> Wish:
    """Make the wish of a body for any start within a window.

    Raises UnknownService, UnknownStaff or InvalidInput.
    """
    return _at_branch(company, Wish(parts_of(company, body), window.start), body.branch)


def _at_branch(company: Company, wish: Wish, key: str | None) -> Wish:
    branch = branch_of(company, key)
    return wish if branch is None else wish.at_branch(company, branch)


def branch_of(company: Company, key: str | None) -> Branch | None:
    """Find a branch by its key; None where none is named. Raises InvalidInput."""
    if key is None:
        return None
    for branch in company.branches:
        if branch.key == key:
            return branch
    raise InvalidInput("$.branch", "Expected the key of a branch")


def parts_of(
    company: Company, body: BookBody | OfferBody | AvailabilityBody, person: int = 1
) -> tuple[WishedPart, ...]:
    """Make the parts of a body, of its ``parts`` or else its ``service`` for a person.

    Raises UnknownService, UnknownStaff or InvalidInput.
    """
    if (body.service is None) == (body.parts is None):
        raise InvalidInput("$.service", "Expected either `service` or `parts`")
    if body.parts is None:
        assert body.service is not None, "one of the two is given"
        return (_part(company, PartBody(service=body.service, person=person, staff=body.staff)),)
    if body.staff is not None or person != 1:
        raise InvalidInput("$.parts", "Expected `staff` and `person` within `parts`")
    return tuple(_part(company, part) for part in body.parts)


def _part(company: Company, part: PartBody) -> WishedPart:
    staff = company.staff_member(part.staff) if part.staff else None
    return WishedPart(company.service(part.service), part.person, staff)


def customer_of(body: CustomerBody | None, company: Company) -> Customer:
    """Make the customer of a body that may name none; a name that was made up is none.

    Raises InvalidInput for a number that no network can have.
    """
    if body is None:
        return Customer()
    phone = in_region(body.phone, company.region) if body.phone else None
    if body.phone is not None and phone is None:
        raise InvalidInput("$.customer.phone", "Expected a number such as +493012345678")
    return Customer(real_name(body.name), phone)
