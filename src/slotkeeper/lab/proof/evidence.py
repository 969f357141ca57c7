"""The evidence that the judge reads: what callers were told, and the rows at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slotkeeper.lab.database.company_rows import CompanyRows
from slotkeeper.lab.proof.causes import LEFT_AFTER_S
from slotkeeper.lab.proof.history import Record

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant, with the records and rows that show it."""

    invariant: str
    what: str


@dataclass
class Evidence:
    """Records and rows, indexed once for all checks."""

    records: Sequence[Record]
    rows: CompanyRows
    began_at: datetime | None
    silence_s: float = LEFT_AFTER_S
    by_token: dict[str, list[Any]] = field(init=False)
    appointments: dict[int, Any] = field(init=False)
    by_op: dict[str, list[Record]] = field(init=False)

    def __post_init__(self) -> None:
        """Build the indexes."""
        self.by_token = defaultdict(list)
        for row in self.rows.reservations:
            self.by_token[str(row["caller_token"])].append(row)
        self.appointments = {row["id"]: row for row in self.rows.appointments}
        self.by_op = defaultdict(list)
        for record in self.records:
            self.by_op[record.op].append(record)


def given_up(row: Any, evidence: Evidence) -> datetime:
    """Tell when a row gave up its claim; FOREVER where it still has it."""
    if row["status"] in ("expired", "cancelled"):
        ended: datetime = row["ended_at"]
        return ended
    if row["blocks"]:
        return FOREVER
    if row["dropped_at"] is not None:  # this part alone was cancelled or moved
        dropped: datetime = row["dropped_at"]
        return dropped
    appointment = evidence.appointments.get(row["converted_to_appointment_id"])
    still_its = appointment and str(appointment["reservation_token"]) == str(row["caller_token"])
    freed: datetime = (
        appointment["cancelled_at"]
        if appointment and still_its and appointment["cancelled_at"]
        else row["updated_at"]  # moved away
    )
    return freed


def start_of(parts: Sequence[Any]) -> datetime:
    """Tell when a reservation of these rows begins for its customer."""
    starts: list[datetime] = [
        part["start_time"] + timedelta(minutes=part["buffer_before_min"]) for part in parts
    ]
    return min(starts)
