"""``slotkeeper metrics verify``: compares every figure with a count of whole rows."""

from __future__ import annotations

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.metrics import SinceOption
from slotkeeper.lab.recount.reconciliation import Reconciliation, reconcile
from slotkeeper.storage.catalogue_loading import list_companies


def verify_figures(
    company: session.AnyCompanyOption = None,
    since: SinceOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Count every figure a second time from whole rows; exit with 1 if any differs.

    Both counts read one snapshot of the database, so calls that come meanwhile change nothing.
    """

    async def main(app: App) -> list[Reconciliation]:
        window = await app.store.clock.now() - since if since else None
        return [
            await reconcile(app.store, company_id, sandbox=sandbox, since=window)
            for company_id, sandbox in await _whose(app, company)
        ]

    results = session.run(main)
    failed = [result for result in results if not result.holds]
    rows = [row for result in failed for row in _rows(result)]
    if as_json or rows:
        session.print_table(rows, as_json)
    if not as_json:
        agree, of = len(results) - len(failed), len(results)
        compared = sum(result.compared for result in results)
        print(f"{agree} of {of} companies agree; {compared} figures compared")
    if failed:
        raise typer.Exit(session.EXIT_REFUSED)


async def _whose(app: App, company: str | None) -> list[tuple[int, bool]]:
    if company is not None:
        owner = await session.company_of(app, company)
        return [(owner.id, owner.sandbox)]
    return [(listed.id, listed.sandbox) for listed in await list_companies(app.db)]


def _rows(result: Reconciliation) -> list[dict[str, object]]:
    """Make a row of each figure that differs; a balance other than 0 differs from 0."""
    rows: list[dict[str, object]] = [
        {
            "company": result.company,
            "figure": difference.figure,
            "collected": difference.collected,
            "recounted": difference.recounted,
        }
        for difference in result.differences
    ]
    if result.balance and not any(d.figure == "balance" for d in result.differences):
        rows.append(
            {
                "company": result.company,
                "figure": "balance",
                "collected": result.balance,
                "recounted": 0,
            }
        )
    return rows
