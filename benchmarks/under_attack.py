"""Let callers ring while somebody attacks, and compare with how long they wait without."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex

import aiohttp

from benchmarks.attackers import ATTACKS
from slotkeeper.assembly import Settings, Urls, opened
from slotkeeper.http.edge_limits import Rates
from slotkeeper.lab.callers.retell_line import RetellLine, Unreachable
from slotkeeper.lab.servers.fleet import fleet_on
from slotkeeper.lab.servers.scratch_database import scratch_database
from slotkeeper.operations.load_company import example, load_company

SALON = "friseur-1"
NUMBER = "+493023125038"
SECRET = token_hex(16)
ROUNDS = 8
# Of each round, for the quiet and for each attack.
SECONDS = 3.0
CALLS_PER_S = 6
# What an attack may cost those who call meanwhile.
AT_MOST = 2.0
QUIET = "nobody attacks"
TIMES = ("10 Uhr", "11 Uhr", "12 Uhr", "14 Uhr", "15 Uhr", "16 Uhr")
DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")


@dataclass
class _Calls:
    """How long callers waited, and how many were not served."""

    waited_s: list[float] = field(default_factory=list)
    failed: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def p95_s(self) -> float:
        return statistics.quantiles(self.waited_s, n=20)[-1]


async def _call(line: RetellLine, number: int, calls: _Calls) -> None:
    """Ring, ask for a time, and hang up."""
    call = line.ring(f"+4917{number:08}")
    day, at = DAYS[number % len(DAYS)], TIMES[number // len(DAYS) % len(TIMES)]
    wish = {"service": "Trockenschnitt", "date": f"nächsten {day}", "time": at}
    try:
        answer = await call.use_tool("check_availability", wish)
        calls.waited_s.append(answer.took_s)
        calls.failed += answer.http_status != 200 or answer.status in ("try_again", "too_busy")
        await call.hang_up()
    except Unreachable:
        calls.failed += 1


async def _calls(line: RetellLine, numbers: Sequence[int], calls: _Calls) -> None:
    begins = time.monotonic()
    async with asyncio.TaskGroup() as ringing:
        for step, number in enumerate(numbers):
            await asyncio.sleep(max(0.0, begins + step / CALLS_PER_S - time.monotonic()))
            ringing.create_task(_call(line, number, calls))


async def _attacked(name: str, line: RetellLine, numbers: Sequence[int], calls: _Calls) -> None:
    """Let callers ring while one attacker strikes at its rate."""
    address = line.base_url
    attacker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.attackers", name, address, SALON, str(SECONDS)),
        stdout=PIPE,
    )
    assert attacker.stdout is not None
    await attacker.stdout.readline()  # it is ready
    await _calls(line, numbers, calls)
    said, _ = await attacker.communicate()
    calls.answers.update(json.loads(said))


async def _measured(line: RetellLine) -> dict[str, _Calls]:
    measured = {name: _Calls() for name in (QUIET, *ATTACKS)}
    number = 0
    for round_ in range(ROUNDS + 1):
        for name, calls in measured.items():
            numbers = range(number, number + int(SECONDS * CALLS_PER_S))
            number = numbers.stop
            counted = calls if round_ else _Calls()  # the first round warms up
            if name == QUIET:
                await _calls(line, numbers, counted)
            else:
                await _attacked(name, line, numbers, counted)
    return measured


async def _run(settings: Settings, urls: Urls) -> dict[str, _Calls]:
    async with opened(settings, urls) as app:
        loaded = await load_company(example(SALON), filename=f"{SALON}.yaml", db=app.db)
        await app.store.platform_secrets.add(loaded.company_id, "retell", SECRET)
    environ = os.environ | {
        "SLOTKEEPER_DATA_DIR": str(settings.data_dir),  # where its secret is
        "SLOTKEEPER_TRUSTED_PROXIES": "none",
        "SLOTKEEPER_RATE_ADDRESS": str(Rates().address),  # which is off in a laboratory
    }
    async with (
        fleet_on(urls.app, servers=1, environ=environ) as fleet,
        aiohttp.ClientSession() as http,
    ):
        (address,) = fleet.addresses()
        return await _measured(RetellLine(http, address, number=NUMBER, secret=SECRET))


def run() -> None:
    """Print how long callers wait; exit with a sentence if an attack keeps them waiting."""
    print(f"{CALLS_PER_S} calls a second at one server; p95 of an answer", flush=True)
    with scratch_database("bench") as (settings, urls):
        measured = asyncio.run(_run(settings, urls))
    quiet = measured[QUIET]
    slow = []
    for name, calls in measured.items():
        ratio = calls.p95_s / quiet.p95_s
        rate = f"{ATTACKS[name][1]:g} a second, {dict(calls.answers)}" if name in ATTACKS else ""
        print(
            f"{name:<30} {len(calls.waited_s):>4} calls, {calls.failed} failed,"
            f" p50 {statistics.median(calls.waited_s) * 1e3:>6.1f} ms,"
            f" p95 {calls.p95_s * 1e3:>6.1f} ms, ratio {ratio:.2f}  {rate}"
        )
        if ratio > AT_MOST or calls.failed:
            slow.append(name)
    if slow:
        raise SystemExit(f"Callers waited too long, or were not served, under: {', '.join(slow)}.")
