"""Let 64 clients want one slot at once, and compare with one client that has no rival."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import aiohttp
import asyncpg
import msgspec

from slotkeeper.assembly import Settings, Urls, opened
from slotkeeper.domain.availability import bookable
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.diary import Diary, able_staff
from slotkeeper.domain.grid import Grid, indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.lab.proof.workload import WantedSlot
from slotkeeper.lab.servers.fleet import fleet_on
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.operations.load_company import example, load_company

SALON = "friseur-1"
# A service as long as the step: half a year has enough slots that do not touch each other.
SERVICE = "Trockenschnitt"
STEP_MIN = 30
CLIENTS = 64
SERVERS = 3
ATTEMPTS = 100_000
# Attempts of one client between two rounds, each on a slot of its own: some 5,000 in all.
ALONE_A_ROUND = 3
# Rounds that open the connections and fill the caches.
WARM_UP_ROUNDS = 5
# Much longer than a round, so that no hold expires before the client releases it.
LIFETIME_S = 300
# Well below the 75 s after which the server closes an idle connection.
KEEP_ALIVE_S = 4
PATIENCE_S = 30
WON, REFUSED = "201", "409 slot_taken"
SHOWN_CHARS = 300

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer to one attempt, and the seconds until all of it had arrived."""

    status: int
    raw: bytes
    took_s: float

    def told(self) -> dict[str, Any]:
        """Parse the body as JSON; return an empty object if it is none, such as a raw error."""
        try:
            told = msgspec.json.decode(self.raw)
        except msgspec.DecodeError:
            return {}
        return told if isinstance(told, dict) else {}

    def kind(self) -> str:
        """Name the HTTP status, and for a refusal its code."""
        if self.status == 201:
            return WON
        return f"{self.status or 'no answer'} {self.told().get('code', '')}".strip()


@dataclass
class _Tally:
    """Counts the answers to all attempts."""

    contended_s: list[float] = field(default_factory=list)
    alone_s: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    example: str = ""
    rounds: int = 0
    rounds_of_one_winner: int = 0
    raced_s: float = 0.0

    def add_round(self, answers: Sequence[_Answer], raced_s: float) -> None:
        """Count a round's attempts."""
        kinds = Counter(answer.kind() for answer in answers)
        self.rounds += 1
        self.rounds_of_one_winner += kinds[WON] == 1
        self.raced_s += raced_s
        self.kinds += kinds
        self.contended_s += [answer.took_s for answer in answers]
        for answer in answers:
            if answer.kind() not in (WON, REFUSED):
                self.add_other(answer.kind(), answer)

    def add_alone(self, answer: _Answer) -> None:
        """Count an attempt without a rival, which must be answered with a hold."""
        self.alone_s.append(answer.took_s)
        if answer.kind() != WON:
            self.add_other(f"uncontended: {answer.kind()}", answer)

    def add_other(self, kind: str, answer: _Answer) -> None:
        """Count an answer that must not be, and keep the first such answer to show it."""
        self.others[kind] += 1
        self.example = self.example or answer.raw.decode(errors="replace")[:SHOWN_CHARS]

    def print(self, deadlocks: int) -> None:
        """Print the counts and both latencies side by side."""
        print(f"{'attempts':<22}{self.kinds.total():>9,}")
        print(f"{'rounds':<22}{self.rounds:>9,}")
        print(f"{'winners':<22}{self.kinds[WON]:>9,}")
        print(f"{'refused (slot_taken)':<22}{self.kinds[REFUSED]:>9,}")
        print(f"{'others':<22}{self.others.total():>9,}")
        for kind, times in self.others.most_common():
            print(f"  {kind:<20}{times:>9,}")
        if self.example:
            print(f"  the first: {self.example}")
        print(f"{'deadlocks':<22}{deadlocks:>9,}")
        print(f"{'attempts a second':<22}{self.kinds.total() / self.raced_s:>9,.0f}\n")
        self._print_latencies()

    def _print_latencies(self) -> None:
        print(f"{'':<14}{'attempts':>9}{'p50':>12}{'p99':>12}")
        rows = {"contended": self.contended_s, "uncontended": self.alone_s}
        for name, seconds in rows.items():
            cells = "".join(f"{one * 1000:>9.1f} ms" for one in _p50_p99(seconds))
            print(f"{name:<14}{len(seconds):>9,}{cells}")
        pairs = zip(_p50_p99(self.contended_s), _p50_p99(self.alone_s), strict=True)
        print(f"{'ratio':<23}" + "".join(f"{a / b:>9.1f}   " for a, b in pairs).rstrip())

    def complaint(self, deadlocks: int) -> str:
        """Say in a sentence what went wrong; return an empty string if nothing did."""
        odd = self.rounds - self.rounds_of_one_winner
        if odd:
            return f"{odd} of {self.rounds} rounds had another number of winners than one."
        if self.others:
            return f"{self.others.total()} answers were neither a hold nor slot_taken."
        return f"PostgreSQL found {deadlocks} deadlocks." if deadlocks else ""


