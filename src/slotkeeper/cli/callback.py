"""Callbacks: list them and mark them done. Numbers are shown whole, so that somebody can ring."""

from __future__ import annotations

from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import rows, session, whose
from slotkeeper.domain.catalogue import Company
from slotkeeper.storage.callbacks import Callback

# The columns that a table has room for; --json prints all.
COLUMNS = ("company", "id", "requested_at", "customer_name", "customer_phone", "reason", "done_at")

app = typer.Typer(
    no_args_is_help=True, help="Callbacks: list who wants to be rung back, and mark it done."
)


@app.command("list")
def list_callbacks(
    company: whose.AnyCompanyOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Include callers who have been rung back.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """List the open callbacks, the oldest first; at most 500 of each company."""

    async def main(app: App) -> list[dict[str, object]]:
        return [
            _row(owner, found)
            for owner in await whose.companies(app, company)
            for found in await app.store.callbacks.listed(owner.id, done=everything)
        ]

    columns = COLUMNS if everything else COLUMNS[:-1]
    session.print_table(rows.narrow(session.run(main), columns, whole=as_json), as_json)


@app.command()
def done(
    callback_id: Annotated[
        int, typer.Argument(metavar="ID", help="The callback's id, as `list` shows it.", min=1)
    ],
    company: session.CompanyOption,
    as_json: session.JsonOption = False,
) -> None:
    """Mark a callback as done."""

    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        if not await app.store.callbacks.done(owner.id, callback_id):
            session.leave(
                f"no callback {callback_id} of {owner.slug} waits; "
                f"see: slotkeeper callback list --company {owner.slug} --all",
                session.EXIT_REFUSED,
            )
        return {"company": owner.slug, "id": callback_id, "done": True}

    session.print_record(session.run(main), as_json)


def _row(company: Company, found: Callback) -> dict[str, object]:
    return {
        "company": company.slug,
        "id": found.id,
        "requested_at": found.requested_at.astimezone(company.zone),
        "customer_name": found.customer_name,
        "customer_phone": found.customer_phone,
        "reason": found.reason,
        "call_id": found.call_id,
        "done_at": found.done_at.astimezone(company.zone) if found.done_at else None,
    }
