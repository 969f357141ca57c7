"""The OpenAI Agents SDK: our MCP server and our function tools, through its own code."""

import copy
import json

import pytest
from agents import Agent, FunctionTool, RunContextWrapper
from agents.mcp import MCPServerStreamableHttp, MCPUtil
from agents.strict_schema import ensure_strict_json_schema
from agents.tool_context import ToolContext

from slotkeeper.tools.exports import described
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT

pytestmark = pytest.mark.prove

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}


@pytest.fixture
def params(mcp_url, key):
    """How an agent names our server."""
    return {"url": mcp_url, "headers": {"Authorization": f"Bearer {key}"}}


async def invoked(server, agent, name, args):
    """Call a tool as the SDK's runner does when a model asks for it."""
    tools = await MCPUtil.get_function_tools(server, False, RunContextWrapper(None), agent)
    (tool,) = (tool for tool in tools if tool.name == name)
    text = json.dumps(args)
    context = ToolContext(None, tool_name=name, tool_call_id="call_1", tool_arguments=text)
    output = await tool.on_invoke_tool(context, text)
    return json.loads(output["text"])


async def test_a_salons_agent_holds_and_books(params):
    """Its runner's own path: list, call, send the handle back."""
    async with MCPServerStreamableHttp(params=params) as server:
        agent = Agent(name="Salon", mcp_servers=[server])
        assert [tool.name for tool in await server.list_tools()] == list(TOOLS)
        held = await invoked(server, agent, "check_availability", TEN)
        assert held["status"] == "held"
        yes = {"conversation_id": held["conversation_id"], "customer_name": "Anna Meier"}
        answer = await invoked(server, agent, "start_booking", yes)
    assert (answer["status"], answer["reservation_token"]) == ("booked", held["reservation_token"])


async def test_a_header_names_the_call(params):
    """A program that knows its call needs no handle."""
    params["headers"]["X-Call-Id"] = "call-7"
    async with MCPServerStreamableHttp(params=params, use_structured_content=True) as server:
        held = (await server.call_tool("check_availability", TEN)).structured_content
        yes = {"customer_name": "Anna Meier"}
        answer = (await server.call_tool("start_booking", yes)).structured_content
    assert (answer["status"], answer["reservation_token"]) == ("booked", held["reservation_token"])
    assert "conversation_id" not in held


@pytest.mark.parametrize("exported", described("openai", base_url="", company=""), ids=list(TOOLS))
def test_our_schemas_are_strict_already(exported):
    """The SDK's strict mode accepts each schema, and finds nothing to change."""
    schema = exported["parameters"]
    assert ensure_strict_json_schema(copy.deepcopy(schema)) == schema

    async def never(context, text):
        return text

    tool = FunctionTool(
        name=exported["name"],
        description=exported["description"],
        params_json_schema=copy.deepcopy(schema),
        on_invoke_tool=never,
        strict_json_schema=exported["strict"],
    )
    assert tool.params_json_schema == schema
