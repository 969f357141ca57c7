"""Retell's own SDK: what it signs is believed, and what we describe is what it describes."""

import json
import time

import httpx
import pytest
from retell import Retell
from retell.lib.webhook_auth import symmetric
from retell.types.conversation_flow_response import ToolCustomTool
from retell.types.llm_response import GeneralToolCustomTool

from slotkeeper.http.signing import sign_retell
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query
from slotkeeper.tools.exports import described
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT

pytestmark = pytest.mark.prove

SECRET = "key_0123456789abcdef"
TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}


class Platform:
    """Retell, as its SDK makes the signature of a webhook."""

    def __init__(self, http, slug):
        self.http = http
        self.path = f"/v1/retell/{slug}"

    async def post(self, path, payload, *, secret=SECRET):
        body = json.dumps(payload, ensure_ascii=False)
        signature = symmetric["sign"](body, secret)
        headers = {"X-Retell-Signature": signature, "Content-Type": "application/json"}
        async with self.http.post(self.path + path, data=body.encode(), headers=headers) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw else None

    async def tool(self, name, args, **how):
        call = {"call_id": "call_real", "from_number": "+491701234567", "direction": "inbound"}
        return await self.post("/functions", {"name": name, "call": call, "args": args}, **how)


@pytest.fixture
async def platform(http, real_salon):
    """Retell, calling for a salon that has its secret."""
    store, slug = real_salon.store, real_salon.company.slug
    await store.db.change(query("directory_add"), "company", hash_of(slug), real_salon.id, "")
    await store.platform_secrets.add(real_salon.id, "retell", SECRET)
    return Platform(http, slug)


async def test_what_the_sdk_signs_is_answered(platform, real_salon):
    """A call held, booked and hung up, each with the SDK's signature."""
    status, held = await platform.tool("check_availability", TEN)
    assert (status, held["status"]) == (200, "held")
    _, answer = await platform.tool("start_booking", {"customer_name": "Änne Groß"})
    assert (answer["status"], answer["start"]) == ("booked", held["start"])
    _, other = await platform.tool("check_availability", TEN | {"time": "12:00"})
    ended = {"event": "call_ended", "call": {"call_id": "call_real"}}
    assert (await platform.post("/events", ended))[0] == 204
    found = await real_salon.find(other["reservation_token"])
    assert found.status == "cancelled"


async def test_what_another_secret_signs_is_not(platform):
    """The SDK's signature with another account's key is refused."""
    status, answer = await platform.tool("check_availability", TEN, secret="key_another")
    assert (status, answer["code"]) == (401, "unauthorized")


def test_what_we_sign_the_sdk_verifies():
    """Our signer, which tests and the laboratory use, is the SDK's."""
    body = json.dumps({"name": "check_availability", "args": {"service": "Föhnen"}})
    signature = sign_retell(body.encode(), SECRET, int(time.time() * 1000))
    client = Retell(api_key=SECRET)
    assert client.verify(body, SECRET, signature)
    assert not client.verify(body, "key_another", signature)


async def test_an_agent_is_made_with_our_tools(http, key):
    """What a salon fetches from us goes through the SDK unchanged, and comes back typed."""
    headers = {"Authorization": f"Bearer {key}"}
    async with http.get("/v1/tools?format=retell", headers=headers) as answer:
        tools = (await answer.json())["tools"]
    assert [tool["name"] for tool in tools] == list(TOOLS)
    sent = []

    def take(request):
        sent.append(json.loads(request.content))
        made = {"llm_id": "llm_1", "last_modification_timestamp": 1, "version": 0}
        return httpx.Response(201, json=made | sent[0])

    with httpx.Client(transport=httpx.MockTransport(take)) as wire:
        made = Retell(api_key=SECRET, http_client=wire).llm.create(general_tools=tools)
    assert sent == [{"general_tools": tools}]
    assert all(isinstance(tool, GeneralToolCustomTool) for tool in made.general_tools)


@pytest.mark.parametrize("shape", [GeneralToolCustomTool, ToolCustomTool])
@pytest.mark.parametrize("tool", described("retell", base_url="https://x", company="y"), ids=TOOLS)
def test_every_field_is_one_of_retells(shape, tool):
    """Each field of ours is known to the SDK and of its type; a flow adds an id of its own."""
    sent = tool | ({"tool_id": tool["name"]} if "tool_id" in shape.model_fields else {})
    read = shape.model_validate(sent, strict=True)
    assert read.model_dump(by_alias=True, exclude_unset=True) == sent
    assert not read.model_extra
    assert not read.parameters.model_extra
