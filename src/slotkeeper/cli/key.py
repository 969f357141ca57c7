"""Keys: which programs may use the REST API, and which platforms' signatures are accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.cli.platform_secret import Platform, StdinOption, store_secret
from slotkeeper.storage.directory import Scope

app = typer.Typer(
    no_args_is_help=True,
    help="Keys: which programs may use the REST API, and which platforms' signatures are accepted.",
)


@app.command()
def create(
    *,
    company: session.CompanyOption,
    platform: Annotated[
        Platform | None,
        typer.Option(
            help="Store the secret that this platform signs with, instead of making a REST key."
        ),
    ] = None,
    secret_stdin: StdinOption = False,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What the key may do: read, agent, desk, import, metrics or admin; may be given "
            "several times. Default: admin, which is all of it."
        ),
    ] = None,
    expires: Annotated[
        datetime | None, session.day_option("never; otherwise the key ends as this day begins")
    ] = None,
    as_json: session.JsonOption = False,
) -> None:
    """Make a REST key and show it once; with --platform, store a platform's secret instead."""
    if platform is not None:
        if scope or expires:
            session.leave("--scope and --expires are for REST keys", session.EXIT_REFUSED)
        store_secret(company, platform, secret_stdin, as_json)
    elif secret_stdin:
        session.leave("--secret-stdin needs --platform", session.EXIT_REFUSED)
    else:
        _make_key(company, _scopes(scope or ["admin"]), expires, as_json)


@app.command("list")
def list_keys(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
    """List a company's REST keys by their first characters."""

    async def main(app: App) -> list[dict[str, object]]:
        owner = await session.company_of(app, company)
        return [
            {
                "prefix": key.prefix,
                "scopes": " ".join(key.scopes),
                "created_at": presenting.local_time(owner, key.created_at),
                "last_used_at": presenting.local_time(owner, key.last_used_at),
                "expires_at": presenting.local_time(owner, key.expires_at),
                "revoked_at": presenting.local_time(owner, key.revoked_at),
            }
            for key in await app.store.directory.keys(owner.id)
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


def _scopes(words: list[str]) -> list[Scope]:
    """Read scopes; leave where one is none."""
    known: dict[str, Scope] = {scope: scope for scope in get_args(Scope)}
    for word in words:
        if word not in known:
            session.leave(f"{word!r} is no scope: {', '.join(known)}", session.EXIT_REFUSED)
    return [known[word] for word in dict.fromkeys(words)]


def _make_key(company: str, scopes: list[Scope], expires: datetime | None, as_json: bool) -> None:
    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        expires_at = expires.replace(tzinfo=owner.zone) if expires else None
        if expires_at is not None and expires_at <= datetime.now(UTC):
            session.leave("this key would have ended already", session.EXIT_REFUSED)
        key = await app.store.directory.create_key(owner.id, scopes, expires_at)
        return {
            "company": owner.slug,
            "key": key,
            "scopes": " ".join(scopes),
            "expires_at": presenting.local_time(owner, expires_at),
        }

    session.print_record(session.run(main), as_json)
    typer.echo("Keep it now: only its hash is stored, so it cannot be shown again.", err=True)
