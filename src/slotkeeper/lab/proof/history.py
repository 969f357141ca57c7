"""The history of a run: one record for each operation, which the judge reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

# hold, offer, book: wishes. convert, extend, cancel: about a token. move, cancel_appointment: about
# an appointment. end_call: about a call. absence: somebody is away, or back. ring_again: a wish for
# what an older call of the number was told, or may have been.
Op = Literal[
    "hold",
    "offer",
    "book",
    "convert",
    "extend",
    "cancel",
    "move",
    "cancel_appointment",
    "end_call",
    "absence",
    "ring_again",
]
# unknown: no server answered, or the server said that it does not know the outcome.
RecordOutcome = Literal["ok", "refused", "unknown"]
# The operations that wish a slot.
WISHES: tuple[Op, ...] = ("hold", "offer", "book", "ring_again")


class AcknowledgedHold(msgspec.Struct, frozen=True):
    """A hold as an answer acknowledged it; times are the answer's ISO texts."""

    token: str
    start: str
    end: str
    expires_in_s: float


class Record(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One operation: sent at ``invoked_s``, over at ``done_s``, in seconds since the run began.

    ``repeats`` is the number ``n`` of the operation that this one sent again unchanged.
    ``blocked_until`` is the expiry that a refusal gave for the hold in the way. ``caller`` is the
    number that rang with a wish; None where it was withheld. ``others`` are the appointments of a
    visit's other people, beside the first one's ``appointment_id``.
    """

    n: int
    client: int
    op: Op
    invoked_s: float
    done_s: float
    outcome: RecordOutcome
    call_id: str | None = None
    caller: str | None = None
    token: str | None = None
    appointment_id: int | None = None
    others: list[int] = []
    absence_id: int | None = None
    wish: dict[str, Any] | None = None
    code: str | None = None
    reason: str | None = None
    blocked_until: str | None = None
    held: list[AcknowledgedHold] = []
    replayed: bool = False
    repeats: int | None = None


class History:
    """Collects records in memory and, if a file is given, writes them as JSON lines.

    In memory they are without their wishes, which nobody judges and which are most of a record.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Write the records to ``file`` as well."""
        self.records: list[Record] = []
        self._encode = msgspec.json.Encoder()
        self._file: IO[bytes] | None = file.open("wb") if file else None

    def add(self, record: Record) -> None:
        """Add a record."""
        self.records.append(msgspec.structs.replace(record, wish=None))
        if self._file is not None:
            self._file.write(self._encode.encode(record) + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def read_history(file: Path) -> Iterator[Record]:
    """Read the records of a history file. Raises msgspec.DecodeError."""
    decoder = msgspec.json.Decoder(Record)
    with file.open("rb") as lines:
        for line in lines:
            yield decoder.decode(line)


def judged_fields(
    op: Op, outcome: RecordOutcome, body: dict[str, Any], token: str | None
) -> dict[str, Any]:
    """Pick from an answer's body the fields of a record; ``token`` is the one that was sent."""
    if outcome != "ok":
        return {key: body.get(key) for key in ("code", "reason", "blocked_until")}
    if op in ("hold", "extend", "ring_again"):
        return {"held": _live([body])}
    if op == "offer":
        return {"held": _live([body["wished"], *body["others"]])}
    if op in ("book", "convert", "move"):
        return {
            "appointment_id": body["id"],
            "token": token or body["reservation_token"],
            "others": [other["id"] for other in body.get("others", ())],
        }
    return {"absence_id": body.get("id")} if op == "absence" else {}


def _live(views: Sequence[dict[str, Any] | None]) -> list[AcknowledgedHold]:
    return [
        AcknowledgedHold(view["token"], view["start"], view["end"], view["expires_in_s"])
        for view in views
        if view is not None and view["status"] == "active"
    ]
