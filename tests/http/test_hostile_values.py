"""Whatever stands in a field, over every channel: an answer, and nobody else notices."""

import asyncio
import io
import json
import logging
import time
from dataclasses import dataclass
from itertools import count, product

import pytest

from slotkeeper.api.rest import ROUTES
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.http.signing import sign_elevenlabs, sign_retell
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT
from tests.voice.line import CALLER, SECRET, TEN, a_line, reservations

# Of all combinations every third, or every one with the long proofs.
every = pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.prove)])

# As they stand in JSON, because not every encoder can write them.
DATES = (
    '"9999-12-31"',
    '"31.12.9999"',
    '"9999-12-31T23:59:59+00:00"',
    '"9999-12-31T23:59:59-23:59"',
    '"0001-01-01"',
    '"0001-01-01T00:00:00+23:59"',
    '"1.1.1"',
    '"in 9999 Jahren um 24 Uhr"',
    '"in 99999999 weeks"',
    '"heute in 2914000 Tagen"',
    '"2027-02-30T25:61"',
    "99999999999999999999",
    "-1e308",
)
TEXTS = (
    r'"a\u0000b"',
    r'"\u0000"',
    r'"\ud83d"',
    r'"\udc00\ud800"',
    r'"\\\ud83d"',
    '"' + "ä" * 9000 + '"',
    '"' + "1" * 5000 + '"',
    r'"\u202e\u200b\ufeff\u2028\u001b[2J"',
)
NESTED = (
    "[" * 900 + "]" * 900,
    '{"a":' * 30 + r'"\u0000"' + "}" * 30,
    json.dumps("[" * 5000 + "]" * 5000),
    json.dumps('{"a":"\\u0000"}'),
    json.dumps('{"a":"\\ud800"}'),
    "null",
    "true",
    "{}",
    "[[]]",
)
HOSTILE = DATES + TEXTS + NESTED
PLACES = ("call_id", "from_number", "disconnection_reason", "transcript", "direction")
PARTS = ("date", "time", "datetime", "service", "staff")
CLOCKS = ("1971-01-01T00:00:00+00:00", "8999-12-31T23:59:59+00:00")


def object_of(**literals):
    """A JSON object of literals."""
    return "{" + ",".join(f'"{name}":{literal}' for name, literal in literals.items()) + "}"


