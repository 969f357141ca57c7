"""Callbacks: list the customers who want to be called back, and tick one off.

Names and numbers are shown in full, because somebody has to dial them.
"""

from __future__ import annotations

from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.domain.catalogue import Company
from slotkeeper.storage.callbacks import Callback

# What a table has room for; --json prints every field.
CALLBACK_COLUMNS = (
    *("company", "id", "requested_at", "customer_name", "customer_phone"),
    *("reason", "done_at"),
)

app = typer.Typer(no_args_is_help=True, help="Callbacks: who wants to be called back.")


@app.command("list")
def list_callbacks(
    company: session.AnyCompanyOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Include callbacks that are done.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """List who waits for a callback, the longest wait first; at most 500 a company."""

    async def main(app: App) -> list[dict[str, object]]:
        return [
            _row(owner, callback)
            for owner in await session.companies_of(app, company)
            for callback in await app.store.callbacks.listed(owner.id, done=everything)
        ]

    columns = CALLBACK_COLUMNS if everything else CALLBACK_COLUMNS[:-1]
    presenting.print_chosen(session.run(main), columns, as_json)


@app.command()
def done(
    callback_id: Annotated[int, typer.Argument(metavar="ID", help="As `list` shows it.", min=1)],
    company: session.CompanyOption,
    as_json: session.JsonOption = False,
) -> None:
    """Record that a customer has been called back."""

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


def _row(company: Company, callback: Callback) -> dict[str, object]:
    return {
        "company": company.slug,
        "id": callback.id,
        "requested_at": presenting.local_time(company, callback.requested_at),
        "customer_name": callback.customer_name,
        "customer_phone": callback.customer_phone,
        "reason": callback.reason,
        "call_id": callback.call_id,
        "done_at": presenting.local_time(company, callback.done_at),
    }
