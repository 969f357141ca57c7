"""Whatever a platform's envelope carries: an answer, and the hold ends with the call."""

import json
import random
import secrets
import time
from dataclasses import dataclass

import pytest

from slotkeeper.http.signing import sign_elevenlabs, sign_retell
from tests.build import HAIRCUT
from tests.voice.line import SECRET, TEN, a_line, reservations
from tests.voice.mutations import HALF, Literal, literal, mutated

# Of each platform some, or a thousand with the long proofs.
proof = [pytest.mark.prove, pytest.mark.timeout(3_600)]
many = pytest.mark.parametrize("count", [12, pytest.param(1_000, marks=proof)])

# A salon takes no more new callers an hour.
CALLS_OF_A_SALON = 40

ENGLISH = {"service": HAIRCUT, "date": "2027-03-05", "time": "10:00"}


@dataclass
class Retell:
    """Retell's envelopes, at the address that finds the company by its line, or by its name."""

    line: object
    tool_needs = (("name",), ("call", "call_id"), ("call", "to_number"))
    end_needs = (("event",), ("call", "call_id"), ("call", "to_number"))

    def new_call(self):
        return f"call_{secrets.token_hex(12)}"

    def envelope(self, call):
        many = {"latency": {"p50": 1.5}, "metadata": {"shop": 7}, "call_cost": {"total": 0.1}}
        many |= {"from_number": a_caller(), "disconnection_reason": "user"}
        return self.line.envelope(call, agent_id="agent_1") | many

    def tool(self, call):
        return {"name": "check_availability", "call": self.envelope(call), "args": TEN}

    def ended(self, call):
        return {"event": "call_ended", "call": self.envelope(call), "event_timestamp": 1}

    async def post(self, kind, body):
        body = body.encode("utf-8", "surrogatepass")
        path = "/v1/retell/functions" if kind == "tool" else "/v1/retell/events"
        if secrets.randbelow(2):
            path = path.replace("/v1/retell", f"/v1/retell/{self.line.salon.company.slug}")
        signed = sign_retell(body, SECRET, int(time.time() * 1000))
        return await sent(self.line, path, body, {"X-Retell-Signature": signed})


@dataclass
class Vapi:
    """Vapi's messages."""

    line: object
    key: str
    tool_needs = (("message", "type"), ("message", "call", "id"))
    end_needs = (*tool_needs, ("message", "status"))

    def new_call(self):
        return f"vapi-{secrets.token_hex(12)}"

    def message(self, call, **more):
        party, about = {"number": a_caller()}, {"id": call, "type": "inboundPhoneCall"}
        more |= {"customer": party, "phoneNumber": {"number": self.line.number}}
        return {"message": {"call": about, "artifact": {"messages": []}, "timestamp": 1} | more}

    def tool(self, call):
        item = {"id": "t1", "function": {"name": "check_availability", "arguments": ENGLISH}}
        return self.message(call, type="tool-calls", toolCallList=[item])

    def ended(self, call):
        return self.message(call, type="status-update", status="ended", endedReason="hangup")

    async def post(self, kind, body):
        body = body.encode("utf-8", "surrogatepass")
        return await sent(self.line, "/v1/vapi", body, {"Authorization": f"Bearer {self.key}"})


@dataclass
class ElevenLabs:
    """ElevenLabs' tools, flat and wrapped, and its webhook after the call."""

    line: object
    key: str
    tool_needs = (("call_id",),)
    end_needs = (("type",), ("data", "conversation_id"))

    def new_call(self):
        return f"conv_{secrets.token_hex(15)}"

    def tool(self, call):
        return ENGLISH | {
            "call_id": call,
            "caller_id": a_caller(),
            "called_number": self.line.number,
        }

    def ended(self, call):
        metadata = {"termination_reason": "hangup", "cost": 1, "phone_call": {"type": "twilio"}}
        about = {"conversation_id": call, "transcript": [], "status": "done"}
        about |= {"metadata": metadata, "analysis": {"summary": "ok"}, "failure_reason": None}
        return {"type": "post_call_transcription", "event_timestamp": 1, "data": about}

    async def post(self, kind, body):
        body, slug = body.encode("utf-8", "surrogatepass"), self.line.salon.company.slug
        if kind == "tool":
            path = "/v1/elevenlabs/tools/check_availability"
            return await sent(self.line, path, body, {"Authorization": f"Bearer {self.key}"})
        signed = sign_elevenlabs(body, SECRET, int(time.time()))
        path = f"/v1/elevenlabs/{slug}/events"
        return await sent(self.line, path, body, {"ElevenLabs-Signature": signed})


def a_caller():
    """Somebody else each time, because one caller is counted."""
    return f"+4917{secrets.randbelow(10**9):09}"


async def sent(line, path, body, headers):
    """Send an envelope; its status and answer."""
    headers |= {"Content-Type": "application/json"}
    async with line.http.post(path, data=body, headers=headers) as answer:
        return answer.status, await answer.read()


@pytest.fixture(params=["retell", "vapi", "elevenlabs"])
def opened(request, http, store):
    """Open a platform that speaks for a salon of its own."""

    async def open_platform():
        line = await a_line(http, store)
        await store.platform_secrets.add(line.salon.id, "elevenlabs", SECRET)
        key = await store.directory.create_key(line.salon.id)
        kinds = {"vapi": Vapi, "elevenlabs": ElevenLabs}
        return Retell(line) if request.param == "retell" else kinds[request.param](line, key)

    return open_platform


async def hold(platform, call):
    """Hold a slot in a call, tried again where the machine is too busy."""
    for _ in range(5):
        status, raw = await platform.post("tool", literal(platform.tool(call)))
        assert status == 200, raw
        if any(row.call_id == call for row in await reservations(platform.line)):
            return
    raise AssertionError(raw)


@many
async def test_no_envelope_is_a_fault_and_every_end_frees_the_hold(opened, count):
    """Tool calls are answered or refused, and the call's end frees what it held each time."""
    seed = secrets.randbits(32)
    chance = random.Random(seed)
    for number in range(count):
        if number % CALLS_OF_A_SALON == 0:
            platform = await opened()
        call = platform.new_call()
        await hold(platform, call)
        body = mutated(platform.tool(call), platform.tool_needs, chance)
        status, raw = await platform.post("tool", body)
        assert status == 200, (seed, number, status, raw, body[:2_000])
        body = mutated(platform.ended(call), platform.end_needs, chance)
        status, raw = await platform.post("end", body)
        assert status in (200, 204), (seed, number, status, raw, body[:2_000])
        assert await reservations(platform.line) == [], (seed, number, body[:2_000])


async def test_half_a_character_in_a_transcript_costs_no_tool_call(opened):
    """Later calls of a conversation carry all that was said before."""
    platform = await opened()
    call = platform.new_call()
    await hold(platform, call)
    envelope = platform.tool(call)
    place = envelope.get("call") or envelope.get("message") or envelope
    place["transcript"] = Literal(HALF)
    status, raw = await platform.post("tool", literal(envelope))
    assert status == 200
    assert json.loads(raw)["status" if b"results" not in raw else "results"]
    assert b"held" in raw
