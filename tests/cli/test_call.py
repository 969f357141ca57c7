"""call list, explain and try; the last against a server in a process of its own."""

import asyncio
import json
import re
import signal

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.lab.servers.running import running_server
from tests.build import HAIRCUT
from tests.cli.processes import Terminal, environment, run

AT = ("--at", "2027-03-01 09:00")
WISH = f"{HAIRCUT} am Freitag um zehn"


@pytest.fixture(scope="module")
async def server(database_url):
    """A real server on the worker's database."""
    async with running_server(database_url, environ=environment()) as address:
        yield address


@pytest.fixture
def command(database_url, monkeypatch):
    """Run a command in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    async def run_command(*words):
        return await asyncio.to_thread(CliRunner().invoke, app, ["call", *words])

    return run_command


@pytest.fixture
def talk(server, database_url, salon):
    """Pipe a script into `call try`, on a Monday at nine, as a process of its own."""

    async def talked(*lines, options=AT):
        words = ("call", "try", "--company", salon.company.slug, "--url", server, *options)
        return await asyncio.to_thread(
            run, *words, stdin="".join(f"{line}\n" for line in lines), DATABASE_URL=database_url
        )

    return talked


def call_of(done):
    """Give the id of the call that was talked on."""
    return re.search(r"try_[0-9a-f]+", done.stdout)[0]


async def valid_keys(salon):
    """List the company's keys that are valid."""
    return [key for key in await salon.store.directory.keys(salon.id) if key[2] is None]


async def test_a_conversation_books_over_http(talk, salon):
    """What is said is checked, held, agreed to and booked; the key is gone afterwards."""
    done = await talk(WISH, "ja, auf den Namen Erika Schulze")
    assert done.returncode == 0, done.stderr
    assert "Agent: Freitag, den 5. März um zehn Uhr ist für" in done.stdout
    assert "held, until 09:05:0" in done.stdout
    assert "ist gebucht." in done.stdout
    (booked,) = await salon.store.appointments.of_call(salon.id, call_of(done))
    assert booked.customer_name == "Erika Schulze"
    assert len(await salon.store.directory.keys(salon.id)) == 1
    assert await valid_keys(salon) == []


async def test_one_of_two_is_chosen_by_a_word(talk, salon):
    """A mere yes is asked back, "den zweiten" is not."""
    done = await talk(HAIRCUT, "am Freitag Vormittag", "ja", "den zweiten", "Erika Schulze")
    assert "Welchen der genannten Termine möchten Sie?" in done.stdout
    held = await salon.store.reservations.for_call(salon.id, call_of(done))
    booked = [one for one in held if one.status == "converted"]
    assert [one.starts_at for one in booked] == [max(one.starts_at for one in held)]


async def test_hanging_up_releases_what_is_held(talk, salon):
    """At the end of the script, as with Ctrl-D."""
    done = await talk(WISH)
    (held,) = await salon.store.reservations.for_call(salon.id, call_of(done))
    assert (held.status, held.end_reason) == ("cancelled", "call_ended")


async def test_any_tool_can_be_called_and_the_story_be_told(talk):
    """With JSON arguments; what is none is said, and the conversation goes on."""
    done = await talk(
        "/tools",
        "/get_opening_hours {",
        f'/check_availability_v3 {{"service": "{HAIRCUT}", "date": "Freitag", "time": "10 Uhr"}}',
        '/tool get_opening_hours {"date": "Freitag"}',
        "/nonsense",
        "/explain",
        "/quit",
        "never said",
    )
    assert done.returncode == 0, done.stderr
    assert "/find_next_available(service, date, time, staff, branch)" in done.stdout
    assert "not a JSON object: {" in done.stdout
    assert "/quit or Ctrl-D" in done.stdout
    assert "09:00:00  check_availability v3 -> held" in done.stdout
    assert f"understood  Fri 2027-03-05, 10:00, {HAIRCUT}" in done.stdout
    assert re.search(r"held        Fri 2027-03-05 10:00-10:55 .* until 09:05:0", done.stdout)
    assert "never said" not in done.stdout


async def test_the_callers_number_is_theirs(talk, salon):
    """It is who the appointment is for, in the one form."""
    done = await talk(WISH, "ja", options=(*AT, "--caller", "0151 12345678"))
    (booked,) = await salon.store.appointments.of_call(salon.id, call_of(done))
    assert booked.customer_phone == "+4915112345678"


