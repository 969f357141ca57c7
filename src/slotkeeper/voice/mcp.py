"""MCP over streamable HTTP: the tools, as any agent framework lists and calls them.

One address answers both eras of the protocol, with ``initialize`` and without, statelessly and in
plain JSON: nothing hangs on a connection or on this process. The API key says whose the call is;
the platform's ``X-Call-Id``, or else the handle that we mint, says which conversation. A no of the
salon's is a result like any other; what is marked as an error can be asked again, or otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from slotkeeper import __version__
from slotkeeper.domain.errors import Fault, Refusal
from slotkeeper.http.bodies import MAX_BODY_BYTES, decode
from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.problems import NotJson, log_fault
from slotkeeper.http.sandbox_clock import sandbox_now
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.call_identity import CALL_HEADER, HANDLE, PHONE_HEADER, call_of, phone
from slotkeeper.tools.exports import mcp_tool
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from slotkeeper.tools.wording import ToolAnswer

CHANNEL = "mcp"
PATHS = ("/mcp", "/v1/mcp")

INSTRUCTIONS = (
    "Appointments of a salon, for a caller on the telephone. Call get_current_context first. "
    "Send days, times and services in the caller's own words. Every answer has a status, and say: "
    "the sentence to speak. Nothing is booked before an answer's status is booked."
)
# How long a client may keep the list of tools: a new version of ours may have new ones.
LIST_KEPT_MS = 300_000
# Who calls from a page is a browser; only one that this machine itself has open is let in.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What the model, and not the salon, has to do something about.
MODEL_ERRORS = ("try_again", "outcome_unknown", "unknown_tool")

_LIFETIME = (
    " It means this conversation only. What is kept for the caller lapses minutes after its last "
    "call; expires_in_s says when."
)

log = structlog.get_logger()


class _Sent(msgspec.Struct):
    name: str
    arguments: dict[str, Any]


class Mcp:
    """The endpoint, as an ASGI application; it answers while ``running`` lasts."""

    def __init__(self, answering: Answering, keys: ApiKeys) -> None:
        """Answer with this whoever has a key."""
        self._answering = answering
        self._keys = keys
        self._tools = [Tool.model_validate(_listed(name)) for name in TOOLS]
        self._sessions = StreamableHTTPSessionManager(
            Server(
                "slotkeeper",
                version=__version__,
                instructions=INSTRUCTIONS,
                cache_hints={"tools/list": CacheHint(LIST_KEPT_MS)},
                get_tool_input_schema={one.name: one.input_schema for one in self._tools}.get,
                on_list_tools=self._list,
                on_call_tool=self._call,
            ),
            stateless=True,
            json_response=True,
            max_request_body_size=MAX_BODY_BYTES,
        )

    def running(self) -> AbstractAsyncContextManager[None]:
        """Answer while the block lasts; once only."""
        return self._sessions.run()

    def routes(self) -> list[Route]:
        """What is mounted. We send nothing unasked, so there is no GET to listen with."""
        return [Route(path, self, methods=["POST"]) for path in PATHS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in who has a key, and remember whose it is."""
        request = Request(scope, receive)
        if not _is_welcome(request.headers.get("origin")):
            return await _foreign()(scope, receive, send)
        request.state.company_id = await self._keys.company_of(request)
        await self._sessions.handle_request(scope, receive, send)

    async def _list(
        self, context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=self._tools)

    async def _call(
        self, context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        """Answer a tool call; what goes wrong says nothing of our inside."""
        assert context.request is not None, "a request of HTTP's"
        try:
            return await self._answer(context.request, params)
        except Refusal as refusal:
            raise MCPError(INVALID_PARAMS, refusal.code, refusal.facts()) from None
        except Fault as fault:
            log_fault(fault, channel=CHANNEL)
            raise MCPError(INTERNAL_ERROR, f"{fault.code}: try again in a moment") from None
        except Exception:
            log.exception("broken", channel=CHANNEL)
            raise MCPError(INTERNAL_ERROR, "internal: something broke on our side") from None

    async def _answer(self, request: Request, params: CallToolRequestParams) -> CallToolResult:
        sent = _strictly(params)
        headers = request.headers
        caller = phone(headers.get(PHONE_HEADER))
        call, handle = call_of(CHANNEL, headers.get(CALL_HEADER), sent.arguments, caller=caller)
        args = {name: value for name, value in sent.arguments.items() if name != HANDLE}
        incoming = IncomingToolCall(sent.name, args, call, caller, sandbox_now(request))
        answer = await self._answering.answer(request.state.company_id, incoming)
        return _result(answer, handle)


def _listed(name: str) -> Mapping[str, Any]:
    """A tool as it is listed here: with the handle, which a client without a header sends back."""
    described = mcp_tool(TOOLS[name])
    handle = PARAMETERS[HANDLE]
    described["inputSchema"]["properties"][HANDLE] = {
        "type": handle.kind,
        "description": handle.description + _LIFETIME,
    }
    return described


def _strictly(params: CallToolRequestParams) -> _Sent:
    """Read what was sent as strictly as any other body. Raises NotJson or InvalidInput."""
    try:
        raw = msgspec.json.encode(_Sent(params.name, params.arguments or {}))
    except (UnicodeError, RecursionError):
        raise NotJson from None
    return decode(raw, _Sent)


def _result(answer: ToolAnswer, handle: str | None) -> CallToolResult:
    """The flat answer, once for programs and once as the line of text that a model reads."""
    flat = answer.flat() | ({HANDLE: handle} if handle else {})
    return CallToolResult(
        content=[TextContent(text=msgspec.json.encode(flat).decode())],
        structured_content=flat,
        is_error=answer.status in MODEL_ERRORS,
    )


def _is_welcome(origin: str | None) -> bool:
    """Programs name no origin. A page elsewhere has no business with a key of ours."""
    try:
        return origin is None or urlsplit(origin).hostname in LOOPBACK
    except ValueError:
        return False


def _foreign() -> Response:
    error = {"code": INVALID_REQUEST, "message": "Not from a web page"}
    return JSONResponse({"jsonrpc": "2.0", "error": error}, 403)
