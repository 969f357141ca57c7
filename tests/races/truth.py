"""What must hold for a company's rows whatever raced: read from the tables, decided in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.build import Salon

Row = Mapping[str, Any]
STATUSES = ("active", "converted", "expired", "cancelled")
# The columns in which all rows of one reservation agree.
SHARED = (
    "status",
    "call_id",
    "offer_id",
    "reserved_at",
    "expires_at",
    "ended_at",
    "end_reason",
    "replaced_by_token",
)
# And those in which the rows of one of its people agree, as far as they stand.
SHARED_BY_PERSON = ("blocks", "converted_to_appointment_id")


@dataclass(frozen=True)
class Rows:
    """All that a company's tables say about its reservations."""

    reservations: Sequence[Row]
    appointments: Sequence[Row]
    calls: Sequence[Row]

    def by_token(self) -> dict[UUID, list[Row]]:
        """Gather the rows of each reservation under the token that the caller uses."""
        found: dict[UUID, list[Row]] = defaultdict(list)
        for row in self.reservations:
            found[row["caller_token"]].append(row)
        return found

    def count(self, status: str) -> int:
        """Count the reservations of a status; a compound counts once."""
        return sum(rows[0]["status"] == status for rows in self.by_token().values())


async def rows_of(salon: Salon) -> Rows:
    """Read a company's rows by hand-written SQL, however many they are."""
    tables = ("appointment_reservations", "appointments", "calls")
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute("SET LOCAL statement_timeout = 0")
        read = [
            await db.fetch(f"SELECT * FROM {table} WHERE company_id = $1", salon.id, timeout=60)
            for table in tables
        ]
    return Rows(*read)


async def assert_sound_now(salon: Salon) -> Rows:
    """Read a company's rows and demand that they are sound."""
    rows = await rows_of(salon)
    assert_sound(rows)
    return rows


def assert_sound(rows: Rows) -> None:
    """Demand every invariant that a company's rows must have at rest."""
    found = [
        *overlaps(rows.reservations),
        *torn(rows),
        *miscounted(rows),
        *ill_converted(rows),
        *held_by_the_ended(rows),
        *ended_before_they_began(rows),
        *expired_too_early(rows),
        *owned_by_two_at_once(rows),
    ]
    assert not found, "\n".join(found[:20])


def overlaps(reservations: Sequence[Row]) -> Iterator[str]:
    """Sweep each calendar: what blocks never overlaps what blocks."""
    calendars: dict[int, list[Row]] = defaultdict(list)
    for row in reservations:
        if row["blocks"]:
            calendars[row["calendar_id"]].append(row)
    for calendar_id, blocking in calendars.items():
        blocking.sort(key=lambda row: row["start_time"])
        latest = blocking[0]
        for row in blocking[1:]:
            if row["start_time"] < latest["end_time"]:
                yield f"calendar {calendar_id}: rows {latest['id']} and {row['id']} overlap"
            latest = max(latest, row, key=lambda one: one["end_time"])


def torn(rows: Rows) -> Iterator[str]:
    """Find reservations that lack a segment, or of which the rows tell different stories."""
    for token, parts in rows.by_token().items():
        numbers = {part["segment_number"] for part in parts}
        if numbers != set(range(1, parts[0]["total_segments"] + 1)):
            yield f"{token}: only the segments {sorted(numbers)} are there"
        for column in SHARED:
            if len({part[column] for part in parts}) > 1:
                yield f"{token}: its rows differ in {column}"
        # A visit has an appointment for each person; a part of it may be cancelled or moved alone.
        for person in {part["person"] for part in parts}:
            standing = [p for p in parts if p["person"] == person and p["dropped_at"] is None]
            for column in SHARED_BY_PERSON:
                if len({part[column] for part in standing}) > 1:
                    yield f"{token}: the rows of person {person} differ in {column}"


def miscounted(rows: Rows) -> Iterator[str]:
    """Check the balance: created = active + converted + expired + cancelled."""
    seen = Counter(
        status
        for parts in rows.by_token().values()
        for status in {part["status"] for part in parts}
    )
    if len(rows.by_token()) != sum(seen[status] for status in STATUSES):
        yield f"created {len(rows.by_token())}, but {dict(seen)}"