async def test_a_test_clock_is_for_sandboxes_only(server, database_url, real_salon):
    """It is refused, and no key stays valid."""
    words = ("call", "try", "--company", real_salon.company.slug, "--url", server, *AT)
    done = await asyncio.to_thread(run, *words, DATABASE_URL=database_url)
    assert done.returncode == 1
    assert "is no sandbox" in done.stderr
    assert await valid_keys(real_salon) == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--at", "tomorrow"), "--at: write it like"),
        ((*AT, "--caller", "nobody"), "--caller: 'nobody' is no telephone number"),
    ],
)
async def test_what_cannot_be_read_is_refused(talk, salon, options, why):
    """Exit code 1, and no key stays valid."""
    done = await talk(options=options)
    assert done.returncode == 1
    assert why in done.stderr
    assert await valid_keys(salon) == []


async def test_a_server_that_does_not_answer_is_a_fault(database_url, salon):
    """Exit code 2 and what to start; no key was made for it."""
    words = ("call", "try", "--company", salon.company.slug, "--url", "http://127.0.0.1:1")
    done = await asyncio.to_thread(run, *words, DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no Slotkeeper answers at http://127.0.0.1:1" in done.stderr
    assert await salon.store.directory.keys(salon.id) == []


async def test_a_server_on_another_database_does_not_know_the_key(server, fresh, database_url):
    """It says so, instead of a bare 401."""
    load = ("company", "load", "friseur-1")
    await asyncio.to_thread(run, *load, DATABASE_URL=fresh.app_url)
    words = ("call", "try", "--company", "friseur-1", "--url", server)
    done = await asyncio.to_thread(run, *words, DATABASE_URL=fresh.app_url)
    assert done.returncode == 2
    assert "is it on the same database?" in done.stderr


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_an_interrupted_conversation_leaves_no_key_and_no_hold(
    server, database_url, salon, signal_number
):
    """Ctrl-C, a kill and a closed terminal hang up like Ctrl-D."""

    def interrupted():
        words = ("call", "try", "--company", salon.company.slug, "--url", server, *AT)
        with Terminal(*words, DATABASE_URL=database_url) as terminal:
            terminal.read_until("\n> ")
            terminal.type(f"{WISH}\n")
            terminal.read_until("\n> ", after="held, until")
            return terminal.ended(signal_number)

    assert await asyncio.to_thread(interrupted) == 130
    assert await valid_keys(salon) == []
    assert await salon.store.reservations.active(salon.id, now=salon.now) == []


async def test_ctrl_d_hangs_up(server, database_url, salon):
    """In a terminal there is a prompt, and the exit code is 0."""

    def hung_up():
        words = ("call", "try", "--company", salon.company.slug, "--url", server, *AT)
        with Terminal(*words, DATABASE_URL=database_url) as terminal:
            terminal.read_until("\n> ")
            terminal.type("\x04")
            return terminal.ended()

    assert await asyncio.to_thread(hung_up) == 0
    assert await valid_keys(salon) == []


async def test_a_call_is_listed_and_explained(talk, command, salon):
    """As lines for people, and whole for programs; an appointment by its number."""
    done = await talk(
        WISH, "ja, auf den Namen Erika Schulze", "/explain"
    )  # which waits until all of it is written
    call_id, slug = call_of(done), salon.company.slug
    (row,) = json.loads((await command("list", "-c", slug, "--json")).stdout)
    assert (row["call_id"], row["channel"], row["holds_made"]) == (call_id, "rest", 1)
    assert row["ended_at"] is not None

    table = (await command("explain", call_id, "-c", slug)).stdout
    assert "It was free, and was held for the caller" in table
    assert re.search(r"booked as appointment \d+\n", table)
    story = json.loads((await command("explain", call_id, "-c", slug, "--json")).stdout)
    assert [step["status"] for step in story["steps"]] == ["context", "held", "booked"]
    assert story["steps"][1]["understood"]["weekday"] == "Freitag"
    assert story["holds"][0]["outcome"] == "booked"


async def test_a_taken_time_is_explained(talk, command, salon):
    """It says that another call held it, and which times were offered instead."""
    for staff in ("Emma", "Sarah"):
        await salon.hold(staff=staff, call=f"rival_{staff}")
    done = await talk(WISH, "/explain")
    assert "check_availability -> slot_taken" in done.stdout
    assert "Another call held this time." in done.stdout
    assert (
        "released: the call ended without a yes"
        in (await command("explain", call_of(done), "-c", salon.company.slug)).stdout
    )


async def test_an_unknown_call_is_a_refusal(command, salon):
    """Exit code 1, and standard output stays empty."""
    done = await command("explain", "call_never", "--company", salon.company.slug)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no call 'call_never'" in done.stderr