@dataclass
class _Clients:
    """The clients: each attempt is a call of its own, at the next server."""

    http: aiohttp.ClientSession
    servers: Sequence[str]
    slots: Iterator[WantedSlot]
    numbers: Iterator[int] = field(default_factory=count)

    async def race(self, tally: _Tally) -> None:
        """Let all clients try to hold the next slot at once, then release it."""
        slot = next(self.slots)
        began = time.perf_counter()
        answers = await asyncio.gather(*(self._hold(slot) for _ in range(CLIENTS)))
        tally.add_round(answers, time.perf_counter() - began)
        await self._release(answers, tally)

    async def alone(self, tally: _Tally) -> None:
        """Let one client hold slots that nobody else wants, one after the other."""
        for _ in range(ALONE_A_ROUND):
            answer = await self._hold(next(self.slots))
            tally.add_alone(answer)
            await self._release([answer], tally)

    async def _hold(self, slot: WantedSlot) -> _Answer:
        number = next(self.numbers)
        wish = {
            "service": slot.service,
            "staff": slot.staff,
            "start": slot.start,
            "call_id": f"bench-{number}",
            "lifetime_s": LIFETIME_S,
        }
        server = self.servers[number % len(self.servers)]
        return await self._ask("POST", f"{server}/v1/reservations", wish)

    async def _release(self, answers: Sequence[_Answer], tally: _Tally) -> None:
        """Release all holds, untimed, so that every attempt finds as empty a day as the first."""
        for answer in answers:
            if answer.kind() == WON:
                path = f"/v1/reservations/{answer.told()['token']}"
                ended = await self._ask("DELETE", self.servers[0] + path)
                if ended.told().get("status") != "cancelled":
                    tally.add_other(f"release: {ended.kind()}", ended)

    async def _ask(self, method: str, url: str, body: dict[str, Any] | None = None) -> _Answer:
        began = time.perf_counter()
        try:
            async with self.http.request(method, url, json=body) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            return _Answer(0, repr(error).encode(), time.perf_counter() - began)
        return _Answer(response.status, raw, time.perf_counter() - began)


def _p50_p99(seconds: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _slots(company: Company, now: datetime) -> list[WantedSlot]:
    """List every slot from tomorrow to the horizon, in an order that mixes days and people."""
    service = company.service(SERVICE)
    horizon = timedelta(days=company.rules.horizon_days)
    diary = Diary(company, Grid.over(Interval(now + timedelta(days=1), now + horizon)), [])
    allowed = bookable(company, service, diary.grid, now)
    found = [
        WantedSlot(service.key, str(person.id), start.isoformat())
        for person in able_staff(company, service)
        for index in indexes(diary.starts(service, person) & allowed)
        if (start := diary.grid.instant(index)).minute % STEP_MIN == 0
    ]
    Random(SALON).shuffle(found)
    return found


async def _salon(settings: Settings, urls: Urls) -> tuple[str, list[WantedSlot]]:
    """Load the example salon; return a key to it and its slots."""
    async with opened(settings, urls) as app:
        loaded = await load_company(example(SALON), filename=f"{SALON}.yaml", db=app.db)
        company = await app.store.catalogues.get(loaded.company_id)
        key = await app.store.directory.create_key(company.id)
        return key, _slots(company, await app.store.clock.now())


async def _attempts(rounds: int, clients: _Clients) -> _Tally:
    """Run a race and then attempts without a rival, by turns."""
    tally = _Tally()
    for _ in range(rounds):
        await clients.race(tally)
        await clients.alone(tally)
    return tally


async def _counted(rounds: int, clients: _Clients) -> _Tally:
    """Run all attempts after a warm-up, whose answers count and whose times do not."""
    warm_up = await _attempts(WARM_UP_ROUNDS, clients)
    if complaint := warm_up.complaint(0):
        raise SystemExit(f"Warming up: {complaint} {warm_up.example}".strip())
    return await _attempts(rounds, clients)


async def _deadlocks(url: str) -> int:
    """Count the deadlocks that PostgreSQL has seen, after all other sessions have ended."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while await connection.fetchval(OTHERS):  # noqa: ASYNC110 - they end elsewhere
                await asyncio.sleep(0.05)
        return int(await connection.fetchval(DEADLOCKS))
    finally:
        await connection.close()


async def _run(rounds: int, settings: Settings, urls: Urls) -> tuple[_Tally, int]:
    key, slots = await _salon(settings, urls)
    needed = (WARM_UP_ROUNDS + rounds) * (1 + ALONE_A_ROUND)
    if len(slots) < needed:
        raise SystemExit(f"{needed} slots are needed, the salon has {len(slots)}.")
    environ = os.environ | {"SLOTKEEPER_DATA_DIR": str(settings.data_dir)}  # where its secret is
    async with (
        fleet_on(urls.app, servers=SERVERS, environ=environ) as fleet,
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S),
            headers={"Authorization": f"Bearer {key}"},
            timeout=aiohttp.ClientTimeout(total=PATIENCE_S),
        ) as http,
    ):
        tally = await _counted(rounds, _Clients(http, fleet.addresses(), iter(slots)))
    return tally, await _deadlocks(urls.app)


def run(attempts: int = ATTEMPTS) -> None:
    """Print winners and times; exit with a sentence if a slot did not have exactly one winner."""
    rounds = -(-attempts // CLIENTS)
    print(f"{CLIENTS} clients at {SERVERS} servers, one slot a round", flush=True)
    with scratch_database("bench") as (settings, urls):
        tally, deadlocks = asyncio.run(_run(rounds, settings, urls))
    tally.print(deadlocks)
    if complaint := tally.complaint(deadlocks):
        raise SystemExit(complaint)
