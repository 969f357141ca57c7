"""Reads rollout settings as people write them, for the server and for companies alike."""

from __future__ import annotations

import re

# The default of a company's max_hold_age_s: no renewal extends a hold beyond 15 minutes.
MAX_LIFETIME_S = 900


class BadValue(ValueError):
    """A setting that cannot be read; the message says what is expected."""


def whole_number(text: str, least: int, most: int) -> int:
    """Read a number from ``least`` to ``most``. Raises BadValue."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or not least <= int(text) <= most:
        raise BadValue(f"expected a whole number from {least} to {most}")
    return int(text)


def percent(text: str) -> int:
    """Read a share of calls in percent, such as 25 or 25%. Raises BadValue."""
    return whole_number(text.strip().removesuffix("%"), 0, 100)


def lifetime_s(text: str) -> int:
    """Read minutes, as the original does, or seconds: 5, 5m or 300s. Raises BadValue."""
    match = re.fullmatch(r"([0-9]{1,4})\s*(s|m|min)?", text.strip().lower())
    seconds = int(match[1]) * (1 if match[2] == "s" else 60) if match else 0
    if not 1 <= seconds <= MAX_LIFETIME_S:
        raise BadValue("expected 1 second to 15 minutes, such as 5 or 300s")
    return seconds
