"""The recount: an independent second opinion of every figure that the collector gives.

It reads whole rows and counts them in Python. It shares no code with the SQL that the collector
runs, nor with what the collector makes of the result; only ``domain.statistics`` computes its
percentiles and percentages, which the collector's SQL computes with ``percentile_cont``. A figure
is right where both agree: see ``reconciliation``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

from slotkeeper.domain.statistics import percentage, percentile

RecountRow = Mapping[str, Any]
Value = int | float

STATUSES = ("active", "converted", "expired", "cancelled")
# The status of a reservation whose rows have different statuses: it counts in none of the four.
TORN = "torn"
# Options of an offer that ended for these reasons are no lost sale.
NO_LOST_SALE = {"not_chosen", "superseded", "taken_over"}
# In seconds; written out once more on purpose, because the recount is independent.
BOUNDS_S = (5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900)


@dataclass(slots=True)
class RecountedReservation:
    """One reservation, put together from its rows; ``lasted`` is None while it is open."""

    status: str
    is_compound: bool
    origin: str
    offer_id: UUID
    end_reason: str | None
    lasted: timedelta | None
    part_numbers: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    """A start that an answer named to a call."""

    call_id: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Offering:
    """When a start was named as free, for which service, and with which person."""

    answered_at: datetime
    service_id: int | None
    staff_id: UUID | None


class Recount:
    """Takes a company's rows one by one, in any order, and gives its figures.

    A hold that is past its expiry at ``now`` counts as expired although its row still says active;
    without ``now`` the row's status counts. The window includes ``since`` and excludes ``until``.
    """

    def __init__(
        self,
        *,
        now: datetime | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        """Begin at zero."""
        self._now, self._since, self._until = now, since, until
        self._reservations: dict[UUID, RecountedReservation] = {}
        self._unbooked = timedelta()
        self._offerings: defaultdict[OfferedSlot, list[Offering]] = defaultdict(list)
        self._refusals: list[RecountRow] = []
        self._faults: Counter[str] = Counter()

    def add_reservation(self, row: RecountRow) -> None:
        """Count a row of the reservations: one segment on one calendar."""
        if not self._is_in_window(row["reserved_at"]):
            return
        status, over_at = row["status"], row["ended_at"]
        if status == "active" and self._now is not None and row["expires_at"] <= self._now:
            status, over_at = "expired", row["expires_at"]
        if status in ("expired", "cancelled") and row["staff_id"] is not None:
            self._unbooked += row["end_time"] - row["start_time"]
        if row["origin"] == "move":
            return  # an appointment that moved is no new reservation
        reservation = RecountedReservation(
            status,
            row["is_compound"],
            row["origin"],
            row["offer_id"],
            row["end_reason"],
            over_at - row["reserved_at"] if over_at else None,
        )
        known = self._reservations.setdefault(row["caller_token"], reservation)
        known.part_numbers.add(row["part_number"])
        if known.status != status:
            known.status = TORN

    def add_answer(self, row: RecountRow) -> None:
        """Count an answer to a tool call: the starts it named as free, the one it refused."""
        people = row["told_free_staff"]
        for start, staff_id in zip_longest(row["told_free"], people[: len(row["told_free"])]):
            offering = Offering(row["answered_at"], row["service_id"], staff_id)
            self._offerings[OfferedSlot(row["call_id"], start)].append(offering)
        if row["refused_start"] is not None and self._is_in_window(row["answered_at"]):
            self._refusals.append(row)

    def add_fault(self, row: RecountRow) -> None:
        """Count a fault by its kind."""
        if self._is_in_window(row["happened_at"]):
            self._faults[row["kind"]] += 1

    def figures(self) -> dict[str, Value]:
        """All figures by their names; those that have parts as ``name.part``."""
        reservations = list(self._reservations.values())
        # Who books at once does not think about it, so only holds have durations.
        holds = [one for one in reservations if one.origin == "reserve"]
        converted = [hold for hold in holds if hold.status == "converted"]
        over = [hold for hold in holds if hold.status != "active"]
        return {
            **_lifecycle(reservations),
            **_offers(reservations),
            **_durations("time_to_conversion", converted),
            **_durations("lifetime", over),
            "late_conversions": sum(one.origin == "again" for one in reservations),
            "released_at_hangup": sum(one.end_reason == "call_ended" for one in reservations),
            "unbooked_s": self._unbooked.total_seconds(),
            **self._answers(),
            **{f"errors.{kind}": n for kind, n in self._faults.items()},
        }

    def _answers(self) -> dict[str, Value]:
        prevented = {_slot(row) for row in self._refusals if row["reason"] == "held"}
        told_free_then_refused = {
            _slot(row)
            for row in self._refusals
            if row["reason"] in ("held", "taken") and self._was_told_free(row)
        }
        return {
            "collisions_prevented": len(prevented),
            "told_free_then_refused": len(told_free_then_refused),
        }

    def _was_told_free(self, refusal: RecountRow) -> bool:
        """Whether an earlier answer named the slot, for the same service and the wished person.

        A slot that was free with Emma is not taken back because Sarah is booked.
        """
        return any(
            offering.answered_at < refusal["answered_at"]
            and offering.service_id == refusal["service_id"]
            and refusal["refused_staff_id"] in (None, offering.staff_id)
            for offering in self._offerings.get(_slot(refusal), ())
        )

    def _is_in_window(self, instant: datetime) -> bool:
        return (self._since is None or instant >= self._since) and (
            self._until is None or instant < self._until
        )


def _slot(refusal: RecountRow) -> OfferedSlot:
    return OfferedSlot(refusal["call_id"], refusal["refused_start"])


def _lifecycle(reservations: Sequence[RecountedReservation]) -> dict[str, Value]:
    of_status = Counter(one.status for one in reservations)
    compound = [one for one in reservations if one.is_compound]
    reasons = Counter(one.end_reason for one in reservations if one.status == "cancelled")
    return {
        "created": len(reservations),
        "created_compound": len(compound),
        "services_created": sum(len(one.part_numbers) for one in reservations),
        "services_converted": sum(
            len(one.part_numbers) for one in reservations if one.status == "converted"
        ),
        "converted_compound": sum(one.status == "converted" for one in compound),
        **{status: of_status[status] for status in STATUSES},
        **{f"cancelled_by_reason.{reason}": n for reason, n in reasons.items()},
        "balance": len(reservations) - sum(of_status[status] for status in STATUSES),
    }


def _offers(reservations: Sequence[RecountedReservation]) -> dict[str, Value]:
    """Count offers: each counts as the best status that one of its options has."""
    options: dict[UUID, set[str]] = {}
    for one in reservations:
        if one.end_reason not in NO_LOST_SALE:
            options.setdefault(one.offer_id, set()).add(one.status)
    best_first = ("converted", "active", "expired")
    became = Counter(
        next((status for status in best_first if status in statuses), "cancelled")
        for statuses in options.values()
    )
    over = became["converted"] + became["expired"] + became["cancelled"]
    return {
        "offers": len(options),
        **{f"offers_{status}": became[status] for status in STATUSES},
        "conversion_rate": percentage(became["converted"], len(options)),
        "completion_rate": percentage(became["converted"], over),
        "active_rate": percentage(became["active"], len(options)),
    }


def _durations(name: str, holds: Sequence[RecountedReservation]) -> dict[str, Value]:
    lasted = [hold.lasted for hold in holds if hold.lasted is not None]
    seconds = [duration.total_seconds() for duration in lasted]
    return {
        f"{name}.count": len(lasted),
        f"{name}.sum_s": sum(lasted, timedelta()).total_seconds(),
        f"{name}.median_s": percentile(seconds, 50) or 0.0,
        f"{name}.p95_s": percentile(seconds, 95) or 0.0,
        **{
            f"{name}.at_most_{bound}": sum(d <= timedelta(seconds=bound) for d in lasted)
            for bound in BOUNDS_S
        },
    }
