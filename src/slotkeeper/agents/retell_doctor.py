"""Checks a deployed Retell agent and says what to change so that it works with the server.

Each check is a function from a part of the agent to findings. It reads only the agent's JSON and
sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slotkeeper.agents.retell_agent import (
    AgentTool,
    Object,
    RetellAgent,
    address_of,
    object_of,
    objects_of,
    read_agent,
    text_of,
)
from slotkeeper.agents.retell_finding import AgentFinding, error, warning
from slotkeeper.agents.retell_flow import EVENTS
from slotkeeper.agents.retell_flow_check import check_flow, used_in_nodes
from slotkeeper.agents.retell_tool_check import (
    ExpectedServer,
    check_company,
    check_missing,
    check_scheme,
    check_tool,
    meant,
)
from slotkeeper.agents.retell_transfer_check import check_transfers
from slotkeeper.tools.registry import TOOLS

# Without these nothing can be booked; without another tool, a question stays unanswered.
ESSENTIAL = ("check_availability", "start_booking")
# Old tool -> the tools that it stands for.
_REPLACES: Mapping[str, tuple[str, ...]] = {
    "book_appointment": ("start_booking",),
    "collect_appointment_data": ESSENTIAL,
}
# The agent can do without: the server reads dates from the caller's words.
_NEEDLESS = {"get_current_context"}
# Retell's own functions that book in a calendar which knows nothing of our holds.
_BOOK_ELSEWHERE = ("check_availability_cal", "book_appointment_cal")


def diagnose(raw: object, server: ExpectedServer) -> list[AgentFinding]:
    """Compare an agent's JSON with the server; errors come first. Raises InvalidInput."""
    agent = read_agent(raw)
    order = ("error", "warning", "note")
    return sorted(_findings(agent, server), key=lambda finding: order.index(finding.severity))


def _findings(agent: RetellAgent, server: ExpectedServer) -> Iterator[AgentFinding]:
    if agent.tools:
        yield from _check_missing(agent)
    else:
        yield _no_tools(agent)
    yield from _check_twice(agent)
    for tool in agent.tools:
        if tool.is_custom:
            yield from check_tool(tool, server)
        elif text_of(tool.raw.get("type")) in _BOOK_ELSEWHERE:
            yield warning(
                "books_elsewhere",
                tool.where,
                found=f"Retell's own {text_of(tool.raw.get('type'))}",
                expected="check_availability and start_booking of the server",
                change="remove it: what it books is not held, and is booked twice",
            )
    for where, flow in agent.flows:
        tools = _by_id(flow, where)
        yield from check_flow(where, flow, tools)
        yield from used_in_nodes(flow, tools)
    yield from check_transfers(agent, server)
    for where, settings in agent.settings:
        yield from _check_settings(where, settings, server)


def _no_tools(agent: RetellAgent) -> AgentFinding:
    engine = object_of(agent.settings[0][1].get("response_engine")) if agent.settings else {}
    ids = [text_of(engine.get(key)) for key in ("conversation_flow_id", "llm_id")]
    named = next(filter(None, ids), "")
    return error(
        "no_tools",
        "agent",
        found=f"no tools; they are in {named}, which the file does not hold" if named else "none",
        expected="the agent's custom functions",
        change="fetch the conversation flow or LLM from Retell, and check that as well",
    )


def _check_missing(agent: RetellAgent) -> Iterator[AgentFinding]:
    present = {known.name for tool in agent.tools if tool.is_custom and (known := meant(tool))}
    done = present | {name for former in present for name in _REPLACES.get(former, ())}
    missing = [name for name in TOOLS if name not in done | _NEEDLESS]
    needed = [name for name in missing if name in ESSENTIAL]
    helpful = [name for name in missing if name not in ESSENTIAL]
    yield from check_missing("missing_tool", "tools", needed, helpful)


def _check_twice(agent: RetellAgent) -> Iterator[AgentFinding]:
    keys: set[tuple[str, str]] = set()
    for tool in agent.tools:
        key = (tool.toolset, tool.name)
        if key in keys:
            yield error(
                "name_twice",
                tool.where,
                found=f"two tools are named {tool.name!r}",
                expected="a name of its own for each",
                change="remove or rename one: the model cannot tell them apart",
            )
        keys.add(key)


def _by_id(flow: Object, where: str) -> dict[str, AgentTool]:
    return {
        text_of(tool.get("tool_id")): AgentTool(f"{where}.tools", tool)
        for tool in objects_of(flow.get("tools"))
        if text_of(tool.get("tool_id"))
    }


def _check_settings(where: str, settings: Object, server: ExpectedServer) -> Iterator[AgentFinding]:
    yield from _check_webhook(where, settings, server)
    events = settings.get("webhook_events")
    if isinstance(events, list) and "call_ended" not in events:
        yield error(
            "call_ended_not_sent",
            f"{where}.webhook_events",
            found=", ".join(map(str, events)) or "none",
            expected=", ".join(EVENTS),
            change="add call_ended: when a caller hangs up, what was held is free at once",
        )
    if settings.get("is_published") is False:
        yield warning(
            "not_published",
            f"{where}.is_published",
            found="this version is a draft",
            expected="a published version",
            change="publish it, or check the published version: that one takes the calls",
        )


def _check_webhook(where: str, settings: Object, server: ExpectedServer) -> Iterator[AgentFinding]:
    url, place = text_of(settings.get("webhook_url")), f"{where}.webhook_url"
    if not url:
        yield warning(
            "webhook_missing",
            place,
            found="none; Retell sends events to the account's webhook, if there is one",
            expected=server.events,
            change=f"set it to {server.events}: else holds end by expiry, not by hanging up",
        )
        return
    yield from check_scheme(url, place, server)
    address = address_of(url.replace("http://", "https://", 1), "events")
    if address is None or server.base_url not in (None, address.base_url):
        yield warning(
            "webhook_elsewhere",
            place,
            found=url,
            expected=server.events,
            change=f"set it to {server.events}, or pass events on to it unchanged: the signature "
            "covers every byte",
        )
    else:
        yield from check_company(address, place, server, server.events)
