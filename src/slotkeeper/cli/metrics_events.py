"""Lifecycle events as they happen: the original's log, read from the rows."""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.metrics import app, duration
from slotkeeper.domain.errors import Fault
from slotkeeper.metrics.lifecycle import EventKind, LifecycleEvent, events_since

FOLLOW_EVERY_S = 1.0
# What happened may be seen only later: when it was committed, or, of a hold that nobody took, when
# the slowest worker sweeps it, a minute after.
OVERLAP = timedelta(minutes=2)
DEFAULT_SINCE = timedelta(hours=1)
# What a screen can scroll back to.
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
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    since: Annotated[
        timedelta | None,
        typer.Option(parser=duration, metavar="30m|24h|7d", help="Begin so long ago. Default: 1h."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> None:
    """Show what became of reservations, the oldest first; of more than 1,000 the newest.

    These are the events that the worker writes to its log, with the same ids. Times are the
    company's. A hold that nobody took is shown as expired once it was swept.
    """

    async def main(app: App) -> None:
        owner = await session.company_of(app, company) if company else None
        begin = await app.store.clock.now() - (since or DEFAULT_SINCE)
        tail = _Tail(app, owner.id if owner else None, begin, as_json=as_json)
        await (_follow(tail) if follow else tail.show())

    session.run(main)


class _Tail:
    """Shows each event once, from ``begin`` on."""

    def __init__(self, app: App, company_id: int | None, begin: datetime, *, as_json: bool) -> None:
        self._app = app
        self._company_id = company_id
        self._show = _print_json if as_json else self._print_line
        self._shown: dict[str, datetime] = {}
        self._begin = self._looked_at = begin
        self._away = False
        self._console = Console(highlight=False, soft_wrap=True)

    async def show(self) -> None:
        """Show what has happened and was not shown."""
        since = max(self._begin, self._looked_at - OVERLAP)
        now = await self._app.store.clock.now()
        found = await events_since(self._app.store, since, company_id=self._company_id, limit=MOST)
        # What is older cannot come again.
        self._shown = {key: at for key, at in self._shown.items() if at >= since}
        for event in found:
            if event.event_id not in self._shown:
                await self._show(event)
            self._shown[event.event_id] = event.timestamp
        self._looked_at = now

    async def go_on(self) -> None:
        """Show what is new, and sit out a database that does not answer."""
        try:
            await self.show()
        except Fault as fault:
            if not self._away:
                Console(stderr=True).print(f"[red]{fault.code}; waiting[/red]")
            self._away = True
        else:
            self._away = False

    async def _print_line(self, event: LifecycleEvent) -> None:
        owner = await self._app.store.catalogues.get(event.company_id)
        at = f"{event.timestamp.astimezone(owner.zone):%Y-%m-%d %H:%M:%S}"
        self._console.print(
            f"[dim]{at}[/dim] [{COLOURS[event.kind]}]{escape(event.name):<31}[/] "
            f"{escape(event.company)}  {escape(_said(event))}"
        )


async def _print_json(event: LifecycleEvent) -> None:
    print(json.dumps({"event": event.name, **event.facts()}, ensure_ascii=False), flush=True)


def _said(event: LifecycleEvent) -> str:
    """What a line says of an event, beside when, what and where."""
    if event.kind == "error":
        return f"{event.error_type}  {event.channel}"
    said = [
        str(event.reservation_token),
        f"{event.service}{' (compound)' if event.is_compound else ''}",
        event.call_id or event.channel,
    ]
    if event.lifetime_s is not None:
        said.append(f"after {event.lifetime_s:.1f} s")
    if event.reason is not None:
        said.append(event.reason)
    return "  ".join(said)


async def _follow(tail: _Tail) -> None:
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        running.add_signal_handler(signal_number, stop.set)
    await tail.show()
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), FOLLOW_EVERY_S)
        except TimeoutError:
            await tail.go_on()
