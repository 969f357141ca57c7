"""Where figures are shown: once, in a terminal that is redrawn, or as lines for a program."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from math import isinf
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from slotkeeper.cli.metrics_tables import FiguresSample, FiguresView
from slotkeeper.cli.metrics_trend import Trends
from slotkeeper.domain.errors import Fault
from slotkeeper.metrics.durations import BUCKETS_S, DurationHistogram
from slotkeeper.metrics.figures import RATES, Figures

# A log is read later; what is long is not cut there.
FIGURES_LOG_WIDTH = 200

Look = Callable[[], Awaitable[FiguresSample]]


class FiguresScreen:
    """Shows samples to whoever is there."""

    def __init__(self, *, as_json: bool, watching: bool) -> None:
        """Find out who that is: without a terminal whoever watches is a program."""
        self._console = Console(highlight=False)
        is_seen = self._console.is_terminal and not self._console.is_dumb_terminal
        self._as_json = as_json or (watching and not is_seen)
        if not is_seen:
            self._console = Console(highlight=False, width=FIGURES_LOG_WIDTH)
        self._is_cut = is_seen

    def show(self, sample: FiguresSample) -> None:
        """Show a sample once."""
        if self._as_json:
            print(json.dumps(record(sample), ensure_ascii=False), flush=True)
        else:
            self._console.print(FiguresView(sample, is_cut=self._is_cut))

    async def watch(self, look: Look, every_s: float) -> None:
        """Look again and again until Ctrl-C or a termination; what was seen last stays printed."""
        loop, this = asyncio.get_running_loop(), asyncio.current_task()
        assert this is not None
        loop.add_signal_handler(signal.SIGTERM, this.cancel)
        with suppress(asyncio.CancelledError):
            await (self._lines(look, every_s) if self._as_json else self._redraw(look, every_s))

    async def _lines(self, look: Look, every_s: float) -> None:
        while True:
            self.show(await look())
            await asyncio.sleep(every_s)

    async def _redraw(self, look: Look, every_s: float) -> None:
        sample = await look()
        trends = Trends() if sample.owner else Trends(("created",))
        try:
            with self._full_screen() as live:
                while True:
                    trends.add(sample.figures if sample.owner else [*sample.figures, sample.total])

                    def draw(footer: Text, sample: FiguresSample = sample) -> None:
                        live.update(FiguresView(sample, trends, footer, is_cut=True), refresh=True)

                    draw(_footer(every_s))
                    sample = await _next(look, every_s, draw)
        finally:
            self.show(sample)

    @contextmanager
    def _full_screen(self) -> Iterator[Live]:
        """A screen of our own, drawn anew when it changes its size; the old one comes back."""
        loop = asyncio.get_running_loop()
        with Live(console=self._console, screen=True, auto_refresh=False) as live:
            loop.add_signal_handler(signal.SIGWINCH, live.refresh)
            try:
                yield live
            finally:
                loop.remove_signal_handler(signal.SIGWINCH)


async def _next(look: Look, every_s: float, draw: Callable[[Text], None]) -> FiguresSample:
    """Look again; where the database does not answer, say so and look once more."""
    while True:
        await asyncio.sleep(every_s)
        try:
            return await look()
        except Fault as fault:
            draw(Text(f"the database does not answer ({fault.code}); trying again", "red"))


def _footer(every_s: float) -> Text:
    return Text(f"every {every_s:g} s until Ctrl-C; bars: new since the look before", "dim")


def record(sample: FiguresSample) -> dict[str, Any]:
    """A sample as JSON has it: of one company its figures, of all a list and their sum."""
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
    found = {one.name: _plain(getattr(figures, one.name)) for one in fields(figures)}
    return found | {name: getattr(figures, name) for name in (*RATES, "balance")}


def _plain(value: Any) -> Any:
    """Times to the microsecond. Infinity is no number in JSON: null is beyond the last bucket."""
    if isinstance(value, DurationHistogram):
        found = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return found | {"at_most": dict(zip(map(str, BUCKETS_S), value.at_most, strict=True))}
    if isinstance(value, float):
        return None if isinf(value) else round(value, 6)
    return value
