"""Simulated days of a salon's telephone: the success table, and a picture of outcomes over load."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from slotkeeper.assembly import App, Settings, Urls, opened
from slotkeeper.cli import session
from slotkeeper.domain.catalogue import Cohort
from slotkeeper.domain.errors import NotFound
from slotkeeper.lab.callers.days import NoFreeDay
from slotkeeper.lab.callers.salon_copies import MOST_ALTERNATIVES, Salon, Setting, salon
from slotkeeper.lab.callers.salon_day import salon_day
from slotkeeper.lab.callers.simulated_people import Load, Scene, people, scene_of
from slotkeeper.lab.outcomes.counting import LoadOutcome, Round, as_row, outcome_of, round_of
from slotkeeper.lab.outcomes.picture import NoPictures, demand_pictures, draw
from slotkeeper.lab.outcomes.tables import Outcomes, alternatives_table, success_table
from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.running import running_server
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage.appointments import LIST_LIMIT
from slotkeeper.storage.catalogue_loading import find_company
from slotkeeper.storage.company_copy import snapshot, start_afresh
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.migrate import MigrationRefused

# In the order in which they are shown.
MODES: tuple[Cohort, ...] = ("off", "shadow", "on")
# Everybody may book once, and what stands is read at once.
MOST_CALLERS = LIST_LIMIT
# The copies' numbers lie beyond what a scratch database gives to companies of its own.
FIRST_COPY = 1_000
# Settings of the user's own server that would reach beyond the scratch database or decide modes.
NOT_FOR_US = ("SLOTKEEPER_", "FEATURE_", "REDIS_URL", "OTEL_")
# A log is read later; a terminal is as wide as it is.
LOG_WIDTH = 130


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """What the command line asked for."""

    loads: tuple[Load, ...]
    settings: tuple[Setting, ...]
    seed: int
    rounds: int


def simulate(
    *,
    company: Annotated[str, typer.Option("--company", "-c", help="Whose catalogue.")] = "friseur-1",
    callers: Annotated[str, typer.Option(help="How many ring about a popular day.")] = "15,30,60",
    modes: Annotated[str, typer.Option(help="With which holds.")] = "off,shadow,on",
    alternatives: Annotated[
        str, typer.Option(help=f"How many other times are named, 0 to {MOST_ALTERNATIVES}.")
    ] = "0,2,3",
    seed: Annotated[int, typer.Option(help="Other callers.")] = 1,
    rounds: Annotated[int, typer.Option(min=1, max=1000, help="How many days of each kind.")] = 5,
    out: Annotated[Path, typer.Option(help="Where outcomes.svg and outcomes.png go.")] = Path(),
    as_json: session.JsonOption = False,
) -> None:
    """Simulate days of a salon's telephone in seconds: with holds, without, and in shadow.

    Real requests to a real server on a scratch PostgreSQL; only time runs faster. The company's own
    data stays untouched.
    """
    plan = SimulateOptions(_loads(callers), _settings(modes, alternatives), seed, rounds)
    try:
        demand_pictures()
        taken = session.run(lambda app: _snapshot(app, company))
        with scratch_database("simulate") as (chosen, urls):
            outcomes = uvloop.run(_simulate(chosen, urls, company, taken, plan))
        written = draw(outcomes, out)
    except (NoPictures, NoFreeDay, MigrationRefused) as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except (EmbeddedPostgresError, ServerFailed) as fault:
        session.leave(str(fault), session.EXIT_BROKEN)
    _print(outcomes, plan, written, as_json)


def _loads(callers: str) -> tuple[Load, ...]:
    """A quiet day with as many as the smallest number, and the popular ones."""
    numbers = sorted(_numbers("--callers", callers, least=1, most=MOST_CALLERS))
    return (Load(numbers[0], quiet=True), *(Load(number) for number in numbers))


def _settings(modes: str, alternatives: str) -> tuple[Setting, ...]:
    wanted = [word.strip() for word in modes.split(",")]
    if unknown := [word for word in wanted if word not in MODES]:
        no = f"--modes: no {unknown[0]!r}; there are {', '.join(MODES)}"
        session.leave(no, session.EXIT_REFUSED)
    numbers = sorted(_numbers("--alternatives", alternatives, least=0, most=MOST_ALTERNATIVES))
    return tuple(Setting(mode, n) for mode in MODES if mode in wanted for n in numbers)


def _numbers(option: str, text: str, *, least: int, most: int) -> set[int]:
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and least <= int(word) <= most for word in words):
        no = f"{option}: whole numbers from {least} to {most}, separated by commas"
        session.leave(no, session.EXIT_REFUSED)
    return {int(word) for word in words}


async def _snapshot(app: App, slug_or_id: str) -> bytes | None:
    """Take the company's catalogue; None where it is not loaded and a shipped example."""
    company_id = await find_company(app.db, slug_or_id)
    if company_id is not None:
        return await snapshot(app.db, company_id)
    try:
        example(slug_or_id)
    except NotFound:
        no = f"no company {slug_or_id!r}; see: slotkeeper company list"
        session.leave(no, session.EXIT_REFUSED)
    return None


