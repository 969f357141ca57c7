"""Who it is for and with whom, from what a model sent along."""

from __future__ import annotations

import re

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import UnknownStaff
from slotkeeper.domain.wish import Customer
from slotkeeper.language.people import understand_name, understand_phone, understand_staff
from slotkeeper.tools.arguments import argument
from slotkeeper.tools.registry import Conversation

# What was blackened or not filled in is missing, and no reason to ask for a name again.
_REDACTED = re.compile(r"[\[\]{}<>*]")


def customer_of(asked: Conversation) -> Customer:
    """Take the customer: placeholders and dummies are missing; the ringing number stands in."""
    number = understand_phone(argument(asked.args, "customer_phone"))
    return Customer(
        understand_name(argument(asked.args, "customer_name")),
        number or understand_phone(asked.caller_phone),
    )


def needs_a_name(asked: Conversation) -> bool:
    """Whether a model made a name up, such as User or Unbekannt: then the caller is asked."""
    given = argument(asked.args, "customer_name")
    return given is not None and not _REDACTED.search(given) and understand_name(given) is None


def staff_of(asked: Conversation) -> Staff | None:
    """Take whom the caller wants; None for no wish. Raises UnknownStaff."""
    wanted = understand_staff(argument(asked.args, "staff"), asked.company.staff)
    if isinstance(wanted, tuple):
        # What only sounds similar is never taken for granted.
        raise UnknownStaff
    return wanted
