"""Who it is for and with whom, from what a model sent along."""

from __future__ import annotations

import re

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import UnknownStaff
from slotkeeper.domain.wish import Customer
from slotkeeper.language.people import understand_name, understand_phone, understand_staff
from slotkeeper.tools.tool import ToolRequest

# What was blackened or not filled in is missing, and no reason to ask for a name again.
_REDACTED = re.compile(r"[\[\]{}<>*]")


def customer_of(request: ToolRequest) -> Customer:
    """Take the customer: placeholders and dummies are missing; the ringing number stands in."""
    number = understand_phone(request.argument("customer_phone"))
    return Customer(
        understand_name(request.argument("customer_name")),
        number or understand_phone(request.caller_phone),
    )


def needs_a_name(request: ToolRequest) -> bool:
    """Whether a model made a name up, such as User or Unbekannt: then the caller is asked."""
    given = request.argument("customer_name")
    return given is not None and not _REDACTED.search(given) and understand_name(given) is None


def staff_of(request: ToolRequest) -> Staff | None:
    """Take whom the caller wants; None for no wish. Raises UnknownStaff."""
    wanted = understand_staff(request.argument("staff"), request.company.staff)
    if isinstance(wanted, tuple):
        # What only sounds similar is never taken for granted.
        raise UnknownStaff
    return wanted
