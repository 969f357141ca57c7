"""A call over plain REST, as a program between a voice platform and the server makes it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import aiohttp
import msgspec

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.lab.callers.retell_line import CALL_TIMEOUT_S, ToolResponse, Unreachable
from slotkeeper.tools.call_identity import CALL_HEADER, PHONE_HEADER


class RestCall:
    """One call to a company, with its API key; the test clock runs from ``begins_at`` on."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base_url: str,
        *,
        key: str,
        caller: str | None = None,
        begins_at: datetime | None = None,
    ) -> None:
        """Begin a call from a number; with None, the number is withheld."""
        self.call_id = f"try_{secrets.token_hex(8)}"
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", CALL_HEADER: self.call_id}
        if caller is not None:
            self._headers[PHONE_HEADER] = caller
        self._begins_at = begins_at
        self._began_s = time.monotonic()

    def test_now(self) -> datetime | None:
        """Read the test clock; None where the call has none."""
        if self._begins_at is None:
            return None
        return self._begins_at + timedelta(seconds=time.monotonic() - self._began_s)

    async def use_tool(self, name: str, args: Mapping[str, object]) -> ToolResponse:
        """Call a tool. Raises Unreachable."""
        return await self._post(f"/v1/tools/{name}", args)

    async def hang_up(self) -> ToolResponse:
        """Report that the caller has hung up. Raises Unreachable."""
        return await self._post(f"/v1/calls/{self.call_id}/end", {})

    async def _post(self, path: str, body: Mapping[str, object]) -> ToolResponse:
        headers = dict(self._headers)
        if (now := self.test_now()) is not None:
            headers[TEST_CLOCK_HEADER] = now.isoformat()
        began_s = time.perf_counter()
        try:
            async with self._http.post(
                self._base_url + path,
                json=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT_S),
            ) as response:
                facts = msgspec.json.decode(await response.read(), type=dict[str, object])
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unreachable(f"{self._base_url} does not answer as Slotkeeper does") from error
        return ToolResponse(response.status, facts, time.perf_counter() - began_s)


def patient_http() -> aiohttp.ClientSession:
    """Open a client for somebody who thinks between two requests: each gets a new connection.

    Servers and proxies close idle ones after some seconds, and nobody notices while input is
    awaited. Call it inside a running event loop, and close what it gives.
    """
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))


async def is_serving(base_url: str) -> bool:
    """Whether a Slotkeeper server answers there and reaches its database."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)) as http,
            http.get(f"{base_url.rstrip('/')}/health/ready") as response,
        ):
            facts = msgspec.json.decode(await response.read(), type=dict[str, object])
            return facts.get("status") == "ok"
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
