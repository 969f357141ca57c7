import json

import pytest

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.storage.caller_hash import caller_hash
from slotkeeper.voice.vapi import MAX_TOOL_CALLS
from tests import build
from tests.build import HAIRCUT, MONDAY_9, a_company

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}
EMMA = TEN | {"staff": "Emma"}
CALL = "7420f27a-30fd-4f49-a995-5549ae7cc00d"
CALLER = "+491701234567"


def of_the_documents(call_id, name, args):
    """An item as the documents show it."""
    return {"id": call_id, "name": name, "parameters": args}


def of_an_older_document(call_id, name, args):
    """An item as the tools' page shows it."""
    return {"id": call_id, "name": name, "arguments": args}


def of_the_sdk(call_id, name, args):
    """An item as the server SDK types it: the arguments are text."""
    function = {"name": name, "arguments": json.dumps(args)}
    return {"id": call_id, "type": "function", "function": function}


def of_the_wire(call_id, name, args):
    """An item of the SDK's shape with its arguments already read."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": args}}


ITEMS = [of_the_documents, of_an_older_document, of_the_sdk, of_the_wire]


class Vapi:
    """Sends what Vapi would, with a company's key."""

    def __init__(self, http, salon, key):
        self.http, self.salon, self.key = http, salon, key

    async def post(self, message, *, path="/v1/vapi", **headers):
        sent = {"Authorization": f"Bearer {self.key}"} | headers
        async with self.http.post(path, json={"message": message}, headers=sent) as answer:
            return answer.status, json.loads(await answer.read())

    def message(self, kind, *, call=CALL, caller=CALLER, **more):
        customer = {"number": caller} if caller else {}
        return {
            "timestamp": 1678901234567,
            "type": kind,
            "call": {"id": call, "orgId": "o", "type": "inboundPhoneCall"},
            "phoneNumber": {"number": "+493012345678"},
            "customer": customer,
            "artifact": {"messages": []},
            **more,
        }

    async def items(self, *items, key="toolCallList", **about):
        message = self.message("tool-calls", **about) | {key: list(items)}
        for _ in range(5):
            status, answer = await self.post(message)
            assert status == 200, answer
            found = [json.loads(one["result"]) for one in answer["results"]]
            if all(one["status"] != "try_again" for one in found):  # as on a busy machine
                break
        assert [one["toolCallId"] for one in answer["results"]] == [
            (item.get("toolCall") or item)["id"] for item in items
        ]
        return found

    async def tool(self, name, args, **about):
        (answer,) = await self.items(of_the_documents("t1", name, args), **about)
        return answer

    async def held(self):
        return await self.salon.store.reservations.active(self.salon.id)


async def a_vapi(http, store, *, sandbox=False):
    """A salon of its own that Vapi has a key of."""
    salon = await a_company(store, sandbox=sandbox)
    return Vapi(http, salon, await store.directory.create_key(salon.id))


@pytest.fixture
async def vapi(http, store):
    """Vapi, with the key of a salon of the test's own."""
    return await a_vapi(http, store)


@pytest.mark.parametrize("item", ITEMS)
async def test_a_hold_is_booked_and_said_again_in_every_shape(vapi, item):
    """The documents' items and the SDK's are held, booked and replayed alike."""
    (held,) = await vapi.items(item("t1", "check_availability", TEN))
    assert (held["status"], held["start"]) == ("held", "2027-03-05T10:00:00+01:00")
    (booked,) = await vapi.items(item("t2", "start_booking", {"customer_name": "Anna Meier"}))
    assert (booked["status"], booked["reservation_token"]) == ("booked", held["reservation_token"])
    (again,) = await vapi.items(item("t3", "start_booking", {"customer_name": "Anna Meier"}))
    assert again["appointment_id"] == booked["appointment_id"]


async def test_the_list_with_the_tools_own_definitions_is_read_as_well(vapi):
    """Beside the tool call stand the schema and the server: they are no arguments."""
    item = {
        "type": "function",
        "name": "check_availability",
        "parameters": {"type": "object", "properties": {"service": {"type": "string"}}},
        "server": {"url": "https://example.com"},
        "messages": [],
        "toolCall": {
            "id": "t1",
            "type": "function",
            "function": {"name": "check_availability", "parameters": TEN},
        },
    }
    (answer,) = await vapi.items(item, key="toolWithToolCallList")
    assert answer["status"] == "held"
    (answer,) = await vapi.items(of_the_sdk("t2", "start_booking", {}), key="toolCalls")
    assert answer["status"] == "booked"


async def test_the_result_is_a_single_line_of_text(vapi):
    """Vapi takes nothing else as a result."""
    message = vapi.message("tool-calls", toolCallList=[of_the_documents("t1", "get_context", {})])
    _, answer = await vapi.post(message)
    (result,) = answer["results"]
    assert set(result) == {"toolCallId", "name", "result"}
    assert "\n" not in result["result"]
    assert json.loads(result["result"])["status"] == "unknown_tool"


