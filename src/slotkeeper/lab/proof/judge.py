"""The judge: compares what callers were told with the rows at the end, and finds violations.

It trusts only rows and records, and uses no code by which the server decides. The numbers of the
invariants are those of the guide's chapter *Testing and proof*.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from slotkeeper.lab.database.company_rows import CompanyRows
from slotkeeper.lab.proof.causes import LEFT_AFTER_S, Causes
from slotkeeper.lab.proof.evidence import Evidence, Violation, given_up, start_of
from slotkeeper.lab.proof.history import Record
from slotkeeper.lab.proof.takeovers import taken_over

# No statement of the server waits for a row longer than this.
LONGEST_WAIT = timedelta(seconds=3)
# A dead hold may be in the way for this long.
STUCK = timedelta(seconds=1)
# A report shows this many violations of a kind, and counts all.
SHOWN = 5


def judge(
    records: Sequence[Record],
    rows: CompanyRows,
    began_at: datetime | None = None,
    silence_s: float = LEFT_AFTER_S,
) -> list[Violation]:
    """Find every violation of the invariants that rows and records can show.

    ``began_at`` is the instant of the records' second 0 by the database's clock, where it is known.
    ``silence_s`` is how long a call must be silent before another takes over what it holds.
    """
    evidence = Evidence(records, rows, began_at, silence_s)
    checks = (
        overlapping,
        torn,
        lost,
        taken_back,
        taken_over,
        converted_twice,
        converted_dead,
        repeated_differently,
        two_of_one_wish,
        said_otherwise,
        stuck,
        unbalanced,
        claimed_in_absence,
    )
    return [violation for check in checks for violation in check(evidence)]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim as a rectangle: an interval on a calendar, from when it was made until given up."""

    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    given_up_at: datetime
    has_died: bool
    token: str

    def meets(self, other: _Claim) -> bool:
        """Whether both, claims of two reservations, had the same time at the same instant."""
        share_time = self.starts_at < other.ends_at and other.starts_at < self.ends_at
        share_life = self.made_at < other.given_up_at and other.made_at < self.given_up_at
        return share_time and share_life and self.token != other.token


def overlapping(evidence: Evidence) -> Iterator[Violation]:
    """I1: at no instant did two reservations claim the same calendar at the same time.

    A sweep over the instants at which claims were made compares each with the claims that then
    stood; where all is well these are few, so that the time grows with the rows alone.
    """
    calendars: dict[int, list[_Claim]] = defaultdict(list)
    for row in evidence.rows.reservations:
        calendars[row["calendar_id"]].append(_claim(row, evidence))
    for calendar_id, claims in calendars.items():
        claims.sort(key=lambda claim: claim.made_at)
        standing: list[_Claim] = []
        for claim in claims:
            standing = [earlier for earlier in standing if earlier.given_up_at > claim.made_at]
            for earlier in standing:
                if earlier.meets(claim) and not _by_turns(earlier, claim, evidence):
                    yield Violation(
                        "I1", f"calendar {calendar_id}: {earlier.token} and {claim.token}"
                    )
            standing.append(claim)


def _claim(row: Any, evidence: Evidence) -> _Claim:
    return _Claim(
        row["start_time"],
        row["end_time"],
        row["reserved_at"],
        given_up(row, evidence),
        row["status"] == "expired",
        str(row["caller_token"]),
    )


def _by_turns(one: _Claim, other: _Claim, evidence: Evidence) -> bool:
    """Whether two claims that seem to have met may have followed each other all the same."""
    return _is_replaced(one.token, other.token, evidence) or _waited(one, other)


def _waited(one: _Claim, other: _Claim) -> bool:
    """Whether the later claim may have waited for the end of the earlier one.

    A claim's time is that of its decision; after that it may wait for rows that housekeeping locks.
    """
    first, second = sorted((one, other), key=lambda claim: claim.made_at)
    return first.has_died and second.made_at > first.given_up_at - LONGEST_WAIT


def _is_replaced(one: str, other: str, evidence: Evidence) -> bool:
    """Whether a call replaced or took over one hold by the other, in a single transaction.

    The clock goes on within a transaction, so that their times overlap.
    """
    first, second = evidence.by_token[one][0], evidence.by_token[other][0]
    mine = first["call_id"] is not None and first["call_id"] == second["call_id"]
    superseded = mine and "superseded" in (first["end_reason"], second["end_reason"])
    return superseded or one == str(second.get("took_over")) or other == str(first.get("took_over"))


def torn(evidence: Evidence) -> Iterator[Violation]:
    """I5: every reservation has all its segments, and they agree in status and times."""
    for token, parts in evidence.by_token.items():
        numbers = {part["segment_number"] for part in parts}
        if numbers != set(range(1, parts[0]["total_segments"] + 1)):
            yield Violation("I5", f"{token} has only the segments {sorted(numbers)}")
        for column in ("status", "expires_at", "ended_at", "end_reason"):
            if len({part[column] for part in parts}) > 1:
                yield Violation("I5", f"{token}: its segments differ in {column}")
        # Each person of a visit has an appointment, which may be cancelled or moved alone.
        for person in {part["person"] for part in parts}:
            standing = [p for p in parts if p["person"] == person and p["dropped_at"] is None]
            if len({part["blocks"] for part in standing}) > 1:
                yield Violation("I5", f"{token}: only some segments of person {person} block")


