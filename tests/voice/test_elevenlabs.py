import json
import time

import pytest

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.http.signing import sign_elevenlabs
from slotkeeper.storage.caller_hash import caller_hash
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query
from tests import build
from tests.build import HAIRCUT, MONDAY_9, a_company
from tests.waiting import until

SECRET = "wsec_0123456789abcdef"
TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}
EMMA = TEN | {"staff": "Emma"}
CALL = "conv_01jyhwem8tfvxsbq8mm5zrdcya"
OTHER_CALL = "conv_01jyhwem8tfvxsbq8mm5zrdcyb"
CALLER = "+491701234567"


def bound(call=CALL, caller=CALLER):
    """What the platform binds beside the arguments."""
    return {"call_id": call, "caller_id": caller, "called_number": "+493012345678"}


class Agent:
    """Sends what ElevenLabs would, with a company's key and a company's secret."""

    def __init__(self, http, salon, key):
        self.http, self.salon, self.key = http, salon, key

    async def post(self, path, payload, **headers):
        sent = {"Authorization": f"Bearer {self.key}"} | headers
        async with self.http.post(path, json=payload, headers=sent) as answer:
            return answer.status, json.loads(await answer.read())

    async def tool(self, name, payload, **headers):
        for _ in range(5):
            status, answer = await self.post(f"/v1/elevenlabs/tools/{name}", payload, **headers)
            assert status == 200, answer
            if answer["status"] != "try_again":  # as on a machine that is too busy
                break
        return answer

    async def event(self, kind, data, *, header=None, **headers):
        body = json.dumps({"type": kind, "event_timestamp": 1739537297, "data": data}).encode()
        header = header or sign_elevenlabs(body, SECRET, int(time.time()))
        path = f"/v1/elevenlabs/{self.salon.company.slug}/events"
        sent = {"ElevenLabs-Signature": header, "Content-Type": "application/json", **headers}
        async with self.http.post(path, data=body, headers=sent) as answer:
            return answer.status, json.loads(await answer.read())

    async def held(self):
        return await self.salon.store.reservations.active(self.salon.id)


async def an_agent(http, store, *, sandbox=False):
    """A salon of its own with a key, an address and a secret."""
    salon = await a_company(store, sandbox=sandbox)
    slug = salon.company.slug
    await store.db.change(query("directory_add"), "company", hash_of(slug), salon.id, "")
    await store.platform_secrets.add(salon.id, "elevenlabs", SECRET)
    return Agent(http, salon, await store.directory.create_key(salon.id))


@pytest.fixture
async def agent(http, store):
    """ElevenLabs, as it speaks for a salon of the test's own."""
    return await an_agent(http, store)


def flat(tool, args):
    """The body as the request schema makes it."""
    return args | bound()


THEIRS = "conv_" + "b" * 26


def wrapped(tool, args):
    """The body as the vendor's examples show it."""
    return {
        "tool_call_id": "toolu_1",
        "tool_name": tool,
        "parameters": args | {"call_id": "1", "caller_id": CALLER},
        "conversation_id": CALL,
    }


@pytest.mark.parametrize("shape", [flat, wrapped])
async def test_a_hold_is_booked_and_said_again_in_both_shapes(agent, shape):
    """The flat body and the wrapper are held, booked and replayed alike."""
    held = await agent.tool("check_availability", shape("check_availability", TEN))
    assert (held["status"], held["start"]) == ("held", "2027-03-05T10:00:00+01:00")
    (found,) = await agent.held()
    assert (found.call_id, found.customer_phone) == (CALL, CALLER)
    said = shape("start_booking", {"customer_name": "Anna Meier"})
    booked = await agent.tool("start_booking", said)
    assert (booked["status"], booked["reservation_token"]) == ("booked", held["reservation_token"])
    again = await agent.tool("start_booking", said)
    assert again["appointment_id"] == booked["appointment_id"]


async def test_a_repeated_wish_is_one_hold(agent):
    """A retry and another spelling of the same time have one effect."""
    first = await agent.tool("check_availability", TEN | bound())
    words = {"datetime": "5. März um zehn Uhr", "service": HAIRCUT}
    again = await agent.tool("check_availability", words | bound())
    assert again["reservation_token"] == first["reservation_token"]
    assert len(await agent.held()) == 1


