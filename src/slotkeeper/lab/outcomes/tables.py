"""Tables of outcomes: the original's success table beside ours, and the effect of alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.table import Table

from slotkeeper.lab.callers.salon_copies import Setting
from slotkeeper.lab.callers.simulated_people import Load
from slotkeeper.lab.outcomes.counting import LoadOutcome
from slotkeeper.rollout.share import Share

Outcomes = Mapping[tuple[Load, Setting], LoadOutcome]

# The success table shows this number of alternatives, the default, where several were simulated.
USUAL_ALTERNATIVES = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """A row: the original's figure before its holds, its aim with them, and our figure."""

    name: str
    before: str
    aim: str
    text: Callable[[LoadOutcome], str]


def share_text(share: Share) -> str:
    """Write a share in percent with its interval."""
    if share.percent is None:
        return "-"
    low, high = share.interval
    return f"{share.percent:.0f} % ({low:.0f}-{high:.0f})"


def _window_text(outcome: LoadOutcome) -> str:
    median, p95 = outcome.window_median_s, outcome.window_p95_s
    return "-" if median is None or p95 is None else f"{median:.0f} s / {p95:.0f} s"


MEASURES = (
    Measure(
        "race errors: told free, then refused",
        "15-20 %",
        "< 5 %",
        lambda outcome: share_text(outcome.race_errors),
    ),
    Measure(
        '"taken" after "free", of all yeses',
        "",
        "",
        lambda outcome: share_text(outcome.taken_after_free),
    ),
    Measure(
        "compound reliability: booked whole",
        "80 %",
        "95 %",
        lambda outcome: share_text(outcome.whole_compounds),
    ),
    Measure("race window: median / p95", "8-12 s", "< 0.5 s", _window_text),
    Measure("booking success", "80-85 %", "95 %", lambda outcome: share_text(outcome.booked)),
    Measure("the first wish booked", "", "", lambda outcome: share_text(outcome.first_wish)),
    Measure("starved: no free time heard of", "", "", lambda outcome: share_text(outcome.starved)),
    Measure("popular slots booked", "", "", lambda outcome: share_text(outcome.popular_sold)),
    Measure("double bookings (rows)", "", "", lambda outcome: str(outcome.double_bookings)),
)


def usual(outcomes: Outcomes) -> int:
    """Choose the number of alternatives that the success table shows."""
    simulated = {setting.alternatives for _, setting in outcomes}
    return USUAL_ALTERNATIVES if USUAL_ALTERNATIVES in simulated else max(simulated)


def success_table(outcomes: Outcomes) -> Table:
    """Make the original's success table with our figures, for each mode and load."""
    alternatives = usual(outcomes)
    settings = [s for s in dict.fromkeys(s for _, s in outcomes) if s.alternatives == alternatives]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    for name in ("before", "aim", *(f"holds {setting.mode}" for setting in settings)):
        table.add_column(name, justify="right", no_wrap=True)
    for load in dict.fromkeys(load for load, _ in outcomes):
        by_setting = [outcomes[load, setting] for setting in settings]
        table.add_row(f"[bold]{_about(load, by_setting[0])}[/bold]")
        for measure in MEASURES:
            values = [measure.text(outcome) for outcome in by_setting]
            table.add_row(f"  {measure.name}", measure.before, measure.aim, *values)
        for name, counts in _broken(by_setting).items():
            table.add_row(f"  [red]{name}[/red]", "", "", *map(str, counts))
    return table


def alternatives_table(outcomes: Outcomes) -> Table:
    """Make a table of who is served and who is starved, by how many alternatives are named."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("callers")
    table.add_column("holds")
    table.add_column("other times")
    for name in ("booked", "compound booked", "first wish", "let down", "starved"):
        table.add_column(name, justify="right", no_wrap=True)
    last: Load | None = None
    for (load, setting), outcome in outcomes.items():
        table.add_row(
            load.name if load != last else "",
            setting.mode,
            str(setting.alternatives),
            share_text(outcome.booked),
            share_text(outcome.compound_booked),
            share_text(outcome.first_wish),
            share_text(outcome.race_errors),
            share_text(outcome.starved),
        )
        last = load
    return table


def _about(load: Load, outcome: LoadOutcome) -> str:
    if load.quiet:
        return f"{load.callers} callers on a quiet day ({outcome.callers} in all)"
    callers, slots = load.callers, outcome.popular_slots
    return f"{callers} callers for {slots} popular slots ({outcome.callers} in all)"


def _broken(by_setting: list[LoadOutcome]) -> dict[str, list[int]]:
    """Count what must never happen; a row is shown only where it did."""
    rows = {
        "answers that were faults": [outcome.faults for outcome in by_setting],
        "told booked, not what stands": [outcome.contradictions for outcome in by_setting],
    }
    return {name: counts for name, counts in rows.items() if any(counts)}
