"""Prometheus: the text at ``/metrics``, with the business figures and the process's own.

The business figures are read from the database at each scrape, so a restart loses none and a second
server has the same. Each application has a registry of its own.
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
# Scrapes within this time share one reading.
FRESH_FOR_S = 1.0

log = structlog.get_logger()


class Exporter:
    """Makes the text at ``/metrics`` for one application."""

    def __init__(self, store: Store, *, tracing: Tracing | None = None) -> None:
        """Export the figures of this store's companies, and what ``measures`` measures."""
        # The library would export for each counter when it was created.
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
        self._store = store
        self._one_at_a_time = asyncio.Lock()
        self._text = b""
        self._fresh_until = 0.0

    async def scrape(self) -> bytes:
        """Give the text; only the process's own figures where the database does not answer."""
        async with self._one_at_a_time:
            await self._refresh()
            if not self._text:
                # Many companies are a megabyte of text; a thread makes it, so that no caller waits.
                self._text = await asyncio.to_thread(generate_latest, self.registry)
            return self._text

    async def scrape_company(self, company_id: int) -> bytes:
        """Give the text of one company's figures, and whether they could be read."""
        slug = (await self._store.catalogues.get(company_id)).slug
        async with self._one_at_a_time:
            await self._refresh()
            registry = CollectorRegistry()
            registry.register(self._business.of(slug))
            return generate_latest(registry)

    async def _refresh(self) -> None:
        """Read the figures anew, unless they are fresh."""
        if time.monotonic() >= self._fresh_until:
            await self._read()
            self._text = b""
            self._fresh_until = time.monotonic() + FRESH_FOR_S

    async def _read(self) -> None:
        try:
            figures = await self._totals.read()
        except Fault as fault:
            log.warning("figures_not_read", code=fault.code)
        except Exception as error:
            # The monitoring must see slotkeeper_up fall, whatever the error is.
            log.error("figures_not_read", error=type(error).__name__)
        else:
            self._business.show(figures, up=True)
            return
        self._business.show(None, up=False)


class _Business(Collector):
    """Exports the companies' figures as they were read last."""

    def __init__(self) -> None:
        self._shown = ShownCompanies()
        self._figures: Sequence[Figures] = []
        self._up = False

    def show(self, figures: Sequence[Figures] | None, *, up: bool) -> None:
        self._figures = figures or []
        self._up = up

    def of(self, company: str) -> _Business:
        """Give a collector of one company's figures."""
        own = _Business()
        own.show([each for each in self._figures if each.company == company], up=self._up)
        return own

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "slotkeeper_up",
            "1 where this scrape could read the figures from the database, else 0.",
            value=int(self._up),
        )
        if self._figures:
            yield from families(self._shown.of(self._figures))

    def describe(self) -> list[Metric]:
        return []


class _Pool(Collector):
    """Exports the number of connections to PostgreSQL."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        pool = GaugeMetricFamily(
            "slotkeeper_pool_connections",
            "Connections to PostgreSQL: used, idle, and the most there may be.",
            labels=["state"],
        )
        for state, count in self._store.db.connections().items():
            pool.add_metric([state], count)
        yield pool

    def describe(self) -> list[Metric]:
        return []
