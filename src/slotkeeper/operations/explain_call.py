"""Tell a call's story: what was asked, understood, held and said, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import NotFound
from slotkeeper.domain.reservation import Appointment, AppointmentReservation, ReservationStatus
from slotkeeper.storage.calls import KnownCall, ToolCall
from slotkeeper.storage.store import Store

Outcome = Literal["booked", "expired", "released", "live"]
_OUTCOMES: Mapping[ReservationStatus, Outcome] = {
    "active": "live",
    "converted": "booked",
    "expired": "expired",
    "cancelled": "released",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A hold as one answer named it; ``until`` is what was promised then, where that is known."""

    reservation: AppointmentReservation
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call, and the holds that its answer named."""

    told: ToolCall
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a hold, when, and as which appointment."""

    reservation: AppointmentReservation
    outcome: Outcome
    at: datetime | None
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class Story:
    """A call from its beginning to its end.

    ``call`` is None where nothing was ever held and no platform told of the call: then only what
    was asked is known. No names, no numbers.
    """

    company: Company
    call_id: str
    call: KnownCall | None
    steps: tuple[Step, ...]
    fates: tuple[Fate, ...]

    @property
    def channel(self) -> str:
        """Where the call came in."""
        if self.call is not None:
            return self.call.channel
        told = [step.told.channel for step in self.steps]
        return (told + [fate.reservation.channel for fate in self.fates])[0]

    @property
    def began_at(self) -> datetime:
        """When it was first heard of."""
        if self.call is not None:
            return self.call.started_at or self.call.first_seen_at
        return min(_instants(self.steps, [fate.reservation for fate in self.fates]))


async def explain_call(company: Company, call_id: str, *, store: Store) -> Story:
    """Read a call's story. Raises NotFound where nothing is known of such a call."""
    call, told, holds, appointments = await asyncio.gather(
        store.calls.find(company.id, call_id),
        store.calls.story(company.id, call_id),
        store.reservations.for_call(company.id, call_id),
        store.appointments.of_call(company.id, call_id),
    )
    if call is None and not told and not holds:
        raise NotFound(f"{company.slug} has had no call {call_id!r}")
    steps = _steps(told, holds)
    # A sandbox's clock is what its callers say, so its story is judged at its own end.
    instants = _instants(steps, holds)
    now = max(instants) if company.sandbox and instants else await store.clock.now()
    return Story(company, call_id, call, steps, _fates(holds, appointments, now))


def _steps(told: Sequence[ToolCall], holds: Sequence[AppointmentReservation]) -> tuple[Step, ...]:
    by_token = {str(one.token): one for one in holds}
    return tuple(Step(one, tuple(_kept(one, by_token))) for one in told)


def _kept(told: ToolCall, by_token: Mapping[str, AppointmentReservation]) -> Iterator[Kept]:
    """Find the holds that an answer named, the caller's wish or the others that were offered."""
    offers = told.answer.get("offers")
    for named in (told.answer, *(offers if isinstance(offers, list) else ())):
        found = by_token.get(str(named.get("reservation_token")))
        # An appointment is named with the token of the hold that it was.
        if found is not None and "appointment_id" not in named:
            left_s = named.get("expires_in_s")
            until = told.answered_at + timedelta(seconds=left_s) if _is_number(left_s) else None
            yield Kept(found, until)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _fates(
    holds: Sequence[AppointmentReservation], appointments: Sequence[Appointment], now: datetime
) -> tuple[Fate, ...]:
    by_id = {one.id: one for one in appointments}
    return tuple(
        Fate(one, _outcome(one, now), _ended_at(one, now), by_id.get(one.appointment_id or 0))
        for one in holds
    )


def _outcome(hold: AppointmentReservation, now: datetime) -> Outcome:
    if hold.is_expired(now):
        return "expired"
    return _OUTCOMES[hold.status]


def _ended_at(hold: AppointmentReservation, now: datetime) -> datetime | None:
    """When it ended; one that nobody has swept yet ended when it expired."""
    return hold.expires_at if hold.is_expired(now) else hold.ended_at


def _instants(steps: Sequence[Step], holds: Sequence[AppointmentReservation]) -> list[datetime]:
    found = [step.told.answered_at for step in steps]
    found += [one.reserved_at for one in holds]
    return found + [one.ended_at for one in holds if one.ended_at]
