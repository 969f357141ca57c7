"""What a connection, an address and all of them may take of the server, proxy or not.

uvicorn waits for ever, and its parser joins a header of any size. So our protocol counts what it
feeds the parser, gives each step of a request its time, and closes what waits longest when an
address or the server has as many connections as it may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from slotkeeper.http.edge_limits import EdgeLimits
from slotkeeper.http.problems import STATUS, problem_of

# What is fed to the parser at once. More than a head's limit is never parsed beyond one of these.
FED_AT_ONCE_BYTES = 16 * 1024
# The frames of a body that comes in chunks: four megabytes in chunks of a kilobyte take half.
FRAMING_BYTES = 64 * 1024
# Above every limit on a body; what is refused unread is thrown away up to here.
BODY_BYTES = 6 * 1024 * 1024
# Requests that a client may send on one connection before the first is answered.
MAX_WAITING_REQUESTS = 64
# A provider gives each customer a whole network of IPv6.
IPV6_CUSTOMER_BITS = 64
SWEEP_EVERY_S = 0.5
# For the last bytes of a refusal; then the connection is cut.
LAST_WORDS_S = 2.0

HEADERS = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]

SENTENCES = {
    "head_too_large": "The address and the headers are larger than the server reads.",
    "too_large": "The body is larger than the server reads.",
    "too_slow": "The request did not arrive in time.",
    "no_room": "The server has as many connections or requests as it takes.",
    "bad_request": "This is not HTTP.",
}


def served(app: ASGIApp, limits: EdgeLimits, **options: Any) -> uvicorn.Config:
    """Say how uvicorn serves an application within limits; ``options`` are uvicorn's own."""
    protocol = partial(BoundedProtocol, edge=_Edge(limits))
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", protocol),
        ws="none",
        # The access log would contain URLs, and with them tokens.
        access_log=False,
        lifespan="on",
        server_header=False,
        headers=HEADERS,
        forwarded_allow_ips=[str(network) for network in limits.trusted],
        timeout_keep_alive=limits.idle_s,
        **options,
    )


@dataclass(slots=True)
class _Edge:
    """All connections of a server, by the address they come from."""

    limits: EdgeLimits
    all: set[BoundedProtocol] = field(default_factory=set)
    by_address: dict[str, set[BoundedProtocol]] = field(default_factory=dict)
    uploading: set[BoundedProtocol] = field(default_factory=set)
    _is_sweeping: bool = False

    def admits(self, connection: BoundedProtocol) -> bool:
        """Take a connection in, if need be in place of one that waits; False if none does."""
        limits, address = self.limits, connection.address
        peers = self.by_address.get(address, set())
        is_crowded = len(peers) >= limits.per_address and not connection.is_trusted
        if is_crowded and not self._cut_one(peers):
            return False
        if len(self.all) >= limits.connections:
            most = max(self.by_address.values(), key=len)
            if not self._cut_one(most) and not self._cut_one(self.all):
                return False
        self.all.add(connection)
        self.by_address.setdefault(address, set()).add(connection)
        if not self._is_sweeping:
            self._is_sweeping = True
            connection.loop.call_later(SWEEP_EVERY_S, self._sweep, connection.loop)
        return True

    def leave(self, connection: BoundedProtocol) -> None:
        """Forget a connection."""
        self.all.discard(connection)
        self.uploading.discard(connection)
        peers = self.by_address.get(connection.address, set())
        peers.discard(connection)
        if not peers:
            self.by_address.pop(connection.address, None)

    def _cut_one(self, connections: Iterable[BoundedProtocol]) -> bool:
        """Cut the connection that has waited for its client longest; False if none waits."""
        waiting = [connection for connection in connections if not connection.is_working]
        if not waiting:
            return False
        longest = min(waiting, key=lambda connection: connection.since)
        self.leave(longest)
        longest.transport.abort()
        return True

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in [c for c in self.all if c.deadline <= now]:
            connection.expire()
        self._is_sweeping = bool(self.all)
        if self._is_sweeping:
            loop.call_later(SWEEP_EVERY_S, self._sweep, loop)


