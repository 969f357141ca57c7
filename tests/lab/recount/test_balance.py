"""The balance holds at every instant: whatever is done, by however many, and whatever is killed."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import UUID

import pytest

from slotkeeper.lab.recount.reconciliation import reconcile
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.figures import Figures
from slotkeeper.metrics.lifecycle import LifecycleEvent
from tests.build import TOKENS, Salon
from tests.databases import TestDatabase
from tests.metrics.clients import LIFETIMES_S, WEIGHTS, Facts, Someone
from tests.races.arena import Arena
from tests.races.programs import SERVER, WORKER, Program, client, programs, start
from tests.races.truth import (
    STATUSES,
    Rows,
    ended_before_they_began,
    expired_too_early,
    held_by_the_ended,
    ill_converted,
    miscounted,
    rows_of,
    torn,
)
from tests.reading import tell_news
from tests.waiting import think, until

CLIENTS = 16
# Killed in this order, over and over.
PROGRAMS = (SERVER, WORKER, SERVER, WORKER)
# What was counted as over stays so; only what is active may fall.
ONLY_RISE = ("created", "created_compound", "converted", "expired", "cancelled", "late_conversions")
# The clients and the programs need the machine as well.
LOOK_EVERY_S = 0.05
# Every so many looks all is counted in both ways.
VERIFIED_EVERY = 10
ALL_DONE_S = 1_800
# What must hold at rest, beside what is counted.
RULES = (
    torn,
    miscounted,
    ill_converted,
    held_by_the_ended,
    ended_before_they_began,
    expired_too_early,
)
# What a line that tells an event has.
EVENT = "event_id"


@pytest.fixture
async def arena(fresh: TestDatabase) -> AsyncIterator[Arena]:
    """A database of the test's own, with no connection yet."""
    arena = Arena(fresh)
    yield arena
    await arena.open.aclose()


@dataclass
class Samples:
    """Looks at companies while all goes on."""

    looks: int = 0
    verified: int = 0
    last: dict[int, Figures] = field(default_factory=dict)

    async def look(self, salon: Salon, facts: Facts) -> None:
        """Demand that all adds up now, and that nothing acknowledged is missing."""
        acknowledged = set(facts.made)
        figures = await ReservationMetricsCollector(salon.store).collect(salon.id)
        parts = figures.active + figures.converted + figures.expired + figures.cancelled
        assert figures.created == parts, figures
        assert figures.balance == 0
        assert figures.created >= len(acknowledged)
        assert sum(figures.cancelled_by_reason.values()) == figures.cancelled
        before = self.last.get(salon.id, figures)
        for name in ONLY_RISE:
            assert getattr(figures, name) >= getattr(before, name), (name, before, figures)
        self.last[salon.id] = figures
        self.looks += 1

    async def look_twice(self, salon: Salon) -> None:
        """Demand that both ways come to the same, in the midst of it."""
        verdict = await reconcile(salon.store, salon.id)
        assert verdict.holds, verdict
        self.verified += 1

    async def go_on(self, salons: Sequence[Salon], facts: dict[int, Facts]) -> None:
        """Look for ever."""
        while True:
            for salon in salons:
                await self.look(salon, facts[salon.id])
                if self.looks % VERIFIED_EVERY == 0:
                    await self.look_twice(salon)
            await think(LOOK_EVERY_S)


@dataclass
class Run:
    """Clients, programs that are killed under them, and what is told meanwhile."""

    arena: Arena
    salons: list[Salon]
    rng: Random
    operations: int
    programs: Sequence[tuple[str, ...]]
    facts: dict[int, Facts] = field(default_factory=lambda: defaultdict(Facts))
    done: Counter[str] = field(default_factory=Counter)
    samples: Samples = field(default_factory=Samples)
    told: list[str] = field(default_factory=list)

    async def work(self, kills: int) -> None:
        """Have it all done, and kill a server or a worker now and then."""
        async with (
            programs(self.arena.urls.app_url, *self.programs) as running,
            self._clients(running) as clients,
            asyncio.timeout(ALL_DONE_S),
        ):
            try:
                await self._go_on(clients, running, kills)
            except BaseException:
                for program in (one for one in running if not one.errors.closed):
                    print(*(line for line in program.error_lines() if EVENT not in line), sep="\n")
                raise
            for program in running:
                await self._end(program)

    async def _go_on(self, clients: list[Someone], running: list[Program], kills: int) -> None:
        async with asyncio.TaskGroup() as beside:
            watching = beside.create_task(self.samples.go_on(self.salons, self.facts))
            async with asyncio.TaskGroup() as tasks:
                for one in clients:
                    tasks.create_task(self._serve(one))
                tasks.create_task(self._kill(running, kills))
            watching.cancel()

    @asynccontextmanager
    async def _clients(self, running: list[Program]) -> AsyncIterator[list[Someone]]:
        keys = [await salon.store.directory.create_key(salon.id) for salon in self.salons]
        async with client(keys[0]) as first:
            each = [type(first)(first.session, key) for key in keys]
            yield [
                Someone(
                    each[n % len(each)],
                    lambda: [one.address for one in running if one.address],
                    Random(self.rng.random()),
                    self.facts[self.salons[n % len(each)].id],
                    self.done,
                )
                for n in range(CLIENTS)
            ]

    async def _serve(self, someone: Someone) -> None:
        while self.done.total() < self.operations:
            await someone.do_something()

    async def _kill(self, running: list[Program], kills: int) -> None:
        """Kill each program in turn, when so much was done, and start another in its place."""
        for n in range(kills):
            due = self.operations * (n + 1) // (kills + 1)
            await until(
                lambda due=due: self.done.total() >= due, "so much was done", patience_s=ALL_DONE_S
            )
            place = n % len(running)
            await self._end(running[place])
            running[place] = await start(self.arena.urls.app_url, *self.programs[place])

    async def _end(self, program: Program) -> None:
        """Kill a program, and keep what it had told until then."""
        program.process.kill()
        await program.process.wait()
        for line in program.error_lines():
            if EVENT in line and line.endswith("}"):  # the last one may have been cut
                self.told.append(json.loads(line)[EVENT])
        await program.kill()

    async def come_to_rest(self) -> None:
        """Give back what is held, and sweep what is dead."""
        store = self.salons[0].store
        for salon in self.salons:
            for held in await store.reservations.active(salon.id):
                await salon.cancel(held.token)
        while await store.reservations.expire_due():
            pass

    async def everything_is_told(self, due: set[str]) -> bool:
        """Tell what was not told; a worker that was killed leaves its facts a lease later."""

        async def tell(events: Sequence[LifecycleEvent]) -> None:
            self.told += [event.event_id for event in events]

        await tell_news(self.salons[0].store, tell)
        return due <= set(self.told)


