"""A server of ours inside the test's process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from slotkeeper.http.connections import served
from slotkeeper.http.edge_limits import DEFAULT_LIMITS, EdgeLimits
from tests.waiting import until


@asynccontextmanager
async def serving(
    app: Any, limits: EdgeLimits = DEFAULT_LIMITS, *, log_level: str = "error"
) -> AsyncIterator[str]:
    """Serve an application on a free port while the block lasts; gives its address."""
    server = uvicorn.Server(served(app, limits, port=0, log_level=log_level))
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
