"""LiveKit Agents: its MCP server and toolset, against ours."""

import json

import pytest
from livekit.agents import ToolError
from livekit.agents.llm.mcp import MCPServerHTTP, MCPToolset

from slotkeeper.storage.sql import query
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT

pytestmark = pytest.mark.prove

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}


class Session:
    """A voice session's tools, each called as its model would."""

    def __init__(self, toolset):
        self.tools = {tool.info.name: tool for tool in toolset.tools}

    async def call(self, name, args):
        (content,) = (json.loads(await self.tools[name](args)),)
        return json.loads(content["text"])


@pytest.fixture
async def session(mcp_url, key):
    """A session that names its room as the call."""
    headers = {"Authorization": f"Bearer {key}", "X-Call-Id": "room-7"}
    toolset = MCPToolset(id="salon", mcp_server=MCPServerHTTP(mcp_url, headers=headers))
    await toolset.setup()
    yield Session(toolset)
    await toolset.aclose()


async def test_a_caller_is_served(session):
    """Listed, held, booked; the address alone tells it which transport to use."""
    assert session.tools.keys() == TOOLS.keys()
    held = await session.call("check_availability", TEN)
    assert held["status"] == "held"
    answer = await session.call("start_booking", {"customer_name": "Anna Meier"})
    assert (answer["status"], answer["reservation_token"]) == ("booked", held["reservation_token"])


async def test_a_no_is_no_tool_error(session, real_salon):
    """A time that is taken is an answer to go on with, with others to name."""
    await real_salon.book(staff="Emma")
    answer = await session.call("check_availability", TEN | {"staff": "Emma"})
    assert (answer["status"], bool(answer["alternatives"])) == ("slot_taken", True)


async def test_a_fault_is_a_tool_error(session, real_salon):
    """What can be tried again is raised in the form its model is told about."""
    async with real_salon.store.db.acting_for(real_salon.id) as db:
        await db.execute(query("enter_company"), real_salon.id)
        with pytest.raises(ToolError, match=r"try_again|outcome_unknown"):
            await session.call("check_availability", TEN)
