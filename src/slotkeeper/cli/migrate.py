"""The database's schema: bring it up to date, or compare it with what it should be."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from slotkeeper.assembly import Urls, database_urls
from slotkeeper.cli import session
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.migrate import migrate as apply
from slotkeeper.storage.migration_errors import MigrationRefused
from slotkeeper.storage.verify import SchemaFinding, is_whole
from slotkeeper.storage.verify import verify as look


def migrate(
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Change nothing: list what is missing and what does not belong."
        ),
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Bring the database's schema up to date, as its owner (SLOTKEEPER_OWNER_URL)."""
    try:
        with database_urls(session.settings()) as urls:
            if verify:
                _print_findings(asyncio.run(look(urls.owner)), as_json)
            else:
                _print_applied(urls, as_json)
    except MigrationRefused as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except EmbeddedPostgresError as fault:
        session.leave(str(fault), session.EXIT_BROKEN)


def _print_applied(urls: Urls, as_json: bool) -> None:
    applied = asyncio.run(apply(urls.owner))
    session.print_table([{"applied": name} for name in applied.names], as_json)
    for warning in applied.warnings:
        typer.echo(f"warning: {warning}", err=True)


def _print_findings(findings: list[SchemaFinding], as_json: bool) -> None:
    session.print_table(
        [
            {"table": f.table, "kind": f.kind, "name": f.name, "state": f.state, "detail": f.detail}
            for f in findings
        ],
        as_json,
    )
    if not is_whole(findings):
        session.leave("the schema is not whole", session.EXIT_REFUSED)
