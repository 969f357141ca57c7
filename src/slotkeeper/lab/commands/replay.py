"""Replaying recorded function calls on a scratch database: JSON lines out."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import msgspec
import typer
import uvloop

from slotkeeper.assembly import App, Settings, Urls, opened
from slotkeeper.cli import session
from slotkeeper.cli.understand import read_hours
from slotkeeper.domain.errors import NotFound
from slotkeeper.lab.callers.recordings import Recording, ReplayTarget, replay
from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.running import running_server
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage.catalogue_loading import find_company
from slotkeeper.storage.company_copy import HoursRow, replace_hours, restore_as_sandbox, snapshot
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.migrate import MigrationRefused

# A recording is a test's data, not an archive.
MAX_FILE_BYTES = 64 * 1024 * 1024


def replay_file(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A JSON list or JSON lines of recordings; - for stdin"),
    ],
    company: session.CompanyOption,
    hours: Annotated[
        Path | None, typer.Option(help='Other opening hours: {"mon": ["09:00-18:00"], ...}.')
    ] = None,
) -> None:
    """Replay recorded function calls, each at its time; the company's own data stays untouched."""
    recordings = _recordings(file)
    week = _rows(hours) if hours else None
    taken = session.run(lambda app: _snapshot(app, company))
    try:
        with scratch_database("replay") as (chosen, urls):
            uvloop.run(_replay(chosen, urls, recordings, (taken, week)))
    except (EmbeddedPostgresError, MigrationRefused, ServerFailed) as fault:
        session.leave(str(fault), session.EXIT_BROKEN)


async def _snapshot(app: App, slug_or_id: str) -> bytes:
    """Take the company's catalogue; of one that is not loaded, the shipped example's."""
    company_id = await find_company(app.db, slug_or_id)
    if company_id is None:
        try:
            loaded = await load_company(example(slug_or_id), filename=slug_or_id, db=app.db)
        except NotFound:
            session.leave(
                f"no company {slug_or_id!r}; see: slotkeeper company list", session.EXIT_REFUSED
            )
        company_id = loaded.company_id
    return await snapshot(app.db, company_id)


async def _replay(
    chosen: Settings,
    urls: Urls,
    recordings: list[Recording],
    wanted: tuple[bytes, list[HoursRow] | None],
) -> None:
    taken, week = wanted
    async with (
        opened(chosen, urls) as app,
        running_server(urls.app, "--no-worker", environ=os.environ) as address,
        aiohttp.ClientSession() as http,
    ):
        company_id = await restore_as_sandbox(app.db, taken)
        if week is not None:
            await replace_hours(app.db, company_id, week)
        secret = secrets.token_urlsafe(32)
        await app.store.directory.add_secret(company_id, "retell", secret)
        company = await app.store.catalogues.get(company_id)
        target = ReplayTarget(http, address, company, app.store, secret)
        async for told in replay(recordings, target):
            print(json.dumps(told, ensure_ascii=False), flush=True)


def _recordings(file: str) -> list[Recording]:
    """Read a JSON list, one object, or JSON lines; leave with what is wrong."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        if len(raw) > MAX_FILE_BYTES:
            session.leave(f"{file}: larger than {MAX_FILE_BYTES} bytes", session.EXIT_REFUSED)
        found = [_recording(one) for one in _objects(raw) if _is_call(one)]
        if not found:
            session.leave(f"{file}: not recordings: it is empty", session.EXIT_REFUSED)
        return found
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


def _is_call(one: Any) -> bool:
    return not isinstance(one, dict) or one.get("kind", "function_call") == "function_call"


def _recording(one: Any) -> Recording:
    return msgspec.convert(one, Recording)


def _rows(path: Path) -> list[HoursRow]:
    week = read_hours(path)
    return [(day, *stretch) for day, stretches in week.items() for stretch in stretches]
