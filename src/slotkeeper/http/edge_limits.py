"""How much the server takes from outside: connections, bytes and seconds."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network

import structlog

if sys.platform != "win32":
    import resource

# Files that the process opens beside its clients' connections: the pool, logs, what it runs.
OTHER_FILES = 200

Network = IPv4Network | IPv6Network

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """What the server takes from outside; an operator may set the first four.

    ``trusted`` are the networks of proxies. Their connections are many people's, so only the limit
    on all connections counts for them, and the server believes what they say of their client.
    """

    connections: int = 2_000
    per_address: int = 256
    requests: int = 512
    trusted: tuple[Network, ...] = (
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )
    head_bytes: int = 32 * 1024
    headers: int = 100
    head_s: float = 10.0
    body_s: float = 30.0
    answer_s: float = 60.0
    # People pause up to 73 s in recorded calls while they think; a client that keeps its
    # connection must not find it closed when the conversation goes on.
    idle_s: int = 75

    def within_open_files(self) -> EdgeLimits:
        """Raise the process's limit of open files as far as it may, and keep below it."""
        if sys.platform == "win32":
            return self
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Some systems give a hard limit that they do not grant.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        if soft == resource.RLIM_INFINITY or soft - OTHER_FILES >= self.connections:
            return self
        connections = max(1, soft - OTHER_FILES)
        log.warning("connections_limited", connections=connections, open_files=soft)
        return replace(self, connections=connections)


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute; an operator may set each, and a company's file that of the company.

    ``address`` counts only requests that proved nothing: platforms send many companies' calls from
    one address. Few honest salons come near them: 60 calls at once send some 1,200 a minute.
    """

    company: int = 1_800
    key: int = 1_500
    line: int = 1_500
    caller: int = 240
    address: int = 300


DEFAULT_LIMITS = EdgeLimits()
DEFAULT_RATES = Rates()
