"""The reconciliation: the collector's figures against a recount, within one snapshot."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from math import isclose

from slotkeeper.metrics.collector import Figures, ReservationMetricsCollector
from slotkeeper.metrics.recount import Recount, Value
from slotkeeper.storage.metrics import BUCKETS_S, Histogram
from slotkeeper.storage.snapshot import Snapshot
from slotkeeper.storage.store import Store

# Times are whole microseconds; the two ways differ in the last bit of a float.
CLOSE_S, CLOSE_SHARE = 1e-6, 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of which the two ways say something else; None where one does not know it."""

    figure: str
    collected: Value | None
    recounted: Value | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison came to."""

    company: str
    compared: int
    balance: int
    differences: list[Difference]

    @property
    def holds(self) -> bool:
        """Whether nothing differs and created = active + converted + expired + cancelled."""
        return not self.differences and self.balance == 0


async def verify(
    store: Store, company_id: int, *, sandbox: bool = False, since: datetime | None = None
) -> Verdict:
    """Count a company's figures in both ways, of the same rows, and compare them.

    A sandbox is judged by its statuses, as the collector does without its clock.
    """
    async with Snapshot.of(store.db) as snapshot:
        now = None if sandbox else await snapshot.now()
        collector = ReservationMetricsCollector(Store(snapshot))
        collected = await collector.collect(company_id, since=since, now=now)
        recount = await recounted(snapshot, company_id, now=now, since=since)
    return compared(collected, recount)


async def recounted(
    snapshot: Snapshot, company_id: int, *, now: datetime | None, since: datetime | None
) -> dict[str, Value]:
    """Count from whole rows."""
    recount = Recount(now=now, since=since)
    async for row in snapshot.rows("recount_reservations", company_id):
        recount.add_reservation(row)
    async for row in snapshot.rows("recount_answers", company_id):
        recount.add_answer(row)
    async for row in snapshot.rows("recount_faults", company_id):
        recount.add_fault(row)
    return recount.figures()


def compared(collected: Figures, recount: dict[str, Value]) -> Verdict:
    """Hold the collector's figures against a recount, one by one."""
    theirs = flat(collected)
    names = sorted(theirs.keys() | recount.keys())
    differences = [
        Difference(name, theirs.get(name), recount.get(name))
        for name in names
        if not _agree(theirs.get(name), recount.get(name))
    ]
    return Verdict(collected.company, len(names), collected.balance, differences)


def flat(figures: Figures) -> dict[str, Value]:
    """All that a collector says, by the names of a recount."""
    found: dict[str, Value] = {
        name: getattr(figures, name)
        for name in ("conversion_rate", "completion_rate", "active_rate", "balance")
    }
    for one in fields(figures):
        value = getattr(figures, one.name)
        if isinstance(value, dict):
            found |= {f"{one.name}.{part}": n for part, n in value.items()}
        elif isinstance(value, Histogram):
            found |= _parts(one.name, value)
        elif one.name != "company":
            found[one.name] = value
    return found


def _parts(name: str, histogram: Histogram) -> dict[str, Value]:
    return {
        **{f"{name}.{part}": getattr(histogram, part) for part in _SUMMARY},
        **{
            f"{name}.at_most_{bound}": n
            for bound, n in zip(BUCKETS_S, histogram.at_most, strict=True)
        },
    }


_SUMMARY = ("count", "sum_s", "median_s", "p95_s")


def _agree(one: Value | None, other: Value | None) -> bool:
    if one is None or other is None:
        return False
    return isclose(one, other, rel_tol=CLOSE_SHARE, abs_tol=CLOSE_S)