@dataclass
class Channels:
    """One salon, by every channel that leads to it."""

    line: object
    key: str
    calls: object

    async def post(self, path, body, method="POST", **headers):
        """Send JSON as it is; the status, and the answer where it is JSON."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = io.BytesIO(body.encode()) if body is not None else None
        http = self.line.http.request(method, path, data=data, headers=sent | headers)
        async with http as answer:
            raw = await answer.read()
            assert answer.status < 500, (path, body, answer.status, raw)
            return answer.status, raw

    async def retell(self, path, body):
        header = sign_retell(body.encode(), SECRET, int(time.time() * 1000))
        return await self.post(path, body, **{"X-Retell-Signature": header})

    async def retell_tool(self, tool, args):
        envelope = json.dumps(self.line.envelope(f"call_{next(self.calls)}"))
        body = object_of(name=json.dumps(tool), call=envelope, args=args)
        return await self.retell("/v1/retell/functions", body)

    async def retell_text(self, tool, args):
        return await self.retell_tool(tool, json.dumps(args))

    async def vapi_tool(self, tool, args):
        item = object_of(id='"1"', function=object_of(name=json.dumps(tool), arguments=args))
        call = object_of(id=json.dumps(f"vapi-{next(self.calls)}"))
        message = object_of(type='"tool-calls"', call=call, toolCallList=f"[{item}]")
        status, raw = await self.post("/v1/vapi", object_of(message=message))
        assert b'"error"' not in raw, (tool, args)
        return status, raw

    async def elevenlabs_tool(self, tool, args):
        return await self.post(f"/v1/elevenlabs/tools/{tool}", args)

    async def rest_tool(self, tool, args):
        return await self.post(f"/v1/tools/{tool}", args)

    async def mcp_tool(self, tool, args):
        params = object_of(name=json.dumps(tool), arguments=args)
        call = object_of(jsonrpc='"2.0"', id="1", method='"tools/call"', params=params)
        accept = "application/json, text/event-stream"
        status, raw = await self.post("/mcp", call, Accept=accept)
        assert b"-32603" not in raw, (tool, args, raw)
        return status, raw


CHANNELS = ("retell_tool", "retell_text", "vapi_tool", "elevenlabs_tool", "rest_tool", "mcp_tool")


@pytest.fixture
async def channels(http, store):
    """A salon that is attacked."""
    line = await a_line(http, store)
    await store.platform_secrets.add(line.salon.id, "elevenlabs", SECRET)
    return Channels(line, await store.directory.create_key(line.salon.id), count())


@pytest.fixture
async def neighbour(http, store, caplog):
    """Another salon, which is served as ever when it is over; and nothing broke meanwhile."""
    line = await a_line(http, store)
    yield line
    assert (await line.tool("check_availability", TEN))["status"] == "held"
    assert len(await reservations(line)) == 1
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def wishes(hostile):
    """Arguments with one hostile value in each of the parts of a wish, and in all."""
    plain = {"service": json.dumps(HAIRCUT), "date": '"2027-03-05"', "time": '"10:00"'}
    for name in PARTS:
        yield object_of(**(plain | {name: hostile}))
    yield object_of(**dict.fromkeys(PARAMETERS, hostile))
    yield hostile


@every
@pytest.mark.parametrize("channel", CHANNELS)
async def test_no_argument_breaks_a_tool(channels, neighbour, channel, step):
    """Each hostile value in a wish, and in all parameters of some tool."""
    call, tools = getattr(channels, channel), sorted(TOOLS)
    cases = [args for hostile in HOSTILE for args in wishes(hostile)]
    for number, args in enumerate(cases[CHANNELS.index(channel) % step :: step]):
        tool = "check_availability" if number % 2 else tools[number // 2 % len(tools)]
        await call(tool, args)


@every
async def test_no_envelope_breaks_an_edge(channels, neighbour, step):
    """What the platform says of a call may be as odd as what a model says."""
    for hostile in HOSTILE[::step]:
        await send_envelopes(channels, hostile)


async def send_envelopes(channels, hostile, places=PLACES):
    """Send a value in each place of each platform's envelope, of Retell's in these."""
    slug, number = channels.line.salon.company.slug, json.dumps(channels.line.number)
    for name in places:
        call = object_of(**{"to_number": number, "call_id": '"call_1"', name: hostile})
        for event in ('"call_ended"', '"call_inbound"', '"call_started"'):
            await channels.retell(f"/v1/retell/{slug}/events", object_of(event=event, call=call))
    party = object_of(number=hostile)
    for kind in ('"end-of-call-report"', '"assistant-request"', '"tool-calls"', hostile):
        message = object_of(
            **{"type": kind, "endedReason": hostile, "phoneNumber": party, "customer": party},
            call=object_of(id='"vapi-1"', customer=party, endedReason=hostile),
            toolCalls=hostile,
        )
        await channels.post("/v1/vapi?assistant_id=a", object_of(message=message))
        await channels.post("/v1/vapi", object_of(message=json.dumps(message)))
    data = object_of(conversation_id='"conv_1"', failure_reason=hostile, metadata=hostile)
    body = object_of(type='"post_call_transcription"', data=data)
    signed = sign_elevenlabs(body.encode(), SECRET, int(time.time()))
    path = f"/v1/elevenlabs/{slug}/events"
    await channels.post(path, body, **{"ElevenLabs-Signature": signed})
    await channels.post("/v1/elevenlabs/start", object_of(caller_id=hostile, called_number=hostile))


async def test_half_a_character_in_a_transcript_hangs_up_all_the_same(channels, neighbour):
    """A call that is over frees what it held, whatever was said in it."""
    line = channels.line
    for number, odd in enumerate((r'"\ud83d"', r'"a\u0000"', "[" * 900 + "]" * 900)):
        await line.tool("check_availability", TEN, call=f"call_odd_{number}")
        assert len(await reservations(line)) == 1
        call = object_of(
            **{"call_id": f'"call_odd_{number}"', "to_number": json.dumps(line.number)},
            **{"from_number": json.dumps(CALLER), "transcript": odd},
        )
        body = object_of(event='"call_ended"', call=call)
        assert (await channels.retell("/v1/retell/events", body))[0] == 204
        assert await reservations(line) == []


@every
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
async def test_no_value_breaks_a_route(channels, neighbour, route, step):
    """In its path, its query and each field of its body."""
    plain = {"service": json.dumps(HAIRCUT), "start": '"2027-03-05T10:00:00+01:00"'}
    paths = ("9" * 18, "%00", "%ED%A0%80", "00000000-0000-0000-0000-000000000000")
    fields = route.body.__struct_fields__ if route.body else ()
    for hostile, name in list(product(HOSTILE, fields))[::step]:
        path = route.path.replace("{", "").replace("}", "")
        await channels.post(path, object_of(**plain | {name: hostile}), method=route.method)
    for text in (*paths, "9999-12-31", "0001-01-01T00:00:00%2B23:59"):
        path = "/".join(text if part.startswith("{") else part for part in route.path.split("/"))
        asked = "&".join(
            f"{name}={text}" for name in (route.query.__struct_fields__ if route.query else ())
        )
        body = object_of(**plain) if route.body else None
        await channels.post(f"{path}?{asked}", body, method=route.method)


@pytest.mark.parametrize("clock", CLOCKS)
async def test_no_clock_breaks_a_tool(http, store, neighbour, clock):
    """A sandbox company may stand at either end of the time that calendars keep."""
    line = await a_line(http, store, sandbox=True)
    channels = Channels(line, await store.directory.create_key(line.salon.id), count())
    for date in ("heute", "in 9000 Jahren", "letzten Montag", "nächste Woche", "KW 53"):
        for tool in ("check_availability", "find_next_available", "get_opening_hours"):
            args = object_of(service=json.dumps(HAIRCUT), date=json.dumps(date), time='"10:00"')
            await channels.post(f"/v1/tools/{tool}", args, **{TEST_CLOCK_HEADER: clock})


@pytest.mark.parametrize("clock", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "ä"])
async def test_no_clock_beyond_them_is_taken(channels, neighbour, clock):
    """It is refused with the header's name."""
    status, raw = await channels.post(
        "/v1/tools/get_current_context", "{}", **{TEST_CLOCK_HEADER: clock}
    )
    assert (status, json.loads(raw)["field"]) == (422, TEST_CLOCK_HEADER)


async def test_a_client_that_leaves_in_mid_body_is_no_fault(channels, neighbour, base_url):
    """Over every channel: a line at most, and no traceback."""
    host, _, port = base_url.removeprefix("http://").rpartition(":")
    slug = channels.line.salon.company.slug
    now_ms = int(time.time() * 1000)
    head = (
        f"Host: salon\r\nAuthorization: Bearer {channels.key}\r\nContent-Type: application/json\r\n"
        f"X-Retell-Signature: {sign_retell(b'', 'x', now_ms)}\r\n"
        f"ElevenLabs-Signature: {sign_elevenlabs(b'', 'x', now_ms // 1000)}\r\n"
        "Accept: application/json, text/event-stream\r\nContent-Length: 100\r\n\r\n{"
    )
    for path in (
        *(f"/v1/retell/{slug}/functions", f"/v1/retell/{slug}/events", "/v1/vapi", "/mcp"),
        *("/v1/elevenlabs/tools/x", f"/v1/elevenlabs/{slug}/events", "/v1/tools/x"),
        *("/v1/offers", "/v1/reservations"),
    ):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST {path} HTTP/1.1\r\n{head}".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
