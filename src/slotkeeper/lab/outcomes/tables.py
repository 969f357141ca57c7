"""The original's success table beside ours, and who is starved by how many alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.table import Table

from slotkeeper.lab.callers.salon_copies import Setting
from slotkeeper.lab.callers.simulated_people import Load
from slotkeeper.lab.outcomes.counting import LoadOutcome
from slotkeeper.rollout.share import Share

Outcomes = Mapping[tuple[Load, Setting], LoadOutcome]

# What alternatives the success table is about where several numbers were simulated: the default.
USUAL_ALTERNATIVES = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """A row: what the original counted before its holds and aimed for with them, and our count."""

    name: str
    before: str
    aim: str
    told: Callable[[LoadOutcome], str]


def told_share(share: Share) -> str:
    """Write a share with its interval, in percent."""
    if share.percent is None:
        return "-"
    low, high = share.interval
    return f"{share.percent:.0f} % ({low:.0f}-{high:.0f})"


def _told_window(outcome: LoadOutcome) -> str:
    median, p95 = outcome.window_median_s, outcome.window_p95_s
    return "-" if median is None or p95 is None else f"{median:.0f} s / {p95:.0f} s"


MEASURES = (
    Measure(
        "race errors: told free, then refused",
        "15-20 %",
        "< 5 %",
        lambda found: told_share(found.race_errors),
    ),
    Measure(
        '"taken" after "free", of all yeses',
        "",
        "",
        lambda found: told_share(found.taken_after_free),
    ),
    Measure(
        "compound reliability: booked whole",
        "80 %",
        "95 %",
        lambda found: told_share(found.whole_compounds),
    ),
    Measure("race window: median / p95", "8-12 s", "< 0.5 s", _told_window),
    Measure("booking success", "80-85 %", "95 %", lambda found: told_share(found.booked)),
    Measure("the first wish booked", "", "", lambda found: told_share(found.first_wish)),
    Measure("starved: no free time heard of", "", "", lambda found: told_share(found.starved)),
    Measure("popular slots booked", "", "", lambda found: told_share(found.popular_sold)),
    Measure("double bookings (rows)", "", "", lambda found: str(found.double_bookings)),
)


def usual(outcomes: Outcomes) -> int:
    """How many alternatives the success table is about."""
    simulated = {setting.alternatives for _, setting in outcomes}
    return USUAL_ALTERNATIVES if USUAL_ALTERNATIVES in simulated else max(simulated)


def success_table(outcomes: Outcomes) -> Table:
    """The original's success table, and what was measured of it in each mode and load."""
    alternatives = usual(outcomes)
    settings = [s for s in dict.fromkeys(s for _, s in outcomes) if s.alternatives == alternatives]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    for name in ("before", "aim", *(f"holds {setting.mode}" for setting in settings)):
        table.add_column(name, justify="right", no_wrap=True)
    for load in dict.fromkeys(load for load, _ in outcomes):
        found = [outcomes[load, setting] for setting in settings]
        table.add_row(f"[bold]{_about(load, found[0])}[/bold]")
        for measure in MEASURES:
            values = [measure.told(outcome) for outcome in found]
            table.add_row(f"  {measure.name}", measure.before, measure.aim, *values)
        for name, counts in _broken(found).items():
            table.add_row(f"  [red]{name}[/red]", "", "", *map(str, counts))
    return table


def alternatives_table(outcomes: Outcomes) -> Table:
    """Who is served and who is starved, by how many alternatives are named (and, on, held)."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("callers")
    table.add_column("holds")
    table.add_column("other times")
    for name in ("booked", "compound booked", "first wish", "let down", "starved"):
        table.add_column(name, justify="right", no_wrap=True)
    last: Load | None = None
    for (load, setting), found in outcomes.items():
        table.add_row(
            load.name if load != last else "",
            setting.mode,
            str(setting.alternatives),
            told_share(found.booked),
            told_share(found.compound_booked),
            told_share(found.first_wish),
            told_share(found.race_errors),
            told_share(found.starved),
        )
        last = load
    return table


def _about(load: Load, found: LoadOutcome) -> str:
    if load.quiet:
        return f"{load.callers} callers on a quiet day ({found.callers} in all)"
    return (
        f"{load.callers} callers for {found.popular_slots} popular slots ({found.callers} in all)"
    )


def _broken(found: list[LoadOutcome]) -> dict[str, list[int]]:
    """What must never be; rows that are only there where it was."""
    rows = {
        "answers that were faults": [outcome.faults for outcome in found],
        "told booked, not what stands": [outcome.contradictions for outcome in found],
    }
    return {name: counts for name, counts in rows.items() if any(counts)}
