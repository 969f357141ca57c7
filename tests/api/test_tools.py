import json
import re

import pytest

from slotkeeper.assembly import Settings
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.tools.exports import FORMATS
from tests.api.client import Rest
from tests.build import HAIRCUT, MONDAY_9
from tests.metrics.exposed import served

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}
EMMA = TEN | {"staff": "Emma"}
CALLER = "+491701234567"
A, B = {"X-Call-Id": "call-a"}, {"X-Call-Id": "call-b"}


@pytest.fixture
async def tool(rest):
    """Call a tool of a company of the test's own."""
    return Caller(rest)


class Caller:
    """Calls tools, as a program between an agent and us does."""

    def __init__(self, rest):
        self.rest = rest

    async def __call__(self, name, args=None, headers=None):
        for _ in range(5):
            status, answer = await self.rest(
                "POST", f"/v1/tools/{name}", args or {}, headers=headers
            )
            assert status == 200, answer
            if answer["status"] != "try_again":  # as on a machine that is too busy
                break
        return answer

    async def sandboxed(self, store, salon):
        return Caller(Rest(self.rest.http, await store.directory.create_key(salon.id)))


async def test_a_hold_is_booked_and_said_again(tool):
    """The header names the conversation, so nothing need be sent back."""
    held = await tool("check_availability", TEN, A)
    assert (held["status"], held["start"]) == ("held", "2027-03-05T10:00:00+01:00")
    assert "conversation_id" not in held
    booked = await tool("start_booking", {"customer_name": "Anna Meier"}, A)
    assert (booked["status"], booked["reservation_token"]) == ("booked", held["reservation_token"])
    again = await tool("start_booking", {"customer_name": "Anna Meier"}, A)
    assert again["appointment_id"] == booked["appointment_id"]


async def test_without_a_header_the_handle_of_the_first_answer_is_the_conversation(tool):
    """It is minted once, comes with every answer, and its holder's repeated wish is one hold."""
    held = await tool("check_availability", TEN)
    assert re.fullmatch("cv_[0-9a-f]{32}", held["conversation_id"])
    handle = {"conversation_id": held["conversation_id"]}
    again = await tool("check_availability", TEN | handle)
    assert again["reservation_token"] == held["reservation_token"]
    booked = await tool("start_booking", handle | {"customer_name": "Anna Meier"})
    assert (booked["status"], booked["conversation_id"]) == ("booked", held["conversation_id"])


async def test_who_sends_no_handle_begins_anew(tool):
    """Two conversations that name nothing never share a hold."""
    first, second = [await tool("check_availability", EMMA) for _ in range(2)]
    assert (first["status"], second["status"]) == ("held", "slot_taken")
    assert first["conversation_id"] != second["conversation_id"]


@pytest.mark.parametrize(
    "guess", ["1", "call_1", "{{call_id}}", "cv_1", "cv_" + "A" * 32, "", None, 7, {"a": 1}]
)
async def test_a_made_up_handle_is_not_trusted(tool, guess):
    """What we did not mint names no conversation, whoever else made it up as well."""
    held = await tool("check_availability", EMMA | {"conversation_id": guess, "call_id": "1"})
    other = await tool("check_availability", EMMA | {"conversation_id": guess, "call_id": "1"})
    assert (held["status"], other["status"]) == ("held", "slot_taken")
    assert held["conversation_id"] != guess


@pytest.mark.parametrize("header", ["{{call_id}}", "", " ", "x" * 101, "a\tb"])
async def test_a_header_that_is_no_call_is_not_trusted(tool, header):
    """An unfilled variable is nobody's call; the conversation gets a handle instead."""
    answer = await tool("check_availability", TEN, {"X-Call-Id": header})
    assert answer["conversation_id"].startswith("cv_")


async def test_a_hundred_characters_are_a_call(tool, real_salon):
    """The longest header that can be kept is kept whole."""
    await tool("check_availability", TEN, {"X-Call-Id": "x" * 100})
    (held,) = await real_salon.store.reservations.active(real_salon.id)
    assert held.call_id == "x" * 100


@pytest.mark.parametrize(
    ("header", "kept"), [(CALLER, CALLER), ("anonymous", None), ("0170 1234567", CALLER)]
)
async def test_the_callers_number_is_the_platforms_word(tool, real_salon, header, kept):
    """The number is taken from the header, however it is spelt, and stands for the customer."""
    await tool("check_availability", TEN, A | {"X-Caller-Phone": header})
    (held,) = await real_salon.store.reservations.active(real_salon.id)
    assert held.customer_phone == kept


