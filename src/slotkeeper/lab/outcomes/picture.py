"""Draws outcomes over load, one line for each mode; needs the extra ``picture``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slotkeeper.lab.callers.salon_copies import Setting
from slotkeeper.lab.callers.simulated_people import Load
from slotkeeper.lab.outcomes.counting import LoadOutcome
from slotkeeper.lab.outcomes.tables import Outcomes, usual
from slotkeeper.rollout.share import Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, which colour-blind people can tell apart; markers and dashes do so
# without any colour.
_BY_MODE = {
    "off": {"color": "#D55E00", "marker": "s", "linestyle": "--"},
    "shadow": {"color": "#E69F00", "marker": "^", "linestyle": ":"},
    "on": {"color": "#0072B2", "marker": "o", "linestyle": "-"},
}
_BY_ALTERNATIVES = (
    {"color": "#000000", "marker": "X", "linestyle": "-"},
    {"color": "#CC79A7", "marker": "v", "linestyle": "--"},
    {"color": "#56B4E9", "marker": "D", "linestyle": ":"},
    {"color": "#009E73", "marker": "P", "linestyle": "-."},
)
_BEFORE: dict[str, Any] = {"color": "#777777", "alpha": 0.28, "linewidth": 0}
_AIM: dict[str, Any] = {"color": "#555555", "linestyle": (0, (1, 1)), "linewidth": 1.4}
# Lines are shifted by this part of a step, so that their intervals do not cover each other.
_APART = 0.1
DOTS_PER_INCH = 150


class NoPictures(Exception):
    """The library that draws is not installed."""


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    setting: Setting
    style: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Points:
    """A value for each load, or None, and how far its error bar reaches down and up."""

    values: Sequence[float | None]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One measure; ``before`` and ``aim`` are the original's, ``top`` is the end of the axis."""

    title: str
    points: Callable[[Sequence[LoadOutcome]], _Points]
    unit: str = " %"
    before: tuple[float, float] | None = None
    aim: float | None = None
    top: float | None = 103


def _shares(share_of: Callable[[LoadOutcome], Share]) -> Callable[[Sequence[LoadOutcome]], _Points]:
    def points(outcomes: Sequence[LoadOutcome]) -> _Points:
        shares = [share_of(outcome) for outcome in outcomes]
        values = [share.percent or 0.0 for share in shares]
        bars = [share.interval for share in shares]
        return _Points(
            [share.percent for share in shares],
            [max(0.0, at - low) for at, (low, _) in zip(values, bars, strict=True)],
            [max(0.0, high - at) for at, (_, high) in zip(values, bars, strict=True)],
        )

    return points


def _windows(outcomes: Sequence[LoadOutcome]) -> _Points:
    medians = [outcome.window_median_s for outcome in outcomes]
    up = [(outcome.window_p95_s or 0.0) - (outcome.window_median_s or 0.0) for outcome in outcomes]
    return _Points(medians, [0.0] * len(outcomes), up)


_PANELS = (
    _Panel(
        "Race errors: told free, then refused",
        _shares(lambda outcome: outcome.race_errors),
        before=(15, 20),
        aim=5,
        top=None,
    ),
    _Panel("Race window: median to 95th percentile", _windows, " s", (8, 12), 0.5, 80),
    _Panel(
        "Compound reliability: booked whole",
        _shares(lambda outcome: outcome.whole_compounds),
        before=(79.5, 80.5),
        aim=95,
    ),
    _Panel("Booking success", _shares(lambda outcome: outcome.booked), before=(80, 85), aim=95),
    _Panel("The first wish booked", _shares(lambda outcome: outcome.first_wish)),
)


def demand_pictures() -> None:
    """Raise NoPictures where matplotlib is not installed."""
    # Looked for, not imported: that takes a second, which whoever is refused need not wait for.
    if find_spec("matplotlib") is None:
        raise NoPictures("pictures are drawn by matplotlib: pip install 'slotkeeper[picture]'")


