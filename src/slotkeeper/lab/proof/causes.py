"""What may end a hold before its expiry: the acts of its caller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from slotkeeper.lab.proof.history import WISHES, Record

# A newer call of a number may take over what an older one holds after this much silence.
LEFT_AFTER_S = 90.0


class Causes:
    """The callers' acts that may end a hold."""

    def __init__(
        self,
        records: Sequence[Record],
        by_token: Mapping[str, Sequence[Any]],
        silence_s: float = LEFT_AFTER_S,
    ) -> None:
        """Index the records; ``by_token`` are the reservations' rows."""
        self._silence_s = silence_s
        by_op: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_op[record.op].append(record)
        self._cancelled = {r.token for r in by_op["cancel"]}
        self._ended = {r.call_id for r in by_op["end_call"]}
        self._wished: dict[str | None, int] = defaultdict(int)
        for op in WISHES:
            for record in by_op[op]:
                self._wished[record.call_id] += 1
        self._heard: dict[str | None, list[Record]] = defaultdict(list)
        self._took_over: dict[str, list[Record]] = defaultdict(list)
        converted: set[str | None] = set()
        for record in records:
            rows = by_token.get(record.token or "")
            if _is_heard(record) and not (record.op == "convert" and record.token in converted):
                self._heard[rows[0]["call_id"] if rows else record.call_id].append(record)
            if record.op == "convert" and record.outcome == "ok":
                converted.add(record.token)
            made = [record.token] if record.op == "book" else []
            for token in made + [held.token for held in record.held]:
                for row in by_token.get(token or "", ())[:1]:
                    self._took_over[str(row.get("took_over"))].append(record)
        # Booking a slot that the call already holds converts that hold.
        tokens = {r.token for op in ("convert", "book") for r in by_op[op]}
        self._offers_taken = {
            rows[0]["offer_id"] for token, rows in by_token.items() if token in tokens
        }

    def explain(self, token: str, row: Any) -> bool:
        """Whether a caller's own act explains why a hold ended before its expiry."""
        reason, call_id = row["end_reason"], row["call_id"]
        return (
            (reason == "released" and token in self._cancelled)
            or (reason == "call_ended" and call_id in self._ended)
            or (reason == "not_chosen" and row["offer_id"] in self._offers_taken)
            or (reason == "superseded" and self._wished[call_id] > 1)
            or (reason == "taken_over" and self._was_left(token, call_id))
        )

    def _was_left(self, token: str, call_id: str | None) -> bool:
        """Whether a newer call's wish took a hold from a call that had been silent for long."""
        taken = next(iter(self._took_over.get(token, ())), None)
        if taken is None or taken.call_id == call_id:
            return False
        heard = [r.invoked_s for r in self._heard[call_id] if r.invoked_s < taken.invoked_s]
        return taken.done_s - max(heard, default=0.0) >= self._silence_s


def _is_heard(record: Record) -> bool:
    """Whether an act surely renewed what its call holds, or turned some of it into appointments.

    What is refused before it reaches the database renews nothing, nor does a yes that is repeated.
    """
    is_wish = record.op in (*WISHES, "convert")
    return (
        record.outcome == "ok"
        and not record.replayed
        and (is_wish or (record.op == "extend" and bool(record.held)))
    )
