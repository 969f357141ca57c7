"""Our own programs, a server or a worker, as processes that end with the one that started them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

# Importing everything takes seconds on a busy machine.
READY_WITHIN_S = 60.0
# uvicorn lets requests that are under way finish; ours take some seconds at most.
STOPPED_WITHIN_S = 10.0
ERRORS_SHOWN_BYTES = 2000

SERVE = ("serve", "--host", "127.0.0.1")
WORK = ("worker",)
# What a server and a worker print once they are ready.
_READY = re.compile(rb"listening on (?P<address>http://\S+)|worker running")


class ServerFailed(Exception):
    """The program did not start; the message is what it wrote to standard error."""


@dataclass
class Program:
    """A running program. ``address`` is where it listens, empty for a worker."""

    process: asyncio.subprocess.Process
    errors: IO[bytes]
    address: str = ""
    is_paused: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.returncode is not None

    def error_lines(self) -> list[str]:
        """Read all that the program has written to standard error."""
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace").splitlines()

    async def kill(self) -> None:
        """End it by SIGKILL, so that it can clean up nothing."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self.errors.close()

    async def stop(self) -> None:
        """Ask it to end; kill it where it does not within ``STOPPED_WITHIN_S``."""
        if self.is_paused:
            self.resume()
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(STOPPED_WITHIN_S):
                await self.process.wait()
        except TimeoutError:
            pass
        finally:
            await self.kill()

    def pause(self) -> None:
        """Stop it where it is (SIGSTOP), as a machine that hangs does."""
        self.is_paused = True
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on as if no time had passed."""
        self.is_paused = False
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)


# Simulated callers ring faster than any salon's; what one of them is refused they would not count.
_UNLIMITED = {
    f"SLOTKEEPER_RATE_{name}": "10000000"
    for name in ("COMPANY", "KEY", "LINE", "CALLER", "ADDRESS")
}


async def start(*arguments: str, environ: Mapping[str, str]) -> Program:
    """Start ``slotkeeper`` with these arguments and wait until it is ready.

    ``environ`` is its whole environment, but for the rates where it has none. It also stops when
    this process is killed. Raises ServerFailed where it is not ready within ``READY_WITHIN_S``.
    """
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "slotkeeper.lab.servers.die_with_parent", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env={**_UNLIMITED, **environ},
        # Ctrl-C in a terminal is for the command, which stops its programs in its own order.
        start_new_session=True,
    )
    program = Program(process, errors)
    try:
        await _wait_until_ready(program)
    except BaseException:
        await program.kill()
        raise
    return program


async def _wait_until_ready(program: Program) -> None:
    assert program.process.stdout is not None
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            async for line in program.process.stdout:
                if ready := _READY.search(line):
                    program.address = (ready["address"] or b"").decode()
                    return
    except TimeoutError:
        raise ServerFailed(f"not ready after {READY_WITHIN_S:.0f} s") from None
    program.errors.seek(max(0, program.errors.seek(0, os.SEEK_END) - ERRORS_SHOWN_BYTES))
    message = program.errors.read().decode(errors="replace").strip()
    raise ServerFailed(message or "it wrote nothing to standard error")
