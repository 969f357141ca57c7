"""Prometheus: what is shown at ``/metrics``, business figures and the process's own.

Business figures are read from the database when they are asked for, so neither a restart nor a
second server matters to them. Each application has a registry of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from slotkeeper import __version__
from slotkeeper.domain.errors import Fault
from slotkeeper.metrics.families import ShownCompanies, families
from slotkeeper.metrics.figures import Figures
from slotkeeper.metrics.measures import Measures
from slotkeeper.metrics.totals import Totals
from slotkeeper.metrics.tracing import Tracing
from slotkeeper.storage.store import Store

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Two scrapers cost one.
FRESH_FOR_S = 1.0

log = structlog.get_logger()


class Exporter:
    """Everything that one application shows."""

    def __init__(self, store: Store, *, tracing: Tracing | None = None) -> None:
        """Show this store's companies, and what is measured by ``measures``."""
        # When a counter was born is no figure of ours; the library would show it for each.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.measures = Measures(self.registry, tracing)
        self._totals = Totals(store)
        self._business = _Business()
        self.registry.register(self._business)
        self.registry.register(_Pool(store))
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        built = Gauge(
            "slotkeeper_build_info",
            "Which Slotkeeper this is.",
            ("version",),
            registry=self.registry,
        )
        built.labels(__version__).set(1)
        self._one_at_a_time = asyncio.Lock()
        self._text = b""
        self._fresh_until = 0.0

    async def scrape(self) -> bytes:
        """What there is to show now, as text; without a database the process's own figures."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._fresh_until:
                await self._read()
                # A large fleet is a megabyte of text: nobody on the phone waits for that.
                self._text = await asyncio.to_thread(generate_latest, self.registry)
                self._fresh_until = time.monotonic() + FRESH_FOR_S
            return self._text

    async def _read(self) -> None:
        try:
            figures = await self._totals.read()
        except Fault as fault:
            log.warning("figures_not_read", code=fault.code)
            self._business.show(None, up=False)
        except Exception as error:
            # Whoever watches must learn of it in any case.
            log.error("figures_not_read", error=type(error).__name__)
            self._business.show(None, up=False)
        else:
            self._business.show(figures, up=True)


class _Business(Collector):
    """The companies' figures as they were read last."""

    def __init__(self) -> None:
        self._shown = ShownCompanies()
        self._figures: Sequence[Figures] = []
        self._up = False

    def show(self, figures: Sequence[Figures] | None, *, up: bool) -> None:
        self._figures = figures or []
        self._up = up

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "slotkeeper_up",
            "1 where the database told its figures to this scrape, else 0.",
            value=int(self._up),
        )
        if self._figures:
            yield from families(self._shown.of(self._figures))

    def describe(self) -> list[Metric]:
        return []


class _Pool(Collector):
    """The connections to PostgreSQL."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        pool = GaugeMetricFamily(
            "slotkeeper_pool_connections",
            "Connections to PostgreSQL: used, idle, and how many there may be.",
            labels=["state"],
        )
        for state, count in self._store.db.connections().items():
            pool.add_metric([state], count)
        yield pool

    def describe(self) -> list[Metric]:
        return []
