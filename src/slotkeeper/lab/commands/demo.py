"""The demo: recorded telephone calls to a real server, then many callers for few slots."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import aiohttp
import typer

from slotkeeper.assembly import App, Settings, Urls, belonging_to, database_urls, opened
from slotkeeper.cli import session
from slotkeeper.cli.ending import cancel_at_first_signal
from slotkeeper.domain.catalogue import Company, Service
from slotkeeper.domain.errors import Fault, Refusal
from slotkeeper.domain.intervals import Interval
from slotkeeper.lab import EXAMPLE_SALON
from slotkeeper.lab.callers.conversations import Surprise, play, shipped_conversations
from slotkeeper.lab.callers.days import NoFreeDay, day_of, free_day, most_slots, popular_slots
from slotkeeper.lab.callers.retell_line import RetellLine, Unreachable
from slotkeeper.lab.callers.storm import StormOutcome, storm
from slotkeeper.lab.commands.demo_screen import CohortResult, DemoScreen
from slotkeeper.lab.proof.appointment_counts import count_appointments
from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.running import running_server
from slotkeeper.operations.cancel import cancel_appointment
from slotkeeper.operations.load_company import example, load_company, read_catalogue_file
from slotkeeper.storage.directory import PREFIX_LENGTH
from slotkeeper.storage.embedded import EmbeddedPostgresError, default_data_dir
from slotkeeper.storage.installation_secret import SecretRefused
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.migration_errors import MigrationRefused

POPULAR_SERVICE = "Herrenhaarschnitt"
# The ISO weekday of which the conversations speak.
TUESDAY = 2
# Tells what a demo has booked from other appointments.
CALL_PREFIX = "call_demo"
WITHOUT_HOLDS = {"FEATURE_OPTIMISTIC_RESERVATIONS": "false"}
WITH_HOLDS = {"FEATURE_OPTIMISTIC_RESERVATIONS": "true", "RESERVATION_ROLLOUT_PERCENT": "100"}


CallersOption = Annotated[int, typer.Option(min=1, max=1000, help="How many callers want a slot.")]
SlotsOption = Annotated[int, typer.Option(min=1, max=100, help="How many slots the callers want.")]
SeedOption = Annotated[int | None, typer.Option(help="A number that makes the same callers again.")]


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of the command line."""

    callers: int
    slots: int
    seed: int
    port: int
    stays: bool


def demo(
    *,
    leaves: Annotated[
        bool, typer.Option("--exit", help="Exit when the demo is over, also in a terminal.")
    ] = False,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="The data directory of the demo's PostgreSQL. Default: beside the real one."
        ),
    ] = None,
    callers: CallersOption = 30,
    slots: SlotsOption = 10,
    seed: SeedOption = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The server's port; 0 takes a free one.")
    ] = 0,
    pace: Annotated[
        float, typer.Option(min=0.0, max=60.0, help="Seconds to read a sentence, in a terminal.")
    ] = 0.7,
) -> None:
    """Play recorded telephone calls to a real server, then let many callers want few slots.

    The demo starts a PostgreSQL of its own, unless DATABASE_URL names one, and stops all that it
    has started.
    """
    screen = DemoScreen(pace_s=pace)
    seed = SystemRandom().randrange(10_000) if seed is None else seed
    options = DemoOptions(callers, slots, seed, port, stays=screen.is_watched and not leaves)
    try:
        chosen = apart(session.settings(), data_dir)
        screen.note("starting PostgreSQL ...")
        with database_urls(chosen) as urls:
            asyncio.run(_demo(chosen, urls, options, screen))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(session.EXIT_INTERRUPTED) from None
    except (Refusal, MigrationRefused, SecretRefused, NoFreeDay) as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except (Fault, EmbeddedPostgresError, ServerFailed, Unreachable, Surprise) as fault:
        session.leave(f"{type(fault).__name__}: {fault}", session.EXIT_BROKEN)


