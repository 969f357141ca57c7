"""A real server in a process of its own, for as long as a block lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from slotkeeper.lab.servers.programs import SERVE, start


@asynccontextmanager
async def running_server(
    database_url: str, *options: str, port: int = 0, environ: Mapping[str, str]
) -> AsyncIterator[str]:
    """Serve a migrated database on the loopback, by default on a free port; gives the address.

    ``options`` are further ones of ``slotkeeper serve``, ``environ`` is the server's whole
    environment except for DATABASE_URL. Raises ServerFailed.
    """
    server = await start(
        *(*SERVE, "--port", str(port), *options),
        environ={**environ, "DATABASE_URL": database_url},
    )
    try:
        yield server.address
    finally:
        await server.stop()
