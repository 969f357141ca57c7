"""A stranger's body costs next to nothing: its proof comes before its parsing."""

import gc
import time
from dataclasses import dataclass

import msgspec
import pytest

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.http.signing import sign_elevenlabs, sign_retell
from slotkeeper.voice.retell import MAX_ENVELOPE_BYTES, MAX_NAMELESS_BYTES

PIECE_BYTES = 64 * 1024
# Parsed, the flood's million lists would bring some thousand collections.
FEW_COLLECTIONS = 100


@dataclass
class Stranger:
    """Sends a body in pieces to the application, and counts what it costs there."""

    app: object
    bytes_read: int = 0
    collections: int = 0
    status: int = 0

    async def post(self, path, headers, body):
        pieces = [body[i : i + PIECE_BYTES] for i in range(0, len(body), PIECE_BYTES)]

        async def receive():
            piece = pieces.pop(0)
            self.bytes_read += len(piece)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message):
            self.status = message.get("status", self.status)

        scope = {
            **{"type": "http", "method": "POST", "path": path, "raw_path": path.encode()},
            **{"query_string": b"", "scheme": "http", "http_version": "1.1"},
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
        before = gc.get_stats()[0]["collections"]
        await self.app(scope, receive, send)
        self.collections = gc.get_stats()[0]["collections"] - before


@pytest.fixture
def stranger(store):
    """Somebody who knows an address and no secret."""
    return Stranger(web_app(App(Settings(), store)))


def flood(line, size=MAX_ENVELOPE_BYTES):
    """A body as large as is let in, of nothing but small lists; it names the salon's line."""
    head = b'{"call":{"to_number":"%s"},"event":"call_ended","name":"x","args":[' % line.encode()
    lists = (size - len(head) - 10) // 3
    return head + b",".join([b"[]"] * lists) + b"]}"


def largest(line, path):
    """The largest flood that an address reads."""
    is_named = line.salon.company.slug in path
    return flood(line.number, MAX_ENVELOPE_BYTES if is_named else MAX_NAMELESS_BYTES)


def edges(line):
    """Every address that takes a signed body: (path, header, how its platform signs)."""
    slug = line.salon.company.slug
    now_s = int(time.time())

    def retell(body, secret):
        return sign_retell(body, secret, now_s * 1000)

    def elevenlabs(body, secret):
        return sign_elevenlabs(body, secret, now_s)

    for path in ("", f"/{slug}"):
        yield f"/v1/retell{path}/functions", "x-retell-signature", retell
        yield f"/v1/retell{path}/functions/start_booking", "x-retell-signature", retell
        yield f"/v1/retell{path}/events", "x-retell-signature", retell
    yield f"/v1/elevenlabs/{slug}/events", "elevenlabs-signature", elevenlabs


@pytest.mark.parametrize("signature", [None, "", "v=1,d=00", "t=1,v0=00", "v=1,d=" + "0" * 64])
async def test_without_a_recent_signature_no_byte_of_a_body_is_read(line, stranger, signature):
    """A flood of unsigned bodies is refused by its headers."""
    for path, header, _ in edges(line):
        headers = [] if signature is None else [(header, signature)]
        await stranger.post(path, headers, flood(line.number))
        assert (stranger.status, stranger.bytes_read) == (401, 0), path


async def test_a_body_that_another_secret_signed_is_never_parsed(line, stranger):
    """Four megabytes of small lists make no objects before their signature is proven."""
    for path, header, sign in edges(line):
        stranger.bytes_read, body = 0, largest(line, path)
        await stranger.post(path, [(header, sign(body, "another_secret_of_theirs"))], body)
        assert (stranger.status, stranger.bytes_read) == (401, len(body)), path
        assert stranger.collections < FEW_COLLECTIONS, path


async def test_the_salons_own_flood_is_not_parsed_either(line, stranger, store):
    """What the envelope's shape does not name is skipped, and what it names is counted first."""
    await store.platform_secrets.add(line.salon.id, "elevenlabs", line.secret)
    for path, header, sign in edges(line):
        body = largest(line, path)
        await stranger.post(path, [(header, sign(body, line.secret))], body)
        assert stranger.status != 401, path
        assert stranger.collections < FEW_COLLECTIONS, path


async def test_a_flood_behind_a_key_is_not_parsed_either(line, stranger, store):
    """A key opens the door to its own company, not to everybody's time."""
    key = await store.directory.create_key(line.salon.id)
    flooded = {
        "/v1/vapi": flood(line.number),
        "/v1/elevenlabs/tools/start_booking": flood(line.number)[:60_000],
        "/v1/tools/start_booking": b'{"a":[' + b",".join([b"[]"] * 20_000) + b"]}",
        "/v1/offers": b'{"a":[' + b",".join([b"[]"] * 20_000) + b"]}",
    }
    for path, body in flooded.items():
        headers = [("authorization", f"Bearer {key}"), ("content-type", "application/json")]
        await stranger.post(path, headers, body)
        assert stranger.status != 401, path
        assert stranger.collections < FEW_COLLECTIONS, path


def test_the_flood_would_cost_as_much_as_it_says(line):
    """Parsed whole it makes the collections that the others are measured by."""
    before = gc.get_stats()[0]["collections"]
    assert msgspec.json.decode(flood(line.number))
    assert gc.get_stats()[0]["collections"] - before > FEW_COLLECTIONS
