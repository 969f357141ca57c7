"""The proof on your own machine: callers, faults, and a judge."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random, SystemRandom
from typing import Annotated

import aiohttp
import typer
from rich.table import Table
from rich.text import Text

from slotkeeper.assembly import App, Settings, Urls, belonging_to, opened
from slotkeeper.cli import session
from slotkeeper.cli.terminal import TerminalConsole, json_line
from slotkeeper.domain.catalogue import Company
from slotkeeper.lab.callers.retell_line import Unreachable
from slotkeeper.lab.proof.capabilities import SmallDisk, small_disk
from slotkeeper.lab.proof.faults import RECOVERY_S, FaultPlan
from slotkeeper.lab.proof.judge import SHOWN
from slotkeeper.lab.proof.machinery import FeasibleFaults, Machinery, machinery
from slotkeeper.lab.proof.run import ProofRun, ProofVerdict
from slotkeeper.lab.proof.run import prove as prove_run
from slotkeeper.lab.proof.targets import NoSandbox, OwnSalonTarget, RemoteTarget, salon_file
from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.operations.load_company import load_company
from slotkeeper.storage import embedded
from slotkeeper.storage.embedded import Cluster, EmbeddedPostgresError
from slotkeeper.storage.installation_secret import InstallationSecret

# A round is judged as a whole, in memory.
MOST_OPERATIONS = 200_000

# A round of so many operations waits at its end until those whose line dropped may ring again.
WAITS_FROM_OPERATIONS = 2_000

# The faults of a round where the command line names no others.
USUAL_FAULTS = FaultPlan(
    kill_server=3,
    kill_worker=1,
    kill_postgres=1,
    stop_server=2,
    cut=20,
    slow_postgres=1,
    clock_off=1,
    kill_redis=1,
    full_disk=1,
    promote=1,
)

console = TerminalConsole()

OpsOption = Annotated[
    int, typer.Option("--ops", min=1, max=MOST_OPERATIONS, help="Operations in each round.")
]
RoundsOption = Annotated[int, typer.Option(min=1, help="Rounds, each with a salon of its own.")]
SeedOption = Annotated[str | None, typer.Option(help="A text that makes the same callers again.")]
FaultOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="KIND=N",
        help="How many faults of a kind a round has; all=0 leaves them all out. Default: "
        + ", ".join(f"{kind}={count}" for kind, count in asdict(USUAL_FAULTS).items())
        + ".",
    ),
]
RecoveryOption = Annotated[
    float,
    typer.Option(min=1, help="Seconds after a fault within which a caller must be served again."),
]
HistoryOption = Annotated[
    Path | None, typer.Option(help="A folder for the records, as JSON lines.")
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        help="Prove a running server instead, with the sandbox company whose key is read from "
        "standard input. No faults are injected there."
    ),
]


@dataclass(frozen=True)
class ProveOptions:
    """The options of the command line."""

    operations: int
    rounds: int
    callers: int
    servers: int
    seed: str
    feasible: FeasibleFaults
    recovery_s: float
    history: Path | None


def prove(
    *,
    operations: OpsOption = 5_000,
    rounds: RoundsOption = 1,
    callers: Annotated[int, typer.Option(min=1, max=500, help="Callers at the same time.")] = 32,
    servers: Annotated[int, typer.Option(min=1, max=16, help="Server processes.")] = 3,
    seed: SeedOption = None,
    fault: FaultOption = None,
    recovery: RecoveryOption = RECOVERY_S,
    history: HistoryOption = None,
    url: UrlOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Let many callers use real servers while faults are injected, and judge every answer.

    Everything is started for the proof and gone afterwards; your own data is not touched. Exits
    with 1 if a violation was found.
    """
    feasible = FeasibleFaults(_plan(fault or []))
    chosen = seed or f"{SystemRandom().randrange(10**6)}"
    options = ProveOptions(
        operations, rounds, callers, servers, chosen, feasible, recovery, history
    )
    verdicts = _verdicts(options, url, quiet=as_json)
    _print(verdicts, options.feasible.skipped, as_json=as_json)
    if not all(verdict.holds for verdict in verdicts):
        raise typer.Exit(session.EXIT_REFUSED)


def _plan(faults: Sequence[str]) -> FaultPlan:
    """Read each KIND=N in turn, or leave where one is neither."""
    counts = asdict(USUAL_FAULTS)
    for text in faults:
        kind, _, number = text.partition("=")
        if kind not in (*counts, "all") or not (number.isascii() and number.isdigit()):
            no = f"--fault: not KIND=N: {text!r}; the kinds are {', '.join(counts)}"
            session.leave(no, session.EXIT_REFUSED)
        counts |= dict.fromkeys(counts if kind == "all" else [kind], int(number))
    return FaultPlan(**counts)


def _verdicts(options: ProveOptions, url: str | None, *, quiet: bool) -> list[ProofVerdict]:
    """Run the proof on servers of our own or on a running one; leave where that is impossible."""
    try:
        if url is not None:
            return [asyncio.run(_prove_far(options, url, _key(), quiet=quiet))]
        with ExitStack() as stack:
            disk = options.feasible.tried("full_disk", lambda: stack.enter_context(small_disk()))
            below = disk.root if disk else None
            chosen, _ = stack.enter_context(scratch_database("prove", below))
            # Joined a second time, to know the processes that are to be killed.
            cluster = stack.enter_context(embedded.running(chosen.data_dir))
            return asyncio.run(_prove(options, cluster, disk, quiet=quiet))
    except NoSandbox as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except (EmbeddedPostgresError, ServerFailed, Unreachable) as fault:
        session.leave(str(fault), session.EXIT_BROKEN)


