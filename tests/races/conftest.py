"""What every race needs: a place to run in, and luck that can be had again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random

import pytest

from tests.databases import TestDatabase
from tests.races.arena import Arena


@pytest.fixture
async def arena(fresh: TestDatabase) -> AsyncIterator[Arena]:
    """A database of the test's own, with no connection yet."""
    arena = Arena(fresh)
    yield arena
    await arena.open.aclose()


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> Random:
    """The same luck for the same test."""
    return Random(request.node.nodeid)
