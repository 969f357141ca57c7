"""What commands share: the application, the company they are about, input, output, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import uvloop
from rich.table import Table

from slotkeeper.assembly import App, BadSetting, Settings, database_urls, opened
from slotkeeper.cli.terminal import TerminalConsole, console, in_one_line, json_line
from slotkeeper.domain.actor import Actor, act_as
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Fault, Refusal
from slotkeeper.domain.wish import Call
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.catalogue_loading import find_company, list_companies
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.installation_secret import SecretRefused
from slotkeeper.storage.migration_errors import MigrationRefused

T = TypeVar("T")

# A script tells a refusal from a fault by the exit code.
EXIT_REFUSED, EXIT_BROKEN = 1, 2
# The code that shells give to a command that Ctrl-C has ended.
EXIT_INTERRUPTED = 130

CompanyOption = Annotated[
    str, typer.Option("--company", "-c", help="The company, by slug or id.", show_default=False)
]
AnyCompanyOption = Annotated[
    str | None,
    typer.Option("--company", "-c", help="The company, by slug or id. Default: all companies."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def day_option(default: str) -> Any:
    """Make the option of a day; ``default`` says in the help which days are meant without it."""
    return typer.Option(
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help=f"A day in the company's time zone. Default: {default}.",
    )


def settings() -> Settings:
    """Read the settings from the environment, or leave with the name of the one that is wrong."""
    try:
        return Settings.from_environment()
    except BadSetting as error:
        leave(str(error), EXIT_REFUSED)


class Failed(Exception):
    """A command was refused, or something broke; ``code`` is its exit code."""

    def __init__(self, message: str, code: int) -> None:
        """Tell why."""
        super().__init__(message)
        self.code = code


def run(main: Callable[[App], Awaitable[T]]) -> T:
    """Run a command with the assembled application; a refusal exits with 1, a fault with 2."""
    try:
        return attempt(main)
    except Failed as failed:
        leave(str(failed), failed.code)


def attempt(main: Callable[[App], Awaitable[T]]) -> T:
    """Run a part of a command with the assembled application. Raises Failed."""
    chosen = settings()
    command = main.__qualname__.partition(".")[0].replace("_", "-")
    act_as(Actor("command", f"{main.__module__.rpartition('.')[2]} {command}"))

    async def in_session(urls: Any) -> T:
        async with opened(chosen, urls) as app:
            return await main(app)

    try:
        with database_urls(chosen) as urls:
            return uvloop.run(in_session(urls))
    except Refusal as no:
        raise Failed(f"{no.code}: {str(no) or type(no).__doc__}", EXIT_REFUSED) from no
    except (MigrationRefused, BadSetting, SecretRefused) as no:
        raise Failed(str(no), EXIT_REFUSED) from no
    except (Fault, EmbeddedPostgresError) as fault:
        raise Failed(str(fault) or type(fault).__name__, EXIT_BROKEN) from fault


async def company_of(app: App, slug_or_id: str) -> Company:
    """Read a company's catalogue, or leave where there is no such company."""
    company_id = await find_company(app.db, slug_or_id)
    if company_id is None:
        leave(f"no company {slug_or_id!r}; see: slotkeeper company list", EXIT_REFUSED)
    return await app.store.catalogues.get(company_id)


async def companies_of(app: App, slug_or_id: str | None) -> list[Company]:
    """Read the catalogue of the company that was named or, with None, of every company."""
    if slug_or_id is not None:
        return [await company_of(app, slug_or_id)]
    return [await app.store.catalogues.get(listed.id) for listed in await list_companies(app.db)]


def desk_context(app: App, company: Company) -> RequestContext:
    """Make the context of a command that the desk gives."""
    return RequestContext(company, Call("desk"), app.store, hold_ttl_s=app.settings.lifetime_s)


def read_input(file: str, max_bytes: int) -> bytes:
    """Read a file, or standard input for ``-``; leave where it cannot be read.

    One byte more than ``max_bytes`` is read at most, so that the caller can tell what is too long.
    """
    if file == "-":
        return sys.stdin.buffer.read(max_bytes + 1)
    try:
        with Path(file).open("rb") as opened_file:
            return opened_file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        leave(f"{file}: {reason}", EXIT_REFUSED)


def leave(message: str, code: int) -> NoReturn:
    """Print the reason on standard error and exit with this code."""
    TerminalConsole(stderr=True).print(message, style="red", soft_wrap=True)
    raise typer.Exit(code)


def print_table(rows: Sequence[Mapping[str, object]], as_json: bool) -> None:
    """Print rows that have the same columns, as a table or as a JSON list."""
    if as_json:
        print(json_line(list(rows)))
        return
    if not rows:
        print("none")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in rows[0]:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    console().print(table)


def print_record(record: Mapping[str, object], as_json: bool) -> None:
    """Print one record, as lines or as a JSON object."""
    if as_json:
        print(json_line(record))
        return
    width = max(len(name) for name in record)
    for name, value in record.items():
        print(f"{name.replace('_', ' '):<{width}}  {_cell(value)}")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%a %Y-%m-%d %H:%M:%S}" if value.second else f"{value:%a %Y-%m-%d %H:%M}"
    return "" if value is None else in_one_line(str(value))
