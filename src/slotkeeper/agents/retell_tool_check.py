"""Compares the custom functions of a deployed agent with the server's tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from slotkeeper.agents.retell_agent import (
    AgentTool,
    Object,
    RetellAddress,
    address_of,
    object_of,
    text_of,
)
from slotkeeper.agents.retell_finding import AgentFinding, error, note, warning
from slotkeeper.domain.hints import did_you_mean
from slotkeeper.tools.exports import PATIENCE, RESPONSE_VARIABLES
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS, tool_named
from slotkeeper.tools.tool import Tool, base_name

# Retell's default: two minutes of silence when a server does not answer.
DEFAULT_TIMEOUT_MS = 120_000
# A caller who hears nothing for this long hangs up.
LONG_TIMEOUT_MS = 30_000
# Parameters that agents often declare and that no tool reads.
_IGNORED = {"call_id", "execution_message", "function_name"}
_DATED = {"date", "datetime", "old_date", "new_date"}
_CALENDAR = re.compile(r"YYYY|JJJJ|MM[-./]DD|(DD|TT)[-./]MM|ISO[- ]?8601|\bISO\b")
_READ_KINDS = {"string", "integer", "number", "boolean"}

_NAMES = {
    alias: parameter.name
    for parameter in PARAMETERS.values()
    for alias in (parameter.name, *parameter.aliases)
}


# As which the exported flow has one tool twice.
OWN_NAMES = ("book_held", "book_offered")


@dataclass(frozen=True, slots=True)
class ExpectedServer:
    """The server that an agent should call: its base URL and the company's slug, where known.

    ``human_number`` is the number of the company's person: "" where it gives none, None where the
    company was not read.
    """

    base_url: str | None = None
    company: str | None = None
    human_number: str | None = None

    def address(self, tool: str) -> str:
        """The address that calls of a tool should be sent to."""
        return f"{self._root}/functions/{tool}"

    @property
    def events(self) -> str:
        """The address that call events should be sent to."""
        return f"{self._root}/events"

    @property
    def _root(self) -> str:
        return f"{self.base_url or 'https://SERVER'}/v1/retell/{self.company or 'COMPANY'}"


def meant(tool: AgentTool) -> Tool | None:
    """Find the tool that the server would run: by the address or else by the name."""
    address = address_of(tool.url)
    return tool_named((address and address.tool) or tool.name)


def check_tool(tool: AgentTool, server: ExpectedServer) -> Iterator[AgentFinding]:
    """Check one custom function: its name, address, method, timeout and parameters."""
    known = meant(tool)
    if known is None:
        yield from _unknown(tool, server)
        return
    named = tool_named(tool.name)
    if named is not known:
        yield error(
            "name_and_url_differ",
            tool.where,
            found=f"named {tool.name!r}, but its url answers {known.name!r}: it is refused",
            expected=f"the address of {named.name!r}" if named else f"the name {known.name!r}",
            change="correct the name or the url",
        )
        return
    yield from _check_address(tool, known, server)
    if tool.name not in (known.name, *OWN_NAMES):
        yield note(
            "former_name",
            tool.where,
            found=tool.name,
            expected=known.name,
            change=f"nothing: it is answered; new agents say {known.name}",
        )
    yield from _check_sending(tool, known)
    yield from _check_schema(tool, known)


def _unknown(tool: AgentTool, server: ExpectedServer) -> Iterator[AgentFinding]:
    address = address_of(tool.url)
    name = (address and address.tool) or tool.name
    ours = address is not None and server.base_url in (None, address.base_url)
    close = did_you_mean(base_name(name), TOOLS)
    if ours or close:
        yield (error if ours else warning)(
            "unknown_tool",
            tool.where,
            found=f"{name!r} is no tool of the server",
            expected=f"one of: {', '.join(TOOLS)}",
            change=f"rename or remove it{close}",
        )
    else:
        yield note(
            "other_server",
            tool.where,
            found=tool.url or "no url",
            expected="-",
            change="nothing: it is no tool of ours",
        )


def _check_address(tool: AgentTool, known: Tool, server: ExpectedServer) -> Iterator[AgentFinding]:
    right = server.address(known.name)
    if _stands_elsewhere(tool.url, server):
        yield error(
            "wrong_url",
            tool.where,
            found=tool.url or "no url",
            expected=right,
            change=f"set its url to {right}",
        )
    yield from check_company(address_of(tool.url), tool.where, server, right)
    yield from check_scheme(tool.url, tool.where, server)


def _stands_elsewhere(url: str, server: ExpectedServer) -> bool:
    """Whether a URL leads elsewhere than to the server; http for https is a finding of its own."""
    here = {server.base_url, (server.base_url or "").replace("https://", "http://", 1)}
    address = address_of(url)
    return address is None or (server.base_url is not None and address.base_url not in here)


def check_company(
    address: RetellAddress | None, where: str, server: ExpectedServer, right: str
) -> Iterator[AgentFinding]:
    """Check that an address names the company whose agent this is."""
    if address and server.company and address.company not in (None, server.company):
        yield error(
            "wrong_company",
            where,
            found=f"company {address.company!r}",
            expected=f"company {server.company!r}",
            change=f"set its url to {right}",
        )


def check_scheme(url: str, where: str, server: ExpectedServer) -> Iterator[AgentFinding]:
    """Check that callers' words travel encrypted."""
    if urlsplit(url).scheme == "http" and not (server.base_url or "").startswith("http://"):
        secure = url.replace("http://", "https://", 1)
        yield error("not_https", where, url, secure, f"set its url to {secure}")


