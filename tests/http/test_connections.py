"""What one connection and one address may take of the server, without any proxy before it."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse

from slotkeeper.http.connections import BODY_BYTES, FED_AT_ONCE_BYTES, MAX_WAITING_REQUESTS
from slotkeeper.http.edge_limits import EdgeLimits
from tests.serving import serving
from tests.waiting import until

# Nobody is a proxy, and no test waits long for what never comes.
STRICT = EdgeLimits(trusted=(), head_s=0.3, body_s=0.3)
PATIENT = EdgeLimits(trusted=())
HEAD = b"POST / HTTP/1.1\r\nHost: salon\r\n"
WHOLE = b"GET / HTTP/1.1\r\nHost: salon\r\n\r\n"


@dataclass
class Salon:
    """An application that notes what reaches it, and answers at ``/wait`` when it is told to."""

    headers: list = field(default_factory=list)
    at_work: int = 0
    left: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return
        request = Request(scope, receive)
        try:
            await request.body()
        except ClientDisconnect:
            self.left += 1
            return
        self.headers.append(request.headers)
        if scope["path"] == "/wait":
            self.at_work += 1
            await self.go.wait()
        await PlainTextResponse("served")(scope, receive, send)


@dataclass
class Line:
    """A client's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self):
        """The status of one answer, or 0 where the connection was cut without one."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        self.head, self.body = head, await self.reader.readexactly(length)
        return int(head.split()[1])

    async def ask(self, sent):
        """Send, and give the status of the answer."""
        self.writer.write(sent)
        return await self.answer()

    async def is_closed(self):
        """Whether the server has closed the connection; waits until it does."""
        try:
            return await self.reader.read() == b""
        except ConnectionError:
            return True


@pytest.fixture
async def dial():
    """Serve a salon within limits, and connect to it as often as is asked."""
    lines = []

    @asynccontextmanager
    async def dialling(limits):
        salon = Salon()
        async with serving(salon, limits, log_level="critical") as address:
            host, _, port = address.removeprefix("http://").rpartition(":")

            async def connect():
                lines.append(Line(*await asyncio.open_connection(host, int(port))))
                return lines[-1]

            yield salon, connect
            salon.go.set()
            for line in lines:
                line.writer.close()

    return dialling


async def endless(line, piece):
    """Send a piece until the server has had enough of it; gives how many bytes went out."""
    sent = 0
    while sent < 64 * 1024 * 1024:
        line.writer.write(piece)
        sent += len(piece)
        try:
            await line.writer.drain()
        except ConnectionError:
            break
    return sent


@pytest.mark.parametrize(
    "piece",
    [
        b"X-One: " + b"a" * 1000 + b"\r\n",
        b"a" * 1000,
        b"\r\n",
    ],
    ids=["headers", "one-value", "empty-lines"],
)
async def test_an_endless_head_is_refused_early(dial, piece):
    """However a head goes on, the server stops reading it soon."""
    async with dial(PATIENT) as (salon, connect):
        line = await connect()
        start = b"" if piece == b"\r\n" else HEAD + b"X-Zero: 0" + b"\r\n" * (b":" in piece)
        line.writer.write(start)
        # What the kernels of both sides keep is beyond the server's control.
        assert await endless(line, piece * 100) < 32 * 1024 * 1024
        assert salon.headers == []


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"X-Long: " + b"a" * (PATIENT.head_bytes + FED_AT_ONCE_BYTES),
        HEAD + b"X-Long: " + b"a" * PATIENT.head_bytes + b"\r\n\r\n",
        b"GET /" + b"a" * PATIENT.head_bytes + b" HTTP/1.1\r\n\r\n",
        HEAD + b"X-One: 1\r\n" * PATIENT.headers + b"\r\n",
    ],
    ids=["unfinished", "value", "address", "count"],
)
async def test_a_head_beyond_its_limits_is_answered_with_431(dial, head):
    """Size and number of headers are bounded, and the client is told."""
    async with dial(PATIENT) as (salon, connect):
        line = await connect()
        assert await line.ask(head) == 431
        assert json.loads(line.body)["code"] == "head_too_large"
        assert await line.is_closed()
        assert salon.headers == []


async def test_a_large_head_within_the_limits_is_served(dial):
    """What a proxy adds for a client fits."""
    async with dial(PATIENT) as (_, connect):
        line = await connect()
        long = b"X-Long: " + b"a" * (PATIENT.head_bytes // 2) + b"\r\n"
        assert await line.ask(HEAD + b"X-One: 1\r\n" * 90 + long + b"\r\n") == 200


async def test_half_a_head_is_answered_with_408(dial):
    """A head has its time, however slowly it trickles in."""
    async with dial(STRICT) as (_, connect):
        line = await connect()
        assert await line.ask(HEAD) == 408
        assert await line.is_closed()


async def test_half_a_body_is_answered_with_408(dial):
    """The endpoint learns that the client is gone, and the connection ends."""
    async with dial(STRICT) as (salon, connect):
        line = await connect()
        assert await line.ask(HEAD + b"Content-Length: 10\r\n\r\nhalf") == 408
        assert await line.is_closed()
        await until(lambda: salon.left == 1, "the endpoint has ended")


async def test_a_connection_that_says_nothing_is_closed(dial):
    """Neither a connection without a request nor one after its request stays for ever."""
    async with dial(replace(STRICT, idle_s=1)) as (_, connect):
        silent, idle = await connect(), await connect()
        assert await idle.ask(WHOLE) == 200
        assert await silent.is_closed()
        assert await idle.is_closed()


async def test_half_open_connections_of_an_address_make_room_for_its_next(dial):
    """A flood of half-open requests keeps nobody out, not even at the same address."""
    async with dial(replace(PATIENT, per_address=5)) as (_, connect):
        half_open = [await connect() for _ in range(20)]
        for line in half_open:
            line.writer.write(HEAD)
        for _ in range(3):
            assert await (await connect()).ask(WHOLE) == 200
        assert await half_open[0].is_closed()


async def test_a_request_at_work_is_never_cut_for_another(dial):
    """An address that waits for as many answers as it may is told so."""
    async with dial(replace(PATIENT, per_address=2)) as (salon, connect):
        working = [await connect() for _ in range(2)]
        for line in working:
            line.writer.write(WHOLE.replace(b" / ", b" /wait "))
        await until(lambda: salon.at_work == 2, "both are at work")
        third = await connect()
        assert await third.answer() == 503
        assert json.loads(third.body)["code"] == "no_room"
        salon.go.set()
        assert [await line.answer() for line in working] == [200, 200]


async def test_a_proxy_may_have_as_many_connections_as_all(dial):
    """The limit on an address does not lock out the proxy that all clients come through."""
    async with dial(EdgeLimits(per_address=1)) as (_, connect):
        lines = [await connect() for _ in range(10)]
        assert [await line.ask(WHOLE) for line in lines] == [200] * 10


async def test_all_connections_together_are_bounded(dial):
    """Beyond the limit the connection that waits longest is cut, and the new one is served."""
    async with dial(EdgeLimits(connections=5)) as (_, connect):
        lines = [await connect() for _ in range(6)]
        for line in lines[1:]:
            assert await line.ask(WHOLE) == 200
        assert await lines[0].is_closed()


async def test_concurrent_requests_are_bounded(dial):
    """One request too many is refused and may come again, and slow bodies take nobody's place."""
    async with dial(replace(PATIENT, requests=2)) as (salon, connect):
        for _ in range(5):
            (await connect()).writer.write(HEAD + b"Content-Length: 10\r\n\r\n")
        working = [await connect() for _ in range(2)]
        for line in working:
            line.writer.write(WHOLE.replace(b" / ", b" /wait "))
        await until(lambda: salon.at_work == 2, "both are at work")
        line = await connect()
        assert await line.ask(WHOLE) == 503
        assert b"retry-after: 1" in line.head.lower()
        salon.go.set()
        assert [await line.answer() for line in working] == [200, 200]
        assert await (await connect()).ask(WHOLE) == 200