def first_rows(rows: Rows) -> dict[UUID, Any]:
    """A row for each reservation; an appointment that moved is no new one."""
    found = {token: parts[0] for token, parts in rows.by_token().items()}
    return {token: row for token, row in found.items() if row["origin"] != "move"}


def assert_counted(figures: Figures, rows: Rows) -> None:
    """Demand that the figures are what the tables' rows say, counted by hand."""
    made = first_rows(rows)
    of_status = Counter(row["status"] for row in made.values())
    assert figures.created == len(made)
    assert figures.created_compound == sum(row["is_compound"] for row in made.values())
    assert {status: getattr(figures, status) for status in STATUSES} == {
        status: of_status[status] for status in STATUSES
    }
    reasons = Counter(row["end_reason"] for row in made.values() if row["status"] == "cancelled")
    assert figures.cancelled_by_reason == reasons
    assert figures.released_at_hangup == reasons["call_ended"]
    assert figures.late_conversions == sum(row["origin"] == "again" for row in made.values())
    assert figures.active == 0


def assert_remembered(facts: Facts, rows: Rows) -> None:
    """Demand that each reservation became what its client was told."""
    found = {TOKENS.seal(token): parts[0] for token, parts in rows.by_token().items()}
    assert facts.made <= found.keys()
    for status in ("converted", "cancelled", "expired"):
        told = getattr(facts, status)
        assert {found[token]["status"] for token in told} <= {status}
    replaced = {token for token, row in found.items() if row["replaced_by_token"]}
    assert facts.had_again <= replaced


def events_of(rows: Rows) -> set[str]:
    """What must be told of these rows: that each was made, and how it ended."""
    made = first_rows(rows).items()
    return {f"{token}:{kind}" for token, row in made for kind in ("created", row["status"])}


@pytest.mark.parametrize(
    ("operations", "kills", "companies", "running"),
    [
        pytest.param(100, 2, 2, PROGRAMS[:3]),
        pytest.param(
            *(20_000, 24, 4, PROGRAMS), marks=[pytest.mark.prove, pytest.mark.timeout(2_400)]
        ),
    ],
    ids=["100", "20000"],
)
async def test_the_balance_holds_whatever_happens(
    *, arena, request, operations, kills, companies, running
):
    """Sixteen clients do everything while programs are killed: at each look the figures add up.

    In the end the collector, the recount and the tables say the same, what clients were told is
    true, and the events, without repeats, are those facts.
    """
    print("seed:", request.node.nodeid)
    salons = [await a_salon_of_short_holds(arena) for _ in range(companies)]
    run = Run(arena, salons, Random(request.node.nodeid), operations, running)
    await run.work(kills)
    await run.come_to_rest()
    due: set[str] = set()
    for salon in salons:
        rows = await rows_of(salon)
        assert [wrong for broken in RULES for wrong in broken(rows)] == []
        assert_counted(await ReservationMetricsCollector(salon.store).collect(salon.id), rows)
        assert_remembered(run.facts[salon.id], rows)
        await run.samples.look_twice(salon)
        due |= events_of(rows)
    await until(lambda: run.everything_is_told(due), "the log's reader is told every fact")
    assert set(run.told) == due
    assert run.done.keys() == WEIGHTS.keys()
    print(summary(run))
    await arena.assert_no_deadlock()


async def a_salon_of_short_holds(arena: Arena) -> Salon:
    """A company whose holds die soon where nobody says how long they are to live."""
    (salon,) = await arena.salons(1)
    await salon.rows("UPDATE companies SET hold_ttl_s = $2 WHERE id = $1", max(LIFETIMES_S))
    return replace(salon, company=await salon.store.catalogues.reload(salon.id))


def summary(run: Run) -> str:
    """What it was, for the record."""
    figures = [run.samples.last[salon.id] for salon in run.salons]
    return (
        f"{run.done.total()} operations, {run.samples.looks} looks, {run.samples.verified} "
        f"recounts, {len(run.told)} events told, {len(set(run.told))} without repeats; "
        f"created {sum(one.created for one in figures)}, of them late "
        f"{sum(one.late_conversions for one in figures)}; {dict(run.done)}"
    )