async def test_what_a_number_has_booked_is_told_to_that_number_only(tool):
    """Together with one fact more; a number that a model sends opens nothing."""
    booked = await tool("start_booking", TEN, A | {"X-Caller-Phone": CALLER})
    assert booked["status"] == "booked"
    day = {"date": TEN["date"]}
    theirs = await tool("get_customer_appointments", day, B | {"X-Caller-Phone": CALLER})
    assert [one["appointment_id"] for one in theirs["appointments"]] == [booked["appointment_id"]]
    guessed = await tool("get_customer_appointments", day | {"phone": CALLER, "caller_id": CALLER})
    assert (guessed["status"], "appointments" in guessed) == ("needs_info", False)


async def test_the_end_of_a_call_frees_what_it_held(tool, rest):
    """The next caller has the time at once; said twice it has ended once."""
    await tool("check_availability", EMMA, A)
    assert (await tool("check_availability", EMMA, B))["status"] == "slot_taken"
    ended = (200, {"call_id": "call-a", "status": "ended"})
    assert [await rest("POST", "/v1/calls/call-a/end") for _ in range(2)] == [ended, ended]
    assert (await tool("check_availability", EMMA, B))["status"] == "held"
    assert (await tool("check_availability", TEN, A))["status"] == "call_ended"


async def test_a_conversation_that_goes_by_a_handle_ends_by_it(tool, rest):
    """A handle is a call id like any other."""
    held = await tool("check_availability", EMMA)
    assert (await rest("POST", f"/v1/calls/{held['conversation_id']}/end"))[0] == 200
    assert (await tool("check_availability", EMMA))["status"] == "held"


@pytest.mark.parametrize("call", ["%7B%7Bcall_id%7D%7D", "%20", "x" * 101, "%C3%A4"])
async def test_what_is_no_call_cannot_end(rest, call):
    """An unfilled variable is a mistake that the program shall see."""
    status, no = await rest("POST", f"/v1/calls/{call}/end")
    assert (status, no["code"], no["field"]) == (422, "invalid_input", "$.call_id")


async def test_an_unknown_tool_is_said_as_well(tool):
    """A drifted agent hears which tools there are."""
    answer = await tool("make_coffee", {}, A)
    assert (answer["status"], "check_availability" in answer["tools"]) == ("unknown_tool", True)


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        ("[]", 422, "invalid_input"),
        ("{", 400, "not_json"),
        (json.dumps({"a": "x" * 70_000}), 413, "too_large"),
    ],
)
async def test_what_are_no_arguments_is_the_programs_mistake(rest, raw, status, code):
    """Only a JSON object of some size can be arguments."""
    found, no = await rest("POST", "/v1/tools/check_availability", raw=raw)
    assert (found, no["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/tools/check_availability"),
        ("POST", "/v1/calls/call-a/end"),
        ("GET", "/v1/tools"),
    ],
)
async def test_without_a_key_of_ours_nothing_is_done(tool, rest, real_salon, method, path):
    """A stranger is a 401: nothing is held, told or released."""
    await tool("check_availability", EMMA, A)
    body = EMMA if method == "POST" else None
    for key in ("", "Bearer sk_0123456789012345678901234567890123456789"):
        status, no = await rest(method, path, body, headers=A | {"Authorization": key})
        assert (status, no["code"]) == (401, "unauthorized")
    assert len(await real_salon.store.reservations.listed(real_salon.id)) == 1


async def test_another_companys_key_never_sees_the_hold(tool, salon, store):
    """The same call under another key is another salon's, and ends nothing here."""
    held = await tool("check_availability", TEN, A)
    other = await tool.sandboxed(store, salon)
    token = {"reservation_token": held["reservation_token"]}
    assert (await other("start_booking", token, A))["status"] == "needs_info"
    await other.rest("POST", "/v1/calls/call-a/end")
    assert (await tool("start_booking", token | {"customer_name": "Anna Meier"}, A))[
        "status"
    ] == "booked"


async def test_a_sandbox_is_judged_by_the_clock_that_came_along(tool, rest, salon, store):
    """For any other company a test clock is refused, on every address."""
    clock = {TEST_CLOCK_HEADER: MONDAY_9.isoformat()}
    sandbox = await tool.sandboxed(store, salon)
    assert (await sandbox("get_current_context", {}, clock))["date"] == "2027-03-01"
    for method, path in (
        ("POST", "/v1/tools/get_current_context"),
        ("POST", "/v1/calls/call-a/end"),
        ("GET", "/v1/tools"),
    ):
        body = {} if method == "POST" else None
        assert (await sandbox.rest(method, path, body, headers=clock))[0] == 200
        status, no = await rest(method, path, body, headers=clock)
        assert (status, no["code"]) == (403, "test_clock_refused")


