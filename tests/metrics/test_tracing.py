import json
import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.metrics.tracing import Tracing, otlp
from slotkeeper.storage.store import Store
from tests.build import HAIRCUT, SECRET
from tests.metrics.exposed import served
from tests.voice.line import CALLER, TEN, a_line

NAME = "Anna Meier"


@pytest.fixture
async def traced(database):
    """A traced server, a salon's line on it, and the exporter that collects the spans."""
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    store = Store(database, SECRET)
    async with served(store, tracing=Tracing(provider)) as http:
        line = await a_line(http, store)
        spans.clear()
        yield line, spans


def below(spans, parent):
    """The spans that began within another."""
    return [one for one in spans if one.parent and one.parent.span_id == parent.context.span_id]


async def test_a_tool_call_is_a_request_with_a_tool_with_round_trips(traced):
    """The spans of one request form one trace."""
    line, collected = traced
    await line.tool("check_availability", TEN)
    spans = collected.get_finished_spans()
    (request,) = [one for one in spans if one.kind is SpanKind.SERVER]
    assert (request.name, request.parent) == ("POST /v1/retell/functions", None)
    (tool,) = [one for one in below(spans, request) if one.kind is SpanKind.INTERNAL]
    assert dict(tool.attributes) == {
        "slotkeeper.tool": "check_availability",
        "slotkeeper.channel": "retell",
        "slotkeeper.status": "held",
        "slotkeeper.cohort": "on",
    }
    queries = below(spans, tool)
    assert {"db busy", "db reserve"} <= {one.name for one in queries}
    assert all(one.start_time <= one.end_time for one in spans)
    assert {one.context.trace_id for one in spans} == {request.context.trace_id}


async def test_no_span_holds_anything_that_was_sent(traced):
    """Neither names nor values of spans hold a person, number, call id, argument or address."""
    line, collected = traced
    held = await line.tool("check_availability", TEN | {"name": NAME})
    booking = {"reservation_token": held["reservation_token"], "name": NAME}
    await line.tool("start_booking", booking)
    await line.tool("Sing for Anna", {"name": NAME})
    async with line.http.get(f"/v1/appointments/{NAME}?phone={CALLER}") as answer:
        await answer.read()
    told = json.dumps([json.loads(one.to_json()) for one in collected.get_finished_spans()])
    for sent in (NAME, "Anna", "Meier", CALLER, CALLER[4:], "call_real", HAIRCUT, line.number):
        assert sent not in told
    assert held["reservation_token"] not in told
    assert line.salon.company.slug not in told


async def test_an_error_is_traced_by_its_class_alone(traced):
    """The text of a database's error may hold a row, so it is not traced."""
    line, collected = traced
    tracing = line.salon.store.db.watch.__self__
    with pytest.raises(ValueError, match=NAME):
        _break(tracing)
    query, request = collected.get_finished_spans()
    assert query.attributes["error.type"] == request.attributes["error.type"] == "ValueError"
    assert query.status.status_code is request.status.status_code is StatusCode.ERROR
    assert (query.events, request.events, request.status.description) == ((), (), None)


def _break(tracing):
    with tracing.request():
        tracing.query("reserve", 0.001, ValueError(NAME))
        raise ValueError(NAME)


async def test_housekeeping_makes_no_spans(traced):
    """Spans of each second's housekeeping would bury those of requests."""
    line, collected = traced
    await line.salon.hold()
    assert not collected.get_finished_spans()


def test_opentelemetry_is_imported_only_where_it_is_configured():
    """A server without traces does not pay for the import."""
    code = (
        "import sys; from slotkeeper.assembly.web import App, Settings, web_app; "
        "from slotkeeper.storage.installation_secret import InstallationSecret; "
        "from slotkeeper.storage.store import Store; "
        "store = Store(None, InstallationSecret.new()); "
        "web_app(App(Settings.from_environment({}), store)); "
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


async def test_the_standard_variable_switches_traces_on(database):
    """A server with a collector's address traces, and one without does not."""
    settings = Settings.from_environment({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert settings.traces_endpoint == "http://127.0.0.1:9"
    web_app(App(settings, Store(database, SECRET)))
    assert database.watch is not None
    database.watch.__self__.close()


def test_without_the_extra_the_server_runs_untraced(monkeypatch):
    """A missing package is logged in one line, and callers are answered all the same."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    assert otlp("http://127.0.0.1:9") is None