def _check_sending(tool: AgentTool, known: Tool) -> Iterator[AgentFinding]:
    method = text_of(tool.raw.get("method")).upper() or "POST"
    if method != "POST":
        yield error(
            "wrong_method",
            tool.where,
            found=method,
            expected="POST",
            change="set its method to POST: nothing else is signed with the call, or answered",
        )
    if tool.raw.get("args_at_root") is True:
        yield _args_only(tool)
    yield from _check_patience(tool, known)


def _args_only(tool: AgentTool) -> AgentFinding:
    """Say what is lost without the envelope: the call, and perhaps the tool and the company."""
    address = address_of(tool.url)
    lost = address is not None and not (address.tool and address.company)
    return (error if lost else warning)(
        "args_at_root",
        tool.where,
        found="args_at_root: the call does not come along, so nothing is known of the caller"
        + (", and the url names no company and tool" if lost else ""),
        expected="args_at_root false",
        change='switch "Payload: args only" off, so that call and caller are known',
    )


def _check_patience(tool: AgentTool, known: Tool) -> Iterator[AgentFinding]:
    timeout, right = tool.raw.get("timeout_ms", DEFAULT_TIMEOUT_MS), known.budget_ms * PATIENCE
    if not isinstance(timeout, int | float) or timeout < known.budget_ms:
        yield error(
            "timeout_too_short",
            tool.where,
            found=f"timeout_ms {timeout}",
            expected=f"at least {known.budget_ms}: the server answers within that",
            change=f"set timeout_ms to {right}",
        )
    elif timeout > LONG_TIMEOUT_MS:
        yield note(
            "timeout_long",
            tool.where,
            found=f"timeout_ms {timeout}" + ("" if "timeout_ms" in tool.raw else ", by default"),
            expected=str(right),
            change=f"set timeout_ms to {right}: a caller hears nothing meanwhile",
        )
    if tool.raw.get("max_retry", 0) == 0:
        yield note(
            "no_retry",
            tool.where,
            found="max_retry 0",
            expected="max_retry 1",
            change="set max_retry to 1: the same call again has one effect",
        )


def _check_schema(tool: AgentTool, known: Tool) -> Iterator[AgentFinding]:
    schema = object_of(tool.raw.get("parameters"))
    if schema and schema.get("type") != "object":
        yield error(
            "schema_not_object",
            tool.where,
            found=f"parameters of type {schema.get('type')!r}",
            expected="type 'object'",
            change="set the type of the parameters to object",
        )
    for name, shape in tool.properties.items():
        yield from _check_parameter(tool, known, name, object_of(shape))
    yield from _check_parameters_given(tool, known)


