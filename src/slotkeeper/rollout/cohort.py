"""Which calls are served with holds: a switch, and a share that is sticky by call."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rollout:
    """Off means: availability is answered without a hold, and booking goes through ``book``."""

    enabled: bool = True
    percent: int = 100

    def holds(self, call_id: str | None) -> bool:
        """Whether this call is served with holds; growing the percentage never moves it out."""
        return self.enabled and _bucket(call_id or "") < self.percent * 100


def _bucket(call_id: str) -> int:
    """A call's fixed place in 0..9999."""
    digest = hashlib.sha256(b"optimistic_reservations:" + call_id.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest()[:8]) % 10_000
