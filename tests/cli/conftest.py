"""Companies that commands can find by their slug."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
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


@pytest.fixture
def command(database_url, monkeypatch):
    """Run a command in a thread, beside the event loop that the test's database lives on."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    async def run_command(*words, stdin=None):
        return await asyncio.to_thread(CliRunner().invoke, app, words, input=stdin)

    return run_command


@pytest.fixture
def as_json(command, real_salon):
    """Run a command for the salon that must succeed, and read the JSON that it prints."""

    async def run_command(*words, stdin=None):
        done = await command(*words, "--company", real_salon.company.slug, "--json", stdin=stdin)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    return run_command
