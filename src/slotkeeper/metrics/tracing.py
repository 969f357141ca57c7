"""Traces by OpenTelemetry: one span for each request, tool call and database round trip.

Needs the extra ``otel``, which is imported only when traces are configured. No attribute holds
anything that somebody sent, such as a path, an argument, a name or a number; of an error it holds
the class only.
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

# How long a stopping server waits for its last spans to be sent.
CLOSE_S = 2.0

log = structlog.get_logger()


class TracedAnswer(Protocol):
    """How a tool call was answered."""

    status: str
    cohort: str | None


class Tracing:
    """Makes spans, each as a child of the current one."""

    def __init__(self, provider: TracerProvider) -> None:
        """Send the spans to this provider."""
        from opentelemetry import trace

        self._trace = trace
        self._provider = provider
        self._tracer = provider.get_tracer("slotkeeper", __version__)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Trace a request; ``request_answered`` names it before the block ends."""
        with self._span("request", self._trace.SpanKind.SERVER):
            yield

    def request_answered(self, route: str, method: str, status: int) -> None:
        """Name the current request's span by its route, and add how it was answered."""
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
        """Trace a finished round trip to the database; outside of a request there is no span."""
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
        """Send the last spans and stop, within CLOSE_S even if the collector does not answer."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_S)

    @contextmanager
    def _span(self, name: str, kind: object) -> Iterator[Span]:
        # The text of an error may name a person, so the library must not record it.
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
    """Send traces to a collector over OTLP; None where the extra ``otel`` is not installed."""
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
