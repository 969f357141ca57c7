"""Read a calendar file in a process of its own, which has bounds on time and memory.

Rules can be written in a few lines that repeat for days of computing. In a thread that would hold
the interpreter, and with it every caller; a process can be bounded, outlived and killed. It runs
``main``: a request and the file come in, figures and times go out.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from slotkeeper.domain.errors import TooBusy
from slotkeeper.domain.ics.components import UnreadLine
from slotkeeper.domain.ics.content_lines import CalendarFileRefused
from slotkeeper.domain.ics.events import read_events
from slotkeeper.domain.ics.repeats import occurrences
from slotkeeper.domain.ics.rules import Tick
from slotkeeper.domain.intervals import Interval

if sys.platform != "win32":
    import resource

# Several times what a file of the largest size takes.
MEMORY_BYTES = 1024 * 1024 * 1024
# Beyond the time that the reading itself keeps to: a start on a busy machine, and one long step.
PATIENCE_S = 15.0
# How long an import waits for those of others; below what the server gives to an answer.
WAIT_S = 25.0
# Callers come first: the process gets what they leave.
NICENESS = 10
# The first lines that cannot be read teach as much as all.
MAX_UNREAD = 50
MODULE = "slotkeeper.operations.calendar_child"


class FileRequest(msgspec.Struct):
    """What is wanted of a file: the times that count, and how much work they may be."""

    zone: str
    begins: datetime
    ends: datetime
    max_steps: int
    max_occurrences: int
    within_s: float


class BusyFile(msgspec.Struct):
    """What a file says: its events, how many of them take no time, and the busy times, joined.

    ``unread`` has the first lines that could not be read, with the reason, of ``unread_count``.
    """

    events: int
    free: int
    stretches: list[tuple[datetime, datetime]]
    unread: list[UnreadLine]
    unread_count: int


class _Answer(msgspec.Struct):
    file: BusyFile | None = None
    line: int | None = None
    reason: str = ""


async def read_in_child(raw: bytes, wanted: FileRequest, places: asyncio.Semaphore) -> BusyFile:
    """Read a file in a process, while it has one of the places.

    Raises CalendarFileRefused, also where the process needs more than it is given, or TooBusy.
    """
    try:
        async with asyncio.timeout(WAIT_S):
            await places.acquire()
    except TimeoutError:
        raise TooBusy from None
    try:
        said = await _run(msgspec.json.encode(wanted) + b"\n" + raw, wanted.within_s + PATIENCE_S)
    finally:
        places.release()
    if said.file is None:
        raise CalendarFileRefused(said.line, said.reason)
    return said.file


async def _run(sent: bytes, within_s: float) -> _Answer:
    # Our environment has the secrets; all that the program needs of it is where the packages are.
    program = f"import sys; sys.path[:] = {sys.path!r}; from {MODULE} import main; main()"
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", program),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=None if sys.platform == "win32" else {},
    )
    try:
        async with asyncio.timeout(within_s):
            said, _ = await child.communicate(sent)
        return msgspec.json.decode(said, type=_Answer)
    except (TimeoutError, msgspec.DecodeError):
        return _Answer(reason="reading it takes more time or memory than a file is given")
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def busy_file(raw: bytes, wanted: FileRequest) -> BusyFile:
    """Work out when somebody is busy. Raises CalendarFileRefused."""
    window = Interval(wanted.begins, wanted.ends)
    tick = _ticks(wanted)
    file = read_events(raw, ZoneInfo(wanted.zone), tick)
    if file.unread and not file.events:
        # Of such a file nothing is known, and what the source said before would be freed.
        raise CalendarFileRefused(file.unread[0].line, file.unread[0].reason)
    within: list[Interval] = []
    for interval in occurrences(file, window.end, tick):
        if interval.overlaps(window):
            within.append(interval)
        if len(within) > wanted.max_occurrences:
            raise CalendarFileRefused(None, f"more than {wanted.max_occurrences} times to keep")
    free = sum(not event.takes_time for event in file.events)
    joined = [(stretch.start, stretch.end) for stretch in merged(within, window)]
    unread = sorted(file.unread, key=lambda line: line.line)
    return BusyFile(len(file.events), free, joined, unread[:MAX_UNREAD], len(unread))


def _ticks(wanted: FileRequest) -> Tick:
    """Make what raises CalendarFileRefused once it is called too often or too late."""
    deadline = time.monotonic() + wanted.within_s
    steps = itertools.count(1)

    def tick() -> None:
        if next(steps) > wanted.max_steps or time.monotonic() > deadline:
            raise CalendarFileRefused(None, "the events repeat too often to be worked out")

    return tick


def merged(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """Join intervals that overlap or touch, cut off at the window's ends."""
    joined: list[Interval] = []
    for interval in sorted(intervals):
        start = max(interval.start, window.start)
        end = min(interval.end, window.end)
        if joined and start <= joined[-1].end:
            last = joined.pop()
            start, end = last.start, max(last.end, end)
        joined.append(Interval(start, end))
    return joined


def main() -> None:
    """Read a request and a file from standard input, and write what the file says."""
    head, _, raw = sys.stdin.buffer.read().partition(b"\n")
    wanted = msgspec.json.decode(head, type=FileRequest)
    if sys.platform != "win32":
        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        cpu_s = int(wanted.within_s + PATIENCE_S)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    try:
        answer = _Answer(busy_file(raw, wanted))
    except CalendarFileRefused as refusal:
        answer = _Answer(line=refusal.line, reason=refusal.reason)
    sys.stdout.buffer.write(msgspec.json.encode(answer))