def _check_parameter(
    tool: AgentTool, known: Tool, name: str, shape: Object
) -> Iterator[AgentFinding]:
    where, must = f"{tool.where}.{name}", name in tool.required
    canonical = _NAMES.get(name)
    if name in _IGNORED:
        yield warning(
            "ignored_parameter",
            where,
            found=f"{name} is filled in by the model",
            expected="no such parameter: the call comes with the signed envelope",
            change="remove it: it is not read, and models make it up",
        )
    elif canonical is None:
        yield (error if must else warning)(
            "unknown_parameter",
            where,
            found=f"{name}, {'required' if must else 'optional'}, is not read",
            expected=f"one of: {', '.join(known.parameters) or 'none'}",
            change=f"remove it{did_you_mean(name, known.parameters)}",
        )
    elif must and not shape.get("const") and not _is_read(canonical, known):
        yield warning(
            "asked_too_early",
            where,
            found=f"{name} is required",
            expected=f"required at most: {', '.join(known.parameters) or 'nothing'}",
            change="do not require it: the caller is asked for what this tool does not need",
        )
    if canonical is not None:
        yield from _check_shape(canonical, where, shape)


def _check_shape(canonical: str, where: str, shape: Object) -> Iterator[AgentFinding]:
    kind: Any = shape.get("type", "string")
    if kind not in _READ_KINDS:
        yield error(
            "type_not_read",
            where,
            found=f"type {kind!r}",
            expected=PARAMETERS[canonical].kind,
            change=f"set its type to {PARAMETERS[canonical].kind}: lists and objects are not read",
        )
    described = f"{text_of(shape.get('description'))} {text_of(shape.get('pattern'))}"
    if canonical in _DATED and ("format" in shape or _CALENDAR.search(described)):
        yield warning(
            "date_computed",
            where,
            found="the model is asked for a date in a calendar's format",
            expected="the caller's own words, such as 'tomorrow' or 'nächsten Freitag'",
            change=f"describe it as: {PARAMETERS[canonical].description}",
        )


def _check_parameters_given(tool: AgentTool, known: Tool) -> Iterator[AgentFinding]:
    given = {_NAMES.get(name, name) for name in tool.properties}
    if "datetime" in given:
        given |= {"date", "time"}
    missing = [name for name in known.parameters if name not in given]
    needed = [name for name in missing if name in known.required]
    # Each of the two books in one way only, with the parameters of that.
    helpful = [] if tool.name in OWN_NAMES else [name for name in missing if name not in needed]
    expected = f"parameters: {', '.join(known.parameters)}"
    yield from check_missing("missing_parameter", tool.where, needed, helpful, expected)


def check_missing(
    code: str, where: str, needed: list[str], helpful: list[str], expected: str | None = None
) -> Iterator[AgentFinding]:
    """Report what an agent lacks: as an error what it needs, as a warning what would help it."""
    for finding, names in ((error, needed), (warning, helpful)):
        if names:
            yield finding(
                code,
                where,
                found=f"no {', '.join(names)}",
                expected=expected or ", ".join(names),
                change="add it as slotkeeper retell export describes it",
            )


def status_variables(tool: AgentTool) -> set[str]:
    """Name the agent's variables that take the status of a tool's answer."""
    return {name for name, path in _variables(tool).items() if path == "status"}


def check_variables(tool: AgentTool) -> Iterator[AgentFinding]:
    """Check that a tool stores the status and the sentence of its answer in variables."""
    lost = [name for name in ("status", "say") if name not in _variables(tool).values()]
    if lost:
        yield warning(
            "answer_not_kept",
            tool.where,
            found=f"response_variables without {', '.join(lost)}",
            expected=", ".join(f"{name}: {path}" for name, path in RESPONSE_VARIABLES.items()),
            change="add them, so that the flow can branch on the status and repeat the sentence",
        )


def _variables(tool: AgentTool) -> dict[str, str]:
    """Map the agent's variables to the fields of the answer that they take."""
    variables = object_of(tool.raw.get("response_variables"))
    return {name: text_of(path).removeprefix("$.") for name, path in variables.items()}


def _is_read(canonical: str, known: Tool) -> bool:
    """Whether a tool reads a parameter; ``datetime`` stands for a date and a time."""
    return canonical in known.parameters or (canonical == "datetime" and "date" in known.parameters)
