"""What rollout settings may be, and how they are written; of the server and of companies alike."""

from __future__ import annotations

import re

# As a hold may grow no older, however often it is renewed.
MAX_LIFETIME_S = 900


class BadValue(ValueError):
    """A setting that cannot be understood; the message says what is expected."""


def whole_number(text: str, least: int, most: int) -> int:
    """Read a number of a range. Raises BadValue."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or not least <= int(text) <= most:
        raise BadValue(f"expected a whole number from {least} to {most}")
    return int(text)


def percent(text: str) -> int:
    """Read a share of calls. Raises BadValue."""
    return whole_number(text.strip().removesuffix("%"), 0, 100)


def lifetime_s(text: str) -> int:
    """Read minutes, as in the original, or seconds with an s: 5 or 300s. Raises BadValue."""
    found = re.fullmatch(r"([0-9]{1,4})\s*(s|m|min)?", text.strip().lower())
    seconds = int(found[1]) * (1 if found[2] == "s" else 60) if found else 0
    if not 1 <= seconds <= MAX_LIFETIME_S:
        raise BadValue("expected 1 second to 15 minutes, such as 5 or 300s")
    return seconds
