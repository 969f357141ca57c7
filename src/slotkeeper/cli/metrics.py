"""Figures of reservations: as they stand, as they move, and whether they add up."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.metrics_tables import FiguresSample
from slotkeeper.cli.metrics_watch import FiguresScreen
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.reconciliation import Reconciliation, reconcile
from slotkeeper.storage.catalogue import list_companies

# As in the original.
WATCH_EVERY_S = 5.0
# Beyond ten years every row is younger.
MAX_SINCE_DAYS = 3_650
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """Read 30m, 24h or 7d."""
    found = re.fullmatch(r"([0-9]{1,7})([mhd])", text.strip().lower())
    lasts = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < lasts <= timedelta(days=MAX_SINCE_DAYS):
        raise typer.BadParameter(f"expected a time such as 30m, 24h or 7d, not {text!r}")
    return lasts


SinceOption = Annotated[
    timedelta | None,
    typer.Option(
        parser=duration,
        metavar="30m|24h|7d",
        help="Only what was made so long ago at most. Default: ever.",
        show_default=False,
    ),
]

app = typer.Typer(no_args_is_help=True, help="Figures, counted from the rows when asked for.")


@app.command()
def reservations(
    *,
    company: session.AnyCompanyOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
    interval: Annotated[
        float, typer.Option(min=0.2, max=3600, help="Seconds from look to look with --watch.")
    ] = WATCH_EVERY_S,
    since: SinceOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Count what became of reservations: of one company in full, of all a line each.

    With --watch and no terminal: a JSON object a line. A sandbox company is judged by the statuses
    of its rows, because only its tests know its clock.
    """

    async def main(app: App) -> None:
        owner = await session.company_of(app, company) if company else None

        async def look() -> FiguresSample:
            collector = ReservationMetricsCollector(app.store)
            read_at = await app.store.clock.now()
            window = read_at - since if since else None
            if owner is None:
                return FiguresSample(read_at, window, await collector.collect_each(since=window))
            figures = await collector.collect(owner.id, since=window)
            return FiguresSample(read_at, window, [figures], owner)

        screen = FiguresScreen(as_json=as_json, watching=watch)
        if watch:
            await screen.watch(look, interval)
        else:
            screen.show(await look())

    session.run(main)


@app.command("verify")
def verify_figures(
    company: session.AnyCompanyOption = None,
    since: SinceOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Count every figure once more from whole rows, and compare: exit code 1 if any differs.

    Both ways read the same instant: callers who ring meanwhile make no difference.
    """

    async def main(app: App) -> list[Reconciliation]:
        window = await app.store.clock.now() - since if since else None
        return [
            await reconcile(app.store, company_id, sandbox=sandbox, since=window)
            for company_id, sandbox in await _whose(app, company)
        ]

    verdicts = session.run(main)
    broken = [one for one in verdicts if not one.holds]
    found = [row for one in broken for row in _rows(one)]
    if as_json or found:
        session.print_table(found, as_json)
    if not as_json:
        agree, of = len(verdicts) - len(broken), len(verdicts)
        compared = sum(one.compared for one in verdicts)
        print(f"{agree} of {of} companies agree; {compared} figures compared")
    if broken:
        raise typer.Exit(session.EXIT_REFUSED)


async def _whose(app: App, company: str | None) -> list[tuple[int, bool]]:
    if company is not None:
        owner = await session.company_of(app, company)
        return [(owner.id, owner.sandbox)]
    return [(listed.id, listed.sandbox) for listed in await list_companies(app.db)]


def _rows(verdict: Reconciliation) -> list[dict[str, object]]:
    """What differs; a sum that does not come out differs from zero."""
    rows: list[dict[str, object]] = [
        {
            "company": verdict.company,
            "figure": one.figure,
            "collected": one.collected,
            "recounted": one.recounted,
        }
        for one in verdict.differences
    ]
    if verdict.balance and not any(one.figure == "balance" for one in verdict.differences):
        rows.append(
            {
                "company": verdict.company,
                "figure": "balance",
                "collected": verdict.balance,
                "recounted": 0,
            }
        )
    return rows
