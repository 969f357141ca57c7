"""Descriptions of the tools in the format of each platform. See the guide, *Usage*."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args

from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from slotkeeper.tools.tool import Tool

Format = Literal["openai", "retell", "vapi", "elevenlabs", "mcp"]
FORMATS: tuple[Format, ...] = get_args(Format)

# A platform waits twice as long as the server takes at most.
PATIENCE = 2
# Variable of the agent -> the fact of an answer that it takes to its next step.
RESPONSE_VARIABLES = {
    "status": "status",
    "say": "say",
    "reservation_token": "reservation_token",
    "appointment_id": "appointment_id",
}


def described(how: Format, *, base_url: str, company: str) -> list[dict[str, Any]]:
    """Describe every tool for a platform that reaches ``company`` (its slug) at ``base_url``."""
    base_url = base_url.rstrip("/")
    make: dict[Format, Callable[[Tool], dict[str, Any]]] = {
        "openai": _openai,
        "retell": partial(retell_tool, base_url=base_url, company=company),
        "vapi": partial(_vapi, base_url=base_url),
        "elevenlabs": partial(_elevenlabs, base_url=base_url),
        "mcp": mcp_tool,
    }
    return [make[how](tool) for tool in TOOLS.values()]


def _openai(tool: Tool) -> dict[str, Any]:
    """A function tool of the Responses and Realtime APIs, in strict mode."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.schema(strict=True),
        "strict": True,
    }


def retell_tool(tool: Tool, *, base_url: str, company: str) -> dict[str, Any]:
    """A custom function: the signed envelope comes along, so no call id is asked for.

    ``max_retry``: a repeated call has one effect, so a lost answer may be asked for again.
    """
    return {
        "type": "custom",
        "name": tool.name,
        "description": tool.description,
        "url": f"{base_url}/v1/retell/{company}/functions/{tool.name}",
        "method": "POST",
        "parameters": tool.schema(strict=True),
        "args_at_root": False,
        "timeout_ms": tool.budget_ms * PATIENCE,
        "max_retry": 1,
        "speak_during_execution": False,
        "speak_after_execution": True,
        "response_variables": RESPONSE_VARIABLES,
    }


def _vapi(tool: Tool, *, base_url: str) -> dict[str, Any]:
    return {
        "type": "function",
        "async": False,
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.schema(),
        },
        "server": {
            "url": f"{base_url}/v1/vapi",
            "timeoutSeconds": _seconds(tool),
        },
    }


def _elevenlabs(tool: Tool, *, base_url: str) -> dict[str, Any]:
    """A webhook tool; who calls is bound to the platform's own variables, not to the model's."""
    properties: dict[str, Any] = {
        name: {"type": PARAMETERS[name].kind, "description": PARAMETERS[name].description}
        for name in tool.parameters
    }
    properties |= {
        "call_id": {"type": "string", "dynamic_variable": "system__conversation_id"},
        "caller_id": {"type": "string", "dynamic_variable": "system__caller_id"},
    }
    return {
        "type": "webhook",
        "name": tool.name,
        "description": tool.description,
        "response_timeout_secs": _seconds(tool),
        "api_schema": {
            "url": f"{base_url}/v1/elevenlabs/tools/{tool.name}",
            "method": "POST",
            "request_body_schema": {
                "type": "object",
                "properties": properties,
                "required": [*tool.required, "call_id"],
            },
        },
    }


def mcp_tool(tool: Tool) -> dict[str, Any]:
    """A tool as the Model Context Protocol lists it."""
    return {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.schema(),
        "annotations": {
            "readOnlyHint": not tool.changes,
            "destructiveHint": tool.name == "cancel_appointment",
            # The same wish of the same call has one effect.
            "idempotentHint": True,
            "openWorldHint": False,
        },
    }


def _seconds(tool: Tool) -> int:
    """Give the time that a platform waits for a tool, in whole seconds."""
    return -(-tool.budget_ms * PATIENCE // 1000)
