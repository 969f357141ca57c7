"""What callers asked and were answered, one record an operation: what the checker judges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

# hold, offer, book: wishes. convert, extend, cancel: about a token. move, cancel_appointment: about
# an appointment. end_call: about a call.
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
]
# unknown: nobody answered, or the server said that it does not know.
RecordOutcome = Literal["ok", "refused", "unknown"]


class AcknowledgedHold(msgspec.Struct, frozen=True):
    """A reservation as it was acknowledged; times are the answer's own ISO texts."""

    token: str
    start: str
    end: str
    expires_in_s: float


class Record(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One operation, from when it was sent (``invoked_s``) to when it was over (``done_s``).

    Seconds of the checker's own steady clock. ``repeats`` is the ``n`` of the operation that this
    one sent again, word by word. ``blocked_until`` is what a refusal said of the hold in the way.
    """

    n: int
    client: int
    op: Op
    invoked_s: float
    done_s: float
    outcome: RecordOutcome
    call_id: str | None = None
    token: str | None = None
    appointment_id: int | None = None
    wish: dict[str, Any] | None = None
    code: str | None = None
    blocked_until: str | None = None
    held: list[AcknowledgedHold] = []
    replayed: bool = False
    repeats: int | None = None


class History:
    """Records kept in memory and, where a file is given, as JSON lines."""

    def __init__(self, file: Path | None = None) -> None:
        """Write to this file too."""
        self.records: list[Record] = []
        self._encode = msgspec.json.Encoder()
        self._file: IO[bytes] | None = file.open("wb") if file else None

    def add(self, record: Record) -> None:
        """Keep one."""
        self.records.append(record)
        if self._file is not None:
            self._file.write(self._encode.encode(record) + b"\n")

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


def read_history(file: Path) -> Iterator[Record]:
    """Read a file that was kept before. Raises msgspec.DecodeError."""
    decoder = msgspec.json.Decoder(Record)
    with file.open("rb") as lines:
        for line in lines:
            yield decoder.decode(line)
