"""The example salon in the worker's database, and its telephone line."""

import secrets

import aiohttp
import pytest

from slotkeeper.lab.callers.retell_line import RetellLine
from tests.example import an_example_salon


@pytest.fixture
async def friseur(store):
    """The shipped example as the test's own company."""
    return await an_example_salon(store)


@pytest.fixture
async def secret(friseur):
    """What its line's calls are signed with."""
    secret = secrets.token_hex(16)
    await friseur.store.platform_secrets.add(friseur.id, "retell", secret)
    return secret


@pytest.fixture
async def client():
    """An HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def line(client, base_url, friseur, secret):
    """The example's telephone line."""
    return RetellLine(client, base_url, number=friseur.company.slug, secret=secret)
