"""Keys: which programs may use the REST API, and which platforms' signatures are accepted."""

from __future__ import annotations

from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.cli.platform_secret import Platform, StdinOption, store_secret

app = typer.Typer(
    no_args_is_help=True,
    help="Keys: which programs may use the REST API, and which platforms' signatures are accepted.",
)


@app.command()
def create(
    company: session.CompanyOption,
    platform: Annotated[
        Platform | None,
        typer.Option(
            help="Store the secret that this platform signs with, instead of making a REST key."
        ),
    ] = None,
    secret_stdin: StdinOption = False,
    as_json: session.JsonOption = False,
) -> None:
    """Make a REST key and show it once; with --platform, store a platform's secret instead."""
    if platform is not None:
        store_secret(company, platform, secret_stdin, as_json)
    elif secret_stdin:
        session.leave("--secret-stdin needs --platform", session.EXIT_REFUSED)
    else:
        _make_key(company, as_json)


@app.command("list")
def list_keys(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
    """List a company's REST keys by their first characters."""

    async def main(app: App) -> list[dict[str, object]]:
        owner = await session.company_of(app, company)
        return [
            {
                "prefix": prefix,
                "created_at": presenting.local_time(owner, created_at),
                "revoked_at": presenting.local_time(owner, revoked_at),
            }
            for prefix, created_at, revoked_at in await app.store.directory.keys(owner.id)
        ]

    session.print_table(session.run(main), as_json)


@app.command()
def revoke(
    prefix: Annotated[
        str,
        typer.Argument(metavar="PREFIX", help="The key's first characters, as `list` shows them."),
    ],
    company: session.CompanyOption,
    as_json: session.JsonOption = False,
) -> None:
    """Revoke a REST key. Running servers accept it for some seconds more."""

    async def main(app: App) -> None:
        owner = await session.company_of(app, company)
        if not await app.store.directory.revoke_key(owner.id, prefix):
            session.leave(
                f"{owner.slug} has no valid key {prefix!r}; see: slotkeeper key list",
                session.EXIT_REFUSED,
            )

    session.run(main)
    session.print_record({"prefix": prefix, "revoked": True}, as_json)


def _make_key(company: str, as_json: bool) -> None:
    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        return {"company": owner.slug, "key": await app.store.directory.create_key(owner.id)}

    session.print_record(session.run(main), as_json)
    typer.echo("Keep it now: only its hash is stored, so it cannot be shown again.", err=True)
