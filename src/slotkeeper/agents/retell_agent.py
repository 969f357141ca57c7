"""Reads a deployed Retell agent from its JSON.

The JSON may be our own export, a conversation flow, a Retell LLM (``general_tools``, ``states``),
an agent as the dashboard exports it (``conversationFlow``, ``retellLlmData``), or a list of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from slotkeeper.domain.errors import InvalidInput

Object = Mapping[str, Any]

# Keys under which Retell's API and dashboard nest an agent's parts.
_WRAPPERS = (
    *("agent", "response_engine", "conversation_flow", "conversationFlow"),
    *("retell_llm", "retellLlmData", "llm"),
)
_TOOLS = ("tools", "general_tools")
# Keys that only an agent has, neither a flow nor an LLM.
_SETTINGS = ("webhook_url", "webhook_events", "voice_id", "agent_id", "agent_name")
# Keys that only other platforms' agents and tools have, and whose they are.
_FOREIGN = {
    "Vapi": ("firstMessage", "firstMessageMode", "transcriber", "toolIds", "voicemailMessage"),
    "ElevenLabs": ("conversation_config", "platform_settings", "tool_config", "api_schema"),
    "Vapi or OpenAI": ("function",),
}
# An agent is nested less deeply; deeper JSON is not read.
MAX_AGENT_DEPTH = 6

_ADDRESS = re.compile(
    r"(?P<base>https?://\S+?)/v1/retell(?:/(?!(?:functions|events)(?:[/?]|$))(?P<company>[^/?\s]+))?"
    r"/(?P<kind>functions|events)(?:/(?P<tool>[^/?\s]+))?/?(?:\?\S*)?"
)


@dataclass(frozen=True, slots=True)
class AgentTool:
    """A function as the file describes it; ``toolset`` is the path of the list that it is in."""

    toolset: str
    raw: Object

    @property
    def name(self) -> str:
        """The name by which the model calls it."""
        return text_of(self.raw.get("name"))

    @property
    def where(self) -> str:
        """Its path in the file."""
        return f"{self.toolset}[{self.name or '?'}]"

    @property
    def url(self) -> str:
        """The address that its calls are sent to."""
        return text_of(self.raw.get("url"))

    @property
    def is_custom(self) -> bool:
        """Whether it calls a web server, ours or another; Retell's own functions call none."""
        return text_of(self.raw.get("type", "custom")) == "custom"

    @property
    def properties(self) -> Object:
        """The parameters that the model fills in, by name."""
        return object_of(object_of(self.raw.get("parameters")).get("properties"))

    @property
    def required(self) -> list[str]:
        """The names of the parameters that the model must fill in."""
        names = object_of(self.raw.get("parameters")).get("required")
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


@dataclass(frozen=True, slots=True)
class RetellAddress:
    """The address of a function, or of events, on a Slotkeeper server."""

    base_url: str
    company: str | None
    tool: str | None


@dataclass(slots=True)
class RetellAgent:
    """The parts of an agent that a file holds, each with its path in the file."""

    tools: list[AgentTool] = field(default_factory=list)
    flows: list[tuple[str, Object]] = field(default_factory=list)
    settings: list[tuple[str, Object]] = field(default_factory=list)


def read_agent(raw: object) -> RetellAgent:
    """Find the parts of an agent in its JSON. Raises InvalidInput where it has none.

    Nor is another platform's agent read: what it has under other names would count as missing.
    """
    if platform := _foreign_platform(raw):
        reason = f"This is made for {platform}, not for Retell; only Retell's agents are compared"
        raise InvalidInput("$", reason)
    agent = RetellAgent()
    _read(raw, "", agent, MAX_AGENT_DEPTH)
    if not (agent.tools or agent.flows or agent.settings):
        raise InvalidInput("$", "Expected a Retell agent, conversation flow, LLM or list of tools")
    return agent


def _foreign_platform(raw: object) -> str | None:
    """Tell whose an agent or a list of tools is by its keys; None where it may be Retell's."""
    tops = objects_of(raw if isinstance(raw, list) else [raw])
    nested = [
        inner
        for top in tops
        for place in (top, object_of(top.get("model")))
        for inner in (*objects_of(place.get("tools")), object_of(place.get("assistant")))
    ]
    marked = (
        platform
        for platform, keys in _FOREIGN.items()
        for part in (*tops, *nested)
        if any(key in part for key in keys)
    )
    return next(marked, None)


def address_of(
    url: str, kind: Literal["functions", "events"] = "functions"
) -> RetellAddress | None:
    """Parse an address; None where it is not one of Slotkeeper's."""
    match = _ADDRESS.fullmatch(url)
    if match is None or match["kind"] != kind:
        return None
    return RetellAddress(match["base"], match["company"], match["tool"])


def text_of(value: object) -> str:
    """Return a text stripped; anything else becomes an empty text."""
    return value.strip() if isinstance(value, str) else ""


def object_of(value: object) -> Object:
    """Return a JSON object; anything else becomes an empty object."""
    return value if isinstance(value, Mapping) else {}


def objects_of(value: object) -> list[Object]:
    """Return the JSON objects of a list; anything but a list has none."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _read(raw: object, where: str, agent: RetellAgent, depth: int) -> None:
    if depth == 0:
        return
    if isinstance(raw, list):
        _read_list(raw, where, agent, depth)
    elif isinstance(raw, Mapping):
        _read_object(raw, where, agent)
        for key in (key for key in _WRAPPERS if isinstance(raw.get(key), Mapping)):
            _read(raw[key], _below(where, key), agent, depth - 1)
        for number, component in enumerate(objects_of(raw.get("components"))):
            _read(component, _below(where, f"components[{number}]"), agent, depth - 1)


def _read_list(raw: list[object], where: str, agent: RetellAgent, depth: int) -> None:
    """Read a list of tools, or a list of agents as Retell's API returns it."""
    for number, item in enumerate(objects_of(raw)):
        if any(key in item for key in (*_WRAPPERS, *_TOOLS, "nodes")):
            _read(item, f"{where}[{number}]", agent, depth - 1)
        elif "name" in item:
            agent.tools.append(AgentTool(where or "tools", item))


def _read_object(raw: Object, where: str, agent: RetellAgent) -> None:
    if isinstance(raw.get("nodes"), list):
        agent.flows.append((where or "conversation_flow", raw))
    if any(key in raw for key in _SETTINGS):
        agent.settings.append((where or "agent", raw))
    agent.tools.extend(
        AgentTool(_below(where, place), tool)
        for place, tools in _toolsets(raw)
        for tool in objects_of(tools)
    )


def _toolsets(raw: Object) -> Iterator[tuple[str, object]]:
    """Find every list of tools with its path: the agent's own, those of its states and nodes."""
    for key in _TOOLS:
        yield key, raw.get(key)
    for kind, label in (("states", "name"), ("nodes", "id")):
        for part in objects_of(raw.get(kind)):
            yield f"{kind}[{text_of(part.get(label))}].tools", part.get("tools")


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
