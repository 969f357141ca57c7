"""A deployed Retell agent, read from whatever JSON there is of it.

Understood are our own export, a conversation flow, a Retell LLM (``general_tools``, ``states``), an
agent as the dashboard exports it (``conversationFlow``, ``retellLlmData``), and a list of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from slotkeeper.domain.errors import InvalidInput

Object = Mapping[str, Any]

# Fields that hold an agent's parts, as Retell's API and its dashboard name them.
_WRAPPERS = (
    *("agent", "response_engine", "conversation_flow", "conversationFlow"),
    *("retell_llm", "retellLlmData", "llm"),
)
_TOOLS = ("tools", "general_tools")
# Fields that only an agent has, neither a flow nor an LLM.
_SETTINGS = ("webhook_url", "webhook_events", "voice_id", "agent_id", "agent_name")
# No real agent is nested deeper.
MAX_DEPTH = 6

_ADDRESS = re.compile(
    r"(?P<base>https?://\S+?)/v1/retell(?:/(?!(?:functions|events)(?:[/?]|$))(?P<company>[^/?\s]+))?"
    r"/(?P<kind>functions|events)(?:/(?P<tool>[^/?\s]+))?/?(?:\?\S*)?"
)


@dataclass(frozen=True, slots=True)
class AgentTool:
    """A custom function of an agent's file; ``toolset`` is the path of the list that holds it."""

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
        """The address that Retell calls."""
        return text_of(self.raw.get("url"))

    @property
    def is_custom(self) -> bool:
        """Whether it calls a server, unlike Retell's built-in functions."""
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
class Address:
    """An address of Slotkeeper that takes functions or events."""

    base_url: str
    company: str | None
    tool: str | None


@dataclass(slots=True)
class Agent:
    """The parts of an agent in a file, each with its path."""

    tools: list[AgentTool] = field(default_factory=list)
    flows: list[tuple[str, Object]] = field(default_factory=list)
    settings: list[tuple[str, Object]] = field(default_factory=list)


def read_agent(raw: object) -> Agent:
    """Find the parts of an agent in its JSON. Raises InvalidInput if there are none."""
    agent = Agent()
    _read(raw, "", agent, MAX_DEPTH)
    if not (agent.tools or agent.flows or agent.settings):
        raise InvalidInput("$", "Expected a Retell agent, conversation flow, LLM or list of tools")
    return agent


def address_of(url: str, kind: Literal["functions", "events"] = "functions") -> Address | None:
    """Parse an address of Slotkeeper; return None for any other address."""
    found = _ADDRESS.fullmatch(url)
    if found is None or found["kind"] != kind:
        return None
    return Address(found["base"], found["company"], found["tool"])


def text_of(value: object) -> str:
    """Return a text unchanged, and "" for any other value."""
    return value.strip() if isinstance(value, str) else ""


def object_of(value: object) -> Object:
    """Return an object unchanged, and {} for any other value."""
    return value if isinstance(value, Mapping) else {}


def objects_of(value: object) -> list[Object]:
    """Return the objects of a list, and nothing for any other value."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _read(raw: object, where: str, agent: Agent, depth: int) -> None:
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


def _read_list(raw: list[object], where: str, agent: Agent, depth: int) -> None:
    """Read a list of tools, or of agents, as Retell's API returns it."""
    for number, one in enumerate(objects_of(raw)):
        if any(key in one for key in (*_WRAPPERS, *_TOOLS, "nodes")):
            _read(one, f"{where}[{number}]", agent, depth - 1)
        elif "name" in one:
            agent.tools.append(AgentTool(where or "tools", one))


def _read_object(raw: Object, where: str, agent: Agent) -> None:
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
    """Yield every list of tools: the agent's, its states' and its nodes'."""
    for key in _TOOLS:
        yield key, raw.get(key)
    for kind, label in (("states", "name"), ("nodes", "id")):
        for one in objects_of(raw.get(kind)):
            yield f"{kind}[{text_of(one.get(label))}].tools", one.get("tools")


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
