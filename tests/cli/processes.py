"""Commands as processes of their own, and what is left of them."""

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

from slotkeeper.storage.embedded.watchdog import poll
from tests.build import SECRET
from tests.waiting import PATIENCE_S

COMMAND = (sys.executable, "-m", "slotkeeper")
CODES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")


def environment(**added: str) -> dict[str, str]:
    """This process's environment without settings, and with what is added."""
    bare = {name: value for name, value in os.environ.items() if "SLOTKEEPER" not in name}
    # Whoever imports readline exports the size of a terminal, and it would win over ours.
    for name in ("DATABASE_URL", "LINES", "COLUMNS"):
        bare.pop(name, None)
    return bare | {"SLOTKEEPER_SECRET": SECRET.text} | added


def run(*words: str, stdin: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=environment(**settings),
        timeout=PATIENCE_S,
    )


class Terminal:
    """A command with a terminal in front of it, for as long as a block lasts."""

    def __init__(self, *words: str, **settings: str) -> None:
        self.ours, theirs = os.openpty()
        self.raw = b""
        self.process = subprocess.Popen(
            [*COMMAND, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(TERM="xterm", COLUMNS="100", **settings),
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it if it still runs, as after a failed test."""
        self.process.kill()
        self.process.wait(PATIENCE_S)
        os.close(self.ours)

    def read_until(self, text: str, *, after: str = "") -> str:
        """Read until a text is there, ``after`` another, and give all that was read, uncoloured."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.seen.partition(after)[2] if after else text not in self.seen:
            left_s = max(deadline - time.monotonic(), 0.0)
            try:
                is_ready = select.select([self.ours], [], [], left_s)[0]
                new = os.read(self.ours, 65_536) if is_ready else b""
            except OSError:  # Linux's way to say that nobody holds the other end
                new = b""
            assert new, f"{text!r} never came:\n{self.seen}"
            self.raw += new
        return self.seen

    @property
    def seen(self) -> str:
        """What was read so far."""
        return CODES.sub(b"", self.raw).decode(errors="replace").replace("\r\n", "\n")

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.ours, text.encode())

    def ended(self, signal_number: int | None = None, *, again_s: float = 1.0) -> int:
        """Wait for the end, after a signal if one is given, and give the exit code.

        Reads on meanwhile: who writes to a terminal that nobody reads waits for ever.
        Signals again after ``again_s``, as people do: input() does not see a signal that comes
        between its prompt and its waiting.
        """
        deadline = time.monotonic() + PATIENCE_S
        signal_at = time.monotonic()
        while self.process.poll() is None and time.monotonic() < deadline:
            if signal_number is not None and time.monotonic() >= signal_at:
                self.process.send_signal(signal_number)
                signal_at += again_s
            if select.select([self.ours], [], [], 0.05)[0]:
                try:
                    self.raw += os.read(self.ours, 65_536)
                except OSError:  # nobody holds the other end any more
                    break
        return self.process.wait(max(deadline - time.monotonic(), 0.1))


def processes_that_know(word: str) -> list[str]:
    """List other processes whose command line or environment contains a word."""
    if not Path("/proc/self/environ").exists():
        listed = subprocess.run(
            ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        return [line for line in listed if word in line]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            known = command + (process / "environ").read_bytes()
        except OSError:
            continue
        if word.encode() in known and process.name != str(os.getpid()):
            found.append(f"{process.name} {command.decode(errors='replace')}")
    return found


def nothing_is_left_of(word: str) -> None:
    """Wait until no process knows the word any more, or fail with those that do."""
    gone = poll(lambda: not processes_that_know(word), PATIENCE_S, every_s=0.1)
    assert gone, processes_that_know(word)
