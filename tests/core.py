"""The core of a test's own database, opened so that a test may change it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from slotkeeper.storage.sql import core
from tests.databases import TestDatabase


@asynccontextmanager
async def opened_core(urls: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the owner, in the schema of the functions that our servers call."""
    path = {"search_path": f"{core()}, public, pg_temp"}
    owner = await asyncpg.connect(urls.owner_url, server_settings=path)
    try:
        yield owner
    finally:
        await owner.close()
