"""``slotkeeper metrics``: prints figures once or repeatedly."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.extensions import ExtensibleGroup
from slotkeeper.cli.metrics_tables import FiguresSample
from slotkeeper.cli.metrics_watch import FiguresScreen
from slotkeeper.metrics.collector import ReservationMetricsCollector

# The original's interval.
WATCH_EVERY_S = 5.0
# Ten years: no row is older.
MAX_SINCE_DAYS = 3_650
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """Read a duration such as 30m, 24h or 7d. Raises typer.BadParameter."""
    match = re.fullmatch(r"([0-9]{1,7})([mhd])", text.strip().lower())
    lasts = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < lasts <= timedelta(days=MAX_SINCE_DAYS):
        raise typer.BadParameter(f"expected a time such as 30m, 24h or 7d, not {text!r}")
    return lasts


def duration_option(text: str) -> Any:
    """Make an option that takes a duration, with this help."""
    return typer.Option(parser=duration, metavar="30m|24h|7d", help=text, show_default=False)


SinceOption = Annotated[
    timedelta | None,
    duration_option("Count only what was made in this time up to now. Default: all time."),
]


class MetricsCommands(ExtensibleGroup):
    """The noun's own commands, and `metrics verify`, which the laboratory brings."""

    joined_by = "slotkeeper.commands.metrics"


app = typer.Typer(
    cls=MetricsCommands,
    no_args_is_help=True,
    help="Print figures, counted from the rows at each call.",
)


@app.command()
def reservations(
    *,
    company: session.AnyCompanyOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Print again and again until Ctrl-C.")
    ] = False,
    interval: Annotated[
        float, typer.Option(min=0.2, max=3600, help="Seconds between two readings with --watch.")
    ] = WATCH_EVERY_S,
    since: SinceOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Count reservations by what became of them: one company in full, or a line for each.

    With --watch but without a terminal, each reading is printed as one line of JSON. The holds of a
    sandbox company count by their status alone, because only its tests know its clock.
    """

    async def main(app: App) -> None:
        owner = await session.company_of(app, company) if company else None

        async def read_sample() -> FiguresSample:
            collector = ReservationMetricsCollector(app.store)
            read_at = await app.store.clock.now()
            window = read_at - since if since else None
            if owner is None:
                return FiguresSample(read_at, window, await collector.collect_each(since=window))
            figures = await collector.collect(owner.id, since=window)
            return FiguresSample(read_at, window, [figures], owner)

        screen = FiguresScreen(as_json=as_json, watching=watch)
        if watch:
            await screen.watch(read_sample, interval)
        else:
            screen.show(await read_sample())

    session.run(main)
