"""The original's success table, measured: the outcomes of calls with holds and without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from slotkeeper.domain.catalogue import COHORTS, Cohort, Company
from slotkeeper.domain.statistics import percentile
from slotkeeper.rollout.call_outcomes import CallOutcome, MeasuredCall, measure_call
from slotkeeper.rollout.share import ENOUGH, Share
from slotkeeper.storage.rollout import MAX_ANSWERS
from slotkeeper.storage.store import Store

# The original's figures before it held slots, and the figures it aimed at.
ORIGINAL = {
    "race_errors": ("15 to 20 %", "< 5 %"),
    "compound_reliability": ("80 %", "95 %"),
    "race_window": ("8 to 12 s", "< 0.5 s"),
    "booking_success": ("80 to 85 %", "95 %"),
}


@dataclass(slots=True)
class CohortTally:
    """The measured calls of one cohort, added up.

    ``refused_after_free`` and ``preventable`` count slots, the others calls or attempts.
    ``let_down`` calls were refused at least one slot that they had been told was free.
    """

    calls: int = 0
    outcomes: Counter[CallOutcome] = field(default_factory=Counter)
    told_free: int = 0
    let_down: int = 0
    refused_after_free: int = 0
    preventable: int = 0
    compound_attempts: int = 0
    compound_booked: int = 0
    unprotected_s: list[float] = field(default_factory=list)

    def add(self, call: MeasuredCall) -> None:
        """Add a call."""
        self.calls += 1
        self.outcomes[call.outcome] += 1
        self.told_free += call.told_free
        self.let_down += call.refused_after_free > 0
        self.refused_after_free += call.refused_after_free
        self.preventable += call.preventable
        self.compound_attempts += call.compound_attempts
        self.compound_booked += call.compound_booked
        self.unprotected_s += call.unprotected_s

    @property
    def race_errors(self) -> Share:
        """Calls that were let down, of the calls that were told of any free slot."""
        return Share(self.let_down, self.told_free)

    @property
    def compound_reliability(self) -> Share:
        """Compounds that were booked whole, of those that a caller said yes to."""
        return Share(self.compound_booked, self.compound_attempts)

    @property
    def booking_success(self) -> Share:
        """Calls that booked, of the calls that wished for something."""
        return Share(self.outcomes["booked"], self.calls)

    @property
    def unprotected(self) -> Share:
        """Slots that nothing held for a while between their naming and the yes to them."""
        return Share(sum(s > 0 for s in self.unprotected_s), len(self.unprotected_s))

    def race_window_s(self, percent: int) -> float | None:
        """A percentile of how long nothing held a slot between its naming and the yes to it."""
        return percentile(self.unprotected_s, percent)


@dataclass(slots=True)
class RolloutReport:
    """The cohorts side by side.

    ``changed`` calls began in one cohort and ended in another, so they count in none. The report
    is ``cut`` where a company has more answers than are read: its oldest are left out.
    """

    since: datetime
    cohorts: dict[Cohort, CohortTally] = field(
        default_factory=lambda: {cohort: CohortTally() for cohort in COHORTS}
    )
    changed: int = 0
    cut: bool = False

    def add(self, call: MeasuredCall) -> None:
        """Add a call to its cohort's tally."""
        if call.cohort is None:
            self.changed += 1
        else:
            self.cohorts[call.cohort].add(call)

    def verdicts(self) -> list[str]:
        """Say in words which differences between the cohorts are beyond chance."""
        without = [name for name in COHORTS if name != "on" and self.cohorts[name].calls]
        if not self.cohorts["on"].calls or not without:
            return ["Nothing to compare: calls with holds and calls without are both needed."]
        return [sentence for name in without for sentence in self._against(name)]

    def _against(self, other: Cohort) -> Iterable[str]:
        ours, theirs = self.cohorts["on"], self.cohorts[other]
        yield _compared("Race errors", ours.race_errors, theirs.race_errors, other)
        yield _compared("Booking success", ours.booking_success, theirs.booking_success, other)
        if ours.compound_attempts and theirs.compound_attempts:
            reliable = ours.compound_reliability, theirs.compound_reliability
            yield _compared("Compound reliability", *reliable, other)


async def measure(
    companies: Sequence[Company], *, since: datetime, lifetime_s: int, store: Store
) -> RolloutReport:
    """Measure these companies' calls from ``since`` on.

    ``lifetime_s`` is the lifetime of holds of companies that set none themselves.
    """
    report = RolloutReport(since)
    for company in companies:
        answers = await store.rollout.answers(company.id, since)
        report.cut |= len(answers) >= MAX_ANSWERS
        in_order = sorted(reversed(answers), key=lambda a: (a.call_id, a.answered_at))
        by_call = groupby(in_order, key=lambda answer: answer.call_id)
        calls = {call_id: list(of_call) for call_id, of_call in by_call}
        holds = await store.rollout.holds(company.id, list(calls))
        for call_id, of_call in calls.items():
            ttl_s = company.hold_ttl_s or lifetime_s
            report.add(measure_call(of_call, holds.get(call_id, ()), lifetime_s=ttl_s))
    return report


def _compared(measure: str, ours: Share, theirs: Share, other: Cohort) -> str:
    if not (ours.is_enough and theirs.is_enough):
        return (
            f"{measure}: too few to compare on with {other}: {ours.of} and {theirs.of}, "
            f"of at least {ENOUGH} each."
        )
    shares = f"{ours.percent:.1f} % on, {theirs.percent:.1f} % {other}"
    if ours.overlaps(theirs):
        return f"{measure}: {shares}; the intervals overlap, so no difference can be told yet."
    return f"{measure}: {shares}; a difference beyond chance."
