"""MCP over streamable HTTP: the tools, as any agent framework lists and calls them.

One address answers both eras of the protocol, with ``initialize`` and without, statelessly and in
plain JSON: no state depends on a connection or on this process. The API key tells the company; the
platform's ``X-Call-Id``, or else the handle that we mint, tells the call. A refusal is a result
like any other; only what the model should retry or rephrase is marked as an error.
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
from starlette.types import Message, Receive, Scope, Send

from slotkeeper import __version__
from slotkeeper.domain.errors import Fault, Refusal
from slotkeeper.http.bodies import MAX_BODY_BYTES, decode, read_bytes, refuse_too_many
from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.keyed import sent_key
from slotkeeper.http.problems import NotJson, log_fault
from slotkeeper.http.sandbox_clock import sandbox_now
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.call_identity import CALL_HEADER, HANDLE, PHONE_HEADER, call_of, phone
from slotkeeper.tools.exports import mcp_tool
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from slotkeeper.tools.wording import ToolAnswer

CHANNEL = "mcp"
# With the slash that some clients add; a redirect would cost them the key.
PATHS = ("/mcp", "/mcp/", "/v1/mcp", "/v1/mcp/")

INSTRUCTIONS = (
    "Appointments of a salon, for a caller on the telephone. Call get_current_context first. "
    "Send days, times and services in the caller's own words. Every answer has a status, and say: "
    "the sentence to speak. Nothing is booked before an answer's status is booked."
)
# How long a client may cache the list of tools: a new release may have new ones.
LIST_KEPT_MS = 300_000
# Origins of browsers that are let in: only pages that this machine itself serves.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Statuses that the model must act on: marked as errors in MCP.
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
        """Serve the companies of these keys."""
        self._answering = answering
        self._keys = keys
        self._tools = [Tool.model_validate(_listed(name)) for name in TOOLS]
        self._sessions = StreamableHTTPSessionManager(
            Server(
                "slotkeeper",
                version=__version__,
                instructions=INSTRUCTIONS,
                cache_hints={"tools/list": CacheHint(LIST_KEPT_MS)},
                get_tool_input_schema={tool.name: tool.input_schema for tool in self._tools}.get,
                on_list_tools=self._list,
                on_call_tool=self._call,
            ),
            stateless=True,
            json_response=True,
            max_request_body_size=MAX_BODY_BYTES,
        )

    def running(self) -> AbstractAsyncContextManager[None]:
        """Answer while the block lasts; it can be entered once."""
        return self._sessions.run()

    def routes(self) -> list[Route]:
        """Give the routes to mount. There is no GET, because the server sends nothing unasked."""
        return [Route(path, self, methods=["POST"]) for path in PATHS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate by API key, note the company, and hand the request on."""
        request = Request(scope, receive)
        if not _is_welcome(request.headers.get("origin")):
            return await _foreign()(scope, receive, send)
        company_id = request.state.company_id = await self._keys.company_of(request, "mcp")
        caller = phone(request.headers.get(PHONE_HEADER))
        self._keys.limits.admit(company_id, key=sent_key(request), caller=caller)
        body = await read_bytes(request)
        refuse_too_many(body)
        await self._sessions.handle_request(_taking_json(scope), _again(body, receive), send)

    async def _list(
        self, context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=self._tools)

    async def _call(
        self, context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        """Answer a tool call; errors reveal nothing of the server's inside."""
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
    """Describe a tool with the handle that a client without the header sends back."""
    described = mcp_tool(TOOLS[name])
    handle = PARAMETERS[HANDLE]
    described["inputSchema"]["properties"][HANDLE] = {
        "type": handle.kind,
        "description": handle.description + _LIFETIME,
    }
    return described


def _taking_json(scope: Scope) -> Scope:
    """Let a client that does not say what it takes take JSON; the library would refuse it."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept" or value]
    if any(name == b"accept" for name, _ in headers):
        return scope
    return {**scope, "headers": [*headers, (b"accept", b"application/json, text/event-stream")]}


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read to the next who reads; the client may still leave after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received


def _strictly(params: CallToolRequestParams) -> _Sent:
    """Read the parameters as strictly as any other body. Raises NotJson or InvalidInput."""
    try:
        raw = msgspec.json.encode(_Sent(params.name, params.arguments or {}))
    except (UnicodeError, RecursionError):
        raise NotJson from None
    return decode(raw, _Sent)


def _result(answer: ToolAnswer, handle: str | None) -> CallToolResult:
    """Give the flat answer twice: as structure for programs, as a line of text for the model."""
    flat = answer.flat() | ({HANDLE: handle} if handle else {})
    return CallToolResult(
        content=[TextContent(text=msgspec.json.encode(flat).decode())],
        structured_content=flat,
        is_error=answer.status in MODEL_ERRORS,
    )


def _is_welcome(origin: str | None) -> bool:
    """Whether the origin may use a key: programs send none, and foreign pages may not."""
    try:
        return origin is None or urlsplit(origin).hostname in LOOPBACK
    except ValueError:
        return False


def _foreign() -> Response:
    error = {"code": INVALID_REQUEST, "message": "Not from a web page"}
    return JSONResponse({"jsonrpc": "2.0", "error": error}, 403)
