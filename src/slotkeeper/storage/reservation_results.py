"""What the core functions are given and give back, as typed rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from slotkeeper.domain.placement import Placement
from slotkeeper.domain.reservation import Appointment, AppointmentReservation

# What a claim may run into beside other reservations: somebody is away, or busy elsewhere.
Elsewhere = Literal["absence", "imported"]


@dataclass(frozen=True, slots=True)
class OfferOptions:
    """The options of one offer, which may not overlap on a calendar.

    With ``wished`` the first is what the caller asked for, and takes the place of what this call
    itself holds there; without, all are alternatives. The first ``keep`` that are free are held
    (None: all of them); those behind stand by.
    """

    placements: Sequence[Placement]
    wished: bool = True
    keep: int | None = None

    def __post_init__(self) -> None:
        """Refuse options that stand by behind a wish."""
        if self.wished and self.keep is not None and len(self.placements) > 1:
            raise ValueError("only alternatives stand by, not a wish")


@dataclass(frozen=True, slots=True)
class ChangedReservation:
    """A reservation as it is after a change, and the clock to judge it by."""

    reservation: AppointmentReservation
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class OptionResult:
    """The result for one option of an offer; ``held`` is the hold where it was reserved."""

    outcome: (
        Literal["held", "repeated", "booked", "taken", "spare"]
        | Literal["crowded", "too_many_holds", "call_ended"]
        | Elsewhere
    )
    held: ChangedReservation | None
    blocked_by: Literal["hold", "appointment"] | None
    blocked_until: datetime | None
    superseded: tuple[UUID, ...]

    @property
    def reservation(self) -> AppointmentReservation | None:
        """The reservation of the hold."""
        return self.held.reservation if self.held else None


@dataclass(frozen=True, slots=True)
class ConversionResult:
    """The result of a conversion; ``end_reason`` where the reservation was cancelled.

    ``appointments`` are those of the visit, one for each person.
    """

    outcome: Literal["converted", "repeated", "expired", "cancelled", "unknown"]
    appointments: tuple[Appointment, ...]
    end_reason: str | None

    @property
    def appointment(self) -> Appointment | None:
        """The appointment of the visit's first person, where it was booked."""
        return self.appointments[0] if self.appointments else None


@dataclass(frozen=True, slots=True)
class BookingResult:
    """The result of a booking at once, with an appointment for each person of the visit."""

    outcome: (
        Literal["converted", "repeated", "taken", "crowded", "too_many_holds", "call_ended"]
        | Elsewhere
    )
    appointments: tuple[Appointment, ...]
    blocked_by: Literal["hold", "appointment"] | None
    blocked_until: datetime | None

    @property
    def appointment(self) -> Appointment | None:
        """The appointment of the visit's first person, where it was booked."""
        return self.appointments[0] if self.appointments else None


@dataclass(frozen=True, slots=True)
class MoveResult:
    """The result of a move, with the appointments as they now stand."""

    outcome: Literal["moved", "taken", "cancelled", "unknown"] | Elsewhere
    appointments: tuple[Appointment, ...]
    blocked_by: Literal["hold", "appointment"] | None
    blocked_until: datetime | None

    @property
    def appointment(self) -> Appointment | None:
        """The first of the appointments, where there is any."""
        return self.appointments[0] if self.appointments else None


@dataclass(frozen=True, slots=True)
class CancellationResult:
    """The result of a cancellation, with the appointments as they now stand."""

    outcome: Literal["cancelled", "repeated", "too_late", "unknown"]
    appointments: tuple[Appointment, ...]

    @property
    def appointment(self) -> Appointment | None:
        """The first of the appointments, where there is any."""
        return self.appointments[0] if self.appointments else None
