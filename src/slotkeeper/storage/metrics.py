"""Figures counted from the rows, by the database: of a company or of all, of any window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# The upper bounds of a histogram's buckets, in seconds; the last one is unbounded. As in SQL.
BUCKETS_S = (5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How long something took, in seconds; ``at_most`` counts cumulatively, a bucket each."""

    count: int
    sum_s: float
    median_s: float
    p95_s: float
    at_most: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReservationFigures:
    """What became of the reservations of a company that were made in a window.

    Counters count reservations, a compound once; ``offers`` are what rates count. ``unbooked_s`` is
    stylists' time that was held and not booked.
    """

    company_id: int
    created: int
    created_compound: int
    converted: int
    converted_compound: int
    expired: int
    cancelled: int
    active: int
    offers: int
    offers_converted: int
    offers_expired: int
    offers_cancelled: int
    offers_active: int
    late_conversions: int
    released_at_hangup: int
    cancelled_by_reason: dict[str, int]
    time_to_conversion: Histogram
    lifetime: Histogram
    unbooked_s: float


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """What a company's callers were told in a window, and what broke, by kind."""

    company_id: int
    slug: str
    collisions_prevented: int
    told_free_then_refused: int
    errors: dict[str, int]


class Metrics:
    """Counts, made when they are asked for."""

    def __init__(self, db: Database) -> None:
        """Count in this database."""
        self._db = db

    async def reservations(
        self,
        company_ids: Sequence[int] | None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime | None = None,
    ) -> dict[int, ReservationFigures]:
        """Count reservations made from ``since`` on and before ``until``, by company.

        ``company_ids`` None is all. Companies without any are left out. ``now`` judges a sandbox.
        """
        ids = None if company_ids is None else list(company_ids)
        rows = await self._db.read(query("reservation_metrics"), ids, since, until, now)
        return {row["company_id"]: _reservation_figures(dict(row)) for row in rows}

    async def add_faults(
        self, company_id: int, faults: Sequence[tuple[str, str, datetime]]
    ) -> None:
        """Keep what broke: (kind, channel, when)."""
        kinds, channels, happened = zip(*faults, strict=True)
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(
                query("faults_add"), company_id, list(kinds), list(channels), list(happened)
            )

    async def answers(
        self,
        company_ids: Sequence[int] | None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> dict[int, AnswerFigures]:
        """Count what was told, by company; every company is there. ``company_ids`` None is all."""
        ids = None if company_ids is None else list(company_ids)
        rows = await self._db.read(query("answer_metrics"), ids, since, until)
        return {
            row["company_id"]: AnswerFigures(
                **{**row, "errors": msgspec.json.decode(row["errors"], type=dict[str, int])}
            )
            for row in rows
        }


def _reservation_figures(row: dict[str, Any]) -> ReservationFigures:
    row["cancelled_by_reason"] = msgspec.json.decode(
        row["cancelled_by_reason"], type=dict[str, int]
    )
    for name in ("time_to_conversion", "lifetime"):
        values: list[float] = row[name]
        row[name] = Histogram(
            int(values[0]), values[1], values[2], values[3], tuple(map(int, values[4:]))
        )
    return ReservationFigures(**{**row, "unbooked_s": float(row["unbooked_s"])})
