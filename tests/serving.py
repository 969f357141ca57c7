"""A server of ours inside the test's process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from slotkeeper.cli.serve import KEEP_ALIVE_S
from tests.waiting import until


@asynccontextmanager
async def serving(app: Any, *, log_level: str = "error") -> AsyncIterator[str]:
    """Serve an application on a free port while the block lasts; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, log_level=log_level, lifespan="on", timeout_keep_alive=KEEP_ALIVE_S
        )
    )
    serve = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or serve.done(), "the server has started")
        if serve.done():
            await serve
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await serve