def apart(settings: Settings, data_dir: Path | None) -> Settings:
    """Choose a data directory beside the real one, so that the demo never touches real data."""
    if data_dir is not None:
        return replace(settings, data_dir=data_dir.absolute(), database_url=None)
    if settings.database_url:
        return settings  # nothing but its installation's secret lies in the directory
    beside = (settings.data_dir or default_data_dir()).with_name("demo")
    return replace(settings, data_dir=beside)


async def _demo(chosen: Settings, urls: Urls, options: DemoOptions, screen: DemoScreen) -> None:
    cancel_at_first_signal()
    if chosen.database_url:
        await migrate(urls.owner)  # an embedded one is migrated when it starts
    async with opened(chosen, urls) as app, AsyncExitStack() as stack:
        salon = await stack.enter_async_context(demo_salon(app))
        if options.slots > (most := most_slots(salon.company, salon.popular)):
            session.leave(f"a day has {most} popular slots at most", session.EXIT_REFUSED)
        screen.note("starting the server ...")
        address = await stack.enter_async_context(
            running_server(
                urls.app,
                port=options.port,
                environ=os.environ | belonging_to(app.store.secret) | WITH_HOLDS,
            )
        )
        http = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        await _converse(app, salon, salon.line(http, address), screen)
        async with running_server(
            urls.app,
            "--no-worker",
            environ=os.environ | belonging_to(app.store.secret) | WITHOUT_HOLDS,
        ) as unheld:
            lines = (salon.line(http, unheld), salon.line(http, address))
            await _compare(app, salon, lines, options, screen)
        if options.stays:
            await _stay(app, salon, chosen, address, screen)


@dataclass(frozen=True, slots=True)
class _Salon:
    """The example company with its line, signing secret and API key."""

    company: Company
    number: str
    secret: str
    api_key: str

    @property
    def popular(self) -> Service:
        """The service that everybody wants."""
        return self.company.service(POPULAR_SERVICE)

    def line(self, http: aiohttp.ClientSession, address: str) -> RetellLine:
        """Make the salon's telephone line, which the server at this address answers."""
        return RetellLine(
            http, address, number=self.number, secret=self.secret, call_prefix=CALL_PREFIX
        )


@asynccontextmanager
async def demo_salon(app: App) -> AsyncIterator[_Salon]:
    """Load the example; its API key is valid while the block lasts."""
    source, filename = example(EXAMPLE_SALON), f"{EXAMPLE_SALON}.yaml"
    # All callers are new, and somebody may look at several demos within an hour.
    source = source.replace(b"\nrules:\n", b"\nrules:\n  max_new_callers_hour: 10000\n", 1)
    await load_company(source, filename=filename, db=app.db)
    company = await session.company_of(app, EXAMPLE_SALON)
    await _clear_up(app, company)
    # The same each time: a demo that is killed leaves it behind.
    secret = app.store.secret.sub_key("demo").hex()
    if not await app.store.platform_secrets.add(company.id, "retell", secret):
        session.leave(
            f"{EXAMPLE_SALON} has as many secrets as it may have; revoke one, or choose another "
            "--data-dir. See: slotkeeper retell secret list",
            session.EXIT_REFUSED,
        )
    api_key = await app.store.directory.create_key(company.id)
    try:
        yield _Salon(company, read_catalogue_file(source, filename).lines[0], secret, api_key)
    finally:
        await app.store.directory.revoke_key(company.id, api_key[:PREFIX_LENGTH])


async def _clear_up(app: App, company: Company) -> None:
    """Cancel the appointments of earlier demos, so that the next days are free again."""
    now = await app.store.clock.now()
    ahead = Interval(now, now + timedelta(days=company.rules.horizon_days))
    for appointment in await app.store.appointments.listed(company.id, ahead):
        if appointment.status == "booked" and (appointment.call_id or "").startswith(CALL_PREFIX):
            context = session.desk_context(app, company)
            await cancel_appointment(context, appointment.id, reason="demo", anyway=True)


