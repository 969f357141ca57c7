"""What a change hits: the bookings that stand where it leaves no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import HeldSlot, Hits, StandingClaim, misfits
from slotkeeper.storage.appointments import LIST_LIMIT, appointment_of
from slotkeeper.storage.sql import query

# Every caller of the company waits while these are read and judged: about 15 us for each.
MAX_STANDING = 20_000


async def name_misfits(connection: asyncpg.Connection, company: Company) -> Hits:
    """Find the bookings to come for which a new catalogue has no room, and mark their claims.

    The transaction has the company's lock. At most MAX_STANDING claims are looked at and LIST_LIMIT
    appointments and holds named, the earliest first; ``more`` says that there may be others.
    """
    rows = await connection.fetch(query("standing_claims"), company.id, MAX_STANDING + 1)
    unseen = rows[MAX_STANDING:]
    standing = [_claim(row) for row in rows[:MAX_STANDING]]
    unfit = misfits(company, standing)
    last = standing[-1].interval.start if unseen else None
    await connection.execute(query("mark_off_catalogue"), company.id, [c.id for c in unfit], last)
    named = await _named(connection, company.id, unfit)
    return Hits(named.appointments, named.holds, named.more or bool(unseen))


async def _named(
    connection: asyncpg.Connection, company_id: int, unfit: Sequence[StandingClaim]
) -> Hits:
    if not unfit:
        return Hits()
    appointment_ids = {claim.appointment_id for claim in unfit if claim.appointment_id is not None}
    tokens = {claim.token for claim in unfit if claim.appointment_id is None}
    hit = await connection.fetchval(
        query("hits_among"), company_id, sorted(appointment_ids), sorted(tokens), LIST_LIMIT
    )
    return hits_of(hit)


def hits_of(row: Any) -> Hits:
    """Read a value of the SQL type ``hits``."""
    return Hits(
        tuple(appointment_of(appointment) for appointment in row["appointments"]),
        tuple(HeldSlot(**hold) for hold in row["holds"]),
        row["more"],
    )


def _claim(row: Any) -> StandingClaim:
    interval = Interval(row["starts_at"], row["ends_at"])
    return StandingClaim(
        row["id"],
        row["token"],
        row["appointment_id"],
        row["service_id"],
        row["staff_id"],
        row["calendar_id"],
        interval,
    )
