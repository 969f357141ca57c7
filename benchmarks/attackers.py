"""Attackers at a fixed rate, each a process of its own: ``python -m benchmarks.attackers``.

Each knows a salon's public address and no secret. It comes from an address of its own, and says at
the end how often it struck and what it was answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from slotkeeper.http.signing import sign_retell
from slotkeeper.voice.retell import MAX_ENVELOPE_BYTES, MAX_NAMELESS_BYTES

# Another one than the callers': the loopback network has 16 million addresses.
FROM = "127.0.0.66"
PATIENCE_S = 5.0
# An endless head goes on until it is cut, or has sent this much.
ENDLESS_BYTES = 64 * 1024 * 1024


def _flood(size: int) -> bytes:
    head = b'{"call":{"to_number":"+49301"},"event":"call_ended","name":"x","args":['
    return head + b",".join([b"[]"] * ((size - len(head) - 10) // 3)) + b"]}"


FLOOD, NAMELESS_FLOOD = _flood(MAX_ENVELOPE_BYTES), _flood(MAX_NAMELESS_BYTES)


@dataclass(frozen=True, slots=True)
class Target:
    """The server, and the short name of the salon that is attacked."""

    host: str
    port: int
    slug: str

    async def send(self, first: bytes, more: Callable[[], bytes] = bytes) -> str:
        """Send a request and whatever ``more`` gives; how it was answered: a status, or cut."""
        reader, writer = await asyncio.open_connection(self.host, self.port, local_addr=(FROM, 0))
        try:
            sent = 0
            with contextlib.suppress(ConnectionError):
                writer.write(first)
                while (piece := more()) and sent < ENDLESS_BYTES and not reader.at_eof():
                    writer.write(piece)
                    sent += len(piece)
                    await writer.drain()
            async with asyncio.timeout(PATIENCE_S):
                return (await reader.readline())[9:12].decode() or "cut"
        except TimeoutError:
            return "open"
        except ConnectionError:
            return "cut"
        finally:
            writer.close()

    async def post(self, path: str, body: bytes, *headers: str) -> str:
        """Send a whole request."""
        lines = (f"POST {path} HTTP/1.1", "Host: salon", *headers, f"Content-Length: {len(body)}")
        return await self.send("\r\n".join((*lines, "", "")).encode() + body)


async def _unsigned(target: Target) -> str:
    return await target.post(f"/v1/retell/{target.slug}/functions", FLOOD)


async def _badly_signed(target: Target) -> str:
    signature = sign_retell(b"", "x", int(time.time() * 1000))
    path = f"/v1/retell/{target.slug}/functions"
    return await target.post(path, FLOOD, f"X-Retell-Signature: {signature}")


async def _nameless(target: Target) -> str:
    """The company stands in the body alone, so that its lines are read before the proof."""
    signature = sign_retell(b"", "x", int(time.time() * 1000))
    return await target.post(
        "/v1/retell/functions", NAMELESS_FLOOD, f"X-Retell-Signature: {signature}"
    )


async def _wrong_key(target: Target) -> str:
    return await target.post("/v1/tools/x", b"{}", f"Authorization: Bearer {secrets.token_hex(30)}")


async def _endless_headers(target: Target) -> str:
    start = b"GET / HTTP/1.1\r\nHost: salon\r\n"
    return await target.send(start, lambda: b"X-One: 1\r\n" * 6000)


async def _endless_value(target: Target) -> str:
    return await target.send(b"GET / HTTP/1.1\r\nX-One: ", lambda: b"a" * 65536)


async def _half_open(target: Target) -> str:
    return await target.send(b"GET / HTTP/1.1\r\nHost: salon\r\n")


# What is struck with, and how often a second.
ATTACKS: dict[str, tuple[Callable[[Target], Awaitable[str]], float]] = {
    "4 MB of lists, unsigned": (_unsigned, 5),
    "4 MB of lists, badly signed": (_badly_signed, 5),
    "1 MB of lists, no address": (_nameless, 5),
    "unknown keys": (_wrong_key, 50),
    "endless headers": (_endless_headers, 10),
    "endless header value": (_endless_value, 10),
    "half-open requests": (_half_open, 50),
}


async def _attack(name: str, target: Target, seconds: float) -> Counter[str]:
    strike, per_s = ATTACKS[name]
    answers: Counter[str] = Counter()

    async def struck() -> None:
        try:
            answers[await strike(target)] += 1
        except OSError:
            answers["refused"] += 1

    begins = time.monotonic()
    async with asyncio.TaskGroup() as strikes:
        for number in range(int(seconds * per_s)):
            await asyncio.sleep(max(0.0, begins + number / per_s - time.monotonic()))
            strikes.create_task(struck())
    return answers


def main(name: str, address: str, slug: str, seconds: str) -> None:
    """Attack for some seconds, and print the answers as JSON."""
    url = urlsplit(address)
    target = Target(url.hostname or "", url.port or 80, slug)
    print("ready", flush=True)
    print(json.dumps(asyncio.run(_attack(name, target, float(seconds)))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
