"""From a request's body to a wish of the company's catalogue."""

from __future__ import annotations

from slotkeeper.api.structs import BookBody, CustomerBody, HoldBody
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.wish import Customer, Wish
from slotkeeper.http.bodies import bounded_instant

# The refusals of a wish that is to be held, or booked at once.
OF_A_BOOKING = (
    *("slot_taken", "unknown_service", "unknown_staff", "staff_cannot"),
    *("in_the_past", "call_ended"),
)


def wish_of(company: Company, body: HoldBody | BookBody) -> Wish:
    """Make the wish of a body. Raises UnknownService, UnknownStaff or InvalidInput."""
    return Wish.of(
        service=company.service(body.service),
        starts_at=bounded_instant("$.start", body.start),
        staff=company.staff_member(body.staff) if body.staff else None,
        person=body.person,
        customer=customer_of(body.customer),
    )


def customer_of(body: CustomerBody | None) -> Customer:
    """Make the customer of a body that may name none."""
    return Customer(body.name, body.phone) if body else Customer()
