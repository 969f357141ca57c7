"""The demo's output: conversations as they happen, two cohorts side by side, what to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from slotkeeper.lab.callers.conversations import (
    CallerHungUp,
    CallerSpoke,
    ConversationScript,
    ToolUsed,
)
from slotkeeper.lab.callers.storm import StormOutcome
from slotkeeper.lab.proof.appointment_counts import AppointmentCounts

# The width of the output where there is no terminal.
CONVERSATION_WIDTH = 110
# Wide enough for the callers' names and the agent's.
_SPEAKER_WIDTH = 8

_GOOD = {"held", "booked", "context", "available"}


@dataclass(frozen=True, slots=True)
class CohortResult:
    """The result of a cohort: what its callers were told, and the appointments in the database."""

    outcome: StormOutcome
    counts: AppointmentCounts


class DemoScreen:
    """Writes to a terminal at a reader's pace, or to a log without pauses."""

    def __init__(self, *, pace_s: float) -> None:
        """Find out which; where it is watched, leave ``pace_s`` seconds to read each sentence."""
        self._pace_s = pace_s
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(highlight=False, width=CONVERSATION_WIDTH)

    @property
    def is_watched(self) -> bool:
        """Whether the output is a terminal."""
        return self.console.is_terminal

    def pause_s(self, happened: CallerSpoke | ToolUsed | CallerHungUp) -> float:
        """Tell how many seconds to wait after showing something."""
        return self._pace_s if self.is_watched and isinstance(happened, CallerSpoke) else 0.0

    def note(self, text: str) -> None:
        """Print what the demo is doing."""
        self.console.print(Text(text, style="dim"))

    def heading(self, text: str, *, below: str = "") -> None:
        """Print a heading."""
        self.console.print()
        self.console.print(Text(text, style="bold"))
        if below:
            self.console.print(Text(below, style="italic"))

    def begin(self, number: int, conversation: ConversationScript) -> None:
        """Print a conversation's title and what it teaches."""
        self.heading(f"{number}. {conversation.title}", below=conversation.teaches)
        self.console.print()

    def show(self, happened: CallerSpoke | ToolUsed | CallerHungUp) -> None:
        """Print one thing that happened in a conversation."""
        match happened:
            case CallerSpoke(caller, words):
                self._line(caller, Text(f"„{words}“"))
            case CallerHungUp(caller):
                self._line(caller, Text("hangs up", style="italic"))
            case ToolUsed(_, tool, args, answer):
                self._line("", Text(f"-> {tool}({_arguments(args)})", style="cyan"))
                colour = "green" if answer.status in _GOOD else "yellow"
                status = Text(f"<- {answer.status}", style=f"bold {colour}")
                self._line("", status.append(f"  {answer.took_s * 1000:.0f} ms", style="dim"))
                self._line("agent", Text(f"„{answer.say}“", style=colour))

    def progress(self) -> Progress:
        """Make a progress bar that counts callers."""
        return Progress(
            TextColumn("{task.description:<14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("callers"),
            TimeElapsedColumn(),
            console=self.console,
        )

    def side_by_side(self, slots: int, without: CohortResult, held: CohortResult) -> None:
        """Print a table that compares two cohorts."""
        table = Table(box=None, padding=(0, 3, 0, 0), show_edge=False)
        for title in ("", "without holds", "with holds"):
            table.add_column(title, justify="left" if not title else "right")
        for label, *values in _comparison(slots, without, held):
            table.add_row(label, *values)
        self.console.print()
        self.console.print(table)

    def try_this(self, address: str, commands: Mapping[str, Sequence[str]]) -> None:
        """Print the server's address, and commands that work when they are pasted."""
        self.heading(f"The server stays up at {address} until Ctrl-C. Try:")
        for purpose, lines in commands.items():
            self.console.print()
            self.console.print(Text(f"# {purpose}", style="dim"))
            for line in lines:
                # A command is never broken into two lines, so that it can be copied.
                self.console.print(Text(line), soft_wrap=True)

    def _line(self, speaker: str, words: Text) -> None:
        row = Table.grid(padding=(0, 1))
        row.add_column(width=_SPEAKER_WIDTH, style="bold")
        row.add_column(overflow="fold")
        row.add_row(speaker, words)
        self.console.print(Padding(row, (0, 0, 0, 2)))


def _arguments(args: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in args.items())


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _comparison(
    slots: int, without: CohortResult, held: CohortResult
) -> Iterable[tuple[str, str, str]]:
    cohorts = (without, held)

    def row(label: str, values: Iterable[object]) -> tuple[str, str, str]:
        left, right = values
        return label, str(left), str(right)

    yield row("callers, popular slots", (f"{c.outcome.callers}, {slots}" for c in cohorts))
    yield row("told that a slot is free", (c.outcome.told_free for c in cohorts))
    yield row("told free, then refused", (c.outcome.refused_after_free for c in cohorts))
    yield row("callers let down like that", (c.outcome.let_down for c in cohorts))
    yield row("told at once that it is taken", (c.outcome.told_taken for c in cohorts))
    yield row("double bookings (rows)", (c.counts.double_bookings for c in cohorts))
    yield row("booked (rows)", (c.counts.appointments for c in cohorts))
    if any(c.outcome.faults for c in cohorts):
        yield row("faults", (c.outcome.faults for c in cohorts))
