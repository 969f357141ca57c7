"""Ctrl-C, a closed terminal and a polite kill: each ends a command, once and tidily."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def at_first_signal(end: Callable[[], None]) -> None:
    """Call ``end`` at the first signal that ends a command, and ignore every later one.

    Someone who presses Ctrl-C again while the command cleans up would otherwise stop the cleaning.
    The event loop's own handlers cannot do this: the loop takes them away when it closes, and
    what is stopped after the loop would be unprotected.
    """

    def heard(number: int, frame: FrameType | None) -> None:
        ignore_signals()
        end()

    for number in ENDING:
        signal.signal(number, heard)


def ignore_signals() -> None:
    """Finish undisturbed: from here on only kill -9 ends the process."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
