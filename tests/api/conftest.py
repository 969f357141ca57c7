"""A company's own client of the worker's server."""

import pytest

from tests.api.client import Rest


@pytest.fixture
async def rest(http, real_salon):
    """A client with the key of a company of its own."""
    return Rest(http, await real_salon.store.directory.create_key(real_salon.id))
