"""The original's success table, measured: what calls with and without holds lived through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from slotkeeper.domain.catalogue import Company
from slotkeeper.rollout.cohort import COHORTS, Cohort
from slotkeeper.rollout.outcomes import Lived, Outcome, lived
from slotkeeper.rollout.statistics import ENOUGH, Share, percentile
from slotkeeper.storage.rollout import MAX_ANSWERS
from slotkeeper.storage.store import Store

# What the original had before, and what it set out to reach.
ORIGINAL = {
    "race_errors": ("15 to 20 %", "< 5 %"),
    "compound_reliability": ("80 %", "95 %"),
    "race_window": ("8 to 12 s", "< 0.5 s"),
    "booking_success": ("80 to 85 %", "95 %"),
}


@dataclass(slots=True)
class Tally:
    """What the calls of one cohort lived through, counted.

    ``refused_after_free`` and ``preventable`` count slots, the others calls or attempts.
    """

    calls: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    told_free: int = 0
    let_down: int = 0
    refused_after_free: int = 0
    preventable: int = 0
    compound_attempts: int = 0
    compound_booked: int = 0
    unprotected_s: list[float] = field(default_factory=list)

    def add(self, one: Lived) -> None:
        """Count a call."""
        self.calls += 1
        self.outcomes[one.outcome] += 1
        self.told_free += one.told_free
        self.let_down += one.refused_after_free > 0
        self.refused_after_free += one.refused_after_free
        self.preventable += one.preventable
        self.compound_attempts += one.compound_attempts
        self.compound_booked += one.compound_booked
        self.unprotected_s += one.unprotected_s

    @property
    def race_errors(self) -> Share:
        """Calls that were refused what they were told is free, of those told that anything is."""
        return Share(self.let_down, self.told_free)

    @property
    def compound_reliability(self) -> Share:
        """Yeses to a compound that ended in a booking of all of it."""
        return Share(self.compound_booked, self.compound_attempts)

    @property
    def booking_success(self) -> Share:
        """Calls that booked, of those that wished something."""
        return Share(self.outcomes["booked"], self.calls)

    @property
    def unprotected(self) -> Share:
        """Slots that nothing kept for a while between being named and the yes to them."""
        return Share(sum(s > 0 for s in self.unprotected_s), len(self.unprotected_s))

    def race_window_s(self, share: float) -> float | None:
        """How long nothing kept a slot between being named and the yes, as a percentile."""
        return percentile(self.unprotected_s, share)


@dataclass(slots=True)
class Report:
    """The cohorts side by side.

    ``changed`` calls began in one cohort and ended in another, so they count in none. ``cut``: a
    company had more answers than are read, so its oldest are left out.
    """

    since: datetime
    cohorts: dict[Cohort, Tally] = field(default_factory=lambda: {one: Tally() for one in COHORTS})
    changed: int = 0
    cut: bool = False

    def add(self, one: Lived) -> None:
        """Count a call where it belongs."""
        if one.cohort is None:
            self.changed += 1
        else:
            self.cohorts[one.cohort].add(one)

    def verdicts(self) -> list[str]:
        """Say in words what can be told from the figures, and what cannot."""
        without = [one for one in COHORTS if one != "on" and self.cohorts[one].calls]
        if not self.cohorts["on"].calls or not without:
            return ["Nothing to compare: calls with holds and calls without are both needed."]
        return [sentence for one in without for sentence in self._against(one)]

    def _against(self, other: Cohort) -> Iterable[str]:
        ours, theirs = self.cohorts["on"], self.cohorts[other]
        yield _compared("Race errors", ours.race_errors, theirs.race_errors, other)
        yield _compared("Booking success", ours.booking_success, theirs.booking_success, other)
        if ours.compound_attempts and theirs.compound_attempts:
            reliable = ours.compound_reliability, theirs.compound_reliability
            yield _compared("Compound reliability", *reliable, other)


async def measure(
    companies: Sequence[Company], *, since: datetime, lifetime_s: int, store: Store
) -> Report:
    """Measure from an instant on; ``lifetime_s`` is of companies that have none of their own."""
    report = Report(since)
    for company in companies:
        answers = await store.rollout.answers(company.id, since)
        report.cut |= len(answers) >= MAX_ANSWERS
        in_order = sorted(reversed(answers), key=lambda one: (one.call_id, one.answered_at))
        by_call = groupby(in_order, key=lambda one: one.call_id)
        calls = {call_id: list(its) for call_id, its in by_call}
        holds = await store.rollout.holds(company.id, list(calls))
        for call_id, its in calls.items():
            ttl_s = company.hold_ttl_s or lifetime_s
            report.add(lived(its, holds.get(call_id, ()), lifetime_s=ttl_s))
    return report


def _compared(what: str, ours: Share, theirs: Share, other: Cohort) -> str:
    if not (ours.is_enough and theirs.is_enough):
        return (
            f"{what}: too few to compare on with {other}: {ours.of} and {theirs.of}, "
            f"of at least {ENOUGH} each."
        )
    shares = f"{ours.percent:.1f} % on, {theirs.percent:.1f} % {other}"
    if ours.overlaps(theirs):
        return f"{what}: {shares}; the intervals overlap, so no difference can be told yet."
    return f"{what}: {shares}; a difference beyond chance."
