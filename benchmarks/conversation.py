"""Tool calls of real conversations, sixteen at once, beside an empty endpoint of the server."""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp

from slotkeeper.assembly import belonging_to
from slotkeeper.lab.callers.retell_line import PhoneCall, RetellLine
from slotkeeper.lab.servers.running import running_server
from slotkeeper.operations.load_company import example, load_company, read_catalogue_file
from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store

CALLERS = 16
CONVERSATIONS = 12
# Callers talk between tool calls; much faster than people do, and not in step with each other.
TALK_S = (0.2, 0.6)
SALON = "friseur-1"
SERVICES = ("Herrenhaarschnitt", "Dauerwelle", "Damenhaarschnitt", "Gloss", "Ansatzfärbung")
DAYS = ("Montag", "übermorgen", "nächste Woche Mittwoch", "Freitag", "in zehn Tagen")
TIMES = ("um zehn", "halb elf", "14 Uhr", "15:30", "nachmittags")


@dataclass
class _Taken:
    """The seconds that each kind of request took."""

    by_name: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def print(self, empty: str) -> None:
        """Print medians and 95th percentiles, and their ratio to the empty endpoint's."""
        print(f"{'':<26}{'calls':>7}{'median':>10}{'p95':>10}   ratio of the medians")
        base = statistics.median(self.by_name[empty])
        for name, seconds in self.by_name.items():
            middle, high = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
            print(
                f"{name:<26}{len(seconds):>7}{middle * 1000:>7.1f} ms{high * 1000:>7.1f} ms"
                f"   {middle / base:.2f}"
            )


async def _converse(
    call: PhoneCall, http: aiohttp.ClientSession, rng: Random, taken: _Taken
) -> None:
    wish = {
        "dienstleistung": rng.choice(SERVICES),
        "datum": rng.choice(DAYS),
        "uhrzeit": rng.choice(TIMES),
    }
    steps: list[tuple[str, Mapping[str, object]]] = [
        ("get_current_context", {}),
        ("check_customer", {}),
        ("check_availability", wish),
        ("get_alternatives", wish),
        ("start_booking", {"uhrzeit": "den ersten", "customer_name": "Anna Meier"}),
        ("get_customer_appointments", {}),
    ]
    for name, args in steps:
        await asyncio.sleep(rng.uniform(*TALK_S))
        began = time.perf_counter()
        async with http.get("/health/live") as response:
            await response.read()
        taken.by_name["an empty endpoint"].append(time.perf_counter() - began)
        taken.by_name[name].append((await call.use_tool(name, args)).took_s)
    taken.by_name["call_ended"].append((await call.hang_up()).took_s)


async def _callers(address: str, secret: str) -> None:
    number = read_catalogue_file(example(SALON), f"{SALON}.yaml").lines[0]
    taken = _Taken()
    async with aiohttp.ClientSession(address) as http, aiohttp.ClientSession() as calls:
        line = RetellLine(calls, address, number=number, secret=secret)

        async def caller(seed: int) -> None:
            rng = Random(seed)
            for _ in range(CONVERSATIONS):
                await _converse(line.ring(f"+4917612345{seed:03}"), http, rng, taken)

        await _converse(line.ring(None), http, Random(99), _Taken())  # to fill the caches
        await asyncio.gather(*(caller(seed) for seed in range(CALLERS)))
    taken.print("an empty endpoint")


async def _with_server(cluster: embedded.Cluster) -> None:
    await migrate(cluster.url(user="slotkeeper_owner"))
    db = await Database.open(cluster.url(), size=2)
    try:
        loaded = await load_company(example(SALON), filename=f"{SALON}.yaml", db=db)
        secret = secrets.token_urlsafe(24)
        store = Store(db, InstallationSecret.new())
        await store.platform_secrets.add(loaded.company_id, "retell", secret)
    finally:
        await db.close()
    environ = os.environ | belonging_to(store.secret)
    async with running_server(cluster.url(), environ=environ) as address:
        await _callers(address, secret)


def run() -> None:
    """Let sixteen callers talk, and print how long each tool takes."""
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as place,
        embedded.running(Path(place)) as cluster,
    ):
        asyncio.run(_with_server(cluster))