def ill_converted(rows: Rows) -> Iterator[str]:
    """Check that what was converted while it lived stands in an appointment for each person.

    An appointment that was moved stands in its newest reservation; the older ones block nothing.
    """
    appointments = {appointment["id"]: appointment for appointment in rows.appointments}
    standing = Counter(
        (appointment["reservation_token"], appointment["party"])
        for appointment in rows.appointments
    )
    converted = {
        token: parts
        for token, parts in rows.by_token().items()
        if any(part["status"] == "converted" for part in parts)
    }
    for token in {token for token, _ in standing} - converted.keys():
        yield f"{token}: an appointment without a conversion"
    for token, parts in converted.items():
        for person in {part["person"] for part in parts}:
            if standing[token, person] > 1:
                yield f"{token}: {standing[token, person]} appointments of person {person}"
        for part in parts:
            appointment = appointments.get(part["converted_to_appointment_id"])
            if appointment is None:
                yield f"row {part['id']} points to no appointment"
                continue
            stands = appointment["reservation_token"] == token
            stands = stands and part["dropped_at"] is None
            if part["blocks"] != (stands and appointment["status"] == "booked"):
                yield f"row {part['id']} blocks: {part['blocks']}, {appointment['status']}"
            if part["ended_at"] >= part["expires_at"]:
                yield f"row {part['id']} was converted at or after its expiry"
            if appointment["booked_at"] > part["ended_at"]:
                yield f"row {part['id']} was converted before appointment {appointment['id']}"


def held_by_the_ended(rows: Rows) -> Iterator[str]:
    """Find holds of calls that have hung up."""
    ended = {call["call_id"] for call in rows.calls if call["ended_at"]}
    for row in rows.reservations:
        if row["status"] == "active" and row["call_id"] in ended:
            yield f"row {row['id']} is held by the ended call {row['call_id']}"


def ended_before_they_began(rows: Rows) -> Iterator[str]:
    """Find reservations that ended, by what they say, before they were made."""
    for row in rows.reservations:
        if row["ended_at"] and row["ended_at"] < row["reserved_at"]:
            yield f"row {row['id']} was made at {row['reserved_at']}, ended at {row['ended_at']}"


def expired_too_early(rows: Rows) -> Iterator[str]:
    """Find holds that were ended for their age before they were that old."""
    for row in rows.reservations:
        if row["status"] == "expired" and row["updated_at"] < row["expires_at"]:
            yield f"row {row['id']} was to live until {row['expires_at']}, not {row['updated_at']}"


def owned_by_two_at_once(rows: Rows) -> Iterator[str]:
    """Look back: nobody reserved what was still another's, by what the rows say of themselves.

    What had expired is judged by the two rules above: its end was freed after its time, and the
    next one's ``reserved_at`` is when it was asked, which may be a moment before. So is that of a
    hold that took over the one before it, in a single transaction.
    """
    calendars: dict[int, list[Row]] = defaultdict(list)
    for row in rows.reservations:
        if row["status"] != "expired":
            calendars[row["calendar_id"]].append(row)
    for calendar_id, ours in calendars.items():
        for pair in _overlapping_in_time(ours):
            first, second = sorted(pair, key=lambda row: row["reserved_at"])
            until = first["ended_at"]
            if first["status"] == "converted":
                # Cancelled or moved: its last change freed it.
                until = None if first["blocks"] else first["updated_at"]
            if second["took_over"] == first["caller_token"] and until is not None:
                continue
            if until is None or until > second["reserved_at"]:
                yield (
                    f"calendar {calendar_id}: row {second['id']} was reserved at "
                    f"{second['reserved_at']}, but row {first['id']} had it until {until}"
                )


def _overlapping_in_time(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Pair the rows of one calendar that cover a common moment, whatever their status."""
    rows.sort(key=lambda row: row["start_time"])
    open_rows: list[Row] = []
    for row in rows:
        open_rows = [one for one in open_rows if one["end_time"] > row["start_time"]]
        yield from ((one, row) for one in open_rows)
        open_rows.append(row)
