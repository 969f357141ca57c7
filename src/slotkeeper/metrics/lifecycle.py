"""Lifecycle events: log lines that say what became of a reservation, each at least once.

They are ``reservation_created``, ``_converted``, ``_expired``, ``_cancelled`` and ``_error``, read
from committed rows and written as one JSON line each with the original's marker ``[METRIC]``. An
event that is written again has the same ``event_id``. No event holds a person's name or number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast
from uuid import UUID

import structlog

from slotkeeper.storage.outbox import Fact
from slotkeeper.storage.store import Store

EventKind = Literal["created", "converted", "expired", "cancelled", "error"]

MARKER = "[METRIC]"
# Their name as a reader of the log of facts.
READER = "log"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleEvent:
    """A change of one reservation, or a fault; ``timestamp`` is when it happened.

    ``lifetime_s`` is how long the reservation was open, None while it still is. ``origin`` says
    what made it: ``reserve``, ``book`` or ``again``. ``services`` is how many services the visit
    has, and ``service`` the first of them. Only an error has an ``error_type``, the code of the
    fault, and it has no reservation.
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
    services: int | None = None
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


def of_facts(tell: Tell) -> Callable[[Sequence[Fact]], Awaitable[None]]:
    """Make of something that tells events something that tells facts; others it passes over."""

    async def tell_facts(facts: Sequence[Fact]) -> None:
        if events := list(events_of(facts)):
            await tell(events)

    return tell_facts


async def events_since(
    store: Store, since: datetime, *, company_id: int | None, limit: int
) -> list[LifecycleEvent]:
    """Read what happened from then on, the oldest first, told or not; ``company_id`` None is all.

    Of more than ``limit`` events the newest. An expiry is there once it was swept.
    """
    ids = await store.outbox.company_ids() if company_id is None else [company_id]
    return list(events_of(await store.outbox.since(ids, since, limit=limit)))


async def log_events(events: Sequence[LifecycleEvent]) -> None:
    """Write one log line for each event."""
    for event in events:
        log.info(event.name, **event.facts())


def events_of(facts: Iterable[Fact]) -> Iterator[LifecycleEvent]:
    """Read the lifecycle of reservations, and what broke, out of facts; in their order."""
    for fact in facts:
        subject, _, what = fact.kind.partition(".")
        if subject == "reservation":
            yield _of_reservation(fact, what)
        elif subject == "fault":
            yield LifecycleEvent(
                event_id=f"fault:{fact.company_id}:{fact.id}",
                kind="error",
                company_id=fact.company_id,
                company=fact.company,
                channel=fact.payload["channel"],
                timestamp=fact.happened_at,
                error_type=what,
            )


def _of_reservation(fact: Fact, what: str) -> LifecycleEvent:
    payload = fact.payload
    return LifecycleEvent(
        event_id=f"{payload['token']}:{what}",
        kind=cast(EventKind, what),
        company_id=fact.company_id,
        company=fact.company,
        channel=payload["channel"],
        timestamp=fact.happened_at,
        reservation_token=UUID(payload["token"]),
        is_compound=payload["is_compound"],
        service_id=payload["service_id"],
        service=fact.service,
        services=payload.get("services"),
        staff_id=UUID(payload["staff_id"]),
        offer_id=UUID(payload["offer_id"]),
        call_id=payload["call_id"],
        origin=payload["origin"],
        reason=payload.get("reason"),
        lifetime_s=payload.get("lifetime_s"),
    )
