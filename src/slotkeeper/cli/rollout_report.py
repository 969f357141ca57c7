"""Prints a rollout's report: a table with remarks, or JSON."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from slotkeeper.cli import session, terminal
from slotkeeper.domain.catalogue import COHORTS
from slotkeeper.rollout.call_outcomes import OUTCOMES
from slotkeeper.rollout.report import ORIGINAL, CohortTally, RolloutReport
from slotkeeper.rollout.share import Share


def print_report(report: RolloutReport, as_json: bool) -> None:
    """Print the cohorts side by side."""
    if as_json:
        session.print_record(as_record(report), as_json)
        return
    console = terminal.console(160)
    console.print(_table(report))
    for remark in (*report.verdicts(), *_remarks(report)):
        console.print(remark, soft_wrap=True)


def as_record(report: RolloutReport) -> dict[str, object]:
    """Return the report as JSON for a program; shares in percent, with 95 % intervals."""
    return {
        "since": report.since,
        "cohorts": {name: _record(report.cohorts[name]) for name in COHORTS},
        "changed_cohort": report.changed,
        "cut": report.cut,
        "verdicts": report.verdicts(),
    }


def _record(tally: CohortTally) -> dict[str, object]:
    return {
        "calls": tally.calls,
        "outcomes": {outcome: tally.outcomes[outcome] for outcome in OUTCOMES},
        "race_errors": _share(tally.race_errors),
        "slot_taken_after_free": tally.refused_after_free,
        "a_hold_would_have_prevented": tally.preventable,
        "compound_reliability": _share(tally.compound_reliability),
        "race_window": _share(tally.unprotected)
        | {"median_s": tally.race_window_s(50), "p95_s": tally.race_window_s(95)},
        "booking_success": _share(tally.booking_success),
    }


def _share(share: Share) -> dict[str, object]:
    low, high = share.interval
    return asdict(share) | {"percent": share.percent, "low": low, "high": high}


def _table(report: RolloutReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "original", "its aim", *COHORTS):
        table.add_column(column, overflow="fold")
    tallies = [report.cohorts[name] for name in COHORTS]
    table.add_row("calls that wished", "", "", *(str(tally.calls) for tally in tallies))
    rows = {
        "race_errors": [_share_text(tally.race_errors) for tally in tallies],
        "slot_taken_after_free": [str(tally.refused_after_free) for tally in tallies],
        "a_hold_would_have_prevented": ["", *(str(tally.preventable) for tally in tallies[1:])],
        "compound_reliability": [_share_text(tally.compound_reliability) for tally in tallies],
        "race_window": [_window(tally) for tally in tallies],
        "booking_success": [_share_text(tally.booking_success) for tally in tallies],
    }
    for name, cells in rows.items():
        table.add_row(name.replace("_", " "), *ORIGINAL.get(name, ("", "")), *cells)
    for outcome in OUTCOMES:
        label = outcome.replace("_", " ")
        table.add_row(f"  {label}", "", "", *(str(tally.outcomes[outcome]) for tally in tallies))
    return table


def _share_text(share: Share) -> str:
    if not share.of:
        return "-"
    low, high = share.interval
    return f"{share.percent:.1f} % ({share.count} of {share.of}; {low:.1f} to {high:.1f})"


def _window(tally: CohortTally) -> str:
    median, p95 = tally.race_window_s(50), tally.race_window_s(95)
    if median is None or p95 is None:
        return "-"
    return f"{median:.1f} s, p95 {p95:.1f} s (of {tally.unprotected.of})"


def _remarks(report: RolloutReport) -> list[str]:
    remarks = []
    if report.changed:
        remarks.append(f"{report.changed} calls changed their cohort midway and count in none.")
    if report.cut:
        remarks.append("There are more answers than are read: the oldest are left out.")
    return remarks
