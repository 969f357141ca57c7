"""Explain a call: what was asked, understood, held and said, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import NotFound
from slotkeeper.domain.reservation import Appointment, AppointmentReservation, ReservationStatus
from slotkeeper.storage.calls import KnownCall, RecordedToolCall
from slotkeeper.storage.store import Store

HoldOutcome = Literal["booked", "expired", "released", "live"]
_OUTCOMES: Mapping[ReservationStatus, HoldOutcome] = {
    "active": "live",
    "converted": "booked",
    "expired": "expired",
    "cancelled": "released",
}


@dataclass(frozen=True, slots=True)
class NamedHold:
    """A hold as one answer named it, and the expiry that the answer promised, if it did."""

    reservation: AppointmentReservation
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CallStep:
    """One tool call, and the holds that its answer named."""

    tool_call: RecordedToolCall
    holds: tuple[NamedHold, ...]


@dataclass(frozen=True, slots=True)
class HoldFate:
    """What became of a hold, when, and as which appointment."""

    reservation: AppointmentReservation
    outcome: HoldOutcome
    at: datetime | None
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class CallStory:
    """A call from its beginning to its end.

    ``call`` is None where the call never held anything and no platform reported it: then only its
    tool calls are known. The story holds no names and no telephone numbers.
    """

    company: Company
    call_id: str
    call: KnownCall | None
    steps: tuple[CallStep, ...]
    fates: tuple[HoldFate, ...]

    @property
    def channel(self) -> str:
        """The channel on which the call came in."""
        if self.call is not None:
            return self.call.channel
        channels = [step.tool_call.channel for step in self.steps]
        return (channels + [fate.reservation.channel for fate in self.fates])[0]

    @property
    def began_at(self) -> datetime:
        """The instant of its first sign: its start, its first tool call or its first hold."""
        if self.call is not None:
            return self.call.started_at or self.call.first_seen_at
        return min(_instants(self.steps, [fate.reservation for fate in self.fates]))


async def explain_call(company: Company, call_id: str, *, store: Store) -> CallStory:
    """Read a call's story. Raises NotFound where nothing is known of such a call."""
    call, tool_calls, holds, appointments = await asyncio.gather(
        store.calls.find(company.id, call_id),
        store.calls.story(company.id, call_id),
        store.reservations.for_call(company.id, call_id),
        store.appointments.of_call(company.id, call_id),
    )
    if call is None and not tool_calls and not holds:
        raise NotFound(f"{company.slug} has had no call {call_id!r}")
    steps = _steps(tool_calls, holds)
    # A sandbox's clock is what its requests say, so its story is judged at its own end.
    instants = _instants(steps, holds)
    now = max(instants) if company.sandbox and instants else await store.clock.now()
    return CallStory(company, call_id, call, steps, _fates(holds, appointments, now))


def _steps(
    tool_calls: Sequence[RecordedToolCall], holds: Sequence[AppointmentReservation]
) -> tuple[CallStep, ...]:
    by_token = {str(hold.token): hold for hold in holds}
    return tuple(
        CallStep(tool_call, tuple(_named_holds(tool_call, by_token))) for tool_call in tool_calls
    )


def _named_holds(
    tool_call: RecordedToolCall, by_token: Mapping[str, AppointmentReservation]
) -> Iterator[NamedHold]:
    """Find the holds that an answer named: the wished slot, or the others that were offered."""
    offers = tool_call.answer.get("offers")
    for slot in (tool_call.answer, *(offers if isinstance(offers, list) else ())):
        hold = by_token.get(str(slot.get("reservation_token")))
        # An appointment is named with the token of the hold that it was.
        if hold is not None and "appointment_id" not in slot:
            left_s = slot.get("expires_in_s")
            yield NamedHold(
                hold,
                tool_call.answered_at + timedelta(seconds=left_s) if _is_number(left_s) else None,
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _fates(
    holds: Sequence[AppointmentReservation], appointments: Sequence[Appointment], now: datetime
) -> tuple[HoldFate, ...]:
    by_id = {appointment.id: appointment for appointment in appointments}
    return tuple(
        HoldFate(
            hold,
            _outcome(hold, now),
            _ended_at(hold, now),
            by_id.get(hold.appointment_id or 0),
        )
        for hold in holds
    )


def _outcome(hold: AppointmentReservation, now: datetime) -> HoldOutcome:
    if hold.is_expired(now):
        return "expired"
    return _OUTCOMES[hold.status]


def _ended_at(hold: AppointmentReservation, now: datetime) -> datetime | None:
    """When it ended: a hold that has expired but is not yet marked so ended at its expiry."""
    return hold.expires_at if hold.is_expired(now) else hold.ended_at


def _instants(steps: Sequence[CallStep], holds: Sequence[AppointmentReservation]) -> list[datetime]:
    instants = [step.tool_call.answered_at for step in steps]
    instants += [hold.reserved_at for hold in holds]
    return instants + [hold.ended_at for hold in holds if hold.ended_at]
