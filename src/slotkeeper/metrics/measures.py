"""Measures of this process, in memory: requests, tool calls and locks, and how long they took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache

from prometheus_client import CollectorRegistry, Histogram

from slotkeeper.domain.errors import SlotkeeperError
from slotkeeper.metrics.tracing import Tracing

# The buckets. A caller bears half a second of silence; platforms give up after some seconds.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_UNTRACED = nullcontext()


@dataclass(slots=True)
class ToolCallMeasure:
    """How a tool call was answered. The code that answers it fills this in."""

    status: str = "broken"
    cohort: str | None = None


class Measures:
    """Times requests and tool calls, and traces them where tracing is on.

    The number of series is bounded, because a label is a route's template or the name of one of
    our tools, never text that somebody sent.
    """

    def __init__(self, registry: CollectorRegistry, tracing: Tracing | None = None) -> None:
        """Export the measures through this registry."""
        self.tracing = tracing
        requests = Histogram(
            "slotkeeper_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("route", "method", "status"),
            buckets=SECONDS,
            registry=registry,
        )
        tools = Histogram(
            "slotkeeper_tool_seconds",
            "Seconds that a tool call took to answer, without its envelope.",
            ("tool", "channel", "status"),
            buckets=SECONDS,
            registry=registry,
        )
        self._locks = Histogram(
            "slotkeeper_blocking_change_seconds",
            "Seconds that an absence, an import or a new catalogue waited for a company's lock and "
            "then held it, while its callers waited.",
            ("kind", "stage"),
            buckets=SECONDS,
            registry=registry,
        )
        # The library's look-up of labels would cost more than all the rest.
        self._request = cache(lambda *labels: requests.labels(*labels))
        self._tool = cache(lambda *labels: tools.labels(*labels))

    def request(self) -> AbstractContextManager[None]:
        """Trace a request where tracing is on; ``request_answered`` names it within the block."""
        return _UNTRACED if self.tracing is None else self.tracing.request()

    def request_answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count and time a request that has been answered."""
        self._request(route, method, status).observe(seconds)
        if self.tracing is not None:
            self.tracing.request_answered(route, method, status)

    def lock_taken(self, kind: str, waited_s: float, held_s: float) -> None:
        """Count and time a change that took a company's lock to block something."""
        self._locks.labels(kind, "waited").observe(waited_s)
        self._locks.labels(kind, "held").observe(held_s)

    @contextmanager
    def tool_call(self, tool: str, channel: str) -> Iterator[ToolCallMeasure]:
        """Time a tool call; the block fills in how it was answered."""
        answered = ToolCallMeasure()
        began = time.perf_counter()
        traced = self.tracing.tool_call(tool, channel, answered) if self.tracing else _UNTRACED
        try:
            with traced:
                try:
                    yield answered
                except SlotkeeperError as error:
                    answered.status = error.code
                    raise
        finally:
            self._tool(tool, channel, answered.status).observe(time.perf_counter() - began)
