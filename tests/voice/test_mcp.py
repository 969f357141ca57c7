"""MCP, as the protocol's own client speaks it."""

import asyncio
import json
import re
import sys
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.storage.sql import query
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT, TOKENS, a_company
from tests.waiting import until

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT, "staff": "Emma"}
ERAS = ("legacy", "2026-07-28")
JSON = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
MODERN = {
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "check_availability",
}


class Agent:
    """An agent framework's connection, with the key of one company."""

    def __init__(self, base_url, key):
        self.url = f"{base_url}/mcp"
        self.headers = {"Authorization": f"Bearer {key}"}

    @asynccontextmanager
    async def connected(self, era="auto", **headers):
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            httpx2.AsyncClient(headers=sent) as http,
            Client(streamable_http_client(self.url, http_client=http), mode=era) as client,
        ):
            yield client

    async def tool(self, name, args, era="auto", **headers):
        """Call a tool on a connection of its own, as some platforms do."""
        async with self.connected(era, **headers) as client:
            result = await client.call_tool(name, args)
        (content,) = result.content
        assert json.loads(content.text) == result.structured_content
        assert "\n" not in content.text
        return result.structured_content

    async def post(self, body, patience_s=10, **headers):
        """Send a message by hand."""
        sent = self.headers | JSON | headers
        async with httpx2.AsyncClient(timeout=patience_s) as http:
            return await http.post(self.url, content=json.dumps(body), headers=sent)


async def an_agent(base_url, salon):
    """An agent of a salon."""
    agent = Agent(base_url, await salon.store.directory.create_key(salon.id))
    agent.salon = salon
    return agent


@pytest.fixture
async def agent(base_url, real_salon):
    """An agent of a salon of the test's own."""
    return await an_agent(base_url, real_salon)


def a_call(name, args):
    """A tool call as it goes over the wire."""
    modern = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": name, "arguments": args, "_meta": modern}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@pytest.mark.parametrize("era", ERAS)
async def test_every_tool_is_listed(agent, era):
    """A model sees each tool with its flat schema, and may send the conversation's handle back."""
    async with agent.connected(era) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert tools.keys() == TOOLS.keys()
    for name, tool in tools.items():
        properties = tool.input_schema["properties"]
        assert properties.keys() == {*TOOLS[name].parameters, "conversation_id"}
        assert tool.input_schema["required"] == list(TOOLS[name].required)
        assert "lapses" in properties["conversation_id"]["description"]
    assert tools["cancel_appointment"].annotations.destructive_hint
    assert tools["get_opening_hours"].annotations.read_only_hint


@pytest.mark.parametrize("era", ERAS)
async def test_a_time_is_held_and_booked_by_the_handle(agent, era):
    """The handle of the first answer is the conversation, also on another connection."""
    held = await agent.tool("check_availability", TEN, era)
    assert (held["status"], held["start"]) == ("held", "2027-03-05T10:00:00+01:00")
    assert re.fullmatch(r"cv_[0-9a-f]{32}", held["conversation_id"])
    (row,) = await agent.salon.store.reservations.active(agent.salon.id)
    assert row.call_id == held["conversation_id"]
    named = {"conversation_id": held["conversation_id"], "customer_name": "Anna Meier"}
    answer = await agent.tool("start_booking", named, era)
    assert (answer["status"], answer["reservation_token"]) == ("booked", held["reservation_token"])
    again = await agent.tool("start_booking", named, era)
    assert again["appointment_id"] == answer["appointment_id"]


async def test_the_platforms_header_names_the_call(agent):
    """With X-Call-Id there is no handle, and what a model makes up means nothing."""
    made_up = TEN | {"conversation_id": "cv_" + "0" * 32}
    held = await agent.tool("check_availability", made_up, X_Call_Id="call-7")
    assert "conversation_id" not in held
    (row,) = await agent.salon.store.reservations.active(agent.salon.id)
    assert row.call_id == "call-7"
    yes = {"customer_name": "Anna Meier"}
    answer = await agent.tool("start_booking", yes, X_Call_Id="call-7")
    assert answer["reservation_token"] == held["reservation_token"]


@pytest.mark.parametrize("guess", ["call_1", "1", "{{call_id}}", "cv_1", 7, None, ["cv_1"]])
async def test_a_guess_is_no_conversation(agent, guess):
    """Two callers whose models guess alike do not share a hold."""
    first = await agent.tool("check_availability", TEN | {"conversation_id": guess})
    second = await agent.tool("check_availability", TEN | {"conversation_id": guess})
    assert (first["status"], second["status"]) == ("held", "slot_taken")
    assert first["conversation_id"] != second["conversation_id"]


async def test_the_platforms_number_is_the_callers(agent):
    """Who rings is kept with the hold where the platform says so in X-Caller-Phone."""
    await agent.tool("check_availability", TEN, X_Caller_Phone="+491701234567")
    (row,) = await agent.salon.store.reservations.active(agent.salon.id)
    assert row.customer_phone == "+491701234567"


