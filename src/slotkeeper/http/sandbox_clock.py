"""The test clock: the request says what time it is for a sandbox company."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.http.bodies import bounded_instant

TEST_CLOCK_HEADER = "Slotkeeper-Test-Clock"


def sandbox_now(request: Request) -> datetime | None:
    """Read the test clock, in UTC; None where none was sent. Raises InvalidInput.

    It is for sandbox companies only: opening a context with it refuses it for any other.
    """
    text = request.headers.get(TEST_CLOCK_HEADER)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidInput(TEST_CLOCK_HEADER, "Expected an ISO 8601 instant with its offset")
    return bounded_instant(TEST_CLOCK_HEADER, instant).astimezone(UTC)