async def test_several_calls_of_one_request_are_answered_in_order(vapi):
    """What the first has held the second can book."""
    held, booked, unknown = await vapi.items(
        of_the_documents("t1", "check_availability", TEN),
        of_the_sdk("t2", "start_booking", {"customer_name": "Anna Meier"}),
        of_the_documents("t3", "make_coffee", {}),
    )
    assert (held["status"], booked["status"]) == ("held", "booked")
    assert booked["reservation_token"] == held["reservation_token"]
    assert (unknown["status"], "check_availability" in unknown["tools"]) == ("unknown_tool", True)


async def test_tool_calls_beyond_those_of_one_request_are_told_to_come_again(vapi):
    """Each has a result of its own; none is left for Vapi to call failed."""
    names = ["get_current_context"] * MAX_TOOL_CALLS + ["check_availability", "get_opening_hours"]
    items = [of_the_documents(f"t{n}", name, TEN) for n, name in enumerate(names)]
    _, answer = await vapi.post(vapi.message("tool-calls") | {"toolCallList": items})
    assert [one["toolCallId"] for one in answer["results"]] == [item["id"] for item in items]
    assert [one["name"] for one in answer["results"]] == names
    beyond = [json.loads(one["result"]) for one in answer["results"][MAX_TOOL_CALLS:]]
    assert {(one["status"], one["reason"]) for one in beyond} == {("try_again", "too_many_at_once")}
    assert all(one["say"] for one in beyond)
    assert await vapi.held() == []


async def test_a_thousand_tool_calls_have_a_thousand_results(vapi):
    """However many there are; a list that long was read as none."""
    items = [of_the_sdk(f"t{n}", "get_current_context", {}) for n in range(1_000)]
    status, answer = await vapi.post(vapi.message("tool-calls") | {"toolCallList": items})
    assert (status, len(answer["results"])) == (200, 1_000)


async def test_a_repeated_wish_is_one_hold(vapi):
    """A barge-in says it again, with a new id and in other words: one effect."""
    first, again = await vapi.items(
        of_the_documents("t1", "check_availability", TEN),
        of_the_documents("t2", "check_availability", {"datetime": "5. März um zehn"} | TEN),
    )
    assert again["reservation_token"] == first["reservation_token"]
    assert len(await vapi.held()) == 1


async def test_the_call_and_the_caller_are_the_messages_own(vapi):
    """What a model fills in for them is nobody's."""
    guess = {"call_id": "1", "call": {"id": "x"}, "caller_id": "+4900000000"}
    await vapi.tool("check_availability", TEN | guess)
    (held,) = await vapi.held()
    assert (held.call_id, held.customer_phone) == (CALL, CALLER)


async def test_the_number_of_the_call_serves_where_the_message_has_none(vapi):
    """Some messages carry the customer within the call only."""
    call = {"id": CALL, "customer": {"number": CALLER}}
    message = vapi.message("tool-calls", caller=None) | {"call": call}
    message["toolCallList"] = [of_the_documents("t1", "check_availability", TEN)]
    assert (await vapi.post(message))[0] == 200
    assert [one.customer_phone for one in await vapi.held()] == [CALLER]


@pytest.mark.parametrize("caller", [None, "anonymous", "sip:anna@example.com", "{{customer}}"])
async def test_a_withheld_number_may_hold_and_counts_for_the_line(vapi, caller):
    """Without a number the caps are those of the line that is called."""
    assert (await vapi.tool("check_availability", TEN, caller=caller))["status"] == "held"
    (held,) = await vapi.held()
    assert held.customer_phone is None
    rows = await vapi.salon.rows("SELECT withheld, caller_hash FROM calls WHERE company_id = $1")
    by_line = caller_hash(build.SECRET, "line:+493012345678")
    assert [tuple(row) for row in rows] == [(True, by_line)]


@pytest.mark.parametrize("call", [None, "", "{{call.id}}", "x" * 101, 7])
async def test_a_call_without_an_id_of_its_own_is_nobodys(vapi, call):
    """An unfilled variable is no call that others could share."""
    assert (await vapi.tool("check_availability", TEN, call=call))["status"] == "held"
    assert [one.call_id for one in await vapi.held()] == [None]


