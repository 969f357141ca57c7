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
from tests.build import HAIRCUT
from tests.metrics.exposed import served
from tests.voice.line import CALLER, TEN, a_line

NAME = "Anna Meier"


@pytest.fixture
async def traced(database):
    """A server that is traced, a line of a salon's on it, and where the spans are collected."""
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    store = Store(database)
    async with served(store, tracing=Tracing(provider)) as http:
        line = await a_line(http, store)
        spans.clear()
        yield line, spans


def below(spans, parent):
    """The spans that began within another."""
    return [one for one in spans if one.parent and one.parent.span_id == parent.context.span_id]


async def test_a_tool_call_is_a_request_with_a_tool_with_round_trips(traced):
    """From the outside in, one trace."""
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


async def test_no_span_holds_what_anybody_sent(traced):
    """No name, no number, no call, no argument, no address: not in a name and not in a value."""
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


async def test_what_breaks_is_marked_by_its_kind_alone(traced):
    """What a database says of an error may hold a row; its kind does not."""
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
    """What the server does by itself, every second, would bury the rest."""
    line, collected = traced
    await line.salon.hold()
    assert not collected.get_finished_spans()


def test_nothing_of_it_is_imported_unless_it_is_set():
    """Whoever does not trace does not pay."""
    code = (
        "import sys; from slotkeeper.assembly.web import App, Settings, web_app; "
        "from slotkeeper.storage.store import Store; "
        "web_app(App(Settings.from_environment({}), Store(None))); "
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


async def test_the_standard_variable_switches_it_on(database):
    """With a collector's address the server traces; without it, it does not."""
    settings = Settings.from_environment({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert settings.traces_endpoint == "http://127.0.0.1:9"
    web_app(App(settings, Store(database)))
    assert database.watch is not None
    database.watch.__self__.close()


def test_without_the_extra_the_server_runs_untraced(monkeypatch):
    """A missing package is a line in the log, no reason not to answer callers."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    assert otlp("http://127.0.0.1:9") is None
