"""Signatures over the raw body and the time, as the platforms make them.

Retell: ``v=<unix ms>,d=<hex>`` over the body and then the time. ElevenLabs:
``t=<unix s>,v0=<hex>`` over the time, a dot and the body. Both are HMAC-SHA256.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Retell's own library accepts five minutes in both directions.
WINDOW_MS = 300_000
# ElevenLabs' own library accepts signatures of the last 30 minutes; we also accept clocks that
# are ahead of ours by as much.
ELEVENLABS_WINDOW_S = 1_800

_HEADER = re.compile(r"v=(\d{1,16}),d=([0-9a-f]{64})")
_ELEVENLABS_HEADER = re.compile(r"t=(\d{1,13}),v0=([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Signature:
    """A request's signature header: well formed and recent, but not yet compared with a body."""

    header: str
    signed_at: int
    sign: Callable[[bytes, str, int], str]

    def proves(self, body: bytes, secrets: Iterable[str]) -> bool:
        """Whether one of the secrets signed exactly these bytes at the time in the header."""
        return self.signer(body, secrets) is not None

    def signer(self, body: bytes, secrets: Iterable[str]) -> int | None:
        """Give the place of the secret that signed these bytes at the time in the header."""
        expected = [self.sign(body, secret, self.signed_at) for secret in secrets]
        # Each is compared, so that the time it takes tells nothing.
        is_equal = [hmac.compare_digest(self.header, header) for header in expected]
        return is_equal.index(True) if any(is_equal) else None


def sign_retell(body: bytes, secret: str, now_ms: int) -> str:
    """Make the header, as Retell does."""
    return f"v={now_ms},d={_digest(secret, body, str(now_ms).encode())}"


def retell_signature(headers: Sequence[str], now_ms: int) -> Signature | None:
    """Read a request's signature headers before its body; None unless there is one recent one."""
    return _signature(headers, _HEADER, now_ms, WINDOW_MS, sign_retell)


def sign_elevenlabs(body: bytes, secret: str, now_s: int) -> str:
    """Make the header, as ElevenLabs does."""
    return f"t={now_s},v0={_digest(secret, f'{now_s}.'.encode(), body)}"


def elevenlabs_signature(headers: Sequence[str], now_s: int) -> Signature | None:
    """Read a request's signature headers before its body; None unless there is one recent one."""
    return _signature(headers, _ELEVENLABS_HEADER, now_s, ELEVENLABS_WINDOW_S, sign_elevenlabs)


def _digest(secret: str, *parts: bytes) -> str:
    """Sign parts one after the other: joined, a large body would be copied for each secret."""
    digest = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _signature(
    headers: Sequence[str],
    form: re.Pattern[str],
    now: int,
    window: int,
    sign: Callable[[bytes, str, int], str],
) -> Signature | None:
    match = form.fullmatch(headers[0]) if len(headers) == 1 else None
    if match is None or abs(now - int(match[1])) > window:
        return None
    return Signature(match[0], int(match[1]), sign)
