"""Retell: write an agent for a company, ready to be sent to Retell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from slotkeeper.agents.retell_flow import exported
from slotkeeper.cli import session
from slotkeeper.cli.platform_secret import secret_commands

app = typer.Typer(no_args_is_help=True, help="Retell: write an agent that speaks to this server.")
app.add_typer(secret_commands("retell"), name="secret", help="The secrets that Retell signs with.")

# Retell cannot reach these; they are allowed for a tunnel, or to look at an export.
_OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


@app.command()
def export(
    company: session.CompanyOption,
    url: Annotated[
        str,
        typer.Option(help="The server's public address, such as https://slots.example."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write to this file, or into this folder, instead of standard output."),
    ] = None,
) -> None:
    """Write an agent's tools, conversation flow and webhook as JSON, ready to be sent to Retell."""
    base_url = base_url_of(url)
    owner = session.run(lambda app: session.company_of(app, company))
    text = json.dumps(exported(owner, base_url=base_url), ensure_ascii=False, indent=2)
    if out is None:
        print(text)
    else:
        typer.echo(f"written: {_write(out, f'retell-{owner.slug}.json', text)}", err=True)


def base_url_of(text: str) -> str:
    """Return a server's public address without its last slash, or leave where it is none."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or parts.hostname in _OWN_MACHINE
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        secure = whole = False
    if not whole or "?" in url or "#" in url or "@" in url or " " in url:
        session.leave(f"{text!r} is no address such as https://slots.example", session.EXIT_REFUSED)
    if not secure:
        session.leave(f"{text!r}: callers' words travel there, so use https", session.EXIT_REFUSED)
    if "/v1/" in f"{url}/":
        session.leave(f"{text!r}: give the address without /v1/…", session.EXIT_REFUSED)
    return url


def _write(out: Path, name: str, text: str) -> Path:
    path = out / name if out.is_dir() else out
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        session.leave(f"{path}: {error.strerror or error}", session.EXIT_REFUSED)
    return path
