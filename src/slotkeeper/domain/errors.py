"""What can go wrong, as a tree.

    SlotkeeperError
    ├── Refusal                     a legitimate no; has a code and facts, nothing broke
    │   ├── NotFound
    │   │   ├── UnknownService
    │   │   ├── UnknownStaff
    │   │   ├── UnknownReservation
    │   │   └── UnknownAppointment
    │   ├── SlotTaken               someone else's hold or appointment covers the time
    │   ├── StaffCannot             that person does not do that service
    │   ├── InThePast               the wished time is over
    │   ├── ReservationExpired      the hold died before the yes
    │   ├── ReservationCancelled    the hold was ended, with a reason
    │   ├── CallEnded               the caller has hung up
    │   ├── NoSuchTime              the clocks are put forward over it
    │   ├── AmbiguousTime           the clocks are put back: it comes twice
    │   └── InvalidInput            what was sent cannot be understood
    └── Fault                       something broke; asking again may help
        ├── StorageUnavailable      PostgreSQL did not answer in time, or not at all
        └── OutcomeUnknown          the answer to a commit was lost: ask again to learn it

Codes are stable and public. HTTP statuses and sentences are kept elsewhere, one table each.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal


class SlotkeeperError(Exception):
    """Anything that Slotkeeper raises on purpose."""

    code: ClassVar[str]

    def facts(self) -> dict[str, object]:
        """What a program needs to react, without personal data. Instants are aware datetimes."""
        return {}


class Refusal(SlotkeeperError):
    """A legitimate no."""


class NotFound(Refusal):
    """Nothing of that name or id belongs to this company."""

    code = "not_found"


class UnknownService(NotFound):
    """The company offers no such service."""

    code = "unknown_service"


class UnknownStaff(NotFound):
    """Nobody of that name or id works here."""

    code = "unknown_staff"


class UnknownReservation(NotFound):
    """No reservation of this company, or of this call, has that token."""

    code = "unknown_reservation"


class UnknownAppointment(NotFound):
    """No appointment of this company has that id."""

    code = "unknown_appointment"


class SlotTaken(Refusal):
    """Another reservation or appointment already covers this time."""

    code = "slot_taken"

    def __init__(
        self,
        blocked_by: Literal["hold", "appointment", "busy"],
        blocked_until: datetime | None = None,
    ) -> None:
        """Say what is in the way and, for a hold, until when at most."""
        super().__init__(f"slot taken by {blocked_by}")
        self.blocked_by = blocked_by
        self.blocked_until = blocked_until

    def facts(self) -> dict[str, object]:
        """What blocks, and until when."""
        return {"blocked_by": self.blocked_by, "blocked_until": self.blocked_until}


class StaffCannot(Refusal):
    """That person does not perform that service."""

    code = "staff_cannot"


class InThePast(Refusal):
    """The wished time is over."""

    code = "in_the_past"


class ReservationExpired(Refusal):
    """A hold is dead at its expiry, not after it."""

    code = "reservation_expired"


class ReservationCancelled(Refusal):
    """The hold was ended before it was taken."""

    code = "reservation_cancelled"

    def __init__(self, reason: str) -> None:
        """Keep why it ended: released, superseded, not_chosen, call_ended, ..."""
        super().__init__(f"reservation cancelled: {reason}")
        self.reason = reason

    def facts(self) -> dict[str, object]:
        """Why it ended."""
        return {"reason": self.reason}


class CallEnded(Refusal):
    """The caller has hung up; nothing more is held for this call."""

    code = "call_ended"


class NoSuchTime(Refusal):
    """The clocks are put forward over this wall-clock time."""

    code = "no_such_time"


class AmbiguousTime(Refusal):
    """The clocks are put back: this wall-clock time comes twice."""

    code = "ambiguous_time"

    def __init__(self, candidates: tuple[datetime, datetime]) -> None:
        """Keep both instants, the earlier first."""
        super().__init__("this time comes twice")
        self.candidates = candidates

    def facts(self) -> dict[str, object]:
        """Both instants."""
        return {"candidates": list(self.candidates)}


class InvalidInput(Refusal):
    """What was sent cannot be understood; says where and why."""

    code = "invalid_input"

    def __init__(self, where: str, why: str) -> None:
        """Name the field and what is wrong with it, never its value."""
        super().__init__(f"{where}: {why}" if where else why)
        self.where = where
        self.why = why

    def facts(self) -> dict[str, object]:
        """The field, as a path such as $.start, and what is wrong."""
        return {"field": self.where, "reason": self.why}


class Fault(SlotkeeperError):
    """Something broke."""


class StorageUnavailable(Fault):
    """PostgreSQL did not answer in time, or not at all; nothing was done."""

    code = "storage_unavailable"


class OutcomeUnknown(Fault):
    """The connection broke after the commit was sent: it may have happened."""

    code = "outcome_unknown"
