"""A new secret for an installation that has lost its own."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from slotkeeper.assembly import database_urls
from slotkeeper.cli import session
from slotkeeper.storage import embedded
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.installation_secret import SecretRefused
from slotkeeper.storage.renew_secret import RenewedSecret
from slotkeeper.storage.renew_secret import renew_secret as renew


def renew_secret(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; otherwise only say it.")] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Let a new secret of the installation in where the old one is lost, and say what goes with it.

    Run it as the database's owner (SLOTKEEPER_OWNER_URL), with no server and no worker running.
    The new secret is SLOTKEEPER_SECRET, the file of the data directory, or else made now.
    """
    settings = session.settings()
    data_dir = settings.data_dir or embedded.default_data_dir()
    try:
        with database_urls(settings) as urls:
            renewed = asyncio.run(renew(urls.owner, settings.secret, data_dir, really=yes))
    except SecretRefused as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except EmbeddedPostgresError as fault:
        session.leave(str(fault), session.EXIT_BROKEN)
    session.print_record(_record(renewed), as_json)
    if renewed.new is None:
        session.leave("nothing is done yet; --yes does it", session.EXIT_REFUSED)


def _record(renewed: RenewedSecret) -> dict[str, object]:
    stored = [f"{company} {platform}" for company, platform in renewed.platform_secrets]
    return {
        "lost": renewed.old,
        "new": renewed.new,
        "secrets_to_store_again": ", ".join(stored) or "none",
        "callers": "each number's calls are counted anew",
    }
