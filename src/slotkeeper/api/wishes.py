"""From a body to a wish of the company's catalogue."""

from __future__ import annotations

from datetime import UTC, datetime

from slotkeeper.api.structs import BookBody, CustomerBody, HoldBody
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.wish import Customer, Wish

# Beyond these no calendar is kept, and arithmetic with time zones would overflow.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
OUT_OF_RANGE = f"Expected an instant from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}, in UTC"


def wish_of(company: Company, body: HoldBody | BookBody) -> Wish:
    """Find what is meant. Raises UnknownService, UnknownStaff or InvalidInput."""
    if not EARLIEST <= body.start <= LATEST:
        raise InvalidInput("$.start", OUT_OF_RANGE)
    return Wish(
        service=company.service(body.service),
        starts_at=body.start,
        staff=company.staff_member(body.staff) if body.staff else None,
        party=body.party,
        customer=customer_of(body.customer),
    )


def customer_of(body: CustomerBody | None) -> Customer:
    """Take the customer from a body that may name none."""
    return Customer(body.name, body.phone) if body else Customer()
