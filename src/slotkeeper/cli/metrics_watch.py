"""Prints figures once, on a screen that is redrawn, or as lines of JSON for a program."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from math import isinf
from typing import Any

from rich.live import Live
from rich.text import Text

from slotkeeper.cli.ending import cancel_at_first_signal
from slotkeeper.cli.metrics_tables import FiguresSample, FiguresView
from slotkeeper.cli.metrics_trend import Trends
from slotkeeper.cli.terminal import TerminalConsole, json_line
from slotkeeper.domain.errors import Fault
from slotkeeper.metrics.durations import BUCKETS_S, DurationHistogram
from slotkeeper.metrics.figures import RATES, Figures

# Wide enough for a log, whose lines are never cut.
FIGURES_LOG_WIDTH = 200

ReadSample = Callable[[], Awaitable[FiguresSample]]


class FiguresScreen:
    """Prints samples for a person at a terminal, or for a program."""

    def __init__(self, *, as_json: bool, watching: bool) -> None:
        """Print JSON where it is asked for, or where a program watches without a terminal."""
        self._console = TerminalConsole()
        is_seen = self._console.is_terminal and not self._console.is_dumb_terminal
        self._as_json = as_json or (watching and not is_seen)
        if not is_seen:
            self._console = TerminalConsole(width=FIGURES_LOG_WIDTH)
        self._is_cut = is_seen

    def show(self, sample: FiguresSample) -> None:
        """Print a sample once."""
        if self._as_json:
            print(json_line(record(sample)), flush=True)
        else:
            self._console.print(FiguresView(sample, is_cut=self._is_cut))

    async def watch(self, read_sample: ReadSample, every_s: float) -> None:
        """Read and print again and again until Ctrl-C or SIGTERM; the last sample stays printed."""
        cancel_at_first_signal()
        with suppress(asyncio.CancelledError):
            await (
                self._lines(read_sample, every_s)
                if self._as_json
                else self._redraw(read_sample, every_s)
            )

    async def _lines(self, read_sample: ReadSample, every_s: float) -> None:
        while True:
            self.show(await read_sample())
            await asyncio.sleep(every_s)

    async def _redraw(self, read_sample: ReadSample, every_s: float) -> None:
        sample = await read_sample()
        trends = Trends() if sample.owner else Trends(("created",))
        footer = f"every {every_s:g} s until Ctrl-C; bars: new since the last reading"
        try:
            with self._full_screen() as live:
                while True:
                    trends.add(sample.figures if sample.owner else [*sample.figures, sample.total])

                    def draw(below: Text, sample: FiguresSample = sample) -> None:
                        live.update(FiguresView(sample, trends, below, is_cut=True), refresh=True)

                    draw(Text(footer, "dim"))
                    sample = await _next(read_sample, every_s, draw)
        finally:
            self.show(sample)

    @contextmanager
    def _full_screen(self) -> Iterator[Live]:
        """Take a screen that is redrawn when its size changes; then give the former one back."""
        loop = asyncio.get_running_loop()
        with Live(console=self._console, screen=True, auto_refresh=False) as live:
            loop.add_signal_handler(signal.SIGWINCH, live.refresh)
            try:
                yield live
            finally:
                loop.remove_signal_handler(signal.SIGWINCH)


async def _next(
    read_sample: ReadSample, every_s: float, draw: Callable[[Text], None]
) -> FiguresSample:
    """Read the next sample; where the database does not answer, say so and try again."""
    while True:
        await asyncio.sleep(every_s)
        try:
            return await read_sample()
        except Fault as fault:
            draw(Text(f"the database does not answer ({fault.code}); trying again", "red"))


def record(sample: FiguresSample) -> dict[str, Any]:
    """A sample for JSON: the figures of one company, or the list of all and their sum."""
    read = {
        "read_at": sample.read_at.isoformat(),
        "since": sample.since.isoformat() if sample.since else None,
    }
    if sample.owner is not None:
        return read | _record(sample.figures[0])
    return read | {
        "total": _record(sample.total),
        "companies": [_record(one) for one in sample.figures],
    }


def _record(figures: Figures) -> dict[str, Any]:
    plain = {field.name: _plain(getattr(figures, field.name)) for field in fields(figures)}
    return plain | {name: getattr(figures, name) for name in (*RATES, "balance")}


def _plain(value: Any) -> Any:
    """Round seconds to microseconds. JSON has no infinity: null is beyond the last bucket."""
    if isinstance(value, DurationHistogram):
        plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return plain | {"at_most": dict(zip(map(str, BUCKETS_S), value.at_most, strict=True))}
    if isinstance(value, float):
        return None if isinf(value) else round(value, 6)
    return value
