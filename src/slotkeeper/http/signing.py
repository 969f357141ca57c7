"""Signatures over the raw body and the time, as the platforms make them.

Retell: ``v=<unix ms>,d=<hex>`` over the body and then the time. ElevenLabs:
``t=<unix s>,v0=<hex>`` over the time, a dot and the body. Both are HMAC-SHA256.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

# As Retell's own library: five minutes, in both directions.
WINDOW_MS = 300_000
# As ElevenLabs' own library looks back; that theirs is ahead of ours is taken as kindly.
ELEVENLABS_WINDOW_S = 1_800

_HEADER = re.compile(r"v=(\d{1,16}),d=([0-9a-f]{64})")
_ELEVENLABS_HEADER = re.compile(r"t=(\d{1,13}),v0=([0-9a-f]{64})")


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
    return _is_one_of(found[0], [sign_retell(body, secret, int(found[1])) for secret in secrets])


def sign_elevenlabs(body: bytes, secret: str, now_s: int) -> str:
    """Make the header, as ElevenLabs does."""
    digest = hmac.new(secret.encode(), f"{now_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={now_s},v0={digest}"


def is_signed_by_elevenlabs(
    body: bytes, header: str | None, secrets: Iterable[str], now_s: int
) -> bool:
    """Whether one of the secrets signed exactly these bytes, within the window around now."""
    found = _ELEVENLABS_HEADER.fullmatch(header or "")
    if not found or abs(now_s - int(found[1])) > ELEVENLABS_WINDOW_S:
        return False
    signed = [sign_elevenlabs(body, secret, int(found[1])) for secret in secrets]
    return _is_one_of(found[0], signed)


def _is_one_of(header: str, expected: list[str]) -> bool:
    """Compare with each, so that the time it takes tells nothing."""
    return any([hmac.compare_digest(header, one) for one in expected])
