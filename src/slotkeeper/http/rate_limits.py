"""Rate limits: how many requests a minute a company, a key, a line, a caller or an address sends.

Each process keeps levels of its own, so that no request waits for another process. What has come
near to a limit it tells the others in the background, through PostgreSQL. So two processes together
keep a limit but for one burst (BURST_S) and what they do within EXCHANGE_S; what a process has not
told dies with it, and so does what it has used up.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from time import monotonic
from uuid import UUID, uuid4

import structlog

from slotkeeper.domain.errors import Fault
from slotkeeper.http.connections import counted, ip_of
from slotkeeper.http.edge_limits import Network, Rates
from slotkeeper.http.problems import Limited, TooManyRequests
from slotkeeper.storage.store import Store

# So many seconds' requests may come in one instant.
BURST_S = 5.0
# Processes tell each other what has come to this part of a burst; below it nobody is near a limit.
WORTH_TELLING = 0.25
EXCHANGE_S = 1.0
# After the last that was worth telling: what was told is dropped when it is ten seconds old.
CALM_AFTER_S = 12.0
# Far more than callers speak at once. A level that has run empty is dropped first.
MAX_LEVELS = 20_000
BUCKET_BYTES = 16
# In place of a company's id, before one is proven.
_NOBODY = 0

log = structlog.get_logger()


@dataclass(slots=True)
class _Level:
    """How full a bucket is: it is empty at ``empty_at``, and one second leaks out each second.

    ``used_s`` is all that this process has put in.
    """

    empty_at: float = 0.0
    used_s: float = 0.0


class RateLimits:
    """Counts requests and refuses those beyond the limits."""

    def __init__(self, store: Store, rates: Rates, trusted: Sequence[Network] = ()) -> None:
        """Limit to these rates, unless a company's own rule says otherwise.

        From ``trusted`` networks come many people's requests, so no address of theirs is limited.
        """
        self._store = store
        self._rates = rates
        self._trusted = trusted
        self._key = store.secret.sub_key("request-levels")
        self._process = uuid4()
        self._levels: dict[bytes, _Level] = {}
        # What other processes had told of their use at the last exchange.
        self._told: dict[tuple[UUID, bytes], float] = {}
        self._calm_at = 0.0

    def admit(
        self,
        company_id: int,
        *,
        company: bool = True,
        key: str | None = None,
        line: str | None = None,
        caller: str | None = None,
    ) -> None:
        """Count a request that is proven to be the company's. Raises TooManyRequests.

        A request that is refused does not count.
        """
        whose: dict[Limited, str | None] = {"key": key, "line": line, "caller": caller}
        if company:
            whose["company"] = ""
        self._admit(company_id, whose)

    def admits(self, company_id: int, **whose: str | None) -> bool:
        """Whether ``admit`` lets a request pass."""
        try:
            self.admit(company_id, **whose)  # type: ignore[arg-type]
        except TooManyRequests:
            return False
        return True

    def stranger(self, host: str) -> None:
        """Count a request that proved nothing, by its client's address.

        Raises TooManyRequests.
        """
        address = ip_of(host)
        if address is not None and not any(address in network for network in self._trusted):
            self._admit(_NOBODY, {"address": str(counted(address))})

    def _admit(self, company_id: int, whose: dict[Limited, str | None]) -> None:
        now = monotonic()
        filled: list[tuple[_Level, float, float]] = []
        for limit, identity in whose.items():
            if identity is None:
                continue
            each_s = 60 / self._per_min(company_id, limit)
            level = self._level(self._bucket(limit, company_id, identity), now)
            empty_at = max(level.empty_at, now) + each_s
            over_s = empty_at - now - max(BURST_S, each_s)
            if over_s > 0:
                raise TooManyRequests(limit, math.ceil(over_s))
            filled.append((level, empty_at, each_s))
        for level, empty_at, each_s in filled:
            level.empty_at = empty_at
            level.used_s += each_s

    def _per_min(self, company_id: int, limit: Limited) -> int:
        if limit == "company" and (known := self._store.catalogues.cached(company_id)):
            return known.rules.max_requests_per_min or self._rates.company
        return int(getattr(self._rates, limit))

    def _bucket(self, limit: Limited, company_id: int, identity: str) -> bytes:
        """Name a bucket by a keyed hash, so that no number can be read from it."""
        text = f"{limit}:{company_id}:{identity}".encode("utf-8", "replace")
        return blake2b(text, digest_size=BUCKET_BYTES, key=self._key).digest()

    def _level(self, bucket: bytes, now: float) -> _Level:
        level = self._levels.get(bucket)
        if level is None:
            if len(self._levels) >= MAX_LEVELS:
                self._levels = {b: each for b, each in self._levels.items() if each.empty_at > now}
            if len(self._levels) >= MAX_LEVELS:
                del self._levels[next(iter(self._levels))]
            level = self._levels[bucket] = _Level()
        return level

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell other processes while the block lasts."""
        telling = asyncio.create_task(self._run())
        try:
            yield
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EXCHANGE_S)
            try:
                await self.exchange()
            except Fault as fault:
                log.warning("levels_not_exchanged", code=fault.code)
            except Exception as error:
                log.error("levels_not_exchanged", error=type(error).__name__)

    async def exchange(self) -> None:
        """Tell what has come near to a limit, and count what others tell; nothing if it is calm."""
        now = monotonic()
        near = [
            (bucket, level.used_s, level.empty_at - now)
            for bucket, level in self._levels.items()
            if level.empty_at - now > BURST_S * WORTH_TELLING
        ]
        if near:
            self._calm_at = now + CALM_AFTER_S
        if now >= self._calm_at:
            return
        told: dict[tuple[UUID, bytes], float] = {}
        for other in await self._store.levels.exchange(self._process, near):
            who = other.process, other.bucket
            # Of a process that was not heard of before, what it has used lately counts.
            before = self._told.get(who, max(other.used_s - other.level_s, 0.0))
            told[who] = other.used_s
            level = self._level(other.bucket, now)
            level.empty_at = max(level.empty_at, now) + max(other.used_s - before, 0.0)
        self._told = told
