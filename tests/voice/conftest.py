"""Lines of the test's own, and a way to the database that can be cut."""

import re
from pathlib import Path

import pytest

from slotkeeper.lab.proof.postgres_proxy import PostgresProxy
from tests.voice.line import a_line


@pytest.fixture
async def line(http, store):
    """A line of a salon that is judged by the database's clock."""
    return await a_line(http, store)


@pytest.fixture
async def test_line(http, store):
    """A line of a sandbox salon, whose clock stands until it is advanced."""
    return await a_line(http, store, sandbox=True)


@pytest.fixture
async def severed(database_url, tmp_path_factory):
    """The way to the worker's database, on which an answer can be lost."""
    folder = Path(re.search(r"host=([^&]+)", database_url)[1].replace("%2F", "/"))
    async with PostgresProxy(folder / ".s.PGSQL.5432", tmp_path_factory.mktemp("cut")) as way:
        yield way
