"""Robots that wish one slot of a salon's week after the other, each with another identity."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.voice.line import Line

SERVICE, SLOT_MIN = "Trockenschnitt", 30
MONDAY = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
KNOWN, NEW = "+491709999999", "+491709999998"

# Sends one tool call, of the n-th wish.
Send = Callable[["Robots", int, str, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Slot:
    """One of a week's slots, as a robot wishes it."""

    starts_at: datetime
    staff: str

    @property
    def args(self) -> dict[str, Any]:
        return {
            "service": SERVICE,
            "date": f"{self.starts_at:%Y-%m-%d}",
            "time": f"{self.starts_at:%H:%M}",
            "staff": self.staff,
        }


def slots_of_week(staff: tuple[str, ...], hours: int = 9, days: int = 5) -> Iterator[Slot]:
    """Go through the slots of a week, day by day."""
    for n in range(days * hours * 2):
        starts_at = MONDAY + timedelta(days=n // (hours * 2), minutes=SLOT_MIN * (n % (hours * 2)))
        yield from (Slot(starts_at, name) for name in staff)


@dataclass
class Robots:
    """Speaks for a salon's line and with its key, as a robot does that has got hold of both."""

    line: Line
    key: str

    async def retell(self, n: int, tool: str, args: dict[str, Any], **who: Any) -> Any:
        sent = {"call": f"call_{n}", "caller": None} | who
        return await self.line.tool(tool, args, **sent)

    async def retell_args_only(self, n: int, tool: str, args: dict[str, Any]) -> Any:
        path = f"/v1/retell/{self.line.salon.company.slug}/functions/{tool}"
        status, answer = await self.line.post(path, args)
        assert status == 200, answer
        return answer

    async def vapi(self, n: int, tool: str, args: dict[str, Any], *, call: str | None) -> Any:
        message = {
            "type": "tool-calls",
            "call": {"id": call} if call else {},
            "phoneNumber": {"number": self.line.number},
            "toolCallList": [{"id": f"t{n}", "name": tool, "arguments": args}],
        }
        answer = await self.keyed("/v1/vapi", {"message": message})
        return json.loads(answer["results"][0]["result"])

    async def mcp(self, n: int, tool: str, args: dict[str, Any]) -> Any:
        call = {"name": tool, "arguments": args}
        body = {"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": call}
        accepts = {"Accept": "application/json, text/event-stream"}
        return (await self.keyed("/mcp", body, **accepts))["result"]["structuredContent"]

    async def keyed(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.key}"} | headers
        async with self.line.http.post(path, json=body, headers=sent) as answer:
            return json.loads(await answer.read())

    async def rest_wish(self, n: int, tool: str, args: dict[str, Any], **more: Any) -> Any:
        path = "/v1/appointments" if tool == "start_booking" else "/v1/reservations"
        start = f"{args['date']}T{args['time']}:00+01:00"
        body = {"service": args["service"], "staff": args["staff"], "start": start, **more}
        return await self.keyed(path, body | {"customer": {"name": "Robot"}})


ROBOTS: dict[str, Send] = {
    "one number, a call for each slot": lambda r, n, tool, args: r.retell(
        n, tool, args, caller="+491700000000"
    ),
    "withheld, one line": lambda r, n, tool, args: r.retell(n, tool, args),
    "vapi, withheld": lambda r, n, tool, args: r.vapi(n, tool, args, call=f"vapi-{n}"),
    "many numbers": lambda r, n, tool, args: r.retell(
        n, tool, args, caller=f"+4917000{n % 200:05}"
    ),
    "retell without a call": lambda r, n, tool, args: r.retell_args_only(n, tool, args),
    "the tools over REST": lambda r, n, tool, args: r.keyed(f"/v1/tools/{tool}", args),
    "the tools over REST, calls of its own": lambda r, n, tool, args: r.keyed(
        f"/v1/tools/{tool}", args, **{"X-Call-Id": f"own-{n}"}
    ),
    "mcp": lambda r, n, tool, args: r.mcp(n, tool, args),
    "vapi without a call": lambda r, n, tool, args: r.vapi(n, tool, args, call=None),
    "REST, calls of its own": lambda r, n, tool, args: r.rest_wish(
        n, tool, args, call_id=f"rest-{n}"
    ),
    "REST without a call": lambda r, n, tool, args: r.rest_wish(n, tool, args),
    "one call for many people": lambda r, n, tool, args: r.retell(
        n, tool, args | {"party": n % 5 + 1}, call="one", caller="+491700000000"
    ),
    "one call without a number for many people": lambda r, n, tool, args: r.retell(
        n, tool, args | {"party": n % 5 + 1}, call="one"
    ),
}
