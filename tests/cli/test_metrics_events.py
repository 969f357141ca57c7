"""metrics events, run as a command against a real database."""

import asyncio
import json
import signal

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.expire import expire_due
from tests.build import FRIDAY_10, PERM
from tests.cli.processes import Terminal
from tests.metrics.test_lifecycle import HOUR, Listener, let_die
from tests.reading import tell_news

ERIKA = Customer("Erika Muster", "+4915112345678")
AGO = """
UPDATE appointment_reservations
SET reserved_at = reserved_at - interval '90 minutes', asked_at = asked_at - interval '90 minutes'
WHERE company_id = $1 AND caller_token = $2 RETURNING id
"""


@pytest.fixture
def command(database_url, monkeypatch):
    """Run `metrics events` in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    async def run_command(*words):
        return await asyncio.to_thread(CliRunner().invoke, app, ["metrics", "events", *words])

    return run_command


@pytest.fixture
def lines(command, real_salon):
    """Read the JSON lines that it prints of the salon."""

    async def run_command(*words):
        done = await command("--company", real_salon.company.slug, "--json", *words)
        assert done.exit_code == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run_command


async def test_events_are_those_of_the_workers_log(lines, real_salon):
    """The same ids, in the order of time, whether they were told before or not."""
    held = await real_salon.hold(PERM, staff="Emma", call="call_a", customer=ERIKA)
    await real_salon.hold(staff="Sarah", call="call_b")
    await real_salon.convert(held.token)
    await real_salon.hang_up("call_b")
    before = await lines()
    listener = Listener()
    await tell_news(real_salon.store, listener.tell)
    told = {event.event_id for event in listener.heard if event.company_id == real_salon.id}
    assert {line["event_id"] for line in before} == told
    assert await lines() == before
    assert [line["event"] for line in before] == [
        "[METRIC] reservation_created",
        "[METRIC] reservation_created",
        "[METRIC] reservation_converted",
        "[METRIC] reservation_cancelled",
    ]
    assert "Muster" not in json.dumps(before)
    assert "15112345678" not in json.dumps(before)


async def test_since_bounds_what_is_shown(lines, real_salon):
    """An hour if nothing is said; what began before and ended within is shown as ended."""
    held = await real_salon.hold()
    await real_salon.rows(AGO, held.token)
    assert await lines() == []
    assert [line["event_id"] for line in await lines("--since", "2h")] == [f"{held.token}:created"]
    other = await real_salon.hold(at=FRIDAY_10 + 2 * HOUR)
    await let_die(real_salon, other.token)
    await expire_due(store=real_salon.store)
    assert [line["event_id"].split(":")[1] for line in await lines("--since", "1m")] == [
        "created", "expired"
    ]  # fmt: skip


async def test_lines_for_people_say_what_and_why(command, real_salon):
    """When in the salon's time, what, whose, which, and how long it took."""
    held = await real_salon.hold(PERM, call="call_a")
    await real_salon.hang_up("call_a")
    done = await command("--company", real_salon.company.slug)
    created, cancelled = done.stdout.splitlines()
    at = held.reserved_at.astimezone(real_salon.company.zone)
    assert created.startswith(f"{at:%Y-%m-%d %H:%M:%S} [METRIC] reservation_created")
    assert created.endswith(f"{real_salon.company.slug}  {held.token}  {PERM} (compound)  call_a")
    assert cancelled.endswith("s  call_ended")


async def test_a_time_that_cannot_be_read_is_refused(command):
    """It says what would be."""
    done = await command("--since", "yesterday")
    assert done.exit_code == 2
    assert "24h" in done.stderr


async def test_follow_shows_each_event_once_until_ctrl_c(database_url, real_salon):
    """As it happens, coloured by what it is; Ctrl-C ends it without a complaint."""
    first = await real_salon.hold(staff="Emma")
    running = asyncio.get_running_loop()

    def now(operation):
        return asyncio.run_coroutine_threadsafe(operation, running).result()

    def followed():
        words = ("metrics", "events", "--follow", "--company", real_salon.company.slug)
        with Terminal(*words, DATABASE_URL=database_url) as terminal:
            terminal.read_until(f"{first.token}")
            now(real_salon.convert(first.token))
            terminal.read_until("reservation_converted")
            dead = now(real_salon.hold(staff="Sarah"))
            now(let_die(real_salon, dead.token))
            now(expire_due(store=real_salon.store))
            terminal.read_until("reservation_expired")
            return terminal.ended(signal.SIGINT), terminal.seen, terminal.raw

    code, seen, raw = await asyncio.to_thread(followed)
    assert code == 0
    assert "Traceback" not in seen
    assert "Aborted" not in seen
    kinds = [line.split("reservation_")[1].split()[0] for line in seen.splitlines() if line]
    assert kinds == ["created", "converted", "created", "expired"]
    assert b"\x1b[32m[METRIC] reservation_converted" in raw
    assert b"\x1b[33m[METRIC] reservation_expired" in raw
