"""The customer and the wished person of staff, from the arguments that a model sent."""

from __future__ import annotations

import re

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import UnknownStaff
from slotkeeper.domain.wish import Customer
from slotkeeper.language.people.names import understand_name
from slotkeeper.language.people.phones import understand_phone
from slotkeeper.language.people.staff import understand_staff
from slotkeeper.tools.tool import ToolRequest

# A name that the platform redacted or left unfilled counts as missing: nobody asks for it again.
_REDACTED = re.compile(r"[\[\]{}<>*]")


def customer_of(request: ToolRequest) -> Customer:
    """Give the customer; the caller's number stands in where no number was said."""
    number = understand_phone(request.argument("customer_phone"))
    return Customer(
        understand_name(request.argument("customer_name")),
        number or understand_phone(request.caller_phone),
    )


def needs_a_name(request: ToolRequest) -> bool:
    """Whether the model made up a name, such as User or Unbekannt, so that we must ask for it."""
    given = request.argument("customer_name")
    return given is not None and not _REDACTED.search(given) and understand_name(given) is None


def similar_staff(request: ToolRequest) -> tuple[Staff, ...]:
    """Give the people one of whom may be wished; () where that is clear, or nobody sounds so."""
    wanted = understand_staff(request.argument("staff"), request.company.staff)
    return wanted if isinstance(wanted, tuple) else ()


def staff_of(request: ToolRequest) -> Staff | None:
    """Give the person whom the caller wants; None for anybody. Raises UnknownStaff."""
    wanted = understand_staff(request.argument("staff"), request.company.staff)
    if isinstance(wanted, tuple):
        # A name that only sounds similar may mean somebody else.
        raise UnknownStaff
    return wanted
