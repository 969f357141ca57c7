"""The example salon in the worker's database, and a line to it."""

import secrets

import aiohttp
import pytest

from slotkeeper.lab.callers.client import RetellLine
from slotkeeper.operations.load_company import example, load_company, read_sheet
from tests.build import Salon

EXAMPLE = "friseur-1.yaml"


@pytest.fixture
async def friseur(store):
    """The example, as it is shipped."""
    loaded = await load_company(example("friseur-1"), filename=EXAMPLE, db=store.db)
    return Salon(await store.catalogues.reload(loaded.company_id), store, None)


@pytest.fixture
async def secret(friseur):
    """What its line's calls are signed with."""
    secret = secrets.token_hex(16)
    await friseur.store.directory.add_secret(friseur.id, "retell", secret)
    return secret


@pytest.fixture
async def client():
    """An HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def line(client, base_url, secret):
    """The example's telephone line."""
    return RetellLine(client, base_url, number=the_number(), secret=secret)


def the_number() -> str:
    """Give the number of the example's line."""
    return read_sheet(example("friseur-1"), EXAMPLE).lines[0]
