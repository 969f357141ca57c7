"""Check a deployed agent, or the server itself, and say what to change."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import asyncpg
import typer
from rich.text import Text

from slotkeeper.agents.retell_doctor import diagnose
from slotkeeper.agents.retell_finding import AgentFinding, Severity
from slotkeeper.agents.retell_tool_check import ExpectedServer
from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.retell import base_url_of
from slotkeeper.cli.terminal import TerminalConsole, in_one_line
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.storage.catalogue_loading import find_company, list_companies
from slotkeeper.storage.embedded import default_data_dir
from slotkeeper.storage.migrate import is_current
from slotkeeper.storage.migration_errors import MigrationRefused
from slotkeeper.voice.retell_envelope import CHANNEL

# An agent's JSON has some 100 kB; a file of this size is another one.
MAX_AGENT_BYTES = 10 * 1024 * 1024

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "note": "dim"}


def doctor(
    agent: Annotated[
        str | None,
        typer.Option(help="A Retell agent's JSON: a file, or - for standard input."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="The server's public address. Default: any address is accepted."),
    ] = None,
    company: Annotated[
        str | None,
        typer.Option(
            "--company", "-c", help="The company's slug, as it stands in the agent's addresses."
        ),
    ] = None,
    as_json: session.JsonOption = False,
) -> None:
    """Compare a deployed agent with the server; without --agent, check the server itself."""
    if agent is None:
        rows = session.run(_server_rows)
        session.print_table(rows, as_json)
        if any(row["state"] == "error" for row in rows):
            raise typer.Exit(session.EXIT_REFUSED)
        return
    human_number = _human_number(company) if company else None
    server = ExpectedServer(base_url_of(url) if url else None, company, human_number)
    try:
        findings = diagnose(_json_of(agent), server)
    except InvalidInput as no:
        session.leave(f"{agent}: {no}", session.EXIT_REFUSED)
    if as_json:
        session.print_table([asdict(finding) for finding in findings], as_json)
    else:
        _print(findings)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(session.EXIT_REFUSED)


def _human_number(slug: str) -> str | None:
    """Read whom the company hands callers over to; None where there is no such company here.

    An agent can also be checked on a machine without the server's database.
    """
    chosen = session.settings()
    if chosen.database_url is None and not (chosen.data_dir or default_data_dir()).exists():
        return None

    async def number(app: App) -> str | None:
        company_id = await find_company(app.db, slug)
        company = None if company_id is None else await app.store.catalogues.get(company_id)
        return None if company is None else company.rules.human_number or ""

    try:
        return session.attempt(number)
    except session.Failed as failed:
        typer.echo(f"the company's human_number is not compared: {failed}", err=True)
        return None


def _json_of(source: str) -> object:
    raw = session.read_input(source, MAX_AGENT_BYTES)
    if len(raw) > MAX_AGENT_BYTES:
        session.leave(f"{source}: larger than any agent", session.EXIT_REFUSED)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        session.leave(f"{source}: no JSON: {error}", session.EXIT_REFUSED)


def _print(findings: list[AgentFinding]) -> None:
    console = TerminalConsole(soft_wrap=True)
    for finding in findings:
        colour = _COLOURS[finding.severity]
        console.print(
            Text()
            .append(f"{finding.severity}  ", colour)
            .append(f"{in_one_line(finding.where)}  ")
            .append(f"{finding.code}\n", colour)
            .append(f"  is         {in_one_line(finding.found)}\n")
            .append(f"  should be  {in_one_line(finding.expected)}\n")
            .append(f"  change     {in_one_line(finding.change)}\n")
        )
    counted = Counter(finding.severity for finding in findings)
    summary = [f"{n} {kind}{'s' if n > 1 else ''}" for kind in _COLOURS if (n := counted[kind])]
    console.print(", ".join(summary) or "nothing to change")


async def _server_rows(app: App) -> list[dict[str, object]]:
    """Check schema and companies; settings and database are in order once a command runs."""
    rows = [_row("settings", "ok", "readable"), _row("database", "ok", "answers")]
    secret = app.store.secret  # another than the database's would not have come so far
    rows.append(_row("secret", "ok", f"{secret.fingerprint}, from {secret.source}"))
    schema = await _schema_row(app)
    rows.append(schema)
    if schema["state"] == "error":
        return rows
    companies = await list_companies(app.db)
    if not companies:
        rows.append(_row("companies", "warning", "none; run: slotkeeper company load FILE"))
    for company in companies:
        rows.append(await _company_row(app, company.id, company.slug))
    return rows


async def _schema_row(app: App) -> dict[str, object]:
    """Check that no migration is missing; an embedded database is migrated when it starts."""
    settings = app.settings
    if settings.database_url is None:
        return _row("schema", "ok", "current")
    try:
        current = await is_current(settings.owner_url or settings.database_url)
    except asyncpg.InsufficientPrivilegeError:
        return _row(
            "schema", "note", "not checked, as only its owner may; set SLOTKEEPER_OWNER_URL"
        )
    except (MigrationRefused, asyncpg.PostgresError, OSError) as error:
        return _row("schema", "error", str(error) or type(error).__name__)
    if not current:
        return _row("schema", "error", "not current; run: slotkeeper migrate")
    return _row("schema", "ok", "current")


async def _company_row(app: App, company_id: int, slug: str) -> dict[str, object]:
    """Check that the platform's signature is accepted and that a line leads to the company."""
    where = f"company {slug}"
    if not await app.store.platform_secrets.of(company_id, CHANNEL):
        command = f"slotkeeper {CHANNEL} secret add --company {slug}"
        return _row(where, "warning", f"no secret of {CHANNEL} is stored; run: {command}")
    if not await app.store.directory.lines(company_id):
        return _row(where, "note", f"no line: only addresses with /{slug}/ find it")
    return _row(where, "ok", f"a line, and a secret that {CHANNEL} signs with")


def _row(what: str, state: str, detail: str) -> dict[str, object]:
    return {"what": what, "state": state, "detail": detail}
