"""Runs a proof: many callers on few slots, faults meanwhile, and the judge at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Protocol

import aiohttp

from slotkeeper.domain.statistics import percentile
from slotkeeper.lab.database.company_rows import CompanyRows
from slotkeeper.lab.proof.causes import LEFT_AFTER_S
from slotkeeper.lab.proof.evidence import Violation
from slotkeeper.lab.proof.faults import RECOVERY_S, Faults
from slotkeeper.lab.proof.history import WISHES, History, Record
from slotkeeper.lab.proof.judge import judge
from slotkeeper.lab.proof.workload import REQUEST_TIMEOUT_S, RandomCaller, WantedSlot, Workload


@dataclass(frozen=True, slots=True)
class ProofVerdict:
    """The result of a run. The proof holds if there is no violation.

    ``wishes`` says how many were made, held, booked at once and refused by the caps (capped), and
    how many holds were converted.
    """

    seed: str
    records: int
    outcomes: dict[str, int]
    by_op: dict[str, int]
    wishes: dict[str, int]
    seconds: float
    median_s: float
    p99_s: float
    faults: dict[str, int]
    slowest_recovery_s: float
    appointments: int
    at_night: int
    takeovers: int
    violations: list[Violation]

    @property
    def holds(self) -> bool:
        """Whether no violation was found."""
        return not self.violations


class ProofTarget(Protocol):
    """The company that a proof uses: the slots to want, and the rows at the end."""

    async def now(self) -> datetime | None:
        """Read the database's clock; None where it cannot be read."""
        ...

    async def slots(self) -> Sequence[WantedSlot]:
        """List the slots that callers want."""
        ...

    def as_in_rows(self, records: Sequence[Record]) -> list[Record]:
        """Give the records with their tokens as the rows have them."""
        ...

    async def rows(self, records: Sequence[Record]) -> CompanyRows:
        """Read the rows after a run with these records."""
        ...

    def at_night(self, rows: CompanyRows) -> int:
        """Count the reservations in nights in which the clocks change."""
        ...

    async def miscounted(self, rows: CompanyRows) -> list[Violation]:
        """Find violations of I7: figures that differ from the rows."""
        ...


@dataclass
class ProofRun:
    """The settings of one run on one company.

    After a fault, a caller must be served within ``recovery_s`` seconds (I10). With ``waits`` the
    callers stay at its end until calls that dropped have been silent for ``silence_s`` seconds.
    """

    target: ProofTarget
    key: str
    servers: Callable[[], list[str]]
    seed: str
    operations: int
    callers: int
    faults: Faults | None = None
    plan: list[str] = field(default_factory=list)
    history_file: Path | None = None
    recovery_s: float = RECOVERY_S
    waits: bool = False
    silence_s: float = LEFT_AFTER_S


async def prove(run: ProofRun, tell: Callable[[int], None] = lambda done: None) -> ProofVerdict:
    """Let callers call until enough operations are over, and judge the result."""
    history = History(run.history_file)
    slots = await run.target.slots()
    began_at = await run.target.now()
    workload = Workload(
        run.servers,
        run.key,
        slots,
        history,
        prefix=f"prove{run.seed}",
        our_own=began_at is not None,
        silence_s=run.silence_s,
    )
    if run.faults is not None:
        run.faults.now_s = workload.now_s
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=False),
        timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S),
    ) as http:
        callers = [
            RandomCaller(n, workload, http, Random(f"{run.seed}/{n}"))
            for n in range(1, run.callers + 1)
        ]
        if workload.our_own:
            await asyncio.gather(*(caller.become_customer() for caller in callers))
        await _call(run, callers, history, tell)
        if run.waits:
            await asyncio.gather(*(caller.ring_once_more() for caller in callers))
        if run.faults is not None:
            await run.faults.settle()
        seconds = workload.now_s()
    history.close()
    records = run.target.as_in_rows(history.records)
    rows = await run.target.rows(records)
    return await _judged(run, records, rows, began_at=began_at, seconds=seconds)


