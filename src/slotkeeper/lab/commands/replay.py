"""Replays recorded function calls on a scratch database: JSON lines out."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import msgspec
import typer
import uvloop

from slotkeeper.assembly import Settings, Urls, belonging_to, opened
from slotkeeper.cli import session
from slotkeeper.cli.terminal import json_line
from slotkeeper.lab.callers.recordings import Recording, ReplayTarget, replay
from slotkeeper.lab.commands.catalogue_copies import example_as_sandbox, loaded_catalogue
from slotkeeper.lab.commands.understand import read_hours
from slotkeeper.lab.database.company_copy import (
    HoursRow,
    book_for_nobody,
    replace_hours,
    restore_as_sandbox,
)
from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.running import running_server
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.migration_errors import MigrationRefused

# Recordings are test data, not an archive.
MAX_FILE_BYTES = 64 * 1024 * 1024


def replay_file(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Recordings as a JSON list or JSON lines; - for standard input."
        ),
    ],
    company: session.CompanyOption,
    hours: Annotated[
        Path | None,
        typer.Option(help='A file of other opening hours: {"mon": ["09:00-18:00"], ...}.'),
    ] = None,
) -> None:
    """Replay recorded function calls on a scratch copy of a company, each at its time.

    The company's own data stays untouched. A company that is not loaded is a shipped example.
    """
    recordings = _recordings(file)
    week = _rows(hours) if hours else None
    catalogue = session.run(lambda app: loaded_catalogue(app, company))
    try:
        with scratch_database("replay") as (chosen, urls):
            uvloop.run(_replay(chosen, urls, _Source(company, catalogue, week), recordings))
    except (EmbeddedPostgresError, MigrationRefused, ServerFailed) as fault:
        session.leave(str(fault), session.EXIT_BROKEN)


@dataclass(frozen=True, slots=True)
class _Source:
    """The company to replay on: its catalogue, None for a shipped example, and other hours."""

    company: str
    catalogue: bytes | None
    week: list[HoursRow] | None


async def _replay(
    chosen: Settings, urls: Urls, source: _Source, recordings: list[Recording]
) -> None:
    async with (
        opened(chosen, urls) as app,
        running_server(
            urls.app, "--no-worker", environ=os.environ | belonging_to(app.store.secret)
        ) as address,
        aiohttp.ClientSession() as http,
    ):
        if source.catalogue is None:
            company_id = await example_as_sandbox(app, source.company)
        else:
            company_id = await restore_as_sandbox(app.db, source.catalogue)
        await book_for_nobody(app.db, company_id)
        if source.week is not None:
            await replace_hours(app.db, company_id, source.week)
        secret = secrets.token_urlsafe(32)
        await app.store.platform_secrets.add(company_id, "retell", secret)
        company = await app.store.catalogues.get(company_id)
        target = ReplayTarget(http, address, company, app.store, secret)
        async for result in replay(recordings, target):
            print(json_line(result), flush=True)


def _recordings(file: str) -> list[Recording]:
    """Read a JSON list, one object or JSON lines; leave where the file holds no recordings."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        if len(raw) > MAX_FILE_BYTES:
            session.leave(f"{file}: larger than {MAX_FILE_BYTES} bytes", session.EXIT_REFUSED)
        recordings = [_recording(item) for item in _objects(raw) if _is_call(item)]
        if not recordings:
            session.leave(f"{file}: not recordings: it is empty", session.EXIT_REFUSED)
        return recordings
    except OSError as error:
        session.leave(f"{file}: {error.strerror}", session.EXIT_REFUSED)
    except msgspec.MsgspecError as error:
        session.leave(f"{file}: not recordings: {error}", session.EXIT_REFUSED)


def _objects(raw: bytes) -> list[Any]:
    try:
        whole = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return [msgspec.json.decode(line) for line in raw.splitlines() if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def _is_call(item: Any) -> bool:
    return not isinstance(item, dict) or item.get("kind", "function_call") == "function_call"


def _recording(item: Any) -> Recording:
    return msgspec.convert(item, Recording)


def _rows(path: Path) -> list[HoursRow]:
    week = read_hours(path)
    return [(day, *stretch) for day, stretches in week.items() for stretch in stretches]