async def _converse(app: App, salon: _Salon, line: RetellLine, screen: DemoScreen) -> None:
    day = await free_day(salon.company, app.store, weekday=TUESDAY)
    screen.heading(
        f"Phone calls to {salon.company.name}, as they were recorded",
        below=f"Each tool call is a signed request to the server. Tuesday is {day:%Y-%m-%d}.",
    )
    for number, conversation in enumerate(shipped_conversations(), start=1):
        screen.begin(number, conversation)
        async with contextlib.aclosing(play(conversation, line, day)) as happening:
            async for happened in happening:
                screen.show(happened)
                await asyncio.sleep(screen.pause_s(happened))


async def _compare(
    app: App,
    salon: _Salon,
    lines: tuple[RetellLine, RetellLine],
    options: DemoOptions,
    screen: DemoScreen,
) -> None:
    """Let the same callers want the same slots on two days, without holds and with them."""
    screen.heading(
        f"{options.callers} callers want {options.slots} slots",
        below="They think for 0.3 to 2 s here; for 8 to 73 s in recorded calls. "
        f"--seed {options.seed} brings the same callers again.",
    )
    cohorts: list[CohortResult] = []
    for line, title in zip(lines, ("without holds", "with holds"), strict=True):
        day = await free_day(salon.company, app.store)
        slots = popular_slots(salon.company, salon.popular, day, options.slots)
        experiences = []
        with screen.progress() as progress:
            bar = progress.add_task(title, total=options.callers)
            calling = storm(line, slots, callers=options.callers, seed=options.seed)
            async with contextlib.aclosing(calling):
                async for experience in calling:
                    experiences.append(experience)
                    progress.advance(bar)
        counts = await count_appointments(salon.company.id, app.store, day_of(salon.company, day))
        cohorts.append(CohortResult(StormOutcome.of(experiences), counts))
    screen.side_by_side(options.slots, *cohorts)
    _demand_promises(cohorts[1])


def _demand_promises(held: CohortResult) -> None:
    if held.outcome.refused_after_free or held.counts.double_bookings:
        raise Surprise("a slot that was held was refused, or booked twice")
    if held.counts.appointments != held.outcome.booked:
        raise Surprise("what was said is not what stands in the database")


async def _stay(
    app: App, salon: _Salon, chosen: Settings, address: str, screen: DemoScreen
) -> None:
    day = await free_day(salon.company, app.store)
    start = datetime.combine(day, time(10), salon.company.zone)
    screen.try_this(address, _commands(salon, chosen, address, start))
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    screen.note("stopping ...")


def _commands(
    salon: _Salon, chosen: Settings, address: str, start: datetime
) -> dict[str, list[str]]:
    wish = {"service": POPULAR_SERVICE, "staff": "emma", "start": start.isoformat()}
    key = f"-H 'Authorization: Bearer {salon.api_key}'"
    body = f"-H 'Content-Type: application/json' -d {shlex.quote(json.dumps(wish))}"
    return {
        "hold a slot; the second time it is taken, and the answer says until when": [
            f"curl -X POST {address}/v1/reservations {key} {body}"
        ],
        "describe the API, and check the server's health": [
            f"curl {address}/openapi.json",
            f"curl {address}/health/ready",
        ],
        "list what is held and booked": [
            f"{_ourselves(chosen)} reservation list --company {EXAMPLE_SALON}",
            f"{_ourselves(chosen)} appointment list --company {EXAMPLE_SALON}",
        ],
        "look around in Python": [f"{_ourselves(chosen)} shell"],
    }


def _ourselves(chosen: Settings) -> str:
    """Write the command that reaches the demo's database, as it can be typed here."""
    program = Path(sys.argv[0])
    words = [str(program)] if program.name == "slotkeeper" else [sys.executable, "-m", "slotkeeper"]
    command = shlex.join(words)
    if chosen.database_url:
        return command  # DATABASE_URL is set where the user types, as it is here
    return f"SLOTKEEPER_DATA_DIR={shlex.quote(str(chosen.data_dir))} {command}"