@pytest.mark.parametrize(
    "guess", ["1", "call_1", "conv_1", "{{system__conversation_id}}", "", None, "conv_" + "ä" * 26]
)
async def test_a_guessed_call_is_not_trusted(agent, guess):
    """Two callers with the same placeholder do not share a hold, nor is its number believed."""
    first = await agent.tool("check_availability", EMMA | bound(guess))
    second = await agent.tool("check_availability", EMMA | bound(guess))
    assert (first["status"], second["status"]) == ("held", "slot_taken")
    held = await agent.salon.find(first["reservation_token"])
    assert (held.call_id, held.customer_phone) == (first["conversation_id"], None)


@pytest.mark.parametrize(
    "model",
    [{}, {"tool_name": "check_availability", "parameters": TEN | {"call_id": "conv_" + "b" * 26}}],
)
async def test_the_bound_conversation_wins_over_what_a_model_sends(agent, model):
    """An argument that names another conversation makes nobody its caller."""
    theirs = {"conversation_id": THEIRS}
    held = await agent.tool("check_availability", TEN | theirs | bound() | model)
    assert (await agent.salon.find(held["reservation_token"])).call_id == CALL


async def test_without_a_call_the_conversation_goes_by_our_handle(agent):
    """What the first answer gave and the second request sent back is the same conversation."""
    held = await agent.tool("check_availability", TEN)
    handle = {"conversation_id": held["conversation_id"]}
    booked = await agent.tool("start_booking", handle | {"customer_name": "Anna Meier"})
    assert (booked["status"], booked["conversation_id"]) == ("booked", held["conversation_id"])


async def test_the_header_that_the_platform_fills_names_the_call(agent):
    """An X-Call-Id stands for the bound call; an unfilled one does not."""
    answer = await agent.tool("check_availability", TEN, **{"X-Call-Id": CALL})
    assert "conversation_id" not in answer
    unfilled = {"X-Call-Id": "{{system__conversation_id}}"}
    again = await agent.tool("check_availability", TEN | bound(), **unfilled)
    assert again["reservation_token"] == answer["reservation_token"]


async def test_nobodys_number_is_kept_in_the_calls_story(agent):
    """What is bound beside the arguments is no argument."""
    await agent.tool("check_availability", TEN | bound())
    written = "SELECT arguments FROM tool_calls WHERE company_id = $1"
    rows = await until(lambda: agent.salon.rows(written), "the story is written")
    assert [json.loads(row["arguments"]) for row in rows] == [TEN]


async def test_a_withheld_number_counts_for_the_line(agent):
    """Without a number the caps are those of the line that is called."""
    await agent.tool("check_availability", TEN | bound(caller="anonymous"))
    rows = await agent.salon.rows("SELECT withheld, caller_hash FROM calls WHERE company_id = $1")
    by_line = caller_hash(build.SECRET, "line:+493012345678")
    assert [tuple(row) for row in rows] == [(True, by_line)]


async def test_an_unknown_tool_is_said_as_well(agent):
    """An error would be hidden from the agent, so it is a 200 with the tools there are."""
    answer = await agent.tool("make_coffee", bound())
    assert (answer["status"], "check_availability" in answer["tools"]) == ("unknown_tool", True)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (
            "post_call_transcription",
            {"status": "done", "transcript": [], "metadata": {"termination_reason": "hung up"}},
        ),
        ("call_initiation_failure", {"failure_reason": "hung up"}),
    ],
)
async def test_the_webhook_after_the_call_frees_what_was_held(agent, kind, more):
    """The next caller has the time at once, and why the call ended is kept."""
    await agent.tool("check_availability", EMMA | bound())
    data = {"agent_id": "agent_1", "conversation_id": CALL, **more}
    assert await agent.event(kind, data) == (200, {})
    assert await agent.event(kind, data) == (200, {})
    answer = await agent.tool("check_availability", EMMA | bound(OTHER_CALL))
    assert answer["status"] == "held"
    known = await agent.salon.rows(
        "SELECT disconnection_reason FROM calls WHERE company_id = $1 AND call_id = $2", CALL
    )
    assert [row["disconnection_reason"] for row in known] == ["hung up"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("post_call_audio", {"conversation_id": CALL}),
        ("voice_removal_notice", {}),
        ("post_call_transcription", {}),
        ("post_call_transcription", {"conversation_id": None, "metadata": None}),
        ("post_call_transcription", {"conversation_id": "{{conversation_id}}"}),
    ],
)
async def test_what_ends_no_call_is_taken_and_changes_nothing(agent, kind, data):
    """Other webhooks and those of no call are a 200 while the hold lives on."""
    await agent.tool("check_availability", TEN | bound())
    assert await agent.event(kind, data) == (200, {})
    assert len(await agent.held()) == 1


