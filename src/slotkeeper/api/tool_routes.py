"""The tools over REST: for agents in your own process, and for programs in between.

Every business outcome is HTTP 200 with a status and a sentence, as on the voice platforms.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import Route

from slotkeeper.api.openapi import Described
from slotkeeper.api.routing import CHANNEL
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.wish import Call
from slotkeeper.http.bodies import read
from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.keyed import keyed
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER, sandbox_now
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.call_identity import (
    CALL_HEADER,
    HANDLE,
    PHONE_HEADER,
    call_id,
    call_of,
    phone,
)
from slotkeeper.tools.exports import FORMATS, Format, described
from slotkeeper.tools.registry import TOOLS
from slotkeeper.tools.statuses import STATUSES
from slotkeeper.tools.tool import Tool


class ToolArguments(Struct):
    """A tool's arguments, in the caller's own words; listTools describes those of each tool.

    ``conversation_id`` is that of an earlier answer, where no X-Call-Id is sent.
    """

    conversation_id: str | None = None


class ToolAnswerView(Struct):
    """An answer: ``status`` to branch on, ``say`` to be spoken, and the facts of the status.

    ``conversation_id`` comes where no X-Call-Id was sent: send it back with every later call.
    """

    status: Annotated[str, Meta(extra_json_schema={"enum": sorted(STATUSES)})]
    say: str
    conversation_id: str | None = None


class ToolsQuery(Struct):
    """The platform for which the tools are described."""

    format: Format = "openai"


class ToolsView(Struct):
    """Every tool, described for a platform."""

    tools: list[dict[str, Any]]


class CallEndedView(Struct):
    """A call that is over and holds nothing any more."""

    call_id: str
    status: Literal["ended"] = "ended"


class Tools:
    """Serves the tools of the company whose key came."""

    def __init__(self, answering: Answering, keys: ApiKeys, public_url: str | None = None) -> None:
        """Serve the companies of these keys; platforms reach the server at ``public_url``."""
        self._public_url = public_url
        self._answering = answering
        self._keys = keys

    def routes(self) -> list[Route]:
        """Give the routes to mount."""
        handlers = {"listTools": self._list, "callTool": self._call, "endCall": self._end}
        return [
            Route(
                operation.path,
                keyed(
                    handlers[operation.operation_id],
                    self._keys,
                    operation.operation_id,
                    limited=operation.operation_id != "endCall",
                ),
                methods=[operation.method],
                name=operation.operation_id,
            )
            for operation in DESCRIBED
        ]

    async def _list(self, request: Request, company_id: int) -> ToolsView:
        """Describe the tools for a platform."""
        context = await self._answering.contexts.open(
            company_id, Call(CHANNEL), test_now=sandbox_now(request)
        )
        slug = context.company.slug
        return ToolsView(
            described(
                _format(request), base_url=self._public_url or _own_address(request), company=slug
            )
        )

    async def _call(self, request: Request, company_id: int) -> dict[str, object]:
        """Answer a tool call; where it names no call, mint a handle for it."""
        args = await read(request, dict[str, Any])
        caller_phone = phone(request.headers.get(PHONE_HEADER))
        self._keys.limits.admit(company_id, company=False, caller=caller_phone)
        call, handle = call_of(CHANNEL, request.headers.get(CALL_HEADER), args, caller=caller_phone)
        tool, test_now = request.path_params["tool"], sandbox_now(request)
        incoming = IncomingToolCall(tool, args, call, caller_phone, test_now)
        answer = (await self._answering.answer(company_id, incoming)).flat()
        return answer | {HANDLE: handle} if handle else answer

    async def _end(self, request: Request, company_id: int) -> CallEndedView:
        """Release what a call still holds."""
        ended = call_id(request.path_params["call_id"])
        if ended is None:
            raise InvalidInput("$.call_id", "Expected the id of a call")
        await self._answering.call_ended(
            company_id, Call(CHANNEL, ended), test_now=sandbox_now(request)
        )
        return CallEndedView(ended)


def _format(request: Request) -> Format:
    wanted = request.query_params.get("format", ToolsQuery().format)
    for known in FORMATS:
        if known == wanted:
            return known
    raise InvalidInput("$.format", f"Expected one of {', '.join(FORMATS)}")


def _own_address(request: Request) -> str:
    """Give the address at which the request arrived. What it says of it itself is not believed."""
    host, port = request.scope.get("server") or ("127.0.0.1", None)
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}" if port else f"http://{host}"


def each_tool() -> list[Described]:
    """Describe the call of each tool with its arguments; all are served as ``callTool``."""
    return [
        replace(
            _CALL,
            path=f"/v1/tools/{tool.name}",
            operation_id="call" + tool.name.title().replace("_", ""),
            summary=tool.description,
            body=None,
            arguments=_arguments_of(tool),
        )
        for tool in TOOLS.values()
    ]


def _arguments_of(tool: Tool) -> dict[str, Any]:
    """Describe what a tool takes: models also send more, which is left alone."""
    schema = tool.schema()
    schema["properties"][HANDLE] = {"type": "string"}
    return {"type": schema["type"], "properties": schema["properties"]}


_CALL = Described(
    "POST",
    "/v1/tools/{tool}",
    "callTool",
    "Call a tool, in the caller's own words",
    ToolAnswerView,
    body=ToolArguments,
    headers=(CALL_HEADER, PHONE_HEADER, TEST_CLOCK_HEADER),
)
DESCRIBED = [
    Described(
        "GET",
        "/v1/tools",
        "listTools",
        "Describe the tools for a platform",
        ToolsView,
        query=ToolsQuery,
        headers=(TEST_CLOCK_HEADER,),
    ),
    _CALL,
    Described(
        "POST",
        "/v1/calls/{call_id}/end",
        "endCall",
        "End a call and release what it holds",
        CallEndedView,
        headers=(TEST_CLOCK_HEADER,),
    ),
]
