"""A real server in a process of its own, for as long as a block lasts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import IO

# Importing everything on a busy machine takes seconds.
START_LIMIT_S = 60.0
# uvicorn lets requests that are under way finish; ours take at most some seconds.
STOP_LIMIT_S = 10.0
STDERR_TAIL_BYTES = 2000

_LISTENING = re.compile(rb"listening on (http://\S+)")


class ServerFailed(Exception):
    """The server did not start; the message is what it said."""


@asynccontextmanager
async def running_server(
    database_url: str, *options: str, port: int = 0, environ: Mapping[str, str]
) -> AsyncIterator[str]:
    """Serve a migrated database on the loopback, by default on a free port; gives the address.

    ``options`` are further ones of ``slotkeeper serve``, ``environ`` is all of its environment but
    for DATABASE_URL. The server also stops when this process is killed. Raises ServerFailed.
    """
    with tempfile.TemporaryFile() as stderr:
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "slotkeeper.lab.servers.die_with_parent"),
            *("serve", "--host", "127.0.0.1", "--port", str(port), *options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env={**environ, "DATABASE_URL": database_url},
            # Ctrl-C in a terminal is for us; we stop the server in our own order.
            start_new_session=True,
        )
        try:
            yield await _address_of(server, stderr)
        finally:
            await _stop(server)


async def _address_of(server: asyncio.subprocess.Process, stderr: IO[bytes]) -> str:
    assert server.stdout is not None
    try:
        async with asyncio.timeout(START_LIMIT_S):
            async for line in server.stdout:
                if found := _LISTENING.search(line):
                    return found[1].decode()
    except TimeoutError:
        raise ServerFailed(f"not listening after {START_LIMIT_S:.0f} s") from None
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - STDERR_TAIL_BYTES))
    raise ServerFailed(stderr.read().decode(errors="replace").strip() or "it said nothing")


async def _stop(server: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        server.terminate()
    try:
        async with asyncio.timeout(STOP_LIMIT_S):
            await server.wait()
    except (TimeoutError, asyncio.CancelledError) as error:
        with contextlib.suppress(ProcessLookupError):
            server.kill()
        await server.wait()
        if isinstance(error, asyncio.CancelledError):
            raise
