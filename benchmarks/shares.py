"""One salon attacks at a fixed rate: the times of another's callers, beside their quiet times."""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import aiohttp

from benchmarks.conversation import DAYS, SALON, SERVICES, TIMES
from slotkeeper.assembly import belonging_to
from slotkeeper.http.edge_limits import DEFAULT_RATES
from slotkeeper.lab.callers.retell_line import RetellLine
from slotkeeper.lab.servers.running import running_server
from slotkeeper.operations.load_company import example, load_company, read_catalogue_file
from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store

ATTACKER = "friseur-2"
CALLERS = 4
CHECKS_EACH = 12
# Callers talk between tool calls; much faster than people do, and not in step with each other.
TALK_S = (0.4, 0.8)
# Quiet and attacked by turns, so that whatever else the machine does meets both.
ROUNDS = 2
# Requests a second: more than the company's rate lets pass for long.
ATTACK_RATE = 100
# The slowest twentieth of the attacked callers' answers may take so many times the quiet ones'.
MOST = 2.0

NONSENSE = "#" + " ".join(f"dauer{n}wel schnit{n}fär ba{n}lay" for n in range(9))


@dataclass
class _Heard:
    """What callers heard, and after how many seconds."""

    took_s: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.took_s, n=20)[-1]

    def row(self, name: str, quiet: _Heard) -> str:
        """Format the median, the 95th percentile and its ratio to the quiet one."""
        return (
            f"{name:<26}{len(self.took_s):>7}{statistics.median(self.took_s) * 1000:>9.1f} ms"
            f"{self.p95 * 1000:>9.1f} ms{self.p95 / quiet.p95:>8.2f}{self.failed:>9}"
        )

    @property
    def failed(self) -> int:
        return self.statuses["try_again"] + self.statuses["outcome_unknown"] + self.statuses[""]


@dataclass
class _Attack:
    """Requests with a valid key, sent at a fixed rate whatever is answered.

    In the texts of ``body``, ``#`` is the number of the request.
    """

    path: str
    body: Mapping[str, str]
    answers: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def under_way(self, http: aiohttp.ClientSession) -> AsyncIterator[None]:
        """Send while the block lasts."""
        sent: set[asyncio.Task[None]] = set()

        async def send(number: int) -> None:
            body = {name: text.replace("#", str(number)) for name, text in self.body.items()}
            async with http.post(self.path, json=body) as answer:
                raw = await answer.read()
                said = "try_again" if b'"try_again"' in raw else str(answer.status)
                self.answers[said] += 1

        async def keep_on() -> None:
            clock = asyncio.get_running_loop().time
            began = clock()
            for number in range(1_000_000):
                await asyncio.sleep(max(0.0, began + number / ATTACK_RATE - clock()))
                sent.add(asyncio.create_task(send(number)))

        attacking = asyncio.create_task(keep_on())
        try:
            yield
        finally:
            attacking.cancel()
            for task in sent:
                task.cancel()
            await asyncio.gather(attacking, *sent, return_exceptions=True)


async def _callers(line: RetellLine, heard: _Heard, seed: int) -> None:
    async def caller(number: int) -> None:
        rng = Random(1000 * seed + number)
        call = line.ring(f"+4917612{seed:03}{number:03}")
        for _ in range(CHECKS_EACH):
            await asyncio.sleep(rng.uniform(*TALK_S))
            wish = {
                "dienstleistung": rng.choice(SERVICES),
                "datum": rng.choice(DAYS),
                "uhrzeit": rng.choice(TIMES),
            }
            answer = await call.use_tool("check_availability", wish)
            heard.took_s.append(answer.took_s)
            heard.statuses[str(answer.status)] += 1
        await call.hang_up()

    await asyncio.gather(*map(caller, range(CALLERS)))


def _attacks(service: str) -> dict[str, _Attack]:
    start = datetime.now(UTC) + timedelta(days=1)
    month = {"service": service, "from": start.isoformat()}
    month["to"] = (start + timedelta(days=31)).isoformat()
    check = {"service": service, "date": "morgen", "time": "zehn Uhr"}
    tool = "/v1/tools/check_availability"
    return {
        "checks": _Attack(tool, check),
        "a month of availability": _Attack("/v1/availability", month),
        "nonsense": _Attack(tool, dict.fromkeys(("service", "date", "time", "staff"), NONSENSE)),
    }


async def _measured(line: RetellLine, http: aiohttp.ClientSession, service: str) -> str:
    """Print the callers' times, and say in a sentence what was too slow; "" if nothing was."""
    attacks = _attacks(service)
    quiet, attacked = _Heard(), {name: _Heard() for name in attacks}
    await _callers(line, _Heard(), 999)  # to fill the caches
    for seed in range(ROUNDS):
        await _callers(line, quiet, seed)
        for number, (name, attack) in enumerate(attacks.items(), start=1):
            async with attack.under_way(http):
                await _callers(line, attacked[name], 100 * number + seed)
    print(f"{CALLERS} callers; the attacker sends {ATTACK_RATE} requests a second")
    print(f"{'':<26}{'checks':>7}{'median':>12}{'p95':>12}{'ratio':>8}{'failed':>9}")
    print(quiet.row("quiet", quiet))
    for name, heard in attacked.items():
        print(heard.row(name, quiet), " ", dict(attacks[name].answers.most_common()))
    return _complaint(quiet, attacked)


def _complaint(quiet: _Heard, attacked: Mapping[str, _Heard]) -> str:
    for name, heard in attacked.items():
        if heard.failed:
            return f"{heard.failed} callers failed under {name}."
        if heard.p95 > MOST * quiet.p95:
            return f"Under {name} the 95th percentile was more than {MOST} times the quiet one."
    return ""


async def _with_server(cluster: embedded.Cluster) -> str:
    await migrate(cluster.url(user="slotkeeper_owner"))
    db = await Database.open(cluster.url(), size=2)
    number = read_catalogue_file(example(SALON), f"{SALON}.yaml").lines[0]
    store, secret = Store(db, InstallationSecret.new()), secrets.token_urlsafe(24)
    try:
        loaded = await load_company(example(SALON), filename=f"{SALON}.yaml", db=db)
        await store.platform_secrets.add(loaded.company_id, "retell", secret)
        twin = example(SALON).replace(SALON.encode(), ATTACKER.encode())
        twin = twin.replace(number.encode(), f"{number}0".encode())
        other = await load_company(twin, filename=f"{ATTACKER}.yaml", db=db)
        key = await store.directory.create_key(other.company_id)
        service = (await store.catalogues.get(other.company_id)).services[0].name
    finally:
        await db.close()
    rates = {
        f"SLOTKEEPER_RATE_{name.upper()}": str(getattr(DEFAULT_RATES, name))
        for name in ("company", "key", "line", "caller", "address")
    }
    environ = os.environ | belonging_to(store.secret) | rates
    async with (
        running_server(cluster.url(), environ=environ) as address,
        aiohttp.ClientSession() as calls,
        aiohttp.ClientSession(
            address,
            headers={"Authorization": f"Bearer {key}"},
            connector=aiohttp.TCPConnector(limit=0),
        ) as http,
    ):
        line = RetellLine(calls, address, number=number, secret=secret)
        return await _measured(line, http, service)


def run() -> None:
    """Print both times; exit with a sentence if an attack made callers wait or failed one."""
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as place,
        embedded.running(Path(place)) as cluster,
    ):
        complaint = asyncio.run(_with_server(cluster))
    if complaint:
        raise SystemExit(complaint)