async def test_a_no_is_a_result_like_any_other(agent):
    """What another caller holds is a no with a sentence to say, and no error."""
    await agent.tool("check_availability", TEN)
    async with agent.connected() as client:
        result = await client.call_tool("check_availability", TEN)
    assert (result.is_error, result.structured_content["status"]) == (False, "slot_taken")
    assert "vergeben" in result.structured_content["say"]


async def test_an_unknown_tool_is_an_error_that_names_the_others(agent):
    """A drifted agent learns which tools there are."""
    async with agent.connected() as client:
        result = await client.call_tool("make_coffee", {})
    assert result.is_error
    assert result.structured_content["status"] == "unknown_tool"
    assert "check_availability" in result.structured_content["tools"]


async def test_a_busy_database_is_an_error_to_try_again(agent):
    """A fault is marked as one, so that no model takes it for a no."""
    async with agent.salon.store.db.acting_for(agent.salon.id) as db:
        await db.execute(query("enter_company"), agent.salon.id)
        async with agent.connected() as client:
            result = await client.call_tool("check_availability", TEN)
    assert result.is_error
    assert result.structured_content["status"] in ("try_again", "outcome_unknown")
    assert result.structured_content["say"]


@pytest.mark.parametrize("headers", [{}, MODERN], ids=ERAS)
async def test_what_a_client_gives_up_on_is_done_once(agent, headers):
    """Hanging up stops nothing, and who asks again is told of what was done."""
    wish, salon = a_call("check_availability", TEN), agent.salon
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute(query("enter_company"), salon.id)
        with pytest.raises(httpx2.ReadTimeout):
            await agent.post(wish, patience_s=0.3, **headers, **{"X-Call-Id": "call-7"})
    rows = await until(lambda: salon.store.reservations.listed(salon.id), "it was done")
    again = await agent.tool("check_availability", TEN, X_Call_Id="call-7")
    assert [again["reservation_token"]] == [str(TOKENS.seal(row.token)) for row in rows]
    assert len(await salon.store.reservations.listed(salon.id)) == 1


@pytest.mark.parametrize("name", ["check_availability_v17", "reserve_slot"])
async def test_former_names_and_versions_are_understood(agent, name):
    """A tool answers to what deployed agents call it."""
    assert (await agent.tool(name, TEN))["status"] == "held"


@pytest.mark.parametrize("headers", [{}, MODERN], ids=ERAS)
@pytest.mark.parametrize("sent", [{"service": "a\0b"}, {"\0": 1}, {"service": "\ud800"}])
async def test_what_cannot_be_stored_is_refused(agent, headers, sent):
    """No NUL and no half character comes in."""
    answer = await agent.post(a_call("check_availability", sent), **headers)
    assert answer.json()["error"]["code"] in (INVALID_PARAMS, PARSE_ERROR), answer.text


async def test_a_large_message_is_refused(agent):
    """Nobody says 64 KiB."""
    answer = await agent.post(a_call("check_availability", {"service": "x" * 70_000}))
    assert answer.status_code == 413


@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18", "2025-11-25"])
async def test_earlier_revisions_are_spoken(agent, version):
    """A client that initializes is answered in its own revision, and gets no session to keep."""
    client = {"name": "test", "version": "1"}
    params = {"protocolVersion": version, "capabilities": {}, "clientInfo": client}
    hello = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
    answer = await agent.post(hello)
    assert answer.json()["result"]["protocolVersion"] == version
    assert "mcp-session-id" not in answer.headers
    answer = await agent.post(
        a_call("get_current_context", {}), **{"MCP-Protocol-Version": version}
    )
    assert answer.json()["result"]["structuredContent"]["status"] == "context"


async def test_an_unknown_revision_is_told_what_is_spoken(agent):
    """A client of the future learns which revision to ask for."""
    later = MODERN | {"MCP-Protocol-Version": "2099-01-01"}
    call = a_call("check_availability", TEN)
    call["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01"
    answer = await agent.post(call, **later)
    assert answer.status_code == 400
    assert "2026-07-28" in answer.text


@pytest.mark.parametrize("key", ["sk_", "sk_wrong", "sk_" + "A" * 43])
async def test_without_a_key_nothing_is_told(base_url, key):
    """Whoever has no key is asked for one, before anything is looked at."""
    answer = await Agent(base_url, key).post(a_call("get_opening_hours", {}))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_client_without_a_key_cannot_connect(base_url):
    """The SDK's client fails at once and does not hang."""
    with pytest.RaisesGroup(MCPError, flatten_subgroups=True):
        await Agent(base_url, "sk_wrong").tool("get_opening_hours", {})


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://["]
)
async def test_a_foreign_page_is_refused(agent, origin):
    """A browser that shows somebody else's page is not let in, whatever key it has."""
    answer = await agent.post(a_call("get_opening_hours", {}), Origin=origin)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, INVALID_REQUEST)


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1:5173"])
async def test_a_page_of_this_machine_is_let_in(agent, origin):
    """Tools that a developer runs in a browser work."""
    answer = await agent.post(a_call("get_opening_hours", {}), Origin=origin)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/mcp", "/v1/mcp", "/mcp/", "/v1/mcp/"])
