"""customer and history, run as commands against a real database."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.domain.wish import Customer

PHONE = "+4915112345678"
ANNA = Customer("Anna Alt", PHONE)


@pytest.fixture
def command(database_url, monkeypatch, real_salon):
    """Run a command for the salon, with these lines as its input."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    salon = ("--company", real_salon.company.slug)

    async def run_command(*words, lines=()):
        said = "".join(f"{line}\n" for line in lines)
        return await asyncio.to_thread(CliRunner().invoke, app, [*words, *salon], input=said)

    return run_command


async def test_a_customer_is_handed_over_and_erased(command, real_salon):
    """Asked by number; what stands is refused first, and the history says who erased it."""
    appointment = await real_salon.book(customer=ANNA)
    exported = json.loads((await command("customer", "export", lines=(PHONE, ""))).stdout)
    assert [row["customer_name"] for row in exported["kept"]["appointments"]] == ["Anna Alt"]
    refused = await command("customer", "erase", lines=(PHONE, "Anna Alt"))
    assert (refused.exit_code, str(appointment.id) in refused.stderr) == (1, True)
    erased = await command("customer", "erase", "--cancel", "--json", lines=(PHONE, ""))
    assert json.loads(erased.stdout)["cancelled"] == [appointment.id]
    again = await command("customer", "export", lines=(PHONE, ""))
    assert json.loads(again.stdout)["kept"] == {}
    history = json.loads((await command("history", "--json")).stdout)
    assert [(entry["what"], entry["by"]) for entry in history[:2]] == [
        ("customer.erased", "command:customer erase"),
        ("appointment.cancelled", "command:customer erase"),
    ]


@pytest.mark.parametrize("who", ["Anna Alt", "0151", "+49"])
async def test_what_is_no_number_and_no_address_is_refused(command, who):
    """A name alone finds nobody: many have it."""
    refused = await command("customer", "export", lines=(who, ""))
    assert refused.exit_code == 1