async def _call(
    run: ProofRun, callers: list[RandomCaller], history: History, tell: Callable[[int], None]
) -> None:
    """Let all callers act until enough is done and all faults are injected, evenly."""
    all_broken = not run.plan

    async def go_on(caller: RandomCaller) -> None:
        while len(history.records) < run.operations or not all_broken:
            await caller.act()

    async def break_things() -> None:
        nonlocal all_broken
        assert run.faults is not None
        for n, kind in enumerate(run.plan, start=1):
            due = run.operations * n // (len(run.plan) + 1)
            while len(history.records) < due:  # noqa: ASYNC110 - it is counted by many
                await asyncio.sleep(0.02)
            await run.faults.inject(kind)
        all_broken = True

    async def report() -> None:
        while True:
            tell(len(history.records))
            await asyncio.sleep(1)

    reporting = asyncio.create_task(report())
    try:
        async with asyncio.TaskGroup() as tasks:
            for caller in callers:
                tasks.create_task(go_on(caller))
            if run.plan:
                tasks.create_task(break_things())
    finally:
        reporting.cancel()
    tell(len(history.records))


async def _judged(
    run: ProofRun,
    records: list[Record],
    rows: CompanyRows,
    *,
    began_at: datetime | None,
    seconds: float,
) -> ProofVerdict:
    took = [record.done_s - record.invoked_s for record in records]
    recoveries = _recoveries(records, run.faults)
    violations = judge(records, rows, began_at, run.silence_s)
    violations += _unserved(run, records, recoveries)
    violations += await run.target.miscounted(rows)
    return ProofVerdict(
        seed=run.seed,
        records=len(records),
        outcomes=dict(Counter(record.outcome for record in records)),
        by_op=dict(Counter(record.op for record in records)),
        wishes=_wishes(records),
        seconds=seconds,
        median_s=percentile(took, 50) or 0.0,
        p99_s=percentile(took, 99) or 0.0,
        faults=dict(run.faults.counted()) if run.faults else {},
        slowest_recovery_s=max((after for _, _, after in recoveries), default=0.0),
        appointments=len(rows.appointments),
        at_night=run.target.at_night(rows),
        takeovers=len({row["took_over"] for row in rows.reservations if row.get("took_over")}),
        violations=violations,
    )


def _unserved(
    run: ProofRun, records: list[Record], recoveries: list[tuple[str, float, float]]
) -> Iterator[Violation]:
    """I10: service is soon back after a fault, and without faults every request is answered."""
    for kind, at, after in recoveries:
        if after > run.recovery_s:
            yield Violation("I10", f"{kind} at {at:.1f} s: served again after {after:.1f} s")
    for record in [] if recoveries else records:
        if record.outcome == "unknown":
            yield Violation(
                "I10", f"record {record.n}: {record.op} was not answered, and nothing was broken"
            )


def _wishes(records: list[Record]) -> dict[str, int]:
    """Count what became of the wishes; one that was sent again counts again."""
    wishes = [record for record in records if record.op in WISHES]
    return {
        "made": len(wishes),
        "held": sum(bool(wish.held) for wish in wishes),
        "booked": sum(wish.appointment_id is not None for wish in wishes),
        "capped": sum(wish.code == "too_many_holds" for wish in wishes),
        "converted": len({r.token for r in records if r.op == "convert" and r.outcome == "ok"}),
    }


def _recoveries(records: list[Record], faults: Faults | None) -> list[tuple[str, float, float]]:
    """Measure for each fault how long it took until a request sent after it was answered."""
    if faults is None:
        return []
    served = sorted((r.invoked_s, r.done_s) for r in records if r.outcome != "unknown")
    recoveries: list[tuple[str, float, float]] = []
    for kind, at in faults.injected:
        later = [done for invoked, done in served if invoked >= at]
        if later:
            recoveries.append((kind, at, min(later) - at))
    return recoveries