async def test_it_is_reached_by_its_public_name(agent, base_url, path):
    """Behind a proxy the Host is the public one, and the address redirects nowhere."""
    agent.url = base_url + path
    answer = await agent.post(a_call("get_opening_hours", {}), Host="termine.example")
    assert answer.json()["result"]["structuredContent"]["status"] == "opening_hours"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_there_is_nothing_to_listen_to(agent, method):
    """A stream that would never say anything is refused, so it holds up no shutdown."""
    async with httpx2.AsyncClient(headers=agent.headers) as http:
        answer = await http.request(method, agent.url, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("accept", [None, "", "*/*", "application/json"])
@pytest.mark.parametrize("headers", [{}, MODERN | {"Mcp-Name": "get_opening_hours"}], ids=ERAS)
async def test_a_client_need_not_say_that_it_takes_json(agent, http, accept, headers):
    """Plain HTTP clients send no Accept, or take anything."""
    sent = agent.headers | {"Content-Type": "application/json"} | headers
    sent |= {} if accept is None else {"Accept": accept}
    call = json.dumps(a_call("get_opening_hours", {})).encode()
    unasked = http.post("/mcp", data=call, headers=sent, skip_auto_headers=("Accept",))
    async with unasked as answer:
        assert (await answer.json())["result"]["structuredContent"]["status"] == "opening_hours"


async def test_a_sandbox_tells_the_time_by_the_test_clock(base_url, salon):
    """A sandbox company is judged by the clock that comes along."""
    agent = await an_agent(base_url, salon)
    now = salon.clock.now.isoformat()
    answer = await agent.tool("get_current_context", {}, Slotkeeper_Test_Clock=now)
    assert answer["weekday"] == "Montag"
    held = await agent.tool(
        "check_availability", TEN | {"date": "morgen"}, Slotkeeper_Test_Clock=now
    )
    assert held["start"] == "2027-03-02T10:00:00+01:00"


@pytest.mark.parametrize(
    ("clock", "code"), [("2027-03-01T09:00:00+01:00", "test_clock_refused"), ("x", "invalid_input")]
)
async def test_a_real_salon_has_no_test_clock(agent, clock, code):
    """Nobody sets the clock of a company that takes real callers."""
    async with agent.connected(Slotkeeper_Test_Clock=clock) as client:
        with pytest.raises(MCPError, match=code):
            await client.call_tool("get_current_context", {})


async def test_eight_sessions_at_once_hold_one_slot_once(agent):
    """Of eight conversations that want the same chair one gets it, and each its own handle."""

    async def converse(era):
        async with agent.connected(era) as client:
            first = (await client.call_tool("check_availability", TEN)).structured_content
            handle = {"conversation_id": first["conversation_id"], "customer_name": "Anna Meier"}
            return first, (await client.call_tool("start_booking", handle)).structured_content

    heard = await asyncio.gather(*(converse(ERAS[number % 2]) for number in range(8)))
    assert [first["status"] for first, _ in heard].count("held") == 1
    assert len({first["conversation_id"] for first, _ in heard}) == 8
    booked = [last["start"] for _, last in heard if last["status"] == "booked"]
    assert TEN["date"] + "T10:00:00+01:00" in booked
    assert len(set(booked)) == len(booked)


async def test_another_companys_handle_and_token_are_worth_nothing(agent, base_url, store):
    """A stranger with a key of their own finds nothing of ours."""
    held = await agent.tool("check_availability", TEN)
    stranger = await an_agent(base_url, await a_company(store, sandbox=False))
    stolen = {name: held[name] for name in ("conversation_id", "reservation_token")}
    answer = await stranger.tool("start_booking", stolen | {"customer_name": "Anna Meier"})
    assert answer["status"] == "needs_info"
    await stranger.tool("release_hold", stolen)
    (row,) = await agent.salon.store.reservations.active(agent.salon.id)
    assert str(TOKENS.seal(row.token)) == held["reservation_token"]
    assert await store.reservations.listed(stranger.salon.id) == []


def test_without_the_extra_the_rest_is_served(store, monkeypatch):
    """MCP is left out where its SDK is not installed, and nothing else is."""
    whole = {route.path for route in web_app(App(Settings(), store)).routes}
    monkeypatch.setitem(sys.modules, "mcp", None)
    spare = {route.path for route in web_app(App(Settings(), store)).routes}
    assert whole - spare == {"/mcp", "/mcp/", "/v1/mcp", "/v1/mcp/"}
