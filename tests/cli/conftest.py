"""Companies that commands can find by their slug."""

import pytest

from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query


async def _named(salon):
    slug = hash_of(salon.company.slug)
    await salon.store.db.change(query("directory_add"), "company", slug, salon.id, "")
    return salon


@pytest.fixture
async def salon(salon):
    """A sandbox company that can be found."""
    return await _named(salon)


@pytest.fixture
async def real_salon(real_salon):
    """A company of the database's clock that can be found."""
    return await _named(real_salon)
