"""Every figure a second time: from plainly read rows, in Python, knowing nothing of the first.

It shares no code with the SQL that the collector asks, nor with what the collector makes of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from math import ceil, floor
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]
Value = int | float

STATUSES = ("active", "converted", "expired", "cancelled")
# The status of a reservation whose rows tell different stories: it is in none of the four.
TORN = "torn"
# Options of an offer that ended so were no lost sale.
NO_LOST_SALE = {"not_chosen", "superseded"}
# In seconds; written out once more, because this is the second opinion.
BOUNDS_S = (5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900)


@dataclass(slots=True)
class Made:
    """One reservation, whatever the number of its rows."""

    status: str
    is_compound: bool
    origin: str
    offer_id: UUID
    end_reason: str | None
    lasted: timedelta | None


# Which call, and which start was named to it; when, for which service, and with whom.
Named = tuple[str, datetime]
Told = tuple[datetime, int | None, UUID | None]


class Recount:
    """Takes a company's rows one by one, in any order, and gives its figures.

    ``now`` says which holds are dead though not swept; without it their own statuses stand. Of
    ``since`` and ``until`` the first belongs to the window and the second does not.
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
        self._made: dict[UUID, Made] = {}
        self._unbooked = timedelta()
        self._told: defaultdict[Named, list[Told]] = defaultdict(list)
        self._refused: list[Row] = []
        self._faults: Counter[str] = Counter()

    def add_reservation(self, row: Row) -> None:
        """Take a row of the reservations: one segment on one calendar."""
        if not self._counts(row["reserved_at"]):
            return
        status, over_at = row["status"], row["ended_at"]
        if status == "active" and self._now is not None and row["expires_at"] <= self._now:
            status, over_at = "expired", row["expires_at"]
        if status in ("expired", "cancelled") and row["staff_id"] is not None:
            self._unbooked += row["end_time"] - row["start_time"]
        if row["origin"] == "move":
            return  # an appointment that went elsewhere is no new reservation
        made = Made(
            status,
            row["is_compound"],
            row["origin"],
            row["offer_id"],
            row["end_reason"],
            over_at - row["reserved_at"] if over_at else None,
        )
        known = self._made.setdefault(row["caller_token"], made)
        if known.status != status:
            known.status = TORN

    def add_answer(self, row: Row) -> None:
        """Take an answer to a tool call: what it named as free, and what it refused."""
        people = row["told_free_staff"]
        for start, staff_id in zip_longest(row["told_free"], people[: len(row["told_free"])]):
            told = (row["answered_at"], row["service_id"], staff_id)
            self._told[row["call_id"], start].append(told)
        if row["refused_start"] is not None and self._counts(row["answered_at"]):
            self._refused.append(row)

    def add_fault(self, row: Row) -> None:
        """Take something that broke."""
        if self._counts(row["happened_at"]):
            self._faults[row["kind"]] += 1

    def figures(self) -> dict[str, Value]:
        """All figures by their names; what has parts by ``name.part``."""
        made = list(self._made.values())
        thought_about = [one for one in made if one.origin == "reserve"]
        converted = [one for one in thought_about if one.status == "converted"]
        over = [one for one in thought_about if one.status != "active"]
        return {
            **_lifecycle(made),
            **_offers(made),
            **_spread("time_to_conversion", converted),
            **_spread("lifetime", over),
            "late_conversions": sum(one.origin == "again" for one in made),
            "released_at_hangup": sum(one.end_reason == "call_ended" for one in made),
            "unbooked_s": self._unbooked.total_seconds(),
            **self._answers(),
            **{f"errors.{kind}": n for kind, n in self._faults.items()},
        }

    def _answers(self) -> dict[str, Value]:
        prevented = {_named(row) for row in self._refused if row["reason"] == "held"}
        broken_word = {
            _named(row)
            for row in self._refused
            if row["reason"] in ("held", "taken") and self._was_told_free(row)
        }
        return {
            "collisions_prevented": len(prevented),
            "told_free_then_refused": len(broken_word),
        }

    def _was_told_free(self, refused: Row) -> bool:
        """Whether it had been named as free, for this service and with the person that is wished.

        What was free with Emma was not taken back because Sarah is booked.
        """
        return any(
            answered_at < refused["answered_at"]
            and service_id == refused["service_id"]
            and refused["refused_staff_id"] in (None, staff_id)
            for answered_at, service_id, staff_id in self._told.get(_named(refused), ())
        )

    def _counts(self, instant: datetime) -> bool:
        return (self._since is None or instant >= self._since) and (
            self._until is None or instant < self._until
        )


def _named(refused: Row) -> Named:
    return refused["call_id"], refused["refused_start"]


def _lifecycle(made: Sequence[Made]) -> dict[str, Value]:
    of_status = Counter(one.status for one in made)
    compound = [one for one in made if one.is_compound]
    reasons = Counter(one.end_reason for one in made if one.status == "cancelled")
    return {
        "created": len(made),
        "created_compound": len(compound),
        "converted_compound": sum(one.status == "converted" for one in compound),
        **{status: of_status[status] for status in STATUSES},
        **{f"cancelled_by_reason.{reason}": n for reason, n in reasons.items()},
        "balance": len(made) - sum(of_status[status] for status in STATUSES),
    }


def _offers(made: Sequence[Made]) -> dict[str, Value]:
    """Count offers: each is what its luckiest option has become."""
    options: dict[UUID, set[str]] = {}
    for one in made:
        if one.end_reason not in NO_LOST_SALE:
            options.setdefault(one.offer_id, set()).add(one.status)
    luck = ("converted", "active", "expired")
    became = Counter(
        next((status for status in luck if status in found), "cancelled")
        for found in options.values()
    )
    over = became["converted"] + became["expired"] + became["cancelled"]
    return {
        "offers": len(options),
        **{f"offers_{status}": became[status] for status in STATUSES},
        "conversion_rate": _percent(became["converted"], len(options)),
        "completion_rate": _percent(became["converted"], over),
        "active_rate": _percent(became["active"], len(options)),
    }


def _spread(name: str, made: Sequence[Made]) -> dict[str, Value]:
    lasted = sorted(one.lasted for one in made if one.lasted is not None)
    return {
        f"{name}.count": len(lasted),
        f"{name}.sum_s": sum(lasted, timedelta()).total_seconds(),
        f"{name}.median_s": _percentile(lasted, 0.5),
        f"{name}.p95_s": _percentile(lasted, 0.95),
        **{
            f"{name}.at_most_{bound}": sum(one <= timedelta(seconds=bound) for one in lasted)
            for bound in BOUNDS_S
        },
    }


def _percentile(ascending: Sequence[timedelta], share: float) -> float:
    """Between the two nearest, in proportion, as PostgreSQL's percentile_cont."""
    if not ascending:
        return 0.0
    at = share * (len(ascending) - 1)
    below, above = ascending[floor(at)], ascending[ceil(at)]
    return (below + (above - below) * (at - floor(at))).total_seconds()


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
