"""Judges what newer calls took over from older calls of the same number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from slotkeeper.lab.proof.evidence import Evidence, Violation, start_of


def taken_over(evidence: Evidence) -> Iterator[Violation]:
    """I12: a newer call takes over the very slot that an older one of its number left, and once.

    How long the older call was silent is judged with everything else that ends a hold (I2).
    """
    takers = takers_of(evidence)
    callers = {r.call_id: r.caller for r in evidence.records if r.caller is not None}
    for token, parts in evidence.by_token.items():
        if parts[0]["end_reason"] == "taken_over" and token not in takers:
            yield Violation("I12", f"{token} was taken over by nobody")
    for token, newer in takers.items():
        old = evidence.by_token.get(token)
        if not old:
            yield Violation("I12", f"{token} was taken over and is not there")
            continue
        if len(newer) > 1 or old[0].get("took_over") is not None:
            yield Violation("I12", f"{token} went from call to call: {newer}")
        if (old[0]["status"], old[0]["end_reason"]) != ("cancelled", "taken_over"):
            yield Violation("I12", f"{token} was taken over and is {old[0]['status']}")
        for new in (evidence.by_token[each] for each in newer):
            rang, rings = (callers.get(parts[0]["call_id"]) for parts in (old, new))
            if rang is None or rang != rings:
                yield Violation("I12", f"{token} was taken over by another caller")
            if _slot(old) != _slot(new):
                yield Violation("I12", f"{token} was taken over for another slot")
    yield from _untold(evidence, takers)


def takers_of(evidence: Evidence) -> dict[str, list[str]]:
    """Find for each hold that was taken over the holds that say they took it.

    What was made of such a hold, once it had expired or was moved, still says so.
    """
    takers: dict[str, list[str]] = defaultdict(list)
    for token, parts in evidence.by_token.items():
        if parts[0].get("took_over") is not None and parts[0]["origin"] not in ("again", "move"):
            takers[str(parts[0]["took_over"])].append(token)
    return takers


def _untold(evidence: Evidence, takers: dict[str, list[str]]) -> Iterator[Violation]:
    """Find each yes to a hold that was known to be gone, and did not hear where it went."""
    known_from: dict[str, float] = {}
    for record in evidence.records:
        for held in record.held:
            row = next(iter(evidence.by_token.get(held.token, ())), None)
            if row is not None and row.get("took_over") is not None:
                old = str(row["took_over"])
                known_from[old] = min(record.done_s, known_from.get(old, record.done_s))
    for record in evidence.by_op["convert"]:
        token = record.token or ""
        if token not in takers or record.outcome == "unknown":
            continue
        is_late = record.invoked_s > known_from.get(token, record.invoked_s)
        if record.outcome == "ok" or (is_late and record.reason != "taken_over"):
            yield Violation(
                "I12", f"record {record.n}: {token} was taken over, and {record.outcome} was said"
            )


def _slot(parts: Sequence[Any]) -> tuple[object, ...]:
    """Tell what a hold is for: who gets which service, and when it begins."""
    visit = {(part["part_number"], part["person"], part["service_id"]) for part in parts}
    return start_of(parts), tuple(sorted(visit))
