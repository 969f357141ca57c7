"""Figures as tables: for one company the original's two and one of ours, for all a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from math import isinf

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from slotkeeper.cli.metrics_trend import Trends
from slotkeeper.domain.catalogue import Company
from slotkeeper.metrics.durations import BUCKETS_S
from slotkeeper.metrics.figures import Figures, over_all

# The original's limits, in percent: a rate from GOOD on is green, from FAIR on yellow.
GOOD, FAIR = 90.0, 70.0
# From these widths of the terminal on, tables stand side by side, and their bars have full width.
SIDE_BY_SIDE_WIDTH, ROOMY_WIDTH = 78, 112
TREND_WIDTH = 20
# Other programs may have chosen any number of reasons and kinds: this many have a line each.
PARTS_SHOWN = 5
COMPANY_WIDTHS = (12, 28)


@dataclass(frozen=True)
class FiguresSample:
    """Figures that were read at one time: those of ``owner``, or those of all companies."""

    read_at: datetime
    since: datetime | None
    figures: list[Figures]
    owner: Company | None = None

    @cached_property
    def total(self) -> Figures:
        """The sum over all companies."""
        return over_all(self.figures)

    @cached_property
    def ranked(self) -> list[Figures]:
        """The companies by what they have created, the largest first."""
        return sorted(self.figures, key=lambda one: (-one.created, one.company))


@dataclass(frozen=True)
class FiguresView:
    """A sample as it is drawn, laid out for the terminal's width and height at that time.

    With ``is_cut``, companies for which the screen has no line are left out.
    """

    sample: FiguresSample
    trends: Trends = field(default_factory=Trends)
    footer: Text = field(default_factory=Text)
    is_cut: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield _heading(self.sample)
        yield Text()
        if self.sample.owner is not None:
            yield from _company(self.sample.figures[0], self.trends, options.max_width)
        else:
            # Six lines are taken: heading, blank, two of titles, the number left out, the total.
            # Below them stands the footer, or the shell's prompt.
            room = console.height - 6 - (self.footer.plain.count("\n") + 1)
            shown = max(room, 1) if self.is_cut else len(self.sample.figures)
            yield from _overview(self.sample, self.trends, options.max_width, shown)
        if self.footer:
            yield self.footer


def style_of(rate: float) -> str:
    """The colour in which a rate is printed."""
    return "green" if rate >= GOOD else "yellow" if rate >= FAIR else "red"


def lasting(seconds: float) -> str:
    """A duration in its two largest units."""
    if isinf(seconds):
        return f"over {BUCKETS_S[-1]} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, s = divmod(round(seconds), 60)
    hours, min_ = divmod(minutes, 60)
    return f"{hours} h {min_} min" if hours else f"{min_} min {s} s"


def _heading(sample: FiguresSample) -> Text:
    owner = sample.owner
    zone = owner.zone if owner else None
    number = len(sample.figures)
    companies = "1 company" if number == 1 else f"{number} companies"
    name = f"{owner.name} ({owner.slug})" if owner else companies
    made = f", made since {_local(sample.since, zone)}" if sample.since else ", of all time"
    read = f"  {_local(sample.read_at, zone)}{made}"
    return Text(name, "bold").append(read, "not bold dim")


def _local(instant: datetime, zone: tzinfo | None) -> str:
    local = instant.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S %Z}"


def _company(figures: Figures, trends: Trends, width: int) -> Iterator[Table]:
    is_roomy = width >= ROOMY_WIDTH
    bars = 0 if trends.looks < 2 else TREND_WIDTH if is_roomy else TREND_WIDTH // 2

    def titled(title: str, lines: Iterable[FigureLine], bars: int = bars) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        table.add_column(title, no_wrap=True)
        table.add_column("", justify="right", no_wrap=True)
        if bars:
            table.add_column("", no_wrap=True, style="cyan", width=bars)
        for label, value, name in lines:
            trend = [trends.line(figures.company, name, bars)] if bars else []
            table.add_row(label, value, *trend)
        table.add_row()
        return table

    lifecycle = titled("Reservations", _lifecycle(figures))
    rates = titled("Rates, of offers", _rates(figures))
    holding = titled("What holding did", _holding(figures), bars if is_roomy else 0)
    if width < SIDE_BY_SIDE_WIDTH:
        yield from (lifecycle, rates, holding)
        return
    right = Table.grid()
    right.add_row(rates)
    right.add_row(holding)
    both = Table.grid(padding=(0, 1 if bars and not is_roomy else 6, 0, 0))
    both.add_row(lifecycle, right)
    yield both


# A line of a table: its label, its value, and the figure whose trend is drawn beside it.
FigureLine = tuple[str, str | Text, str]


def _lifecycle(figures: Figures) -> Iterator[FigureLine]:
    yield "created", str(figures.created), "created"
    yield "  compound", str(figures.created_compound), "created_compound"
    yield "  services", str(figures.services_created), "services_created"
    yield "converted", str(figures.converted), "converted"
    yield "  compound", str(figures.converted_compound), "converted_compound"
    yield "  services", str(figures.services_converted), "services_converted"
    yield "expired", str(figures.expired), "expired"
    yield "cancelled", str(figures.cancelled), "cancelled"
    yield from _parts(figures.cancelled_by_reason)
    yield "active", str(figures.active), "active"
    errors = sum(figures.errors.values())
    yield "errors", Text(str(errors), "red" if errors else ""), "errors"
    yield from _parts(figures.errors)


def _parts(counts: dict[str, int]) -> Iterator[FigureLine]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for name, n in ranked[:PARTS_SHOWN]:
        yield f"  {name.replace('_', ' ')[:20]}", str(n), ""
    if rest := sum(n for _, n in ranked[PARTS_SHOWN:]):
        yield "  other", str(rest), ""


def _rates(figures: Figures) -> Iterator[FigureLine]:
    yield "conversion", _rate(figures.conversion_rate, figures.offers), "conversion_rate"
    yield "completion", _rate(figures.completion_rate, figures.offers_over), "completion_rate"
    # The share of open offers is neither good nor bad, so it has no colour.
    yield "active", f"{figures.active_rate:.2f} %", "active_rate"


def _rate(rate: float, of: int) -> Text:
    """Print a rate in its colour, and a dash where there is nothing to divide by."""
    return Text(f"{rate:.2f} %", style_of(rate)) if of else Text("-", "dim")


def _holding(figures: Figures) -> Iterator[FigureLine]:
    refused = figures.told_free_then_refused
    yield "collisions prevented", str(figures.collisions_prevented), "collisions_prevented"
    yield (
        "told free, then refused",
        Text(str(refused), "red" if refused else ""),
        "told_free_then_refused",
    )
    yield "late conversions", str(figures.late_conversions), "late_conversions"
    yield "released at hang-up", str(figures.released_at_hangup), "released_at_hangup"
    yield "stylists' time held, not booked", lasting(figures.unbooked_s), "unbooked_s"
    yield "until converted, median", _until(figures, "median_s"), ""
    yield "until converted, 95 %", _until(figures, "p95_s"), ""


def _until(figures: Figures, name: str) -> str:
    took = figures.time_to_conversion
    seconds: float = getattr(took, name)
    if not took.count:
        return "-"
    # The percentiles of several companies are known as upper bounds of buckets only.
    is_bound = figures.company == "all" and not isinf(seconds)
    return f"{'up to ' if is_bound else ''}{lasting(seconds)}"


# A column: its title, width and cell. The most important come first, because a narrow terminal
# leaves out the last ones.
FigureColumn = tuple[str, int, Callable[[Figures], str | Text]]
FIGURE_COLUMNS: list[FigureColumn] = [
    ("created", 7, lambda one: str(one.created)),
    ("con-\nverted", 6, lambda one: str(one.converted)),
    ("expired", 7, lambda one: str(one.expired)),
    ("can-\ncelled", 6, lambda one: str(one.cancelled)),
    ("active", 6, lambda one: str(one.active)),
    ("errors", 6, lambda one: str(sum(one.errors.values()))),
    ("conver-\nsion", 8, lambda one: _rate(one.conversion_rate, one.offers)),
    ("told free,\nrefused", 10, lambda one: str(one.told_free_then_refused)),
    ("collisions\nprevented", 10, lambda one: str(one.collisions_prevented)),
    ("comple-\ntion", 8, lambda one: _rate(one.completion_rate, one.offers_over)),
    ("median to\nconverted", 12, lambda one: _until(one, "median_s")),
    ("held, not\nbooked", 12, lambda one: lasting(one.unbooked_s)),
    ("let go at\nhang-up", 9, lambda one: str(one.released_at_hangup)),
    ("late", 5, lambda one: str(one.late_conversions)),
    ("95 % to\nconverted", 12, lambda one: _until(one, "p95_s")),
]


def _overview(sample: FiguresSample, trends: Trends, width: int, lines: int) -> Iterator[Table]:
    least, most = COMPANY_WIDTHS
    longest = max((len(one.company) for one in sample.figures), default=0)
    name_width = max(least, min(most, longest, width // 5))
    has_trends = trends.looks > 1
    trend_width = TREND_WIDTH // 2 if has_trends else -1
    columns = list(_that_fit(width - name_width - 1 - trend_width))
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("company", width=name_width, no_wrap=True, overflow="ellipsis")
    for title, column_width, _ in columns:
        table.add_column(title, width=column_width, justify="right", no_wrap=True)
    if has_trends:
        table.add_column("created,\nlately", no_wrap=True, style="cyan", width=trend_width)

    def add(name: str, one: Figures, style: str = "") -> None:
        trend = [trends.line(one.company, "created", trend_width)] if has_trends else []
        table.add_row(name, *(cell(one) for _, _, cell in columns), *trend, style=style)

    for one in sample.ranked[:lines]:
        add(one.company, one)
    if more := len(sample.ranked[lines:]):
        table.add_row(Text(f"+ {more} more", "dim"))
    add("all", sample.total, "bold")
    yield table


def _that_fit(width: int) -> Iterator[FigureColumn]:
    """Take columns from the left while they fit, with a blank between two."""
    for column in FIGURE_COLUMNS:
        width -= column[1] + 1
        if width < 0:
            return
        yield column
