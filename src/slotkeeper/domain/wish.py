"""Who wishes what, on which call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.catalogue import Service, Staff


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation on a channel. ``id`` is None where the platform gives none.

    ``caller`` is whose holds are counted together: the number that rings, or ``line:`` and the line
    that is called where the number is withheld.
    """

    channel: str
    id: str | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Who it is for. Both may be missing: anonymous callers may hold. ``phone`` is E.164."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A service at an instant, for the n-th person of a party; with someone, or with anyone."""

    service: Service
    starts_at: datetime
    staff: Staff | None = None
    party: int = 1
    customer: Customer = Customer()