class _Refused(Exception):
    """The parser shall stop; the code says why."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol of a connection, within the limits of the edge."""

    def __init__(self, config: Config, *args: Any, edge: _Edge, **named: Any) -> None:
        """Speak on one connection of this edge."""
        super().__init__(config, *args, **named)
        self.address, self.is_trusted = "", True
        self.since = self.deadline = 0.0
        self._edge = edge
        self._limits = edge.limits
        self._in_head = False
        self._head_bytes = self._framing_bytes = self._body_bytes = self._fed_body_bytes = 0
        self._refusal = "bad_request"

    @property
    def is_working(self) -> bool:
        """Whether a request has arrived whole and is not answered yet."""
        last = self._last
        return bool(self.pipeline) or (
            last is not None and not last.response_complete and not last.more_body
        )

    @property
    def _last(self) -> RequestResponseCycle | None:
        """The last request whose head has come; uvicorn says that there always is one."""
        return self.cycle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection in, or say that there are too many."""
        super().connection_made(cast("asyncio.Transport", transport))
        if self.client and (client := ip_of(self.client[0])):
            self.address = str(counted(client))
            self.is_trusted = any(client in network for network in self._limits.trusted)
        self._give(self._limits.head_s)
        if not self._edge.admits(self):
            self._refuse("no_room")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._edge.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser piece by piece, and stop where a limit is passed."""
        for start in range(0, len(data), FED_AT_ONCE_BYTES):
            if self.transport.is_closing() or self.parser is None:
                return
            piece = data[start : start + FED_AT_ONCE_BYTES]
            self._fed_body_bytes = 0
            super().data_received(piece)
            self._body_bytes += self._fed_body_bytes
            self._framing_bytes += len(piece) - self._fed_body_bytes
            in_body = bool(self._last and self._last.more_body and not self._in_head)
            limit = FRAMING_BYTES if in_body else self._limits.head_bytes + FED_AT_ONCE_BYTES
            if self._framing_bytes > limit or self._body_bytes > BODY_BYTES:
                self._refuse("too_large" if in_body else "head_too_large")

    def on_message_begin(self) -> None:
        """Give the head its time."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = self._framing_bytes = self._body_bytes = 0
        if not self.is_working:
            self._give(self._limits.head_s)

    def on_url(self, url: bytes) -> None:
        """Count a piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header. What comes after a body is no header of the request."""
        self._count(len(name) + len(value))
        if self._in_head:
            if len(self.headers) >= self._limits.headers:
                raise self._stop("head_too_large")
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Give the body its time, and start the request if the server has room for it."""
        if len(self.pipeline) >= MAX_WAITING_REQUESTS:
            raise self._stop("no_room")
        self._in_head = False
        at_work = len(self.tasks) - len(self._edge.uploading)
        app = self.config.loaded_app
        self.app = cast("Any", _no_room) if at_work >= self._limits.requests else app
        super().on_headers_complete()
        self._edge.uploading.add(self)
        self._give(self._limits.body_s)

    def on_body(self, body: bytes) -> None:
        """Count a piece of the body."""
        self._fed_body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Give the answer its time."""
        super().on_message_complete()
        self.cycle.more_body = False
        self._edge.uploading.discard(self)
        limits = self._limits
        self._give(limits.idle_s if self.cycle.response_complete else limits.answer_s)

    def on_response_complete(self) -> None:
        """Let the connection wait for its next request, or for the rest of this one."""
        self._edge.uploading.discard(self)
        super().on_response_complete()
        if self.pipeline:
            self._give(self._limits.answer_s)
        elif not self.cycle.more_body:
            self._give(self._limits.head_s if self._in_head else self._limits.idle_s + LAST_WORDS_S)

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser has refused."""
        self._refuse(self._refusal)

    def expire(self) -> None:
        """Close the connection: a step of its request took longer than it may."""
        if self._in_head or self in self._edge.uploading:
            self._refuse("too_slow")
        else:
            self.transport.abort()

    def _give(self, seconds: float) -> None:
        self.since = self.loop.time()
        self.deadline = self.since + seconds

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes:
            raise self._stop("head_too_large")

    def _stop(self, code: str) -> _Refused:
        self._refusal = code
        return _Refused(code)

    def _refuse(self, code: str) -> None:
        """Say why, where no other answer is due, and close the connection."""
        last = self._last
        is_answering = last is not None and last.response_started and not last.response_complete
        if self.transport.is_closing() or self.is_working or is_answering:
            self.transport.abort()
            return
        problem = problem_of(code, SENTENCES[code], headers={"Connection": "close"})
        head = [STATUS_LINE[STATUS[code]]]
        for name, value in self.server_state.default_headers + problem.raw_headers:
            head += [name, b": ", value, b"\r\n"]
        self.transport.write(b"".join([*head, b"\r\n", bytes(problem.body)]))
        self.transport.close()
        self._give(LAST_WORDS_S)
        if last is not None:  # the endpoint must not add an answer of its own
            last.disconnected = True
            last.message_event.set()


async def _no_room(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Retry-After": "1", "Connection": "close"}
    await problem_of("no_room", SENTENCES["no_room"], headers=headers)(scope, receive, send)


def ip_of(host: str) -> IPv4Address | IPv6Address | None:
    """Read the address of a client; None for a socket of this machine."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def counted(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Network:
    """Give the address, or the customer's whole network, by which a client is counted."""
    if isinstance(address, IPv4Address):
        return address
    return IPv6Network((address, IPV6_CUSTOMER_BITS), strict=False)
