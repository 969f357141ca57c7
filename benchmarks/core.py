"""Time the core functions against an empty statement, on the embedded PostgreSQL with fsync."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

from benchmarks.timing import print_ratios
from slotkeeper.domain.availability import search_window
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.reservation_results import OfferOptions
from slotkeeper.storage.store import Store

ROUNDS = 5
CALLS = 150


@dataclass
class _Bench:
    """Calls the core functions for one company, each on a slot that was never taken."""

    store: Store
    company: Company
    tokens: list[UUID] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    slots: Iterator[tuple[Placement, Staff]] = field(init=False)
    n_slots: int = field(init=False)

    def __post_init__(self) -> None:
        self.service = self.company.service("Herrenhaarschnitt")
        self.people = [s for s in self.company.staff if s.id in self.service.staff_ids][1:]
        self.window = search_window(self.company, self.service, datetime.now(UTC))
        diary = Diary(self.company, Grid.over(self.window), [])
        free = [
            (diary.place(self.service, person, index), person)
            for person in self.people
            for index in range(0, diary.grid.size - 12, 12)
            if (diary.starts(self.service, person) >> index) & 1
        ]
        self.slots, self.n_slots = iter(free), len(free)

    async def nothing(self) -> None:
        await self.store.db.read("SELECT 1")

    async def busy(self) -> None:
        calendars = [person.calendar_id for person in self.people]
        await self.store.calendars.busy(self.company.id, calendars, self.window)

    async def reserve(self) -> None:
        placement, person = next(self.slots)
        wish = Wish.of(self.service, placement.starts_at, person)
        call = Call("bench", f"call-{next(self.numbers)}")
        (option,) = await self.store.reservations.reserve(
            self.company.id, wish, OfferOptions([placement]), call=call, ttl_s=300
        )
        assert option.reservation is not None, option
        self.tokens.append(option.reservation.token)

    async def convert(self) -> None:
        await self.store.reservations.convert(self.company.id, self.tokens.pop())


async def _bench(store: Store, company_id: int) -> None:
    bench = _Bench(store, await store.catalogues.get(company_id))
    ways: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        ("SELECT 1", bench.nothing),
        ("busy: two weeks, all stylists", bench.busy),
        ("reserve: one slot", bench.reserve),
        ("convert", bench.convert),
    ]
    taken: dict[str, list[float]] = {name: [] for name, _ in ways}
    calls = min(CALLS, bench.n_slots // ROUNDS)
    for _ in range(ROUNDS):
        for name, act in ways:
            started = time.perf_counter()
            for _ in range(calls):
                await act()
            taken[name].append((time.perf_counter() - started) / calls)
    print_ratios(taken, "SELECT 1")


async def _with_database(url: str) -> None:
    db = await Database.open(url, size=2)
    try:
        loaded = await load_company(example("friseur-1"), filename="friseur-1.yaml", db=db)
        await _bench(Store(db, InstallationSecret.new()), loaded.company_id)
    finally:
        await db.close()


def run() -> None:
    """Print the time of each core function and its ratio to an empty statement."""
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as place,
        embedded.running(Path(place)) as cluster,
    ):
        asyncio.run(migrate(cluster.url(user="slotkeeper_owner")))
        asyncio.run(_with_database(cluster.url()))
