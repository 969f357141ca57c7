"""``slotkeeper metrics events``: prints the lifecycle events of reservations."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.text import Text

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.ending import stop_at_first_signal
from slotkeeper.cli.metrics import app, duration_option
from slotkeeper.cli.terminal import TerminalConsole, in_one_line, json_line
from slotkeeper.domain.errors import Fault
from slotkeeper.metrics.lifecycle import EventKind, LifecycleEvent, events_since

FOLLOW_EVERY_S = 1.0
# An event may be seen after its time: when its transaction commits, or, of a hold that expires,
# when the slowest worker expires it a minute later.
OVERLAP = timedelta(minutes=2)
DEFAULT_SINCE = timedelta(hours=1)
# A screen can scroll back this far.
MOST = 1_000

COLOURS: dict[EventKind, str] = {
    "created": "cyan",
    "converted": "green",
    "expired": "yellow",
    "cancelled": "magenta",
    "error": "red",
}


@app.command()
def events(
    *,
    company: session.AnyCompanyOption = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Print events as they happen.")
    ] = False,
    since: Annotated[timedelta | None, duration_option("Begin this long ago. Default: 1h.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each event as a line of JSON.")
    ] = False,
) -> None:
    """Print what became of reservations, the oldest event first; at most the newest 1,000.

    These are the events that the worker writes to its log, with the same ids. Times are in the
    company's time zone. A hold that nobody took is printed once a worker has expired it.
    """

    async def main(app: App) -> None:
        owner = await session.company_of(app, company) if company else None
        begin = await app.store.clock.now() - (since or DEFAULT_SINCE)
        tail = _Tail(app, owner.id if owner else None, begin, as_json=as_json)
        await (_follow(tail) if follow else tail.show())

    session.run(main)


class _Tail:
    """Prints each event once, from ``begin`` on."""

    def __init__(self, app: App, company_id: int | None, begin: datetime, *, as_json: bool) -> None:
        self._app = app
        self._company_id = company_id
        self._print = _print_json if as_json else self._print_line
        self._shown: dict[str, datetime] = {}
        self._begin = self._read_at = begin
        self._away = False
        self._console = TerminalConsole(soft_wrap=True)

    async def show(self) -> None:
        """Print the events that were not printed yet."""
        since = max(self._begin, self._read_at - OVERLAP)
        now = await self._app.store.clock.now()
        events = await events_since(self._app.store, since, company_id=self._company_id, limit=MOST)
        # An older event is not read again.
        self._shown = {key: at for key, at in self._shown.items() if at >= since}
        for event in events:
            if event.event_id not in self._shown:
                await self._print(event)
            self._shown[event.event_id] = event.timestamp
        self._read_at = now

    async def go_on(self) -> None:
        """Print new events; where the database does not answer, say so once and wait."""
        try:
            await self.show()
        except Fault as fault:
            if not self._away:
                TerminalConsole(stderr=True).print(f"{fault.code}; waiting", style="red")
            self._away = True
        else:
            self._away = False

    async def _print_line(self, event: LifecycleEvent) -> None:
        owner = await self._app.store.catalogues.get(event.company_id)
        at = f"{event.timestamp.astimezone(owner.zone):%Y-%m-%d %H:%M:%S}"
        self._console.print(
            Text()
            .append(f"{at} ", "dim")
            .append(f"{event.name:<31} ", COLOURS[event.kind])
            .append(f"{event.company}  {in_one_line(_details(event))}")
        )


async def _print_json(event: LifecycleEvent) -> None:
    print(json_line({"event": event.name, **event.facts()}), flush=True)


def _details(event: LifecycleEvent) -> str:
    """The end of an event's line, after its time, name and company."""
    if event.kind == "error":
        return f"{event.error_type}  {event.channel}"
    details = [
        str(event.reservation_token),
        f"{event.service}{' (compound)' if event.is_compound else ''}",
        event.call_id or event.channel,
    ]
    if event.lifetime_s is not None:
        details.append(f"after {event.lifetime_s:.1f} s")
    if event.reason is not None:
        details.append(event.reason)
    return "  ".join(details)


async def _follow(tail: _Tail) -> None:
    stop = stop_at_first_signal()
    await tail.show()
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), FOLLOW_EVERY_S)
        except TimeoutError:
            await tail.go_on()
