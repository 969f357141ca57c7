"""The test clock: what time it is for a sandbox company, said by whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request

from slotkeeper.domain.errors import InvalidInput

HEADER = "Slotkeeper-Test-Clock"
# Beyond these, arithmetic with time zones would overflow.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def sandbox_now(request: Request) -> datetime | None:
    """Read the test clock; None where none was sent. Raises InvalidInput.

    Only sandbox companies are judged by it: whoever takes it must refuse it for others.
    """
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not EARLIEST <= at <= LATEST:
        raise InvalidInput(HEADER, "Expected an ISO 8601 instant with its offset")
    return at
