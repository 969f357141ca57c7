"""The core's round trips against an empty statement, on the embedded PostgreSQL, durable."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

from slotkeeper.domain.availability import search_window
from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store

ROUNDS = 5
CALLS = 150


async def _bench(store: Store, company_id: int) -> None:
    company = await store.catalogues.get(company_id)
    service = company.service("Herrenhaarschnitt")
    people = [s for s in company.staff if s.id in service.staff_ids][1:]
    day = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)
    window = search_window(company, service, day)
    diary = Diary(company, Grid.over(window), [])
    free = [
        (diary.place(service, person, index), person)
        for person in people
        for index in range(0, diary.grid.size - 12, 12)
        if (diary.starts(service, person) >> index) & 1
    ]
    slots = iter(free)
    numbers = count(1)
    tokens: list[UUID] = []

    async def nothing() -> None:
        await store.db.read("SELECT 1")

    async def busy() -> None:
        await store.calendars.busy(company_id, [p.calendar_id for p in people], window)

    async def reserve() -> None:
        placement, person = next(slots)
        wish = Wish(service, placement.starts_at, person)
        call = Call("bench", f"call-{next(numbers)}")
        (option,) = await store.reservations.reserve(
            company_id, wish, [placement], call=call, ttl_s=300
        )
        assert option.reservation is not None, option
        tokens.append(option.reservation.token)

    async def convert() -> None:
        await store.reservations.convert(company_id, tokens.pop())

    ways: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        ("SELECT 1", nothing),
        ("busy: two weeks, all stylists", busy),
        ("reserve: one slot", reserve),
        ("convert", convert),
    ]
    taken: dict[str, list[float]] = {name: [] for name, _ in ways}
    calls = min(CALLS, len(free) // ROUNDS)
    for _ in range(ROUNDS):
        for name, act in ways:
            started = time.perf_counter()
            for _ in range(calls):
                await act()
            taken[name].append((time.perf_counter() - started) / calls)
    for name, _ in ways:
        ratios = [a / b for a, b in zip(taken[name], taken["SELECT 1"], strict=True)]
        print(
            f"{name:<44} {statistics.median(taken[name]) * 1e6:>10.1f} us"
            f"   ratio to the first {statistics.median(ratios):.1f}"
            f" ({min(ratios):.1f} to {max(ratios):.1f})"
        )


async def _with_database(url: str) -> None:
    db = await Database.open(url, size=2)
    try:
        loaded = await load_company(example("friseur-1"), filename="friseur-1.yaml", db=db)
        await _bench(Store(db), loaded.company_id)
    finally:
        await db.close()


def run() -> None:
    """Print each round trip and its ratio to an empty one."""
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as place,
        embedded.running(Path(place)) as cluster,
    ):
        asyncio.run(migrate(cluster.url(user="slotkeeper_owner")))
        asyncio.run(_with_database(cluster.url()))