async def test_the_tools_are_described_for_openai_unless_said_otherwise(rest):
    """No format is OpenAI's."""
    assert await rest("GET", "/v1/tools") == await rest("GET", "/v1/tools?format=openai")


async def test_an_unknown_format_is_refused_with_those_there_are(rest):
    """A slip is answered with the choices."""
    status, no = await rest("GET", "/v1/tools?format=retel")
    assert (status, no["code"], no["field"]) == (422, "invalid_input", "$.format")
    assert all(one in no["reason"] for one in FORMATS)


def schemas_of(described):
    """Every parameter schema in a description, whatever the platform calls it."""
    if isinstance(described, list):
        return [found for one in described for found in schemas_of(one)]
    if not isinstance(described, dict):
        return []
    if described.get("type") == "object":
        return [described]
    return schemas_of(list(described.values()))


def name_of(described):
    """A tool's name in any description."""
    return described.get("name") or described["function"]["name"]


@pytest.mark.parametrize("how", FORMATS)
async def test_schemas_are_flat_and_without_unions(rest, how):
    """Every parameter is one of three plain types: strict modes take nothing else."""
    _, found = await rest("GET", f"/v1/tools?format={how}")
    assert not {"anyOf", "oneOf", "allOf", "$ref"} & set(re.findall(r"[$\w]+", json.dumps(found)))
    schemas = schemas_of(found["tools"])
    assert len(schemas) == len(found["tools"])
    for schema in schemas:
        kinds = {parameter["type"] for parameter in schema["properties"].values()}
        assert kinds <= {"string", "integer", "boolean"}
        assert set(schema["required"]) <= set(schema["properties"])


@pytest.mark.parametrize("how", FORMATS)
async def test_every_described_tool_answers(rest, tool, how):
    """Nothing is offered to a model that we do not know ourselves."""
    _, found = await rest("GET", f"/v1/tools?format={how}")
    answers = [await tool(name_of(one), {}, A) for one in found["tools"]]
    assert len(answers) > 10
    assert all(answer["say"] and answer["status"] != "unknown_tool" for answer in answers)


@pytest.mark.parametrize("how", ["retell", "vapi", "elevenlabs"])
async def test_the_addresses_are_those_of_the_server(rest, base_url, how):
    """A description points back at the server that gave it, and at addresses that it has."""
    _, found = await rest("GET", f"/v1/tools?format={how}")
    urls = set(re.findall(r'"(http[^"]+)"', json.dumps(found)))
    assert urls
    assert all(url.startswith(f"{base_url}/v1/{how}") for url in urls)
    for url in urls:
        status, _ = await rest("POST", url.removeprefix(base_url), {})
        assert status not in (404, 405)


async def test_no_header_moves_an_address(rest, base_url):
    """Whoever reads the description is led to our server, whatever the request called it."""
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Host": "evil"}
    _, found = await rest("GET", "/v1/tools?format=vapi", headers=headers)
    assert {one["server"]["url"] for one in found["tools"]} == {f"{base_url}/v1/vapi"}
    status, _ = await rest("GET", "/v1/tools/", headers=headers)
    assert status == 404


async def test_the_operator_says_where_platforms_reach_the_server(rest, store):
    """Behind a proxy the addresses are the public ones."""
    settings = Settings(public_url="https://slots.example")
    async with served(store, settings) as http:
        asked = Rest(http, rest.headers["Authorization"].removeprefix("Bearer "))
        _, found = await asked("GET", "/v1/tools?format=vapi")
    assert {one["server"]["url"] for one in found["tools"]} == {"https://slots.example/v1/vapi"}


async def test_the_tools_stand_in_the_openapi_description(rest):
    """Stable operation ids, an open answer with status and say, and the headers that count."""
    _, described = await rest("GET", "/openapi.json")
    paths, shapes = described["paths"], described["components"]["schemas"]
    assert paths["/v1/tools"]["get"]["operationId"] == "listTools"
    assert paths["/v1/calls/{call_id}/end"]["post"]["operationId"] == "endCall"
    call = paths["/v1/tools/{tool}"]["post"]
    assert call["operationId"] == "callTool"
    assert {(one["name"], one["in"]) for one in call["parameters"]} == {
        ("tool", "path"),
        ("X-Call-Id", "header"),
        ("X-Caller-Phone", "header"),
        ("Slotkeeper-Test-Clock", "header"),
    }
    assert set(shapes["ToolAnswerView"]["required"]) == {"status", "say"}
    for shape in ("ToolAnswerView", "ToolArguments"):
        assert "additionalProperties" not in shapes[shape]
