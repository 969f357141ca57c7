"""The proof on your own machine: callers, faults, and a checker that decides."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random, SystemRandom
from typing import Annotated

import aiohttp
import typer
from rich.console import Console
from rich.table import Table

from slotkeeper.assembly import App, Settings, Urls, opened
from slotkeeper.cli import session
from slotkeeper.cli.scratch import scratch
from slotkeeper.domain.catalogue import Company
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.simulator.client import Unreachable
from slotkeeper.simulator.faults import Faults, Plan
from slotkeeper.simulator.fleet import Fleet, fleet_on
from slotkeeper.simulator.grounds import FarGround, NoSandbox, OwnGround
from slotkeeper.simulator.judge import SHOWN
from slotkeeper.simulator.proof import Run, Verdict
from slotkeeper.simulator.proof import prove as prove_run
from slotkeeper.simulator.server import ServerFailed
from slotkeeper.simulator.severing import Severing
from slotkeeper.storage import embedded
from slotkeeper.storage.embedded import Cluster, EmbeddedPostgresError
from slotkeeper.storage.embedded.watchdog import PORT

SALON = "friseur-1"
# A round is judged as a whole, in memory.
MOST_OPERATIONS = 200_000

console = Console(highlight=False)


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    operations: int
    rounds: int
    callers: int
    servers: int
    seed: str
    plan: Plan
    history: Path | None


def prove(
    *,
    operations: Annotated[
        int, typer.Option("--ops", min=1, max=MOST_OPERATIONS, help="Operations a round.")
    ] = 5_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, each on a salon of its own.")] = 1,
    callers: Annotated[int, typer.Option(min=1, max=500, help="Callers at once.")] = 32,
    servers: Annotated[int, typer.Option(min=1, max=16, help="Server processes.")] = 3,
    seed: Annotated[str | None, typer.Option(help="The same callers again.")] = None,
    kills: Annotated[int, typer.Option(min=0, help="Kill -9 of servers and worker, a round.")] = 4,
    postgres_kills: Annotated[int, typer.Option(min=0, help="Kill -9 of PostgreSQL.")] = 1,
    cuts: Annotated[
        int, typer.Option(min=0, help="Connections cut just before or after a commit.")
    ] = 20,
    stops: Annotated[int, typer.Option(min=0, help="Servers stopped across expiries.")] = 2,
    history: Annotated[Path | None, typer.Option(help="Keep the records here.")] = None,
    url: Annotated[
        str | None,
        typer.Option(
            help="A running server instead, on the sandbox company whose key is read from standard "
            "input; nothing is broken there."
        ),
    ] = None,
    as_json: session.JsonOption = False,
) -> None:
    """Let many callers use a real fleet while it breaks, and judge what they were told.

    Everything is started for it and gone afterwards; your own data is not touched. Ends with 1 if
    anything was found that must never be.
    """
    plan = Plan(kills - kills // 3, kills // 3, postgres_kills, stops, cuts)
    chosen = seed or f"{SystemRandom().randrange(10**6)}"
    wanted = Wanted(operations, rounds, callers, servers, chosen, plan, history)
    verdicts = _verdicts(wanted, url, quiet=as_json)
    if as_json:
        print(json.dumps([asdict(one) for one in verdicts], ensure_ascii=False))
    else:
        _print(verdicts)
    if not all(verdict.holds for verdict in verdicts):
        raise typer.Exit(session.EXIT_REFUSED)


def _verdicts(wanted: Wanted, url: str | None, *, quiet: bool) -> list[Verdict]:
    """Prove here or there, or leave with why not."""
    try:
        if url is not None:
            return [asyncio.run(_prove_far(wanted, url, _key(), quiet=quiet))]
        # Joined once more, to know what is to be killed.
        with scratch("prove") as (chosen, _), embedded.running(chosen.data_dir) as cluster:
            return asyncio.run(_prove(wanted, cluster, quiet=quiet))
    except NoSandbox as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except (EmbeddedPostgresError, ServerFailed, Unreachable) as fault:
        session.leave(str(fault), session.EXIT_BROKEN)


def _key() -> str:
    """Read the key from where no process list and no shell history sees it."""
    if sys.stdin.isatty():
        return str(typer.prompt("The sandbox company's key", hide_input=True, err=True)).strip()
    return sys.stdin.readline().strip()


async def _prove_far(wanted: Wanted, url: str, key: str, *, quiet: bool) -> Verdict:
    """Prove a server somewhere, over REST alone."""
    async with aiohttp.ClientSession() as http:
        ground = FarGround(http, url, key)
        await ground.demand_sandbox()
        run = Run(
            ground=ground,
            key=key,
            servers=lambda: [url.rstrip("/")],
            seed=wanted.seed,
            operations=wanted.operations,
            callers=wanted.callers,
            history_file=_file(wanted, wanted.seed),
        )
        return await _watched(run, quiet=quiet)


async def _prove(wanted: Wanted, cluster: Cluster, *, quiet: bool) -> list[Verdict]:
    socket = cluster.socket_dir / f".s.PGSQL.{PORT}"
    folder = Path(tempfile.mkdtemp(prefix="slotkeeper-way-"))
    verdicts: list[Verdict] = []
    async with (
        Severing(socket, folder) as way,
        fleet_on(
            way.url(cluster.url()) if wanted.plan.cut else cluster.url(),
            servers=wanted.servers,
            environ=os.environ,
        ) as fleet,
    ):
        for number in range(1, wanted.rounds + 1):
            seed = wanted.seed if wanted.rounds == 1 else f"{wanted.seed}-{number}"
            async with _salon(cluster, seed) as (app, company, key):
                run = _run(wanted, seed, fleet, (app, company, key))
                run.faults = Faults(fleet, cluster, way, lambda: 0.0, Random(seed))  # noqa: S311 - repeatable
                verdicts.append(await _watched(run, quiet=quiet))
    shutil.rmtree(folder, ignore_errors=True)
    return verdicts


def _run(wanted: Wanted, seed: str, fleet: Fleet, salon: tuple[App, Company, str]) -> Run:
    app, company, key = salon
    return Run(
        ground=OwnGround(company, app.store),
        key=key,
        servers=fleet.addresses,
        seed=seed,
        operations=wanted.operations,
        callers=wanted.callers,
        plan=wanted.plan.in_order(Random(seed)),  # noqa: S311 - repeatable
        history_file=_file(wanted, seed),
    )


def _file(wanted: Wanted, seed: str) -> Path | None:
    if wanted.history is None:
        return None
    wanted.history.mkdir(parents=True, exist_ok=True)
    return wanted.history / f"history-{seed}.jsonl"


async def _watched(run: Run, *, quiet: bool) -> Verdict:
    if quiet:
        return await prove_run(run)
    with console.status(f"round {run.seed}") as status:
        return await prove_run(
            run, lambda done: status.update(f"round {run.seed}: {done:,} operations")
        )


@asynccontextmanager
async def _salon(cluster: Cluster, seed: str) -> AsyncIterator[tuple[App, Company, str]]:
    """The example salon under a name of its own, and a key to it."""
    slug = f"prove-{seed.lower()}"
    source = example(SALON).replace(f"slug: {SALON}".encode(), f"slug: {slug}".encode())
    source = source.replace(b'  - "+493023125038"\n', b"").replace(b"lines:\n", b"")
    urls = Urls(cluster.url(), cluster.url(user="slotkeeper_owner"))
    async with opened(Settings(pool_size=4), urls) as app:
        loaded = await load_company(source, filename=slug, db=app.db)
        company = await app.store.catalogues.get(loaded.company_id)
        yield app, company, await app.store.directory.create_key(company.id)


def _print(verdicts: list[Verdict]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("round", "operations", "ok", "refused", "unknown", "a second", "p99", "faults"):
        table.add_column(column, justify="left" if column in ("round", "faults") else "right")
    for one in verdicts:
        faults = ", ".join(f"{n} {kind}" for kind, n in sorted(one.faults.items())) or "none"
        table.add_row(
            one.seed,
            f"{one.records:,}",
            *(f"{one.outcomes.get(name, 0):,}" for name in ("ok", "refused", "unknown")),
            f"{one.records / one.seconds:.0f}",
            f"{one.p99_s * 1000:.0f} ms",
            faults,
        )
    console.print(table)
    total = sum(one.records for one in verdicts)
    violations = [violation for one in verdicts for violation in one.violations]
    for violation in violations[: SHOWN * 4]:
        console.print(f"[red]{violation.invariant}[/red] {violation.what}")
    slowest = max(one.slowest_recovery_s for one in verdicts)
    console.print(
        f"{total:,} operations, {sum(one.appointments for one in verdicts):,} appointments, "
        f"served again after a fault within {slowest:.1f} s"
    )
    console.print(
        "[green]nothing that must never be was found[/green]"
        if not violations
        else f"[red]{len(violations)} violations[/red]"
    )
