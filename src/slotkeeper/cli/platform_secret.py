"""The secrets that a platform signs with: store one, list them, revoke one."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.storage.platform_secrets import MOST_SECRETS, refuse_weak

# The platforms that sign what they send.
Platform = Literal["retell", "elevenlabs"]

StdinOption = Annotated[
    bool, typer.Option("--secret-stdin", help="Read the platform's secret from standard input.")
]


def secret_commands(platform: Platform) -> typer.Typer:
    """Make the commands for one platform's secrets."""
    app = typer.Typer(no_args_is_help=True)

    @app.command("add")
    def add(
        company: session.CompanyOption,
        secret_stdin: StdinOption = False,
        as_json: session.JsonOption = False,
    ) -> None:
        """Store one more secret. It is the newest; the others stay valid until they are revoked."""
        store_secret(company, platform, secret_stdin, as_json)

    @app.command("list")
    def list_secrets(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
        """List the secrets by their fingerprints, the newest first. None of them is shown."""
        session.print_table(session.run(lambda app: _rows(app, company, platform)), as_json)

    @app.command()
    def revoke(
        fingerprint: Annotated[str, typer.Argument(help="As `list` shows it.")],
        company: session.CompanyOption,
        as_json: session.JsonOption = False,
    ) -> None:
        """Revoke a secret. Running servers accept it for some seconds more."""
        session.run(lambda app: _revoke(app, company, platform, fingerprint))
        session.print_record({"fingerprint": fingerprint, "revoked": True}, as_json)

    return app


def store_secret(company: str, platform: Platform, from_stdin: bool, as_json: bool) -> None:
    """Read a secret, store it, and print its fingerprint."""
    secret = _secret(platform, from_stdin)

    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        if not await app.store.platform_secrets.add(owner.id, platform, secret):
            session.leave(
                f"{owner.slug} has {MOST_SECRETS} secrets of {platform} already; revoke one, see: "
                f"slotkeeper {platform} secret list",
                session.EXIT_REFUSED,
            )
        newest = (await app.store.platform_secrets.of(owner.id, platform))[0]
        return {
            "company": owner.slug,
            "platform": platform,
            "stored": True,
            "fingerprint": newest.fingerprint,
        }

    session.print_record(session.run(main), as_json)


async def _rows(app: App, company: str, platform: Platform) -> list[dict[str, object]]:
    owner = await session.company_of(app, company)
    return [
        {
            "fingerprint": known.fingerprint,
            "added_at": presenting.local_time(owner, known.added_at),
            "last_verified_at": presenting.local_time(owner, known.verified_at),
            "state": "unreadable, store it again" if known.text is None else "valid",
        }
        for known in await app.store.platform_secrets.of(owner.id, platform)
    ]


async def _revoke(app: App, company: str, platform: Platform, fingerprint: str) -> None:
    owner = await session.company_of(app, company)
    if not await app.store.platform_secrets.revoke(owner.id, platform, fingerprint):
        session.leave(
            f"{owner.slug} has no secret {fingerprint!r}; see: slotkeeper {platform} secret list",
            session.EXIT_REFUSED,
        )


def _secret(platform: Platform, from_stdin: bool) -> str:
    """Read the secret from where it enters neither the process list nor a shell history."""
    if from_stdin:
        secret = sys.stdin.readline().strip()
    elif sys.stdin.isatty():
        question = f"The secret that {platform} signs with"
        secret = typer.prompt(question, hide_input=True, err=True).strip()
    else:
        session.leave("no terminal to ask on; use --secret-stdin", session.EXIT_REFUSED)
    try:
        refuse_weak(secret)
    except InvalidInput as no:
        session.leave(no.why, session.EXIT_REFUSED)
    return secret