async def test_requests_sent_ahead_are_answered_in_order_up_to_a_bound(dial):
    """A client that sends thousands before it reads an answer is cut."""
    async with dial(PATIENT) as (_, connect):
        line = await connect()
        line.writer.write(WHOLE * 50)
        assert [await line.answer() for _ in range(50)] == [200] * 50
        greedy = await connect()
        greedy.writer.write(WHOLE.replace(b" / ", b" /wait ") + WHOLE * MAX_WAITING_REQUESTS * 9)
        assert await greedy.answer() == 0


async def test_a_trailer_is_no_header(dial):
    """What comes after a body was in nobody's hands when the headers were judged."""
    async with dial(PATIENT) as (salon, connect):
        chunked = b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Call-Id: late\r\n\r\n"
        assert await (await connect()).ask(HEAD + chunked) == 200
        assert "x-call-id" not in salon.headers[0]


@pytest.mark.parametrize("chunk", [b"1\r\na\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n"])
async def test_an_endless_body_is_cut(dial, chunk):
    """A body that no endpoint would read to its end is cut, in large chunks and in tiny ones."""
    async with dial(PATIENT) as (salon, connect):
        line = await connect()
        line.writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        assert await endless(line, chunk * (65536 // len(chunk) + 1)) < 32 * 1024 * 1024
        assert salon.headers == []


async def test_a_body_as_large_as_is_read_arrives_whole(dial):
    """The limit on a body is above what any endpoint reads."""
    async with dial(PATIENT) as (_, connect):
        size = BODY_BYTES - 1
        sent = HEAD + b"Content-Length: %d\r\n\r\n" % size + b"a" * size
        assert await (await connect()).ask(sent) == 200


async def test_no_answer_is_cached_or_guessed_at(dial):
    """Answers name people: none is kept on the way, none is taken for another type."""
    async with dial(PATIENT) as (_, connect):
        for sent in (WHOLE, b"nonsense\r\n\r\n"):
            line = await connect()
            await line.ask(sent)
            assert b"cache-control: no-store" in line.head.lower()
            assert b"x-content-type-options: nosniff" in line.head.lower()


def test_the_server_takes_fewer_connections_than_files_it_may_open():
    """A connection too many is answered; a file too many would stop the server."""
    import resource

    limits = EdgeLimits(connections=10**9).within_open_files()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard
    assert limits.connections < soft