def draw(outcomes: Outcomes, folder: Path) -> list[Path]:
    """Write the picture as SVG and PNG, and return both paths. Raises NoPictures."""
    demand_pictures()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    # Text can be selected and searched, and the same figures give the same file.
    plain: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "slotkeeper", "font.size": 9.5}
    with mpl.rc_context(plain):
        figure, grid = pyplot.subplots(2, 3, figsize=(13, 7.8), layout="constrained")
        for axes, (panel, lines) in zip(grid.flat, _panels(outcomes), strict=True):
            _draw_panel(axes, panel, lines, outcomes)
        slots = next(iter(outcomes.values())).popular_slots
        about = f"Callers for {slots} popular slots, {usual(outcomes)} alternatives named"
        _explain(figure, grid.flat[0], grid.flat[-1], about)
        folder.mkdir(parents=True, exist_ok=True)
        written = [folder / "outcomes.svg", folder / "outcomes.png"]
        figure.savefig(written[0], metadata={"Date": None})
        figure.savefig(written[1], dpi=DOTS_PER_INCH)
        pyplot.close(figure)
    return written


def _panels(outcomes: Outcomes) -> list[tuple[_Panel, list[_Line]]]:
    """Give each panel its lines: the modes and, in the last one, the numbers of alternatives."""
    settings = list(dict.fromkeys(setting for _, setting in outcomes))
    alternatives, last = usual(outcomes), settings[-1].mode
    by_mode = [
        _Line(f"holds {setting.mode}", setting, _BY_MODE[setting.mode])
        for setting in settings
        if setting.alternatives == alternatives
    ]
    by_alternatives = [
        _Line(
            f"{setting.alternatives} alternatives", setting, _BY_ALTERNATIVES[setting.alternatives]
        )
        for setting in settings
        if setting.mode == last
    ]
    starved = _Panel(
        f"Starved: heard of no free time (holds {last})", _shares(lambda o: o.starved), top=None
    )
    return [*((panel, by_mode) for panel in _PANELS), (starved, by_alternatives)]


def _draw_panel(axes: Axes, panel: _Panel, lines: Sequence[_Line], outcomes: Outcomes) -> None:
    loads = list(dict.fromkeys(load for load, _ in outcomes))
    if panel.before is not None and panel.aim is not None:
        axes.axhspan(*panel.before, **_BEFORE)
        axes.axhline(panel.aim, **_AIM)
    for number, line in enumerate(lines):
        points = panel.points([outcomes[load, line.setting] for load in loads])
        there = [n for n in range(len(loads)) if points.values[n] is not None]
        axes.errorbar(
            [n + (number - (len(lines) - 1) / 2) * _APART for n in there],
            [points.values[n] or 0.0 for n in there],
            yerr=[[points.low[n] for n in there], [points.high[n] for n in there]],
            label=line.label,
            capsize=2.5,
            elinewidth=1,
            markersize=6,
            linewidth=1.8,
            **line.style,
        )
    _name_the_axes(axes, panel, loads)


def _name_the_axes(axes: Axes, panel: _Panel, loads: Sequence[Load]) -> None:
    top = panel.top or max(25.0, axes.get_ylim()[1])
    axes.set_ylim(-0.03 * top, top)
    axes.set_title(panel.title, fontsize=11, loc="left")
    axes.set_xticks(range(len(loads)), [load.name for load in loads])
    axes.set_xlim(-0.35, len(loads) - 0.65)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}{panel.unit}")
    axes.set_xlabel("callers")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


def _explain(figure: Any, first: Axes, last: Axes, about: str) -> None:
    """Say once what lines, bars and grey mean; the last panel's lines are others."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles, labels = first.get_legend_handles_labels()
    handles += [Patch(**_BEFORE), Line2D([], [], **_AIM)]
    labels += ["the original, before holds", "the original's aim"]
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=len(labels),
        frameon=False,
        fontsize=10.5,
        title_fontsize=11,
        title=f"{about}. Bars of shares: 95 % intervals",
    )
    last.legend(frameon=False, loc="upper left")
