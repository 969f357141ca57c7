"""The telephone's side of Retell: calls on a salon's line, whose tool calls are signed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import msgspec

from slotkeeper.http.signing import sign_retell

# Retell's own default is 120 s; a caller has long hung up by then.
CALL_TIMEOUT_S = 15.0


class Unreachable(Exception):
    """The server did not answer, or not as a server of ours does."""


@dataclass(frozen=True, slots=True)
class ToolResponse:
    """What a tool call brought: the HTTP status, the flat JSON object, and how long it took."""

    http_status: int
    facts: Mapping[str, object]
    took_s: float

    @property
    def status(self) -> str:
        """The answer's stable status; the problem's code where it is no HTTP 200."""
        return str(self.facts.get("status" if self.http_status == 200 else "code", ""))

    @property
    def say(self) -> str:
        """What the caller hears."""
        return str(self.facts.get("say", ""))


class RetellLine:
    """A salon's line as Retell serves it: whoever has the salon's secret may sign for it."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base_url: str,
        *,
        number: str,
        secret: str,
        call_prefix: str = "call_",
    ) -> None:
        """Reach the server at ``base_url``; ``number`` is the line that is called.

        Call ids begin with ``call_prefix``, so that a simulation's calls can be told from others.
        """
        self._http = http
        self._base_url = base_url
        self.number = number
        self._secret = secret
        self._call_prefix = call_prefix

    def ring(self, caller: str | None) -> PhoneCall:
        """Begin a call from a number, or (None) from one that is withheld."""
        return PhoneCall(self, caller, self._call_prefix + secrets.token_hex(13))

    async def post(self, path: str, envelope: Mapping[str, object]) -> ToolResponse:
        """Sign and send an envelope, stamped with the line. Raises Unreachable."""
        call = {**_mapping(envelope["call"]), "to_number": self.number}
        body = msgspec.json.encode({**envelope, "call": call})
        headers = {
            "Content-Type": "application/json",
            "X-Retell-Signature": sign_retell(body, self._secret, int(time.time() * 1000)),
        }
        began = time.perf_counter()
        try:
            async with self._http.post(
                self._base_url + path,
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
    """One conversation."""

    line: RetellLine
    caller: str | None
    call_id: str
    started_ms: int = field(default_factory=lambda: int(time.time() * 1000))

    async def use_tool(self, name: str, args: Mapping[str, object]) -> ToolResponse:
        """Let the agent call a tool. Raises Unreachable."""
        envelope = {"name": name, "call": self._envelope("ongoing"), "args": args}
        return await self.line.post("/v1/retell/functions", envelope)

    async def hang_up(self) -> ToolResponse:
        """Tell the server that the call has ended. Raises Unreachable."""
        envelope = {"event": "call_ended", "call": self._envelope("ended")}
        return await self.line.post("/v1/retell/events", envelope)

    def _envelope(self, status: str) -> dict[str, object]:
        return {
            "call_id": self.call_id,
            "call_type": "phone_call",
            "call_status": status,
            "agent_id": "agent_simulator",
            "agent_version": 17,
            "direction": "inbound",
            "from_number": self.caller or "anonymous",
            "start_timestamp": self.started_ms,
        }


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise msgspec.DecodeError("expected a JSON object")
    return value
