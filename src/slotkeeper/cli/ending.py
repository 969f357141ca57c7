"""Ctrl-C, a closed terminal and a polite kill: each ends a command, once and tidily."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def cancel_at_first_signal() -> None:
    """Cancel the current task at the first signal; once its loop is closed, interrupt instead."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None

    def end() -> None:
        if loop.is_closed():
            raise KeyboardInterrupt
        loop.call_soon_threadsafe(task.cancel)

    at_first_signal(end)


def stop_at_first_signal() -> asyncio.Event:
    """Make an event that is set at the first signal."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    at_first_signal(lambda: loop.call_soon_threadsafe(stop.set))
    return stop


def at_first_signal(end: Callable[[], object]) -> None:
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
