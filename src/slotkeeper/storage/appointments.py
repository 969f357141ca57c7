"""Reads appointments. Only the core makes and ends them (see reservations)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True)
class SaidFacts:
    """What a caller says of an appointment beside the number that rings, as it is counted.

    ``count`` is how many facts of a kind were said in one breath: a guess each; 0 for none.
    ``starts`` are the instants that were said together with a name, ``names`` the buckets of what
    may be its surname.
    """

    count: int = 0
    starts: tuple[datetime, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallerAppointment:
    """An appointment that a caller may mean.

    ``own`` was booked in this very call; of a ``proven`` one the call has given a second fact
    before. ``comparable``: what was said now may be compared with it.
    """

    appointment: Appointment
    tie: Literal["own", "proven", "other"]
    comparable: bool


@dataclass(frozen=True, slots=True)
class NumberStanding:
    """What stands for the number that rings and is still to come, the next first.

    ``told`` is what may be spoken of. The ``ids`` and ``names`` are of all of it, and are told to
    nobody. ``booked`` is what the asking call itself has booked, which is in none of them.
    ``somebody``: at a time that the call holds or wishes, somebody has an appointment, whoever.
    """

    told: tuple[Appointment, ...] = ()
    ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    booked: tuple[Appointment, ...] = ()
    somebody: bool = False


NOTHING_STANDING = NumberStanding()


class Appointments:
    """Reads appointments by id, day, call or caller."""

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

    async def of_caller(
        self,
        company_id: int,
        call_id: str | None,
        caller_phone: str | None,
        said: SaidFacts,
        *,
        limit: int,
        cancelled_for: timedelta,
        ttl_s: int,
        now: datetime | None = None,
    ) -> tuple[list[CallerAppointment], Topic | None]:
        """List what a caller may mean, and count that what was said is compared with it.

        What was cancelled no longer ago than ``cancelled_for`` counts as well. The second is what
        the call talks about. What the call holds lives on for ``ttl_s`` seconds, as with any tool
        call.
        """
        rows = await self._db.change(
            query("appointments_of_caller"),
            company_id,
            *(call_id, caller_phone, said.count, list(said.starts), list(said.names)),
            *(cancelled_for.total_seconds(), limit, ttl_s, now),
        )
        appointments = [
            CallerAppointment(appointment_of(row["appointment"]), row["tie"], row["comparable"])
            for row in rows[1:]
        ]
        return appointments, topic_of(rows[0]["topic"])


def standing_of(row: Any) -> NumberStanding:
    """Read what stands for a number from a row that tells it."""
    return NumberStanding(
        tuple(map(appointment_of, row["standing"] or ())),
        tuple(row["standing_ids"] or ()),
        tuple(row["standing_names"] or ()),
        tuple(map(appointment_of, row["booked"] or ())),
    )


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
