"""Lifecycle events: log lines that say what became of a reservation, each at least once.

They are ``reservation_created``, ``_converted``, ``_expired``, ``_cancelled`` and ``_error``, read
from committed rows and written as one JSON line each with the original's marker ``[METRIC]``. An
event that is written again has the same ``event_id``. No event holds a person's name or number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import structlog

from slotkeeper.storage.news import Batch, FaultNews, ReservationNews
from slotkeeper.storage.store import Store

EventKind = Literal["created", "converted", "expired", "cancelled", "error"]

MARKER = "[METRIC]"
# Whoever has news at once takes part in a pass, so that no company waits for others' next news.
COMPANIES_AT_ONCE = 1_000
# A backlog is worked off in rounds, between which the worker does its other work.
MAX_PASSES = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleEvent:
    """A change of one reservation, or a fault; ``timestamp`` is when it happened.

    ``lifetime_s`` is how long the reservation was open, None while it still is. ``origin`` says
    what made it: ``reserve``, ``book`` or ``again``. Only an error has an ``error_type``, the code
    of the fault, and it has no reservation.
    """

    event_id: str
    kind: EventKind
    company_id: int
    company: str
    channel: str
    timestamp: datetime
    reservation_token: UUID | None = None
    is_compound: bool | None = None
    service_id: int | None = None
    service: str | None = None
    staff_id: UUID | None = None
    offer_id: UUID | None = None
    call_id: str | None = None
    origin: str | None = None
    reason: str | None = None
    lifetime_s: float | None = None
    error_type: str | None = None

    @property
    def name(self) -> str:
        """The name of the log line, such as ``[METRIC] reservation_created``."""
        return f"{MARKER} reservation_{self.kind}"

    def facts(self) -> dict[str, object]:
        """The fields of the log line, without those that are None; times in UTC."""
        known = {
            name: str(value) if isinstance(value, UUID) else value
            for name in self.__slots__
            if name != "kind" and (value := getattr(self, name)) is not None
        }
        if self.kind == "converted":
            known["seconds_to_conversion"] = self.lifetime_s
        timestamp = self.timestamp.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"metric_type": "reservation", **known, "timestamp": timestamp}


Tell = Callable[[Sequence[LifecycleEvent]], Awaitable[None]]


async def take_news(store: Store, tell: Tell, *, then: Tell | None = None) -> int:
    """Tell what is due, batch by batch, each of one company; how many events that were.

    Several may do so at once: none is given what another is telling. What ``tell`` raises leaves
    its batch due. ``then`` is given what is marked as told, so never the same event twice.
    """
    told = 0
    for _ in range(MAX_PASSES):
        more = False
        for company_id in await store.news.companies(COMPANIES_AT_ONCE):
            async with store.news.due(company_id) as batch:
                events = list(events_of(batch))
                if events:
                    await tell(events)
            if events and then is not None:
                await then(events)
            told += len(events)
            more = more or batch.is_full
        if not more:
            break
    return told


async def events_since(
    store: Store, since: datetime, *, company_id: int | None, limit: int
) -> list[LifecycleEvent]:
    """What happened from then on, the oldest first, told or not; ``company_id`` None is all.

    Of more than ``limit`` reservations or faults the newest. An expiry is there once it was swept.
    """
    batch = await store.news.since(company_id, since, limit)
    afresh = [replace(row, announced=0) for row in batch.reservations[::-1]]
    found = events_of(replace(batch, reservations=afresh, faults=batch.faults[::-1]))
    return sorted((e for e in found if e.timestamp >= since), key=lambda event: event.timestamp)


async def log_events(events: Sequence[LifecycleEvent]) -> None:
    """Write one log line for each event."""
    for event in events:
        log.info(event.name, **event.facts())


def events_of(batch: Batch) -> Iterator[LifecycleEvent]:
    """The events that were not told of these rows; each reservation's in their order."""
    for reservation in batch.reservations:
        # An appointment that moved is no new reservation to anybody.
        if reservation.origin != "move":
            yield from _of_reservation(reservation)
    for fault in batch.faults:
        yield _of_fault(fault)


def _of_reservation(row: ReservationNews) -> Iterator[LifecycleEvent]:
    if row.announced == 0:
        yield _event(row, "created", row.reserved_at)
    if row.status != "active" and row.ended_at is not None:
        yield _event(row, row.status, row.ended_at)


def _event(row: ReservationNews, kind: EventKind, at: datetime) -> LifecycleEvent:
    over = kind != "created"
    return LifecycleEvent(
        event_id=f"{row.token}:{kind}",
        kind=kind,
        company_id=row.company_id,
        company=row.company,
        channel=row.channel,
        timestamp=at,
        reservation_token=row.token,
        is_compound=row.is_compound,
        service_id=row.service_id,
        service=row.service,
        staff_id=row.staff_id,
        offer_id=row.offer_id,
        call_id=row.call_id,
        origin=row.origin,
        reason=row.end_reason if over else None,
        lifetime_s=(at - row.reserved_at).total_seconds() if over else None,
    )


def _of_fault(row: FaultNews) -> LifecycleEvent:
    return LifecycleEvent(
        event_id=f"fault:{row.company_id}:{row.id}",
        kind="error",
        company_id=row.company_id,
        company=row.company,
        channel=row.channel,
        timestamp=row.happened_at,
        error_type=row.kind,
    )
