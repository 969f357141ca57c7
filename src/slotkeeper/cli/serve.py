"""The server and the worker: the two programs that run for long."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import traceback
from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer
import uvicorn
from structlog.typing import EventDict

from slotkeeper.assembly import App
from slotkeeper.assembly.web import mirrored, web_app
from slotkeeper.cli import session
from slotkeeper.cli.ending import stop_at_first_signal
from slotkeeper.domain.locale import LOCALES
from slotkeeper.domain.public_holidays import public_holidays
from slotkeeper.http.connections import served
from slotkeeper.worker import loop


class _Server(uvicorn.Server):
    """Prints where it listens, on a line that other programs wait for."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"listening on http://{host}:{port}", flush=True)


def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on. [SLOTKEEPER_HOST]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; 0 takes a free one. [SLOTKEEPER_PORT]")
    ] = None,
    worker: Annotated[
        bool, typer.Option(help="Do the housekeeping in this process as well.")
    ] = True,
) -> None:
    """Serve the REST API and the voice platforms. Several servers may share a database."""

    async def main(app: App) -> None:
        # Loading them takes half a second, for which the first caller should not wait.
        await asyncio.to_thread(public_holidays, "DE-BE", datetime.now(UTC).year, LOCALES[0])
        stop = asyncio.Event()
        config = served(
            web_app(app),
            app.settings.edge.within_open_files(),
            host=host or app.settings.host,
            port=app.settings.port if port is None else port,
            log_level="warning",
        )
        async with asyncio.TaskGroup() as tasks:
            if worker:
                tasks.create_task(_housekeeping(app, None, stop))
            try:
                await _Server(config).serve()
            finally:
                stop.set()

    log_as_json()
    session.run(main)


def worker(
    interval: Annotated[
        float | None,
        typer.Option(help="Seconds between rounds, at most 60. [SLOTKEEPER_WORKER_INTERVAL]"),
    ] = None,
) -> None:
    """Do the housekeeping alone. Several workers may share a database: no work is done twice."""

    async def main(app: App) -> None:
        stop = stop_at_first_signal()
        print("worker running", flush=True)
        await _housekeeping(app, interval, stop)

    log_as_json()
    session.run(main)


async def _housekeeping(app: App, interval_s: float | None, stop: asyncio.Event) -> None:
    async with mirrored(app) as mirror:
        await loop.run(
            app.store,
            interval_s=interval_s or app.settings.worker_interval_s,
            stop=stop,
            mirror=mirror,
        )


def log_as_json() -> None:
    """Log one JSON object a line to standard error; never a name or a telephone number."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            # An event that brings its own time keeps it.
            structlog.processors.MaybeTimeStamper(fmt="iso", utc=True),
            _where_it_broke,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def _where_it_broke(_: object, __: str, event: EventDict) -> EventDict:
    """Show an exception's type and lines of code, not its message, which may quote a person."""
    kind, _error, trace = sys.exc_info()
    if event.pop("exc_info", False) and kind is not None:
        lines = (f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace))
        event.update(exception=kind.__name__, traceback=list(lines))
    return event
