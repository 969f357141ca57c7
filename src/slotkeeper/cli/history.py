"""The history: who did what to which appointment, callback or setting, by ids."""

from __future__ import annotations

from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session


def history(
    company: session.CompanyOption,
    limit: Annotated[
        int, typer.Option("--limit", "-n", help="How many at most.", min=1, max=10_000)
    ] = 50,
    as_json: session.JsonOption = False,
) -> None:
    """List who did what, the newest first: a call, a key, a command or the worker."""

    async def main(app: App) -> list[dict[str, object]]:
        owner = await session.company_of(app, company)
        return [
            {
                "at": presenting.local_time(owner, entry.happened_at),
                "what": entry.kind,
                "by": entry.actor,
                "to": " ".join(f"{name} {value}" for name, value in entry.payload.items()),
            }
            for entry in await app.store.outbox.history(owner.id, limit=limit)
        ]

    session.print_table(session.run(main), as_json)
