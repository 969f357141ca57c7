"""The reconciliation: compares the collector's figures with a recount of the same snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isclose

from slotkeeper.lab.database.snapshot import Snapshot
from slotkeeper.lab.recount.recount import Recount, Value
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.durations import BUCKETS_S, DurationHistogram
from slotkeeper.metrics.figures import FIGURES, RATES, Figures
from slotkeeper.storage.store import Store

# Durations are whole microseconds; the two computations differ in the last bit of a float.
CLOSE_S, CLOSE_SHARE = 1e-6, 1e-9


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure whose two values differ; None on the side that does not have the figure."""

    figure: str
    collected: Value | None
    recounted: Value | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The result for one company: how many figures were compared, and which differ."""

    company: str
    compared: int
    balance: int
    differences: list[FigureDifference]

    @property
    def holds(self) -> bool:
        """Whether no figure differs and created = active + converted + expired + cancelled."""
        return not self.differences and self.balance == 0


async def reconcile(
    store: Store, company_id: int, *, sandbox: bool = False, since: datetime | None = None
) -> Reconciliation:
    """Count a company's figures in both ways from one snapshot, and compare them.

    A sandbox has a clock that only its tests know, so its holds are judged by their status alone.
    """
    async with Snapshot.of(store.db) as snapshot:
        now = None if sandbox else await snapshot.now()
        collector = ReservationMetricsCollector(Store(snapshot, store.secret))
        collected = await collector.collect(company_id, since=since, now=now)
        recount = await recount_company(snapshot, company_id, now=now, since=since)
    return compare_figures(collected, recount)


async def recount_company(
    snapshot: Snapshot, company_id: int, *, now: datetime | None, since: datetime | None
) -> dict[str, Value]:
    """Read a company's rows whole and recount its figures from them."""
    recount = Recount(now=now, since=since)
    async for row in snapshot.rows("recount_reservations", company_id):
        recount.add_reservation(row)
    async for row in snapshot.rows("recount_answers", company_id):
        recount.add_answer(row)
    async for row in snapshot.rows("recount_faults", company_id):
        recount.add_fault(row)
    return recount.figures()


def compare_figures(collected: Figures, recount: dict[str, Value]) -> Reconciliation:
    """Compare the collector's figures with a recount, name by name."""
    theirs = flat_figures(collected)
    names = sorted(theirs.keys() | recount.keys())
    differences = [
        FigureDifference(name, theirs.get(name), recount.get(name))
        for name in names
        if not _agree(theirs.get(name), recount.get(name))
    ]
    return Reconciliation(collected.company, len(names), collected.balance, differences)


def flat_figures(figures: Figures) -> dict[str, Value]:
    """Spread the collector's figures over the names of a recount; parts become ``name.part``."""
    flat: dict[str, Value] = {name: getattr(figures, name) for name in (*RATES, "balance")}
    for name in FIGURES:
        value = getattr(figures, name)
        if isinstance(value, dict):
            flat |= {f"{name}.{part}": n for part, n in value.items()}
        elif isinstance(value, DurationHistogram):
            flat |= _parts(name, value)
        else:
            flat[name] = value
    return flat


def _parts(name: str, histogram: DurationHistogram) -> dict[str, Value]:
    return {
        **{f"{name}.{part}": getattr(histogram, part) for part in _SUMMARY},
        **{
            f"{name}.at_most_{bound}": n
            for bound, n in zip(BUCKETS_S, histogram.at_most, strict=True)
        },
    }


_SUMMARY = ("count", "sum_s", "median_s", "p95_s")


def _agree(collected: Value | None, recounted: Value | None) -> bool:
    if collected is None or recounted is None:
        return False
    return isclose(collected, recounted, rel_tol=CLOSE_SHARE, abs_tol=CLOSE_S)
