"""company, run as a command against a database of its own."""

import asyncio
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.load_company import example
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, SECRET, Salon, TestClock


@pytest.fixture
def command(fresh, monkeypatch):
    """Run a command in a thread, beside the test's event loop."""
    monkeypatch.setenv("DATABASE_URL", fresh.app_url)

    async def run_command(*words, stdin=None):
        return await asyncio.to_thread(CliRunner().invoke, app, ["company", *words], input=stdin)

    return run_command


async def test_the_example_is_loaded_by_its_name(command):
    """The first load says what was made, the second that nothing has changed."""
    first, second = await command("load", "friseur-1"), await command("load", "friseur-1")
    assert first.stdout.startswith("company friseur-1: created (2 branches, 6 staff, 18 services")
    assert second.stdout == "friseur-1: nothing has changed\n"
    assert (first.exit_code, second.exit_code) == (0, 0)


async def test_a_file_or_standard_input_is_loaded(command, tmp_path):
    """What was changed is told, for people or for a program."""
    file = tmp_path / "salon.yaml"
    file.write_bytes(example("friseur-1"))
    await command("load", str(file))
    changed = example("friseur-1").replace(b"price: 78.00", b"price: 80")
    done = await command("load", "-", "--json", stdin=changed)
    loaded = json.loads(done.stdout)
    assert loaded["slug"] == "friseur-1"
    assert loaded["changes"] == ["service dauerwelle: price 78.00 -> 80.00"]


SMALL = b"""
company: {slug: small, name: Small, timezone: Europe/Berlin, sandbox: true}
branches: [{key: main, name: Main, hours: {fri: ["09:00-18:00"]}}]
staff: [{key: emma, name: Emma, branch: main}]
services: [{key: cut, name: Cut, duration_min: 30}]
"""


async def test_bookings_that_no_longer_fit_are_listed(command, database):
    """For people with the customers to ring up, for a program whole; holds without anybody."""
    loaded = json.loads((await command("load", "-", "--json", stdin=SMALL)).stdout)
    store = Store(database, SECRET)
    salon = Salon(await store.catalogues.get(loaded["company_id"]), store, TestClock())
    booked = await salon.book("Cut", customer=Customer("Erika Muster"))
    held = await salon.hold("Cut", at=FRIDAY_10 + timedelta(hours=1))
    closed = SMALL + b"closures: [{from: 2027-03-05}]"
    done = await command("load", "-", stdin=closed)
    assert "No longer fits and stays (1):" in done.stdout
    assert "Erika Muster" in done.stdout
    assert "Held and no longer fits, and may yet be booked (1):" in done.stdout
    await command("load", "-", stdin=SMALL)
    hits = json.loads((await command("load", "-", "--json", stdin=closed)).stdout)["hits"]
    assert [one["id"] for one in hits["appointments"]] == [booked.id]
    assert [one["stored_token"] for one in hits["held"]] == [str(held.token)]


async def test_a_bad_file_is_refused_with_its_line(command, tmp_path):
    """Exit code 1, the place on standard error, and no company."""
    file = tmp_path / "salon.yaml"
    file.write_bytes(example("friseur-1").replace(b"slug: friseur-1", b"slug: Friseur"))
    done = await command("load", str(file))
    assert done.exit_code == 1
    assert f"{file}:10: company.slug: expected a short name" in done.stderr
    assert json.loads((await command("list", "--json")).stdout) == []


@pytest.mark.parametrize("file", ["nothing-here", "nothing-here.yaml", ".", "", "a\0b"])
async def test_a_file_that_is_not_there_is_refused(command, file):
    """Exit code 1 and a reason, whatever was given."""
    done = await command("load", file)
    assert done.exit_code == 1
    assert done.stderr.strip()


async def test_warnings_go_to_standard_error(command):
    """What is odd disturbs no program that reads the output."""
    odd = example("friseur-1").replace(b"duration_min: 55", b"duration_min: 52")
    done = await command("load", "-", "--json", stdin=odd)
    assert len(json.loads(done.stdout)["warnings"]) == 1
    assert "52 is no multiple of 5" in done.stderr


async def test_a_company_is_listed_and_shown(command):
    """By slug or by number, as tables or as JSON."""
    await command("load", "friseur-1")
    (listed,) = json.loads((await command("list", "--json")).stdout)
    assert (listed["slug"], listed["services"]) == ("friseur-1", 18)
    table = (await command("show", "--company", str(listed["id"]))).stdout
    assert "Dauerwelle" in table
    assert "78.00 EUR" in table
    shown = json.loads((await command("show", "-c", "friseur-1", "--json")).stdout)
    assert [s["duration_min"] for s in shown["services"] if s["key"] == "dauerwelle"] == [135]
    assert shown["hours"][0]["closes_local"] == "18:00"
    assert (await command("show", "-c", "nobody")).exit_code == 1
