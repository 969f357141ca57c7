"""For whom is booked: what a company needs to know of a customer before it books."""

from __future__ import annotations

from typing import Literal

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import CustomerNeeded
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.wish import Customer


def missing_of(company: Company, customer: Customer) -> tuple[Literal["name", "phone"], ...]:
    """List what is still needed to book."""
    return company.rules.missing_to_book(
        name=bool((customer.name or "").strip()), phone=bool(customer.phone)
    )


def refuse_nobody(company: Company, customer: Customer) -> None:
    """Raise CustomerNeeded where too little is known of the customer."""
    if missing := missing_of(company, customer):
        raise CustomerNeeded(company.rules.needed_to_book, missing)


def with_hold(customer: Customer, hold: AppointmentReservation) -> Customer:
    """Add to what was said of a customer what the hold knows."""
    return Customer(customer.name or hold.customer_name, customer.phone or hold.customer_phone)
