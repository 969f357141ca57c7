"""Calls the core for the appointments of a visit together: all of them change, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Wish
from slotkeeper.storage.database import Database
from slotkeeper.storage.reservation_requests import claim_rows
from slotkeeper.storage.reservation_results import CancellationResult, MoveResult
from slotkeeper.storage.reservations import refuse_outdated, visit_of
from slotkeeper.storage.sql import query


class BookedVisits:
    """Moves and cancels visits of several people, each of whom has an appointment."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def move(
        self,
        company_id: int,
        appointment_ids: Sequence[int],
        wish: Wish,
        option: Placement,
        *,
        call_id: str | None = None,
        catalogue_version: int | None = None,
        now: datetime | None = None,
    ) -> MoveResult:
        """Move the appointments of a visit, all or none; each to the claims of its person.

        Holds of ``call_id`` that stand in the way are released. Raises CatalogueChanged as
        Reservations.reserve does.
        """
        rows = [row for person in wish.persons for row in _rows_of(person, wish, option)]
        which = (company_id, list(appointment_ids), call_id)
        (row,) = await self._db.change(query("move_visit"), *which, rows, catalogue_version, now)
        refuse_outdated([row])
        return MoveResult(row["outcome"], visit_of(row), row["blocked_by"], row["blocked_until"])

    async def cancel(
        self,
        company_id: int,
        appointment_ids: Sequence[int],
        *,
        reason: str,
        notice_min: int,
        anyway: bool = False,
        now: datetime | None = None,
    ) -> CancellationResult:
        """Cancel the appointments of a visit, all or none: see Reservations.cancel_appointment."""
        (row,) = await self._db.change(
            query("cancel_visit"),
            company_id,
            list(appointment_ids),
            reason,
            notice_min,
            anyway,
            now,
        )
        return CancellationResult(row["outcome"], visit_of(row))


def _rows_of(person: int, wish: Wish, option: Placement) -> list[tuple[object, ...]]:
    """Give the claims of one person, numbered from 1 on: she gets a reservation of her own."""
    numbers = [n for n, part in enumerate(wish.parts, start=1) if part.person == person]
    claims = [claim for claim in option.claims if claim.part_number in numbers]
    segments = sorted({claim.segment_number for claim in claims})
    own = replace(
        option,
        claims=tuple(
            replace(
                claim,
                part_number=numbers.index(claim.part_number) + 1,
                segment_number=segments.index(claim.segment_number) + 1,
            )
            for claim in claims
        ),
        parts=tuple(
            replace(part, number=numbers.index(part.number) + 1)
            for part in option.parts
            if part.number in numbers
        ),
    )
    return claim_rows([own], [wish.parts[number - 1] for number in numbers])
