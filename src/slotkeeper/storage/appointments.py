"""Reads appointments. Only the core makes and ends them (see reservations)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import Appointment, BookedPart
from slotkeeper.domain.topic import Topic
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query
from slotkeeper.storage.topics import topic_of

# One read returns at most this many rows; for more, callers narrow their window.
LIST_LIMIT = 500


_COLUMNS = (
    "company_id",
    "id",
    "visit_token",
    "status",
    "service_id",
    "staff_id",
    "call_id",
    "channel",
    "person",
    "customer_name",
    "customer_phone",
    "starts_at",
    "ends_at",
    "booked_at",
    "cancelled_at",
)


class Appointments:
    """Reads appointments by id, day, call or number."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def find(self, company_id: int, appointment_id: int) -> Appointment | None:
        """Read an appointment; None where the company has no such."""
        rows = await self._db.read(query("appointment_by_id"), company_id, appointment_id)
        return appointment_of(rows[0]) if rows else None

    async def listed(self, company_id: int, window: Interval) -> list[Appointment]:
        """List the appointments that start within a half-open window, the earliest first."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(
                query("appointments_listed"), company_id, window.start, window.end, LIST_LIMIT
            )
        return [appointment_of(row) for row in rows]

    async def of_call(self, company_id: int, call_id: str) -> list[Appointment]:
        """List what a call has booked, the oldest first."""
        rows = await self._db.read(query("appointments_of_call"), company_id, call_id, LIST_LIMIT)
        return [appointment_of(row) for row in rows]

    async def of_phone(self, company_id: int, phone: str, *, limit: int) -> list[Appointment]:
        """List what was booked for a number (E.164), the latest start first."""
        rows = await self._db.read(query("appointments_of_phone"), company_id, phone, limit)
        return [appointment_of(row) for row in rows]

    async def of_caller(
        self,
        company_id: int,
        call_id: str | None,
        phone: str | None,
        *,
        limit: int,
        ttl_s: int,
        now: datetime | None = None,
    ) -> tuple[list[Appointment], list[Appointment], Topic | None]:
        """List what the call has booked, the oldest first, and what was booked for its number.

        The second, the latest start first, may name the first again. The third is what the call
        talks about. What the call holds lives on for ``ttl_s`` seconds, as with any tool call.
        """
        rows = await self._db.change(
            query("appointments_of_caller"), company_id, call_id, phone, limit, ttl_s, now
        )
        own = [appointment_of(row["appointment"]) for row in rows if row["own"]]
        of_phone = [appointment_of(row["appointment"]) for row in rows if row["own"] is False]
        topics = [topic_of(row["topic"]) for row in rows if row["own"] is None]
        return own, of_phone, topics[0] if topics else None


def appointment_of(row: Any) -> Appointment:
    """Make an appointment of a row, from a query or from the core's answer."""
    return Appointment(
        token=row["reservation_token"],
        parts=tuple(
            BookedPart(
                part["part_number"],
                row["person"],
                part["service_id"],
                part["staff_id"],
                part["wished_staff_id"],
                part["price_cents"],
                part["starts_at"],
                part["ends_at"],
                part["person_called"],
            )
            for part in row["parts"] or ()
        ),
        cancel_notice_min=row["parts"][0]["cancel_notice_min"] if row["parts"] else None,
        hits=tuple(row["hits"]),
        **{name: row[name] for name in _COLUMNS},
    )
