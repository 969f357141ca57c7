"""Simulates days of a salon's telephone: the success table, and a picture of outcomes over load."""

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

from slotkeeper.assembly import App, Settings, Urls, belonging_to, opened
from slotkeeper.cli import session
from slotkeeper.domain.catalogue import Cohort
from slotkeeper.lab import EXAMPLE_SALON
from slotkeeper.lab.callers.days import NoFreeDay
from slotkeeper.lab.callers.salon_copies import MOST_ALTERNATIVES, Salon, Setting, salon
from slotkeeper.lab.callers.salon_day import salon_day
from slotkeeper.lab.callers.simulated_people import Load, Scene, people, scene_of
from slotkeeper.lab.commands.catalogue_copies import example_catalogue, loaded_catalogue
from slotkeeper.lab.database.company_copy import start_afresh
from slotkeeper.lab.outcomes.counting import LoadOutcome, Round, as_row, outcome_of, round_of
from slotkeeper.lab.outcomes.picture import NoPictures, demand_pictures, draw
from slotkeeper.lab.outcomes.tables import Outcomes, alternatives_table, success_table
from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.running import running_server
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.storage.appointments import LIST_LIMIT
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.migration_errors import MigrationRefused

# The modes, in the order in which they are shown.
MODES: tuple[Cohort, ...] = ("off", "shadow", "on")
# Each caller books at most once, and all appointments are read in one list.
MOST_CALLERS = LIST_LIMIT
# The copies' ids lie beyond those that a new database gives to companies.
FIRST_COPY = 1_000
# Settings of the user's own server that would leave the scratch database or choose the mode.
NOT_FOR_US = ("SLOTKEEPER_", "FEATURE_", "REDIS_URL", "OTEL_")
# The width of the tables where there is no terminal.
TABLES_WIDTH = 130


CompanyOption = Annotated[
    str,
    typer.Option(
        "--company",
        "-c",
        help="The company whose catalogue is used, by slug or id, or a shipped example.",
    ),
]
CallersOption = Annotated[
    str,
    typer.Option(help="How many people call about a popular day; several numbers are compared."),
]
ModesOption = Annotated[str, typer.Option(help="Which modes are compared: off, shadow, on.")]
AlternativesOption = Annotated[
    str,
    typer.Option(
        help=f"How many alternatives are named, 0 to {MOST_ALTERNATIVES}; several are compared."
    ),
]
RoundsOption = Annotated[
    int, typer.Option(min=1, max=1000, help="How many days of each kind are simulated.")
]
OutOption = Annotated[Path, typer.Option(help="The folder for outcomes.svg and outcomes.png.")]


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """The options of the command line."""

    loads: tuple[Load, ...]
    settings: tuple[Setting, ...]
    seed: int
    rounds: int


def simulate(
    *,
    company: CompanyOption = EXAMPLE_SALON,
    callers: CallersOption = "15,30,60",
    modes: ModesOption = "off,shadow,on",
    alternatives: AlternativesOption = "0,2,3",
    seed: Annotated[int, typer.Option(help="A number that makes the same callers again.")] = 1,
    rounds: RoundsOption = 5,
    out: OutOption = Path(),
    as_json: session.JsonOption = False,
) -> None:
    """Simulate days of a salon's telephone in seconds: with holds, without, and in shadow.

    Real requests go to a real server on a scratch PostgreSQL; only time runs faster. The company's
    own data stays untouched.
    """
    options = SimulateOptions(_loads(callers), _settings(modes, alternatives), seed, rounds)
    try:
        demand_pictures()
        catalogue = session.run(lambda app: loaded_catalogue(app, company))
        with scratch_database("simulate") as (chosen, urls):
            outcomes = uvloop.run(_simulate(chosen, urls, company, catalogue, options))
        written = draw(outcomes, out)
    except (NoPictures, NoFreeDay, MigrationRefused) as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except (EmbeddedPostgresError, ServerFailed) as fault:
        session.leave(str(fault), session.EXIT_BROKEN)
    _print(outcomes, options, written, as_json)


def _loads(callers: str) -> tuple[Load, ...]:
    """Make a quiet day with the smallest number of callers, and a popular day with each number."""
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


async def _simulate(
    chosen: Settings, urls: Urls, company: str, catalogue: bytes | None, options: SimulateOptions
) -> Outcomes:
    environ = {name: text for name, text in os.environ.items() if not name.startswith(NOT_FOR_US)}
    async with (
        opened(chosen, urls) as app,
        running_server(
            urls.app, "--no-worker", environ=environ | belonging_to(app.store.secret)
        ) as address,
    ):
        catalogue = catalogue or await example_catalogue(app, company)
        salons = [
            await salon(catalogue, setting, company_id=number, address=address, store=app.store)
            for number, setting in enumerate(options.settings, start=FIRST_COPY)
        ]
        scene = scene_of(salons[0].company)
        with _progress() as progress:
            days = len(options.loads) * len(salons) * options.rounds
            bar = progress.add_task("simulating", total=days)
            played = await asyncio.gather(
                *(
                    _all_days(each, scene, options, app, lambda: progress.advance(bar))
                    for each in salons
                )
            )
    by_salon = dict(zip(options.settings, played, strict=True))
    return {(load, s): by_salon[s][load] for load in options.loads for s in options.settings}


async def _all_days(
    salon: Salon, scene: Scene, options: SimulateOptions, app: App, done: Callable[[], None]
) -> dict[Load, LoadOutcome]:
    """Play the rounds of every load; each day begins with an empty calendar."""
    outcomes: dict[Load, LoadOutcome] = {}
    for load in options.loads:
        rounds: list[Round] = []
        for number in range(options.rounds):
            await start_afresh(app.db, salon.company.id)
            callers = people(scene, load, f"{options.seed}/{number}")
            calls = await salon_day(salon.telephone, scene, callers)
            rounds.append(await round_of(calls, scene, salon.company.id, app.store))
            done()
        outcomes[load] = outcome_of(rounds)
    return outcomes


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


def _print(
    outcomes: Outcomes, options: SimulateOptions, written: list[Path], as_json: bool
) -> None:
    if as_json:
        print(json.dumps([as_row(load, s, outcome) for (load, s), outcome in outcomes.items()]))
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=TABLES_WIDTH)
    console.print(
        f"[bold]The success table[/bold]  seed {options.seed}, {options.rounds} days each"
    )
    console.print(success_table(outcomes))
    console.print("\n[bold]Who is served and who is starved[/bold]")
    console.print(alternatives_table(outcomes))
    console.print("In brackets: 95 % intervals (Wilson). A picture: ", end="")
    console.print(*written, sep=", ", soft_wrap=True)
