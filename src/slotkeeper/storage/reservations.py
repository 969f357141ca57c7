"""Calls the atomic core: each method is one round trip, one transaction, one SQL function.

Every method takes ``now`` for a sandbox company's test clock; None is the database's own clock,
the only authority in production.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from slotkeeper.domain.errors import StandingChanged
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.reservation import (
    Appointment,
    AppointmentReservation,
    ReservationStatus,
)
from slotkeeper.domain.topic import Topic
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.storage.appointments import LIST_LIMIT, appointment_of
from slotkeeper.storage.caller_hash import caller_hash
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from slotkeeper.storage.database import Database
from slotkeeper.storage.idempotency import FirstClaim, claim_of
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.reservation_requests import claim_rows, request_row
from slotkeeper.storage.reservation_results import (
    BookingResult,
    CancellationResult,
    ChangedReservation,
    ConversionResult,
    MoveResult,
    OfferOptions,
    OptionResult,
)
from slotkeeper.storage.reservation_rows import reservation_of
from slotkeeper.storage.sealed_tokens import SealedTokens
from slotkeeper.storage.sql import query
from slotkeeper.storage.topics import topic_json

# A housekeeping round stays short, so that it never holds many rows for long.
EXPIRE_BATCH = 500


class Reservations:
    """Holds, books, moves, ends and reads reservations."""

    def __init__(
        self, db: Database, secret: InstallationSecret, claim: FirstClaim | None = None
    ) -> None:
        """Work on this database; the first ``find`` claims the key of ``claim`` as well."""
        self._db = db
        self._secret = secret
        self._claim = claim

    @property
    def claims_a_key(self) -> bool:
        """Whether ``find`` must be asked, because it claims the key of the request."""
        return self._claim is not None and not self._claim.is_claimed

    async def reserve(
        self,
        company_id: int,
        wish: Wish,
        offer: OfferOptions,
        *,
        call: Call,
        ttl_s: int,
        cancel_notice_min: int | None = None,
        catalogue_version: int | None = None,
        topic: Topic | None = None,
        sellable_week_min: int | None = None,
        refused: str | None = None,
        now: datetime | None = None,
    ) -> list[OptionResult]:
        """Hold the options of an offer; each is all-or-nothing over its parts and segments.

        ``cancel_notice_min`` is the notice for a cancellation that stays with what is held. The
        options were placed by ``catalogue_version``; where it is no longer the company's, nothing
        is done. ``refused`` is what the call has wished in vain from now on (None: as before).
        ``sellable_week_min`` is how many minutes an ordinary week has, of which unproven callers
        keep a share (None: any).
        Raises CatalogueChanged where the catalogue has changed.
        """
        rows = await self._db.change(
            query("reserve"),
            request_row(
                *(company_id, wish, call, cancel_notice_min, catalogue_version),
                topic=topic,
                hashed_caller=caller_hash(self._secret, call.caller),
                sellable_week_min=sellable_week_min,
            ),
            *(offer.wished, ttl_s),
            claim_rows(offer.placements, wish.parts),
            offer.keep,
            now,
            refused,
        )
        refuse_outdated(rows)
        return [
            OptionResult(
                outcome=row["outcome"],
                held=_changed(row) if row["reservation"] else None,
                blocked_by=row["blocked_by"],
                blocked_until=row["blocked_until"],
                superseded=tuple(row["superseded"]),
            )
            for row in rows
        ]

    async def convert(
        self,
        company_id: int,
        token: UUID,
        wish_customer: tuple[str | None, str | None] = (None, None),
        *,
        call_id: str | None = None,
        reacquire: bool = False,
        caller: str | None = None,
        known: Sequence[int] | None = None,
        now: datetime | None = None,
    ) -> ConversionResult:
        """Turn a live reservation into an appointment, for a customer's (name, phone).

        With ``call_id`` it must be that call's own; ``caller`` rings, another number was only said.
        With ``reacquire`` an expired one is acquired again if all of it is still free. ``known``
        are the ids of what was known to stand (None: nobody has looked). Raises StandingChanged.
        """
        asked = (company_id, token, call_id, *wish_customer, reacquire, now, caller, known)
        (row,) = await self._db.change(query("convert"), *asked)
        refuse_outdated([row])
        return ConversionResult(row["outcome"], visit_of(row), row["end_reason"])

    async def book(
        self,
        company_id: int,
        wish: Wish,
        option: Placement,
        *,
        call: Call,
        cancel_notice_min: int | None = None,
        catalogue_version: int | None = None,
        topic: Topic | None = None,
        known: Sequence[int] | None = None,
        sellable_week_min: int | None = None,
        without_holds: bool = False,
        now: datetime | None = None,
    ) -> BookingResult:
        """Reserve and convert in one transaction.

        Raises CatalogueChanged as ``reserve`` does, and StandingChanged as ``convert`` does.
        """
        (row,) = await self._db.change(
            query("book"),
            request_row(
                *(company_id, wish, call, cancel_notice_min, catalogue_version),
                topic=topic,
                hashed_caller=caller_hash(self._secret, call.caller),
                sellable_week_min=sellable_week_min,
                without_holds=without_holds,
            ),
            claim_rows([option], wish.parts),
            now,
            known,
        )
        refuse_outdated([row])
        return BookingResult(row["outcome"], visit_of(row), row["blocked_by"], row["blocked_until"])

    async def cancel(
        self,
        company_id: int,
        *,
        token: UUID | None = None,
        offer_id: UUID | None = None,
        call_id: str | None = None,
        reason: str,
        now: datetime | None = None,
    ) -> list[UUID]:
        """End the active reservations of a token, an offer or a call; return their tokens."""
        if sum(given is not None for given in (token, offer_id, call_id)) != 1:
            raise ValueError("exactly one of token, offer_id and call_id")
        (row,) = await self._db.change(
            query("cancel"), company_id, token, offer_id, call_id, reason, now
        )
        return list(row["ended"])

    async def release(
        self, company_id: int, token: UUID, *, reason: str, now: datetime | None = None
    ) -> ChangedReservation | None:
        """End one hold and return it as it now is; None where the company has no such."""
        rows = await self._db.change(query("release"), company_id, token, reason, now)
        return _changed(rows[0]) if rows else None

    async def end_call(
        self, company_id: int, call: Call, *, why: str | None = None, now: datetime | None = None
    ) -> list[UUID]:
        """Release what a call holds, and refuse any reserve of it that is still on its way."""
        (row,) = await self._db.change(
            query("end_call"), company_id, call.id, call.channel, why, now
        )
        return list(row["ended"])

    async def extend(
        self,
        company_id: int,
        *,
        token: UUID | None = None,
        call_id: str | None = None,
        ttl_s: int,
        topic: Topic | None = None,
        now: datetime | None = None,
    ) -> list[ChangedReservation]:
        """Move the expiry of a token's or a call's holds: never shorter, never revived.

        ``topic`` is what the call talks about from now on (None: as before).
        """
        whose = (company_id, token, call_id)
        rows = await self._db.change(query("extend"), *whose, ttl_s, now, topic_json(topic))
        return [_changed(row) for row in rows]

    async def move(
        self,
        company_id: int,
        appointment_id: int,
        wish: Wish,
        option: Placement,
        *,
        parts: Sequence[int] | None = None,
        call_id: str | None = None,
        catalogue_version: int | None = None,
        now: datetime | None = None,
    ) -> MoveResult:
        """Move an appointment, or only its parts of these numbers, whole or not at all.

        Parts that are moved alone become an appointment of their own. Holds of ``call_id`` that
        stand in the way are released. Raises CatalogueChanged as ``reserve`` does.
        """
        claims = claim_rows([option], wish.parts)
        which = (company_id, appointment_id, parts)
        (row,) = await self._db.change(
            query("move"), *which, call_id, claims, catalogue_version, now
        )
        refuse_outdated([row])
        return MoveResult(row["outcome"], _made(row), row["blocked_by"], row["blocked_until"])

    async def cancel_appointment(
        self,
        company_id: int,
        appointment_id: int,
        *,
        parts: Sequence[int] | None = None,
        reason: str,
        notice_min: int,
        anyway: bool = False,
        now: datetime | None = None,
    ) -> CancellationResult:
        """Free at once what an appointment takes, or what its parts of these numbers take.

        Refused where it starts within the notice that was told when it was held, or within
        ``notice_min`` where none was; ``anyway`` sets the notice aside.
        """
        (row,) = await self._db.change(
            query("cancel_appointment"),
            company_id,
            appointment_id,
            parts,
            reason,
            notice_min,
            anyway,
            now,
        )
        return CancellationResult(row["outcome"], _made(row))

    async def expire_due(self, limit: int = EXPIRE_BATCH) -> int:
        """Expire a batch of dead holds, over all companies; return how many."""
        (row,) = await self._db.change(query("expire_due"), limit)
        return int(row["expired"])

    async def find(
        self, company_id: int, token: UUID
    ) -> tuple[AppointmentReservation | None, datetime | None]:
        """Read a reservation by its caller's token, with the database's clock to judge it by.

        Raises KeyNotClaimed where a key is to be claimed and cannot be.
        """
        if self._claim is None or self._claim.is_claimed:
            rows = await self._db.read(query("reservation_by_token"), company_id, token)
        else:
            key = self._claim.key
            rows = await self._db.change(
                query("reservation_under_key"), company_id, token, key.key_hash, key.payload_hash
            )
            self._claim.settle(claim_of(rows[0], SealedTokens(self._secret)))
        is_there = bool(rows) and rows[0]["token"] is not None
        return (reservation_of(rows[0]), rows[0]["read_at"]) if is_there else (None, None)

    async def active(
        self, company_id: int, *, now: datetime | None = None, limit: int = LIST_LIMIT
    ) -> list[AppointmentReservation]:
        """List the live reservations, the first to expire first."""
        rows = await self._read("reservations_active", company_id, now, limit)
        return [reservation_of(row) for row in rows]

    async def expired(
        self, company_id: int, *, now: datetime | None = None, limit: int = LIST_LIMIT
    ) -> list[AppointmentReservation]:
        """List the reservations past their expiry, the last to expire first."""
        rows = await self._read("reservations_expired", company_id, now, limit)
        return [reservation_of(row) for row in rows]

    async def for_call(
        self, company_id: int, call_id: str, *, limit: int = LIST_LIMIT
    ) -> list[AppointmentReservation]:
        """List all that a call has held, the oldest first."""
        rows = await self._db.read(query("reservations_for_call"), company_id, call_id, limit)
        return [reservation_of(row) for row in rows]

    async def for_time_range(
        self, company_id: int, window: Interval, *, limit: int = LIST_LIMIT
    ) -> list[AppointmentReservation]:
        """List the reservations, of any status, with a segment that overlaps a half-open window."""
        rows = await self._read(
            "reservations_for_time_range", company_id, window.start, window.end, limit
        )
        return [reservation_of(row) for row in rows]

    async def listed(
        self,
        company_id: int,
        *,
        status: ReservationStatus | None = None,
        call_id: str | None = None,
        limit: int = LIST_LIMIT,
    ) -> list[AppointmentReservation]:
        """List the newest reservations first, those of a status or call where one is given."""
        rows = await self._read("reservations_listed", company_id, status, call_id, limit)
        return [reservation_of(row) for row in rows]

    async def _read(self, name: str, company_id: int, *args: object) -> list[Any]:
        async with self._db.acting_for(company_id) as connection:
            return list(await connection.fetch(query(name), company_id, *args))


def refuse_outdated(rows: Sequence[Any]) -> None:
    """Raise why a core function did nothing, where it was asked by what is no longer true."""
    outcomes = {row["outcome"] for row in rows}
    if "catalogue_changed" in outcomes:
        raise CatalogueChanged
    if "standing_changed" in outcomes:
        raise StandingChanged


def _changed(row: Any) -> ChangedReservation:
    return ChangedReservation(reservation_of(row["reservation"]), row["decided_at"])


def visit_of(row: Any) -> tuple[Appointment, ...]:
    """Give the appointments of a core function's answer."""
    return tuple(map(appointment_of, row["appointments"] or ()))


def _made(row: Any) -> tuple[Appointment, ...]:
    return (appointment_of(row["appointment"]),) if row["appointment"] else ()
