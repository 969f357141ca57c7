import json
import time

import pytest

from slotkeeper.http.signing import sign_retell
from tests.voice.line import SECRET, TEN, appointments, reservations

MINUTE_MS = 60_000


def vectors(body):
    """Ways to get a signature wrong: (body as sent, headers as sent), by name."""
    now_ms = int(time.time() * 1000)
    good = sign_retell(body, SECRET, now_ms)
    spaced = json.dumps(json.loads(body), separators=(", ", " : ")).encode()
    altered = body.replace(b"10:00", b"11:00")
    assert altered != body != spaced
    at, digest = good.split(",")
    return {
        "an altered byte": (altered, [good]),
        "re-serialised JSON": (spaced, [good]),
        "a byte more": (body + b" ", [good]),
        "too old": (body, [sign_retell(body, SECRET, now_ms - 6 * MINUTE_MS)]),
        "from the future": (body, [sign_retell(body, SECRET, now_ms + 6 * MINUTE_MS)]),
        "another key": (body, [sign_retell(body, "another_secret_of_theirs", now_ms)]),
        "missing": (body, []),
        "empty": (body, [""]),
        "doubled": (body, [good, good]),
        "doubled in one": (body, [f"{good}, {good}"]),
        "another time under it": (body, [f"v={int(at[2:]) + 1},{digest}"]),
        "capitals": (body, [f"{at},d={digest[2:].upper()}"]),
        "half of it": (body, [good[:-1]]),
    }


NAMES = list(vectors(json.dumps({"args": TEN}).encode()))


async def sent(line, path, body, signatures):
    """The status of a request with exactly these headers."""
    headers = [("X-Retell-Signature", one) for one in signatures]
    headers.append(("Content-Type", "application/json"))
    async with line.http.post(path, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("name", NAMES)
async def test_a_tool_call_that_is_not_signed_does_nothing(line, name):
    """Whoever cannot sign these very bytes, now and once, is nobody."""
    payload = {"name": "start_booking", "call": line.envelope("c"), "args": TEN}
    body, signatures = vectors(json.dumps(payload).encode())[name]
    for path in ("/v1/retell/functions", f"/v1/retell/{line.salon.company.slug}/functions"):
        status, answer = await sent(line, path, body, signatures)
        assert (status, answer["code"]) == (401, "unauthorized")
    assert await reservations(line, None) == await appointments(line) == []


@pytest.mark.parametrize("name", NAMES)
async def test_an_event_that_is_not_signed_ends_nothing(line, name):
    """Nobody else can hang up for a caller."""
    await line.tool("check_availability", TEN)
    payload = {"event": "call_ended", "call": line.envelope("call_real"), "at": "10:00"}
    body, signatures = vectors(json.dumps(payload).encode())[name]
    status, answer = await sent(line, "/v1/retell/events", body, signatures)
    assert (status, answer["code"]) == (401, "unauthorized")
    assert len(await reservations(line)) == 1
