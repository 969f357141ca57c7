"""The original's Redis keys: a real-time view of the figures, which may be lost at any time.

The keys are ``metrics:reservations:{metric}:{company_id}``; each expires an hour after its last
write:

- counters: ``created``, ``created_compound``, ``converted``, ``converted_compound``, ``expired``,
  ``cancelled``, ``cancelled_reason_{reason}``, ``errors``, ``errors_{kind}``
- gauges, from the database's figures: ``active``, ``conversion_rate`` (percent, of a day)
- ``histogram:time_to_conversion`` and ``histogram:lifetime``: hashes of ``count``, ``sum``, ``avg``

Unlike in the original, Redis itself increments them, so that two servers never overwrite each
other. Needs the extra ``redis`` and the setting ``REDIS_URL``.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.figures import Figures
from slotkeeper.metrics.lifecycle import LifecycleEvent
from slotkeeper.storage.store import Store

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline

PREFIX = "metrics:reservations"
LIFE_S = 3600
# The worker waits for Redis before it goes on, so it waits for a short time only.
REDIS_TIMEOUT_S = 0.2
# After a failure Redis is left alone for this long, so that timeouts stay rare.
REDIS_PAUSE_S = 5.0
# The rates cover one day, because counting a company's past with every batch would take too long.
GAUGES_OVER = timedelta(days=1)

# A script, so that the average includes what two servers add at once.
_ADD = """
local count = redis.call('HINCRBY', KEYS[1], 'count', ARGV[1])
local sum = redis.call('HINCRBYFLOAT', KEYS[1], 'sum', ARGV[2])
redis.call('HSET', KEYS[1], 'avg', string.format('%.3f', tonumber(sum) / count))
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""

log = structlog.get_logger()


class RedisMirror:
    """Counts events in Redis. Where Redis fails, it logs that once and raises nothing."""

    def __init__(self, redis: Redis, store: Store, *, pause_s: float = REDIS_PAUSE_S) -> None:
        """Use ``connected`` instead."""
        self._redis = redis
        self._collector = ReservationMetricsCollector(store)
        self._pause_s = pause_s
        self._away = False
        self._next_try = 0.0

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, url: str, store: Store, *, pause_s: float = REDIS_PAUSE_S
    ) -> AsyncIterator[RedisMirror | None]:
        """Connect while the block lasts; None where the extra is missing or the URL is invalid.

        Redis is first asked when there are events to count.
        """
        client = _client(url)
        if client is None:
            yield None
            return
        try:
            yield cls(client, store, pause_s=pause_s)
        finally:
            with suppress(Exception):
                await client.aclose()

    async def count(self, events: Sequence[LifecycleEvent]) -> None:
        """Count events of one company that were written to the log; raises nothing."""
        now = asyncio.get_running_loop().time()
        if self._away and now < self._next_try:
            return
        figures = await self._collector.collect(
            events[0].company_id, since=max(event.timestamp for event in events) - GAUGES_OVER
        )
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                _write(pipeline, events, figures)
                await pipeline.execute()
        except Exception as error:
            if not self._away:
                log.warning("redis_is_away", error=type(error).__name__)
            self._away, self._next_try = True, now + self._pause_s
        else:
            if self._away:
                log.info("redis_is_back")
            self._away = False


def _client(url: str) -> Redis | None:
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        return Redis.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
            # An increment whose answer was lost may have happened: it is never sent again.
            retry=Retry(NoBackoff(), 0),
        )
    except (ImportError, ValueError) as error:
        # The error's text may quote a password, so only its class is logged.
        log.error("redis_not_usable", error=type(error).__name__)
        return None


def _write(pipeline: Pipeline, events: Sequence[LifecycleEvent], figures: Figures) -> None:
    company_id = events[0].company_id
    counted = Counter(metric for event in events for metric in _counters(event))
    for metric, n in counted.items():
        pipeline.incrby(_key(metric, company_id), n)
        pipeline.expire(_key(metric, company_id), LIFE_S)
    took: dict[str, list[float]] = {}
    for event in events:
        for metric, seconds in _durations(event):
            took.setdefault(metric, []).append(seconds)
    for metric, durations in took.items():
        key = _key(f"histogram:{metric}", company_id)
        pipeline.eval(_ADD, 1, key, str(len(durations)), f"{sum(durations):.3f}", str(LIFE_S))
    pipeline.set(_key("active", company_id), figures.active, ex=LIFE_S)
    pipeline.set(_key("conversion_rate", company_id), figures.conversion_rate, ex=LIFE_S)


def _key(metric: str, company_id: int) -> str:
    return f"{PREFIX}:{metric}:{company_id}"


def _counters(event: LifecycleEvent) -> Iterator[str]:
    if event.kind == "error":
        yield from ("errors", f"errors_{event.error_type}")
        return
    yield event.kind
    if event.kind in ("created", "converted") and event.is_compound:
        yield f"{event.kind}_compound"
    if event.reason is not None:
        yield f"{event.kind}_reason_{event.reason}"


def _durations(event: LifecycleEvent) -> Iterator[tuple[str, float]]:
    """Give the durations of a hold; a booking at once has none, because nobody thought about it."""
    if event.lifetime_s is None or event.origin != "reserve":
        return
    yield "lifetime", event.lifetime_s
    if event.kind == "converted":
        yield "time_to_conversion", event.lifetime_s
