"""Checks a deployed conversation flow: nodes that trap a call, answers that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from slotkeeper.agents.retell_agent import AgentTool, Object, object_of, objects_of, text_of
from slotkeeper.agents.retell_finding import AgentFinding, error, warning
from slotkeeper.agents.retell_flow import STEPS
from slotkeeper.agents.retell_tool_check import check_variables, meant, status_variables
from slotkeeper.domain.errors import refusals
from slotkeeper.domain.hints import did_you_mean
from slotkeeper.tools.tool import Tool

# Statuses that come up every day: each needs an edge of its own, or the call goes astray.
DAILY: Mapping[str, tuple[str, ...]] = {
    "check_availability": ("held", "slot_taken", "openings", "needs_info"),
    "start_booking": ("booked", "needs_info", "slot_taken"),
    "book_appointment": ("booked", "needs_info", "slot_taken"),
    "collect_appointment_data": ("held", "booked", "needs_info", "slot_taken"),
    "reschedule_appointment": ("moved", "needs_info", "slot_taken"),
    "cancel_appointment": ("cancelled", "needs_info"),
}
# The edges that leave a node whatever the answer is.
_UNCONDITIONAL = ("else_edge", "always_edge", "skip_response_edge")
_VARIABLE = re.compile(r"\{\{\s*|\s*\}\}")


def check_flow(where: str, flow: Object, tools: Mapping[str, AgentTool]) -> Iterator[AgentFinding]:
    """Check the nodes and edges of a flow; ``tools`` are the flow's own, by id."""
    nodes = objects_of(flow.get("nodes"))
    ids = {text_of(node.get("id")) for node in nodes}
    start = flow.get("start_node_id")
    if start is not None and start not in ids:
        yield error(
            "no_such_node",
            f"{where}.start_node_id",
            found=f"{start!r}",
            expected="the id of a node",
            change="choose where the conversation begins",
        )
    for node in nodes:
        place = f"{where}.nodes[{text_of(node.get('id')) or '?'}]"
        yield from _check_edges(place, node, ids)
        if node.get("type") == "function":
            yield from _check_function(place, node, tools)


def _check_edges(place: str, node: Object, ids: set[str]) -> Iterator[AgentFinding]:
    others = (node.get(key) for key in _UNCONDITIONAL)
    for edge in (*objects_of(node.get("edges")), *(e for e in others if isinstance(e, Mapping))):
        target = text_of(edge.get("destination_node_id"))
        if target not in ids:
            yield error(
                "no_such_node",
                f"{place}.edges[{text_of(edge.get('id')) or '?'}]",
                found=f"leads to {target!r}" if target else "leads nowhere",
                expected="the id of a node",
                change="choose where it leads to, or remove it",
            )


def _check_function(
    place: str, node: Object, tools: Mapping[str, AgentTool]
) -> Iterator[AgentFinding]:
    tool_id, is_local = text_of(node.get("tool_id")), node.get("tool_type", "local") == "local"
    tool = tools.get(tool_id) if is_local else None
    if is_local and tool is None:
        yield error(
            "unknown_tool_id",
            place,
            found=f"tool_id {tool_id!r}",
            expected=f"one of: {', '.join(tools) or 'none, as the flow has no tools'}",
            change=f"choose a tool of the flow{did_you_mean(tool_id, tools)}",
        )
    known = meant(tool) if tool else None
    yield from _check_leaving(place, node, known)
    if tool is not None and known is not None:
        yield from _check_branches(place, node, tool, known)


def _check_leaving(place: str, node: Object, known: Tool | None) -> Iterator[AgentFinding]:
    if node.get("wait_for_result") is False and known is not None:
        yield error(
            "result_not_awaited",
            place,
            found="wait_for_result false",
            expected="wait_for_result true",
            change="wait for the result: without it, there is no status to branch on",
        )
    if not any(isinstance(node.get(key), Mapping) for key in _UNCONDITIONAL):
        stuck = "no edge at all" if not objects_of(node.get("edges")) else "no else edge"
        finding = error if known is not None or stuck == "no edge at all" else warning
        yield finding(
            "stuck_node",
            place,
            found=stuck,
            expected="an else_edge",
            change="add an else edge to a node that apologises and asks: whatever no edge matches "
            "leaves the caller in silence",
        )


def _check_branches(
    place: str, node: Object, tool: AgentTool, known: Tool
) -> Iterator[AgentFinding]:
    yield from _check_known(place, node, tool)
    answered = set(_compared(node, tool))
    wanted = DAILY.get(known.name, ())
    missing = [status for status in wanted if status not in answered]
    if missing:
        by_model = "; a model decides by prompts" if not answered else ""
        yield warning(
            "status_without_edge",
            place,
            found=f"no edge for {', '.join(missing)}{by_model}",
            expected=f"equations on {{{{status}}}} for {', '.join(wanted)}",
            change="add an equation edge for each, before the prompt edges",
        )


def _check_known(place: str, node: Object, tool: AgentTool) -> Iterator[AgentFinding]:
    known = statuses()
    for status in _compared(node, tool):
        if status not in known:
            yield warning(
                "unknown_status",
                place,
                found=f"an edge for status {status!r}, which is never answered",
                expected="a status of the server",
                change=f"correct or remove the edge{did_you_mean(status, known)}",
            )


def _compared(node: Object, tool: AgentTool) -> Iterator[str]:
    """Find the values that a node's equations compare the status with."""
    names = status_variables(tool) | {"status"}
    for edge in objects_of(node.get("edges")):
        for equation in objects_of(object_of(edge.get("transition_condition")).get("equations")):
            is_status = _VARIABLE.sub("", text_of(equation.get("left"))) in names
            if is_status and equation.get("operator", "==") == "==":
                yield text_of(equation.get("right")).strip("\"'")


def used_in_nodes(flow: Object, tools: Mapping[str, AgentTool]) -> Iterator[AgentFinding]:
    """Check that the tools of function nodes store the status and sentence of their answers."""
    ids = {
        text_of(node.get("tool_id"))
        for node in objects_of(flow.get("nodes"))
        if node.get("type") == "function"
    }
    for tool_id, tool in tools.items():
        if tool_id in ids and meant(tool) is not None:
            yield from check_variables(tool)


def statuses() -> set[str]:
    """Collect every status that a tool may answer."""
    branched = {status for leads_to in STEPS.values() for status in leads_to}
    refused = {refusal.code for refusal in refusals()}
    return branched | refused | {"context", "date", "unknown_tool"}
