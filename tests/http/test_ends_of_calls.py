"""The end of a call frees what it held, however many of the company's requests wait."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import pytest

from slotkeeper.domain.errors import TooBusy
from slotkeeper.http.signing import sign_elevenlabs
from slotkeeper.storage import turns
from tests.http.test_hostile_values import channels as channels
from tests.voice.line import SECRET, TEN, reservations
from tests.waiting import until

CONVERSATION = "conv_01k2x5q9w8e7r6t5y4u3i2o1pa"


async def retell_ends(channels):
    """Hang up as Retell says it."""
    call = channels.line.envelope("call_real", disconnection_reason="user_hangup")
    await channels.retell("/v1/retell/events", json.dumps({"event": "call_ended", "call": call}))


async def vapi_ends(channels):
    """Hang up as Vapi says it."""
    message = {"type": "end-of-call-report", "call": {"id": "call_real"}}
    await channels.post("/v1/vapi", json.dumps({"message": message}))


async def elevenlabs_ends(channels):
    """Hang up as ElevenLabs says it."""
    data = {"conversation_id": CONVERSATION}
    body = json.dumps({"type": "post_call_transcription", "data": data})
    signed = {"ElevenLabs-Signature": sign_elevenlabs(body.encode(), SECRET, int(time.time()))}
    await channels.post(f"/v1/elevenlabs/{channels.line.salon.company.slug}/events", body, **signed)


async def rest_ends(channels):
    """Hang up as a program with a key says it."""
    await channels.post("/v1/calls/call_real/end", None)


@asynccontextmanager
async def full_queue(salon):
    """As many requests of the company are at work as may be, and as many wait."""
    at_work, done = [], asyncio.Event()

    async def work():
        async with salon.store.turns.turn(salon.id, "voice"):
            at_work.append(1)
            await done.wait()

    tasks = [asyncio.create_task(work()) for _ in range(turns.MAX_WAITING + turns.POOL_SIZE)]

    def is_refused(task):
        return task.done() and isinstance(task.exception(), TooBusy)

    await until(lambda: any(map(is_refused, tasks)), "the queue is full")
    try:
        yield
    finally:
        done.set()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("end", [retell_ends, vapi_ends, elevenlabs_ends, rest_ends])
async def test_the_end_of_a_call_is_taken_where_nothing_else_is(channels, end, monkeypatch):
    """By every platform: the hold is gone while the others still wait."""
    monkeypatch.setattr(turns, "MAX_WAIT_S", 60.0)
    line = channels.line
    call = CONVERSATION if end is elevenlabs_ends else "call_real"
    await line.tool("check_availability", TEN, call=call)
    assert len(await reservations(line)) == 1
    async with full_queue(line.salon):
        _, answer = await channels.rest_tool("check_availability", json.dumps(TEN))
        assert json.loads(answer)["status"] == "try_again"
        await end(channels)
        assert await reservations(line) == []