@pytest.mark.parametrize("header", ["t=1,v0=" + "0" * 64, "x", "t=now,v0=" + "0" * 64])
async def test_an_unsigned_webhook_ends_nothing(agent, header):
    """Whoever cannot sign is nobody."""
    await agent.tool("check_availability", TEN | bound())
    header = header.replace("now", str(int(time.time())))
    data = {"conversation_id": CALL}
    status, answer = await agent.event("post_call_transcription", data, header=header)
    assert (status, answer["code"]) == (401, "unauthorized")
    assert len(await agent.held()) == 1


async def test_a_secret_speaks_for_its_own_company_only(agent, http, store):
    """At another address the same signature is a stranger's, like an address that is none."""
    await agent.tool("check_availability", TEN | bound())
    other = await a_company(store, sandbox=False)
    for slug in (other.company.slug, "nobody"):
        body = b'{"type": "post_call_transcription", "data": {}}'
        signed = sign_elevenlabs(body, SECRET, int(time.time()))
        path = f"/v1/elevenlabs/{slug}/events"
        async with http.post(path, data=body, headers={"ElevenLabs-Signature": signed}) as answer:
            assert answer.status == 401


async def test_a_call_begins_with_the_greetings_facts(agent):
    """All dynamic variables come as text, and a known number is greeted as any other."""
    await agent.tool("start_booking", TEN | bound() | {"customer_name": "Anna Meier"})
    status, answer = await agent.post(
        "/v1/elevenlabs/start",
        {
            "caller_id": CALLER,
            "agent_id": "agent_1",
            "called_number": "+493012345678",
            "call_sid": "CA1",
        },
    )
    facts = answer["dynamic_variables"]
    assert (status, answer["type"]) == (200, "conversation_initiation_client_data")
    assert (facts["customer_known"], facts["customer_name"]) == ("false", "")
    assert {type(value) for value in facts.values()} == {str}


async def test_a_withheld_number_is_greeted_as_unknown(agent):
    """Nobody's name is told to whom we cannot tell apart."""
    body = {"caller_id": "anonymous", "agent_id": "agent_1"}
    _, answer = await agent.post("/v1/elevenlabs/start", body)
    assert answer["dynamic_variables"]["customer_known"] == "false"


@pytest.mark.parametrize(
    "path", ["/v1/elevenlabs/tools/check_availability", "/v1/elevenlabs/start"]
)
@pytest.mark.parametrize("key", ["", "Bearer sk_0123456789012345678901234567890123456789"])
async def test_without_a_key_of_ours_nothing_is_done(agent, path, key):
    """A stranger is a 401, and holds nothing."""
    status, answer = await agent.post(path, TEN | bound(), Authorization=key)
    assert (status, answer["code"]) == (401, "unauthorized")
    assert await agent.salon.store.reservations.listed(agent.salon.id) == []


async def test_the_secret_header_is_the_key_without_the_word_bearer(agent):
    """Where the platform keeps a secret for a header, it is believed like a bearer."""
    path = "/v1/elevenlabs/tools/check_availability"
    headers = {"X-Slotkeeper-Key": agent.key}
    async with agent.http.post(path, json=TEN | bound(), headers=headers) as answer:
        assert (await answer.json())["status"] == "held"


async def test_another_companys_key_never_sees_the_hold(agent, http, store):
    """The same conversation under another key is another salon's."""
    held = await agent.tool("check_availability", TEN | bound())
    other = await an_agent(http, store)
    token = {"reservation_token": held["reservation_token"]}
    assert (await other.tool("start_booking", token | bound()))["status"] == "needs_info"
    assert (await other.event("post_call_transcription", {"conversation_id": CALL}))[0] == 200
    assert (await agent.salon.find(held["reservation_token"])).status == "active"


async def test_a_sandbox_is_judged_by_the_clock_that_came_along(agent, http, store):
    """For any other company a test clock is refused, on every address."""
    clock = {TEST_CLOCK_HEADER: MONDAY_9.isoformat()}
    sandbox = await an_agent(http, store, sandbox=True)
    answer = await sandbox.tool("get_current_context", bound(), **clock)
    assert answer["date"] == "2027-03-01"
    _, answer = await sandbox.post("/v1/elevenlabs/start", bound(), **clock)
    assert answer["dynamic_variables"]["date"] == "2027-03-01"
    for status, no in (
        await agent.post("/v1/elevenlabs/tools/get_current_context", bound(), **clock),
        await agent.post("/v1/elevenlabs/start", bound(), **clock),
        await agent.event("post_call_transcription", {"conversation_id": CALL}, **clock),
    ):
        assert (status, no["code"]) == (403, "test_clock_refused")
