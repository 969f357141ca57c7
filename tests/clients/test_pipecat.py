"""Pipecat: its MCP client and the tools that it registers, against ours."""

import json
import warnings

import pytest
from mcp.client.session_group import StreamableHttpParameters

from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    from pipecat.processors.aggregators.llm_context import LLMContext
    from pipecat.services.llm_service import FunctionCallParams
    from pipecat.services.mcp_service import MCPClient

pytestmark = pytest.mark.prove

TEN = {"date": "2027-03-05", "time": "10:00", "service": HAIRCUT}


async def called(schema, args):
    """Call a tool by the handler that its schema carries, as the LLM service does."""
    heard = []

    async def hear(result, **properties):
        heard.append(json.loads(result))

    await schema.handler(
        FunctionCallParams(
            function_name=schema.name,
            tool_call_id="call_1",
            arguments=args,
            llm=None,
            pipeline_worker=None,
            context=LLMContext(),
            result_callback=hear,
        )
    )
    (answer,) = heard
    return answer


async def listed(client):
    """The tools of a pipeline's context, by name."""
    context = LLMContext(tools=await client.tools())
    return {schema.name: schema for schema in context.tools.standard_tools}


async def test_a_pipeline_is_served(mcp_url, key):
    """Listed with their handlers, held, booked; the header names the call."""
    headers = {"Authorization": f"Bearer {key}", "X-Call-Id": "pipeline-7"}
    async with MCPClient(StreamableHttpParameters(url=mcp_url, headers=headers)) as client:
        tools = await listed(client)
        assert tools.keys() == TOOLS.keys()
        held = await called(tools["check_availability"], TEN)
        answer = await called(tools["start_booking"], {"customer_name": "Anna Meier"})
    assert (held["status"], answer["status"]) == ("held", "booked")
    assert answer["reservation_token"] == held["reservation_token"]


async def test_a_handle_may_be_fixed_and_hidden(mcp_url, key):
    """A handle that the pipeline keeps is sent with every call, and no model sees it."""
    params = StreamableHttpParameters(url=mcp_url, headers={"Authorization": f"Bearer {key}"})
    async with MCPClient(params) as client:
        first = await called((await listed(client))["get_current_context"], {})
    fixed = {"conversation_id": first["conversation_id"]}
    async with MCPClient(params, tools_arguments=dict.fromkeys(TOOLS, fixed)) as client:
        tools = await listed(client)
        assert "conversation_id" not in tools["check_availability"].properties
        held = await called(tools["check_availability"], TEN)
        answer = await called(tools["start_booking"], {"customer_name": "Anna Meier"})
    assert held["conversation_id"] == answer["conversation_id"] == first["conversation_id"]
    assert (answer["status"], answer["reservation_token"]) == ("booked", held["reservation_token"])
