"""Stands in for Retell: calls on a salon's line, whose tool calls are signed and sent."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import msgspec

from slotkeeper.http.signing import sign_retell

# Retell waits for 120 s by default; a caller hangs up long before.
CALL_TIMEOUT_S = 15.0


class Unreachable(Exception):
    """The server did not answer, or it answered with something else than a JSON object."""


@dataclass(frozen=True, slots=True)
class ToolResponse:
    """The answer to a tool call: HTTP status, flat JSON object, and how many seconds it took."""

    http_status: int
    facts: Mapping[str, object]
    took_s: float

    @property
    def status(self) -> str:
        """The answer's status; the problem's code where the HTTP status is not 200."""
        return str(self.facts.get("status" if self.http_status == 200 else "code", ""))

    @property
    def say(self) -> str:
        """The sentence that the caller hears."""
        return str(self.facts.get("say", ""))


class RetellLine:
    """A salon's telephone line as Retell serves it: the salon's secret signs each request."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base_url: str,
        *,
        number: str,
        secret: str,
        call_prefix: str = "call_",
    ) -> None:
        """Send requests to the server at ``base_url``; ``number`` is the line that is called.

        Call ids begin with ``call_prefix``, which tells simulated calls from real ones.
        """
        self._http = http
        self.base_url = base_url
        self.number = number
        self._secret = secret
        self._call_prefix = call_prefix

    def ring(self, caller: str | None) -> PhoneCall:
        """Begin a call from a number; with None, the number is withheld."""
        return PhoneCall(self, caller, self._call_prefix + secrets.token_hex(13))

    async def post(self, path: str, envelope: Mapping[str, object]) -> ToolResponse:
        """Add the line to an envelope, sign it and send it. Raises Unreachable."""
        call = {**_mapping(envelope["call"]), "to_number": self.number}
        body = msgspec.json.encode({**envelope, "call": call})
        headers = {
            "Content-Type": "application/json",
            "X-Retell-Signature": sign_retell(body, self._secret, int(time.time() * 1000)),
        }
        began = time.perf_counter()
        try:
            async with self._http.post(
                self.base_url + path,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT_S),
            ) as response:
                raw = await response.read()
            facts = _mapping(msgspec.json.decode(raw)) if raw else {}
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError) as error:
            raise Unreachable(f"{path}: {type(error).__name__}") from error
        return ToolResponse(response.status, facts, time.perf_counter() - began)


@dataclass(slots=True)
class PhoneCall:
    """One call on the line."""

    line: RetellLine
    caller: str | None
    call_id: str
    started_ms: int = field(default_factory=lambda: int(time.time() * 1000))

    async def use_tool(self, name: str, args: Mapping[str, object]) -> ToolResponse:
        """Call a tool as the agent would. Raises Unreachable."""
        envelope = {"name": name, "call": self._envelope("ongoing"), "args": args}
        return await self.line.post("/v1/retell/functions", envelope)

    async def hang_up(self) -> ToolResponse:
        """Report the end of the call to the server. Raises Unreachable."""
        envelope = {"event": "call_ended", "call": self._envelope("ended")}
        return await self.line.post("/v1/retell/events", envelope)

    def _envelope(self, status: str) -> dict[str, object]:
        return {
            "call_id": self.call_id,
            "call_type": "phone_call",
            "call_status": status,
            "agent_id": "agent_laboratory",
            "agent_version": 17,
            "direction": "inbound",
            "from_number": self.caller or "anonymous",
            "start_timestamp": self.started_ms,
        }


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise msgspec.DecodeError("expected a JSON object")
    return value
