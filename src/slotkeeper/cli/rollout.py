"""Rollout: which calls are served with holds, the kill switch, and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Any

import typer

from slotkeeper.assembly import App
from slotkeeper.assembly.web import rollout_of
from slotkeeper.cli import rollout_report, session
from slotkeeper.cli.metrics import duration_option
from slotkeeper.cli.option_groups import with_options
from slotkeeper.domain.catalogue import Company
from slotkeeper.rollout import limits
from slotkeeper.rollout.report import RolloutReport, measure

# The actor in the audit log: the command, not a person's name.
ACTOR = "cli"
DEFAULT_WINDOW = timedelta(days=7)

OneOption = Annotated[
    str | None, typer.Option("--company", "-c", help="The company, by slug or id.")
]
AllOption = Annotated[bool, typer.Option("--all", help="All companies that exist now.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Rollout: decide which calls are served with holds, and compare the outcomes.",
)


def _option(parse: Callable[[str], int]) -> Callable[[str], int]:
    """Let the command line say what is wrong with a value."""

    def parsed(text: str) -> int:
        try:
            return parse(text)
        except limits.BadValue as error:
            raise typer.BadParameter(str(error)) from error

    return parsed


@app.command()
def show(company: session.AnyCompanyOption = None, as_json: session.JsonOption = False) -> None:
    """Show the server's settings, each company's own, and what applies.

    The server's are those of this command's environment; a running server keeps those that it was
    started with.
    """

    async def main(app: App) -> list[dict[str, object]]:
        rollout, lifetime_s = rollout_of(app.settings), app.settings.lifetime_s
        server = {"enabled": rollout.enabled, "percent": rollout.percent}
        server |= {"lifetime_s": lifetime_s, "shadow": rollout.shadow}
        companies = await session.companies_of(app, company)
        return [
            {"company": "(server)", **server, "applies": ""},
            *(_shown(app, each) for each in companies),
        ]

    _print_settings(session.run(main), as_json)


@dataclass(frozen=True)
class RolloutOptions:
    """A company's own settings, named as they are stored; None where one is not named."""

    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Whether checks hold.")] = None
    percent: Annotated[
        int | None,
        typer.Option(
            parser=_option(limits.percent), metavar="0-100", help="The share of calls with holds."
        ),
    ] = None
    lifetime_s: Annotated[
        int | None,
        typer.Option(
            "--lifetime",
            parser=_option(limits.lifetime_s),
            metavar="5|300s",
            help="How long a hold lives.",
        ),
    ] = None
    shadow: Annotated[
        bool | None,
        typer.Option("--shadow/--no-shadow", help="Hold nothing; count what holds would prevent."),
    ] = None


@app.command("set")
@with_options(RolloutOptions)
def set_(
    settings: RolloutOptions,
    *,
    company: OneOption = None,
    everyone: AllOption = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Take the server's settings, except those named here.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Set which of a company's calls are served with holds; servers see it within 2 s."""
    named = asdict(settings).items()
    changes = {name: value for name, value in named if reset or value is not None}
    if not changes:
        session.leave("say what to set, such as --percent 25; see --help", session.EXIT_REFUSED)

    async def main(app: App) -> list[dict[str, object]]:
        changed = await _changed(app, company, everyone, changes, "rollout.set")
        return [_shown(app, each) for each in changed]

    _print_settings(session.run(main), as_json)


@app.command()
def stop(
    company: OneOption = None,
    everyone: AllOption = False,
    as_json: session.JsonOption = False,
) -> None:
    """Stop making new holds; holds that live are honoured until they end."""

    async def main(app: App) -> list[dict[str, object]]:
        stopped = await _changed(app, company, everyone, {"enabled": False}, "rollout.stop")
        return [
            {
                "company": each.slug,
                "new_holds": "stopped",
                "still_honoured": await app.store.rollout.holds_alive(each.id),
            }
            for each in stopped
        ]

    session.print_table(session.run(main), as_json)


@app.command()
def report(
    company: session.AnyCompanyOption = None,
    since: Annotated[
        timedelta | None, duration_option("Only answers since then. Default: 7d.")
    ] = None,
    as_json: session.JsonOption = False,
) -> None:
    """Compare the outcomes of calls with holds, without and in shadow."""

    async def main(app: App) -> RolloutReport:
        return await measure(
            await session.companies_of(app, company),
            since=await app.store.clock.now() - (since or DEFAULT_WINDOW),
            lifetime_s=app.settings.lifetime_s,
            store=app.store,
        )

    rollout_report.print_report(session.run(main), as_json)


async def _changed(
    app: App, company: str | None, everyone: bool, changes: Mapping[str, Any], action: str
) -> list[Company]:
    """Change the named company's settings, or those of all, and return the changed companies."""
    if (company is None) != everyone:
        session.leave("say whose: either --company or --all", session.EXIT_REFUSED)
    changed = []
    for each in await session.companies_of(app, company):
        await app.store.rollout.change(each.id, changes, actor=ACTOR, action=action)
        changed.append(await app.store.catalogues.reload(each.id))
    return changed


def _shown(app: App, company: Company) -> dict[str, object]:
    applied = rollout_of(app.settings).applied(company)
    if not applied.enabled:
        applies = "no holds"
    elif applied.shadow:
        applies = "no holds, in the shadow"
    else:
        lifetime_s = company.hold_ttl_s or app.settings.lifetime_s
        applies = f"holds of {lifetime_s} s for {applied.percent} % of calls"
    return {"company": company.slug, **asdict(company.rollout), "applies": applies}


def _print_settings(rows: list[dict[str, object]], as_json: bool) -> None:
    """Print settings, in a table as on, off, and a dash where the server's setting applies."""
    words = {"None": "-", "True": "on", "False": "off"}
    spelled = [{name: words.get(str(value), value) for name, value in row.items()} for row in rows]
    session.print_table(rows if as_json else spelled, as_json)