@pytest.mark.parametrize(
    "over",
    [
        {"type": "status-update", "status": "ended", "endedReason": "customer-ended-call"},
        {"type": "end-of-call-report", "endedReason": "customer-ended-call"},
    ],
)
async def test_hanging_up_frees_what_was_held(vapi, over):
    """Either message ends the call, and the next caller has the time at once."""
    await vapi.tool("check_availability", EMMA)
    assert (await vapi.tool("check_availability", EMMA, call="other"))["status"] == "slot_taken"
    assert await vapi.post(vapi.message("") | over) == (200, {})
    assert (await vapi.tool("check_availability", EMMA, call="other"))["status"] == "held"
    known = await vapi.salon.rows(
        "SELECT disconnection_reason FROM calls WHERE company_id = $1 AND call_id = $2", CALL
    )
    assert [row["disconnection_reason"] for row in known] == ["customer-ended-call"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "status-update", "status": "in-progress"},
        {"type": "conversation-update", "messages": []},
        {"type": "assistant-request"},
        {"type": "tool-calls", "toolCallList": []},
        {"type": "tool-calls", "toolCallList": {"0": 1}},
        {"type": ["tool-calls"]},
        {},
        "tool-calls",
        None,
    ],
)
async def test_what_is_not_ours_is_taken_and_changes_nothing(vapi, message):
    """Every other message, and every odd one, is a 200 while the hold lives on."""
    await vapi.tool("check_availability", TEN)
    if isinstance(message, dict):
        message = vapi.message("") | message
    status, answer = await vapi.post(message)
    assert (status, answer) in [(200, {}), (200, {"results": []})]
    assert len(await vapi.held()) == 1


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"id": "t1"}, "unknown_tool"),
        ({"id": "t1", "name": 7, "parameters": "no json"}, "unknown_tool"),
        ({"id": "t1", "function": "check_availability"}, "unknown_tool"),
        (
            {"id": "t1", "name": "check_availability", "parameters": '{"service": "\\u0000"}'},
            "needs_info",
        ),
        (
            {"id": "t1", "function": {"name": "check_availability", "arguments": "[1, 2"}},
            "needs_info",
        ),
        (
            {"id": "t1", "name": "check_availability", "arguments": {"service": {"a": [1]}}},
            "needs_info",
        ),
    ],
)
async def test_an_odd_item_ends_in_a_question_or_in_an_unknown_tool(vapi, item, status):
    """The model hears something of whatever it has sent."""
    (answer,) = await vapi.items(item)
    assert answer["status"] == status
    assert answer["say"]


async def test_an_assistant_that_our_address_names_begins_with_the_greetings_facts(vapi):
    """Which one it is the address says; what it may know beforehand we add, as text."""
    status, answer = await vapi.post(
        vapi.message("assistant-request"), path="/v1/vapi?assistant_id=a-1"
    )
    facts = answer["assistantOverrides"]["variableValues"]
    assert (status, answer["assistantId"], facts["company"]) == (200, "a-1", "Salon")
    assert {type(value) for value in facts.values()} == {str}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer sk_0123456789012345678901234567890123456789"},
        {"Authorization": "Bearer "},
        {"Authorization": "", "X-Vapi-Secret": "sk_0123456789012345678901234567890123456789"},
    ],
)
async def test_without_a_key_of_ours_nothing_is_done(vapi, headers):
    """A stranger is a 401, and holds nothing."""
    item = of_the_documents("t1", "check_availability", TEN)
    message = vapi.message("tool-calls", toolCallList=[item])
    status, answer = await vapi.post(message, **headers)
    assert (status, answer["code"]) == (401, "unauthorized")
    assert await vapi.salon.store.reservations.listed(vapi.salon.id) == []


async def test_the_older_secret_is_the_key_without_the_word_bearer(vapi):
    """An X-Vapi-Secret is believed like a bearer."""
    message = vapi.message("tool-calls")
    message["toolCallList"] = [of_the_documents("t1", "check_availability", TEN)]
    async with vapi.http.post(
        "/v1/vapi", json={"message": message}, headers={"X-Vapi-Secret": vapi.key}
    ) as answer:
        assert answer.status == 200
    assert len(await vapi.held()) == 1


async def test_another_companys_key_never_sees_the_hold(vapi, http, store):
    """The same call under another key is another salon's, and ends nothing here."""
    held = await vapi.tool("check_availability", TEN)
    other = await a_vapi(http, store)
    token = {"reservation_token": held["reservation_token"]}
    assert (await other.tool("start_booking", token))["status"] == "needs_info"
    await other.post(other.message("end-of-call-report"))
    assert (await vapi.salon.find(held["reservation_token"])).status == "active"


async def test_a_sandbox_is_judged_by_the_clock_that_came_along(vapi, http, store):
    """For any other company a test clock is refused, and nothing is done."""
    item = of_the_documents("t1", "get_current_context", {})
    sandbox = await a_vapi(http, store, sandbox=True)
    clock = {TEST_CLOCK_HEADER: MONDAY_9.isoformat()}
    message = vapi.message("tool-calls", toolCallList=[item])
    _, answer = await sandbox.post(message, **clock)
    assert json.loads(answer["results"][0]["result"])["date"] == "2027-03-01"
    for kind in ("tool-calls", "end-of-call-report"):
        status, answer = await vapi.post(message | {"type": kind}, **clock)
        assert (status, answer["code"]) == (403, "test_clock_refused")