async def _example(app: App, slug: str) -> bytes:
    """Take a shipped example's catalogue, for which it is loaded into the scratch database."""
    loaded = await load_company(example(slug), filename=slug, db=app.db)
    return await snapshot(app.db, loaded.company_id)


async def _simulate(
    chosen: Settings, urls: Urls, company: str, taken: bytes | None, plan: SimulateOptions
) -> Outcomes:
    environ = {name: text for name, text in os.environ.items() if not name.startswith(NOT_FOR_US)}
    async with (
        opened(chosen, urls) as app,
        running_server(urls.app, "--no-worker", environ=environ) as address,
    ):
        taken = taken or await _example(app, company)
        salons = [
            await salon(taken, setting, company_id=number, address=address, store=app.store)
            for number, setting in enumerate(plan.settings, start=FIRST_COPY)
        ]
        scene = scene_of(salons[0].company)
        with _progress() as progress:
            days = len(plan.loads) * len(salons) * plan.rounds
            bar = progress.add_task("simulating", total=days)
            played = await asyncio.gather(
                *(_all_days(one, scene, plan, app, lambda: progress.advance(bar)) for one in salons)
            )
    by_salon = dict(zip(plan.settings, played, strict=True))
    return {(load, s): by_salon[s][load] for load in plan.loads for s in plan.settings}


async def _all_days(
    one: Salon, scene: Scene, plan: SimulateOptions, app: App, done: Callable[[], None]
) -> dict[Load, LoadOutcome]:
    """Play every load as often as was asked for; each day begins with an empty calendar."""
    found: dict[Load, LoadOutcome] = {}
    for load in plan.loads:
        rounds: list[Round] = []
        for number in range(plan.rounds):
            await start_afresh(app.db, one.company.id)
            callers = people(scene, load, f"{plan.seed}/{number}")
            lived = await salon_day(one.telephone, scene, callers)
            rounds.append(await round_of(lived, scene, one.company.id, app.store))
            done()
        found[load] = outcome_of(rounds)
    return found


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _print(outcomes: Outcomes, plan: SimulateOptions, written: list[Path], as_json: bool) -> None:
    if as_json:
        print(json.dumps([as_row(load, s, found) for (load, s), found in outcomes.items()]))
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LOG_WIDTH)
    console.print(f"[bold]The success table[/bold]  seed {plan.seed}, {plan.rounds} days each")
    console.print(success_table(outcomes))
    console.print("\n[bold]Who is served and who is starved[/bold]")
    console.print(alternatives_table(outcomes))
    console.print("In brackets: 95 % intervals (Wilson). A picture: ", end="")
    console.print(*written, sep=", ", soft_wrap=True)
