"""Retell's signature, ``v=<unix ms>,d=<hex>``, over the raw body and the time."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

# As Retell's own library: five minutes, in both directions.
WINDOW_MS = 300_000

_HEADER = re.compile(r"v=(\d{1,16}),d=([0-9a-f]{64})")


def sign_retell(body: bytes, secret: str, now_ms: int) -> str:
    """Make the header, as Retell does."""
    digest = hmac.new(secret.encode(), body + str(now_ms).encode(), hashlib.sha256).hexdigest()
    return f"v={now_ms},d={digest}"


def is_signed_by_retell(
    body: bytes, header: str | None, secrets: Iterable[str], now_ms: int
) -> bool:
    """Whether one of the secrets signed exactly these bytes, within the window around now."""
    found = _HEADER.fullmatch(header or "")
    if not found or abs(now_ms - int(found[1])) > WINDOW_MS:
        return False
    expected = [sign_retell(body, secret, int(found[1])) for secret in secrets]
    return any([hmac.compare_digest(found[0], one) for one in expected])