def _key() -> str:
    """Read the key from where it enters neither the process list nor a shell history."""
    if sys.stdin.isatty():
        return str(typer.prompt("The sandbox company's key", hide_input=True, err=True)).strip()
    return sys.stdin.readline().strip()


async def _prove_far(options: ProveOptions, url: str, key: str, *, quiet: bool) -> ProofVerdict:
    """Prove a running server over REST."""
    async with aiohttp.ClientSession() as http:
        target = RemoteTarget(http, url, key)
        await target.demand_sandbox()
        run = ProofRun(
            target=target,
            key=key,
            servers=lambda: [url.rstrip("/")],
            seed=options.seed,
            operations=options.operations,
            callers=options.callers,
            history_file=_file(options, options.seed),
        )
        return await _watched(run, quiet=quiet)


async def _prove(
    options: ProveOptions, cluster: Cluster, disk: SmallDisk | None, *, quiet: bool
) -> list[ProofVerdict]:
    verdicts: list[ProofVerdict] = []
    secret = InstallationSecret.new()
    settings, environ = Settings(pool_size=4, secret=secret), os.environ | belonging_to(secret)
    async with machinery(
        options.feasible, cluster, servers=options.servers, environ=environ, disk=disk
    ) as serving:
        for number in range(1, options.rounds + 1):
            seed = options.seed if options.rounds == 1 else f"{options.seed}-{number}"
            async with _salon(serving, seed, settings) as salon:
                run = _run(options, seed, serving, salon, is_last=number == options.rounds)
                verdicts.append(await _watched(run, quiet=quiet))
    return verdicts


def _run(
    options: ProveOptions,
    seed: str,
    serving: Machinery,
    salon: tuple[App, Company, str],
    *,
    is_last: bool,
) -> ProofRun:
    app, company, key = salon
    plan = serving.plan if is_last else replace(serving.plan, promote=0)
    return ProofRun(
        target=OwnSalonTarget(company, app.store),
        key=key,
        servers=serving.fleet.addresses,
        seed=seed,
        operations=options.operations,
        callers=options.callers,
        faults=serving.faults(Random(seed)),
        plan=plan.in_order(Random(seed)),
        recovery_s=options.recovery_s,
        history_file=_file(options, seed),
        waits=options.operations >= WAITS_FROM_OPERATIONS,
    )


def _file(options: ProveOptions, seed: str) -> Path | None:
    if options.history is None:
        return None
    options.history.mkdir(parents=True, exist_ok=True)
    return options.history / f"history-{seed}.jsonl"


async def _watched(run: ProofRun, *, quiet: bool) -> ProofVerdict:
    if quiet:
        return await prove_run(run)
    with console.status(f"round {run.seed}") as status:
        return await prove_run(
            run, lambda done: status.update(f"round {run.seed}: {done:,} operations")
        )


@asynccontextmanager
async def _salon(
    serving: Machinery, seed: str, settings: Settings
) -> AsyncIterator[tuple[App, Company, str]]:
    """Load a salon for the round, and make an API key for it."""
    slug = f"prove-{seed.lower()}"
    urls = Urls(serving.url(), serving.url(user="slotkeeper_owner"))
    async with opened(settings, urls) as app:
        loaded = await load_company(salon_file(slug), filename=slug, db=app.db)
        company = await app.store.catalogues.get(loaded.company_id)
        yield app, company, await app.store.directory.create_key(company.id)


def _print(verdicts: list[ProofVerdict], skipped: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        print(json_line([asdict(verdict) for verdict in verdicts]))
    else:
        _print_rounds(verdicts)
        _print_sums(verdicts)
    # Standard output has only the figures, which may be piped on.
    for kind, why in skipped.items():
        typer.echo(f"skipped {kind}: {why}", err=True)


def _print_rounds(verdicts: list[ProofVerdict]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("round", "operations", "ok", "refused", "unknown", "a second", "p99"):
        table.add_column(column, justify="left" if column == "round" else "right")
    for verdict in verdicts:
        table.add_row(
            verdict.seed,
            f"{verdict.records:,}",
            *(f"{verdict.outcomes.get(name, 0):,}" for name in ("ok", "refused", "unknown")),
            f"{verdict.records / verdict.seconds:.0f}",
            f"{verdict.p99_s * 1000:.0f} ms",
        )
    console.print(table)


def _print_sums(verdicts: list[ProofVerdict]) -> None:
    violations = [violation for verdict in verdicts for violation in verdict.violations]
    for violation in violations[: SHOWN * 4]:
        console.print(Text().append(violation.invariant, "red").append(f" {violation.what}"))
    faults = sum((Counter(verdict.faults) for verdict in verdicts), Counter[str]())
    console.print(f"faults: {', '.join(f'{n} {kind}' for kind, n in faults.items()) or 'none'}")
    wishes = sum((Counter(verdict.wishes) for verdict in verdicts), Counter[str]())
    console.print(
        f"{wishes['made']:,} wishes: {wishes['held']:,} held, {wishes['booked']:,} booked at once, "
        f"{wishes['capped']:,} refused by the caps; {wishes['converted']:,} holds converted"
    )
    slowest = max(verdict.slowest_recovery_s for verdict in verdicts)
    console.print(
        f"{sum(verdict.records for verdict in verdicts):,} operations, "
        f"{sum(verdict.appointments for verdict in verdicts):,} appointments, "
        f"{sum(verdict.at_night for verdict in verdicts):,} reservations in nights of changed "
        "clocks, "
        f"{sum(verdict.takeovers for verdict in verdicts):,} taken over by a newer call, "
        f"served again after a fault within {slowest:.1f} s"
    )
    console.print(
        Text("nothing that must never be was found", "green")
        if not violations
        else Text(f"{len(violations)} violations", "red")
    )
