"""Lines of the test's own."""

import pytest

from tests.voice.line import a_line


@pytest.fixture
async def line(http, store):
    """A line of a salon that is judged by the database's clock."""
    return await a_line(http, store)


@pytest.fixture
async def test_line(http, store):
    """A line of a sandbox salon, whose clock stands until it is advanced."""
    return await a_line(http, store, sandbox=True)