def lost(evidence: Evidence) -> Iterator[Violation]:
    """I9: everything that was acknowledged is in the database, and a booked time is not free."""
    cancelled = {r.appointment_id for r in evidence.by_op["cancel_appointment"]}
    for record in evidence.records:
        if record.outcome != "ok":
            continue
        for held in record.held:
            if held.token not in evidence.by_token:
                yield Violation("I9", f"record {record.n}: hold {held.token} is not there")
        if record.op in ("book", "convert", "move"):
            for appointment_id in (record.appointment_id or 0, *record.others):
                row = evidence.appointments.get(appointment_id)
                if row is None:
                    yield Violation("I9", f"record {record.n}: no appointment {appointment_id}")
                elif row["status"] != "booked" and row["id"] not in cancelled:
                    yield Violation("I9", f"appointment {row['id']} was cancelled by nobody")
    for row in evidence.rows.appointments:
        claims = [
            claim
            for claim in evidence.by_token.get(str(row["reservation_token"]), ())
            if claim["converted_to_appointment_id"] == row["id"] and claim["dropped_at"] is None
        ]
        if row["status"] == "booked" and not all(claim["blocks"] for claim in claims):
            yield Violation("I9", f"appointment {row['id']} is booked, but its time is free")


def taken_back(evidence: Evidence) -> Iterator[Violation]:
    """I2, I12: only its caller ends a live hold, and a yes to a live hold succeeds."""
    causes = Causes(evidence.records, evidence.by_token, evidence.silence_s)
    alive_until: dict[str, float] = {}
    for record in evidence.records:
        # A replayed answer repeats the first one, with the seconds that were left then.
        promised = record.outcome == "ok" and not record.replayed
        for held in record.held if promised else ():
            until = record.invoked_s + held.expires_in_s
            alive_until[held.token] = max(until, alive_until.get(held.token, 0.0))
    for token, parts in evidence.by_token.items():
        row = parts[0]
        if row["status"] == "cancelled" and not causes.explain(token, row):
            yield Violation("I2", f"{token} was ended ({row['end_reason']}) by nobody's wish")
    for record in evidence.by_op["convert"]:
        token, until = record.token or "", alive_until.get(record.token or "", 0.0)
        refused = record.outcome == "refused" and record.done_s < until
        rows = evidence.by_token.get(token)
        if refused and rows and not causes.explain(token, rows[0]):
            yield Violation(
                "I12", f"record {record.n}: {token} lived and was refused: {record.code}"
            )


def converted_twice(evidence: Evidence) -> Iterator[Violation]:
    """I3: a reservation becomes one appointment, however often it is converted."""
    made: dict[str, set[int]] = defaultdict(set)
    for record in evidence.by_op["convert"]:
        if record.outcome == "ok" and record.token and record.appointment_id:
            made[record.token].add(record.appointment_id)
    for token, ids in made.items():
        if len(ids) > 1:
            yield Violation("I3", f"{token} became appointments {sorted(ids)}")
    owners: dict[int, set[str]] = defaultdict(set)
    for token, parts in evidence.by_token.items():
        for part in parts:
            if part["status"] == "converted" and part["blocks"]:
                owners[part["converted_to_appointment_id"]].add(token)
    for appointment_id, tokens in owners.items():
        if len(tokens) > 1:
            yield Violation("I3", f"appointment {appointment_id} stands for {sorted(tokens)}")


def converted_dead(evidence: Evidence) -> Iterator[Violation]:
    """I4: no reservation is converted at its expiry or later, and none expires before it."""
    for token, parts in evidence.by_token.items():
        row = parts[0]
        if row["status"] == "converted" and row["ended_at"] >= row["expires_at"]:
            yield Violation("I4", f"{token} was converted {row['ended_at']}, dead since before")
        if row["status"] == "expired" and row["ended_at"] < row["expires_at"]:
            yield Violation("I4", f"{token} was expired before its time")


def repeated_differently(evidence: Evidence) -> Iterator[Violation]:
    """I6: a request that was sent twice had one effect and one answer."""
    by_number = {record.n: record for record in evidence.records}
    for record in evidence.records:
        first = by_number.get(record.repeats or -1)
        if first is None or {first.outcome, record.outcome} != {"ok"}:
            continue
        mine = (record.appointment_id, [held.token for held in record.held])
        theirs = (first.appointment_id, [held.token for held in first.held])
        if mine != theirs and not _died_between(first, record, evidence):
            yield Violation("I6", f"records {first.n} and {record.n}: {theirs} and {mine}")


def _died_between(one: Record, other: Record, evidence: Evidence) -> bool:
    """Whether the hold of one of two same wishes had expired when that of the other was made.

    An offer has an idempotency key, so that its first answer comes again all the same.
    """
    holds = [evidence.by_token.get(held.token) for each in (one, other) for held in each.held]
    if "offer" in (one.op, other.op) or len(holds) != 2 or not all(holds):
        return False
    first, second = sorted((rows[0] for rows in holds if rows), key=lambda row: row["reserved_at"])
    return bool(first["status"] == "expired" and second["reserved_at"] >= first["expires_at"])


