"""Calls, customers, and what a caller wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.catalogue import Service, Staff


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation on a channel. ``id`` is None where the platform gives none.

    Holds are counted by ``caller``: the caller's number or, where it is withheld, ``line:`` and the
    number that was called.
    """

    channel: str
    id: str | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """For whom a reservation is; both may be missing. ``phone`` is in E.164."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A service at an instant, with a person or (None) anyone, for the n-th person of a party."""

    service: Service
    starts_at: datetime
    staff: Staff | None = None
    party: int = 1
    customer: Customer = Customer()
