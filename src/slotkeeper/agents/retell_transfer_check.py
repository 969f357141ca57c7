"""Checks how a deployed Retell agent hands a caller over to the company's person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slotkeeper.agents.retell_agent import Object, RetellAgent, object_of, objects_of, text_of
from slotkeeper.agents.retell_finding import AgentFinding, error, note, warning
from slotkeeper.agents.retell_tool_check import ExpectedServer
from slotkeeper.domain.phone_numbers import e164

# The type of a flow's node, and of a tool of an agent without a flow.
TRANSFER = "transfer_call"
_DESTINATIONS = ("predefined", "inferred")
_OPTIONS = ("cold_transfer", "warm_transfer", "agentic_warm_transfer")


def check_transfers(agent: RetellAgent, server: ExpectedServer) -> Iterator[AgentFinding]:
    """Check each transfer: that it is there, is reached, rings the right number, and may fail."""
    nodes = [
        (f"{where}.nodes[{text_of(node.get('id')) or '?'}]", node, flow)
        for where, flow in agent.flows
        for node in objects_of(flow.get("nodes"))
        if node.get("type") == TRANSFER
    ]
    tools = [tool for tool in agent.tools if text_of(tool.raw.get("type")) == TRANSFER]
    for place, node, flow in nodes:
        yield from _check_fields(place, node, server)
        yield from _check_edges(place, node, flow)
    for tool in tools:
        yield from _check_fields(tool.where, tool.raw, server)
    if server.human_number and (agent.flows or agent.tools) and not (nodes or tools):
        yield error(
            "transfer_missing",
            agent.flows[0][0] if agent.flows else "tools",
            found=f"no {TRANSFER}",
            expected=f"a {TRANSFER} to {server.human_number}",
            change="add it, and lead to it where transfer_to_human answers `transfer`; or take it "
            "from slotkeeper retell export",
        )


def _check_fields(place: str, node: Object, server: ExpectedServer) -> Iterator[AgentFinding]:
    destination = object_of(node.get("transfer_destination"))
    number, kind = text_of(destination.get("number")), text_of(destination.get("type"))
    if kind not in _DESTINATIONS or (kind == "predefined" and not _can_be_rung(number)):
        yield error(
            "transfer_destination",
            f"{place}.transfer_destination",
            found=f"type {kind!r}, number {number!r}",
            expected="type 'predefined', and a number in E.164, as +493012345678",
            change=f"set the number to {server.human_number or 'the person to be rung'}",
        )
    elif kind == "predefined" and server.human_number is not None and "{{" not in number:
        yield from _check_number(place, number, server.human_number)
    option = text_of(object_of(node.get("transfer_option")).get("type"))
    if option not in _OPTIONS:
        yield error(
            "transfer_option",
            f"{place}.transfer_option",
            found=f"type {option!r}",
            expected=" or ".join(_OPTIONS),
            change="choose cold_transfer, which hands the call over and leaves it",
        )


def _can_be_rung(number: str) -> bool:
    return e164(number) is not None or number.startswith("sip:") or "{{" in number


def _check_number(place: str, number: str, human_number: str) -> Iterator[AgentFinding]:
    where = f"{place}.transfer_destination.number"
    if not human_number:
        yield note(
            "transfer_unused",
            where,
            found=f"{number}, and the company gives no human_number",
            expected="no transfer: transfer_to_human notes a callback instead",
            change="remove it, or set human_number in the company's file",
        )
    elif e164(number) != e164(human_number):
        yield error(
            "transfer_elsewhere",
            where,
            found=number,
            expected=human_number,
            change="set the number of the company's file, or change human_number there",
        )


def _check_edges(place: str, node: Object, flow: Object) -> Iterator[AgentFinding]:
    nodes = objects_of(flow.get("nodes"))
    failed = node.get("edge")
    target = text_of(failed.get("destination_node_id")) if isinstance(failed, Mapping) else ""
    if target not in {text_of(each.get("id")) for each in nodes}:
        yield error(
            "transfer_failure_unhandled",
            f"{place}.edge",
            found=f"leads to {target!r}" if target else "leads nowhere",
            expected="the id of a node",
            change="lead it to request_callback: where nobody answers, the caller is left in "
            "silence",
        )
    edges = [edge for each in nodes for edge in objects_of(each.get("edges"))]
    if all(edge.get("destination_node_id") != node.get("id") for edge in edges):
        yield warning(
            "transfer_unreached",
            place,
            found="no edge leads to it",
            expected="an edge from transfer_to_human where {{status}} is transfer",
            change="add it: else a caller who asks for a person is never handed over",
        )