def two_of_one_wish(evidence: Evidence) -> Iterator[Violation]:
    """I6: a call's wish (who gets which service, start) is never held twice at the same time.

    The same wish with another person beside a booked one counts as a different wish.
    """
    wishes: dict[tuple[object, ...], list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for token, parts in evidence.by_token.items():
        row = min(parts, key=lambda part: part["segment_number"])
        if row["call_id"] is None or row["origin"] == "move":
            continue
        start = row["start_time"] + timedelta(minutes=row["buffer_before_min"])
        visit = {(part["part_number"], part["person"], part["service_id"]) for part in parts}
        wish = (row["call_id"], tuple(sorted(visit)), start)
        wishes[wish].append((row["reserved_at"], given_up(row, evidence), token))
    for lives in wishes.values():
        lives.sort()
        for one, other in pairwise(lives):
            first, second = evidence.by_token[one[2]][0], evidence.by_token[other[2]][0]
            odd = first["status"] == "converted" and first["staff_id"] != second["staff_id"]
            if other[0] < one[1] and not odd and not _is_replaced(one[2], other[2], evidence):
                yield Violation("I6", f"one wish, twice: {_story(first)} and {_story(second)}")


def _story(row: Any) -> str:
    return (
        f"{row['caller_token']} ({row['origin']}, {row['status']} {row['end_reason'] or ''}, "
        f"{row['reserved_at']:%H:%M:%S.%f} to {row['ended_at'] or row['expires_at']:%H:%M:%S.%f})"
    )


def said_otherwise(evidence: Evidence) -> Iterator[Violation]:
    """I11: the times that were said of a hold are the committed ones."""
    for record in evidence.records:
        for held in record.held if record.outcome == "ok" else ():
            rows = evidence.by_token.get(held.token)
            if rows and (start_of(rows), _end(rows)) != (_instant(held.start), _instant(held.end)):
                yield Violation("I11", f"record {record.n}: {held.token} is not when it was said")


def stuck(evidence: Evidence) -> Iterator[Violation]:
    """I10: no request is refused for a hold that has been dead for more than a second."""
    if evidence.began_at is None:
        return
    for record in evidence.records:
        if record.outcome != "refused" or record.blocked_until is None:
            continue
        sent_at = evidence.began_at + timedelta(seconds=record.invoked_s)
        if sent_at > _instant(record.blocked_until) + STUCK:
            yield Violation(
                "I10", f"record {record.n}: refused {sent_at} for what died {record.blocked_until}"
            )


def unbalanced(evidence: Evidence) -> Iterator[Violation]:
    """I7: the outbox has one event for each fact; checked where the outbox can be read."""
    if evidence.rows.outbox is None:
        return
    first = [min(parts, key=lambda part: part["id"]) for parts in evidence.by_token.values()]
    moves = sum(row["origin"] == "move" for row in first)
    cancelled = sum(row["status"] == "cancelled" for row in evidence.rows.appointments)
    # Parts that were moved alone became appointments that nobody booked anew.
    booked = {
        row["converted_to_appointment_id"]
        for row in evidence.rows.reservations
        if row["status"] == "converted" and row["origin"] != "move"
    }
    expected = {
        "appointment.booked": len(booked),
        "appointment.moved": moves,
        "appointment.cancelled": cancelled,
    }
    for kind, count in expected.items():
        events = evidence.rows.outbox.get(kind, 0)
        if events != count:
            yield Violation("I7", f"{kind}: {count} happened, the outbox has {events}")


def claimed_in_absence(evidence: Evidence) -> Iterator[Violation]:
    """I13: nothing is claimed where somebody is away, once that is known.

    Transactions are compared, not clocks: a company's follow its lock.
    """
    calendars: dict[int, list[Any]] = defaultdict(list)
    for absence in sorted(evidence.rows.absences, key=_begins):
        calendars[absence["calendar_id"]].append(absence)
    lengths = (absence["ends_at"] - absence["starts_at"] for absence in evidence.rows.absences)
    longest = max(lengths, default=timedelta(0))
    for row in evidence.rows.reservations:
        absences = calendars[row["calendar_id"]]
        first = bisect_left(absences, row["start_time"] - longest, key=_begins)
        for absence in absences[first : bisect_left(absences, row["end_time"], key=_begins)]:
            known = absence["known_from"] < row["made_xid"] and (
                absence["known_until"] is None or row["made_xid"] < absence["known_until"]
            )
            if known and row["start_time"] < absence["ends_at"]:
                yield Violation("I13", f"{row['caller_token']} was claimed in a known absence")


def _begins(absence: Any) -> datetime:
    begins: datetime = absence["starts_at"]
    return begins


def _end(parts: Sequence[Any]) -> datetime:
    ends: list[datetime] = [
        part["end_time"] - timedelta(minutes=part["buffer_after_min"]) for part in parts
    ]
    return max(ends)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
