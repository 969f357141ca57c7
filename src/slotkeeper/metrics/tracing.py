"""Traces by OpenTelemetry: a span each for a request, its tool call and its database round trips.

Needs the extra ``otel``; nothing of it is imported without. No attribute holds what anybody sent:
neither path nor arguments, names or numbers, and of an error its kind alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import structlog

from slotkeeper import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

# What is still to be sent when the server stops may keep it waiting for this long.
CLOSE_S = 2.0

log = structlog.get_logger()


class TracedAnswer(Protocol):
    """How a tool call was answered."""

    status: str
    cohort: str | None


class Tracing:
    """Makes spans, each within the one that is under way."""

    def __init__(self, provider: TracerProvider) -> None:
        """Give the spans to this provider."""
        from opentelemetry import trace

        self._trace = trace
        self._provider = provider
        self._tracer = provider.get_tracer("slotkeeper", __version__)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Trace a request; what it was is said within (``request_answered``)."""
        with self._span("request", self._trace.SpanKind.SERVER):
            yield

    def request_answered(self, route: str, method: str, status: int) -> None:
        """Say of the request under way which route it took and how it was answered."""
        span = self._trace.get_current_span()
        span.update_name(f"{method} {route}")
        span.set_attribute("http.request.method", method)
        span.set_attribute("http.route", route)
        span.set_attribute("http.response.status_code", status)
        if status >= 500:
            span.set_status(self._trace.StatusCode.ERROR)

    @contextmanager
    def tool_call(self, tool: str, channel: str, answered: TracedAnswer) -> Iterator[None]:
        """Trace a tool call."""
        with self._span(f"tool {tool}", self._trace.SpanKind.INTERNAL) as span:
            span.set_attribute("slotkeeper.tool", tool)
            span.set_attribute("slotkeeper.channel", channel)
            try:
                yield
            finally:
                span.set_attribute("slotkeeper.status", answered.status)
                if answered.cohort is not None:
                    span.set_attribute("slotkeeper.cohort", answered.cohort)

    def query(self, name: str, elapsed_s: float, error: BaseException | None) -> None:
        """Trace a round trip to the database that is over; outside of a request it is none."""
        if not self._trace.get_current_span().get_span_context().is_valid:
            return
        ended_ns = time.time_ns()
        span = self._tracer.start_span(
            f"db {name}",
            kind=self._trace.SpanKind.CLIENT,
            start_time=ended_ns - int(elapsed_s * 1e9),
            attributes={"db.system.name": "postgresql", "db.query.summary": name},
        )
        if error is not None:
            self._failed(span, error)
        span.end(ended_ns)

    def close(self) -> None:
        """Send what waits, and stop; a collector that is away is not waited for."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_S)

    @contextmanager
    def _span(self, name: str, kind: object) -> Iterator[Span]:
        # What an error says may name somebody, so the library may not record it.
        with self._tracer.start_as_current_span(
            name,
            kind=kind,  # type: ignore[arg-type]
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                self._failed(span, error)
                raise

    def _failed(self, span: Span, error: BaseException) -> None:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(self._trace.StatusCode.ERROR)


def otlp(endpoint: str) -> Tracing | None:
    """Send traces to a collector over OTLP; None where the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("no_traces", missing="the extra otel")
        return None
    resource = Resource.create({"service.version": __version__})
    if str(resource.attributes["service.name"]).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": "slotkeeper"}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider)
