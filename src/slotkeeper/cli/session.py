"""What every command shares: running the application, printing records, ending with a code."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from slotkeeper.assembly import App, BadSetting, Settings, database_urls, opened
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Fault, Refusal
from slotkeeper.domain.wish import Call
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.catalogue import find_company
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.migrate import MigrationRefused

T = TypeVar("T")

# Exit codes by which scripts tell a refusal from a fault.
EXIT_REFUSED, EXIT_BROKEN = 1, 2
# The exit code that shells give to a command that Ctrl-C ended.
EXIT_INTERRUPTED = 130

CompanyOption = Annotated[
    str, typer.Option("--company", "-c", help="The company, by slug or id.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def settings() -> Settings:
    """Read the settings from the environment; end the command if one is wrong."""
    try:
        return Settings.from_environment()
    except BadSetting as error:
        leave(str(error), EXIT_REFUSED)


def run(main: Callable[[App], Awaitable[T]]) -> T:
    """Run a command with the assembled application; exit with 1 on a refusal, 2 on a fault."""
    chosen = settings()

    async def in_session(urls: Any) -> T:
        async with opened(chosen, urls) as app:
            return await main(app)

    try:
        with database_urls(chosen) as urls:
            return uvloop.run(in_session(urls))
    except Refusal as no:
        leave(f"{no.code}: {str(no) or type(no).__doc__}", EXIT_REFUSED)
    except (MigrationRefused, BadSetting) as no:
        leave(str(no), EXIT_REFUSED)
    except (Fault, EmbeddedPostgresError) as fault:
        leave(str(fault) or type(fault).__name__, EXIT_BROKEN)


async def company_of(app: App, slug_or_id: str) -> Company:
    """Find the company by slug or id; end the command if there is none."""
    company_id = await find_company(app.db, slug_or_id)
    if company_id is None:
        leave(f"no company {slug_or_id!r}; see: slotkeeper company list", EXIT_REFUSED)
    return await app.store.catalogues.get(company_id)


def desk_context(app: App, company: Company) -> RequestContext:
    """Make the context of what the desk asks for by a command."""
    return RequestContext(company, Call("desk"), app.store, hold_ttl_s=app.settings.lifetime_s)


def leave(message: str, code: int) -> NoReturn:
    """Print a message on standard error and end the command with this code."""
    Console(stderr=True, highlight=False).print(f"[red]{escape(message)}[/red]", soft_wrap=True)
    raise typer.Exit(code)


def print_table(rows: Sequence[Mapping[str, object]], as_json: bool) -> None:
    """Print rows of one shape, as a table or as a JSON list."""
    if as_json:
        print(json.dumps(list(rows), default=_plain, ensure_ascii=False))
        return
    if not rows:
        print("none")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in rows[0]:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)


def print_record(record: Mapping[str, object], as_json: bool) -> None:
    """Print one record, as lines or as a JSON object."""
    if as_json:
        print(json.dumps(record, default=_plain, ensure_ascii=False))
        return
    width = max(len(name) for name in record)
    for name, value in record.items():
        print(f"{name.replace('_', ' '):<{width}}  {_cell(value)}")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"cannot print {type(value).__name__}")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%a %Y-%m-%d %H:%M:%S}" if value.second else f"{value:%a %Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
