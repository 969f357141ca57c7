"""callback, run as a command against a real database."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.request_callback import request_callback

ERIKA = Customer("Erika Muster", "+4915112345678")
OTTO = Customer("Otto Beispiel", "+4915112345679")


@pytest.fixture
def command(database_url, monkeypatch, real_salon):
    """Run a command for the salon in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    salon = ("--company", real_salon.company.slug)

    async def run_command(*words):
        return await asyncio.to_thread(CliRunner().invoke, app, ["callback", *words, *salon])

    return run_command


@pytest.fixture
def wish(real_salon):
    """Let a customer wish to be rung back."""

    async def wished(customer, reason, *, call):
        return await request_callback(real_salon.context(call), customer, reason=reason)

    return wished


@pytest.fixture
def listed(command):
    """List callbacks as JSON."""

    async def rows(*options):
        return json.loads((await command("list", *options, "--json")).stdout)

    return rows


async def test_who_waits_is_listed_with_name_and_number(command, wish):
    """The desk rings them up, so nothing is masked; the first to ask comes first."""
    await wish(ERIKA, "bridal hairdo", call="call_a")
    await wish(OTTO, "complaint", call="call_b")
    table = (await command("list")).stdout
    assert table.index(ERIKA.phone) < table.index(OTTO.phone)
    assert "Erika Muster" in table
    assert "bridal hairdo" in table


async def test_who_was_rung_back_leaves_the_list(command, wish, listed):
    """--all shows them still, after those who wait."""
    first = await wish(ERIKA, "one", call="call_a")
    second = await wish(OTTO, "two", call="call_b")
    done = await command("done", str(first.id))
    assert done.exit_code == 0, done.stderr
    assert [row["id"] for row in await listed()] == [second.id]
    everything = await listed("--all")
    assert [row["id"] for row in everything] == [second.id, first.id]
    assert everything[1]["done_at"] is not None


async def test_what_does_not_wait_cannot_be_done(command, wish):
    """Twice, unknown, and another company's are refused alike."""
    asked = await wish(ERIKA, "one", call="call_a")
    await command("done", str(asked.id))
    for callback_id in (asked.id, 999_999_999):
        done = await command("done", str(callback_id))
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"no callback {callback_id}" in done.stderr


async def test_another_companys_callback_stays(command, wish, salon):
    """An id is looked for among the named company's alone."""
    others = await request_callback(salon.context("c"), ERIKA, reason=None)
    assert (await command("done", str(others.id))).exit_code == 1
    assert len(await salon.store.callbacks.listed(salon.id)) == 1
