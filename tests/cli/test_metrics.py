"""The commands metrics reservations and metrics verify, run against a real database."""

from __future__ import annotations

import asyncio
import fcntl
import json
import signal
import struct
import subprocess
import termios
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import typer
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.cli.metrics import duration
from slotkeeper.cli.metrics_tables import FiguresSample, lasting, style_of
from slotkeeper.cli.metrics_trend import Trends, bars
from slotkeeper.cli.metrics_watch import record
from slotkeeper.metrics.durations import DurationHistogram
from slotkeeper.metrics.figures import Figures
from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, PERM, SECRET, a_company
from tests.cli.processes import COMMAND, PATIENCE_S, Terminal, environment

WATCH = ("metrics", "reservations", "--watch", "--interval", "0.2")
# What full-screen programs say to a terminal.
OTHER_SCREEN, FIRST_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
HIDE_CURSOR, SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"


@pytest.fixture
def command(database_url, monkeypatch):
    """Run a command in a thread, beside the event loop that the test's database lives on."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    async def run_command(*words):
        return await asyncio.to_thread(CliRunner().invoke, app, ["metrics", *words])

    return run_command


@pytest.fixture
async def the_originals_run(real_salon):
    """Three made, two of them compound: one is converted, one expired, one is active."""
    held = await real_salon.hold(PERM, staff="Emma")
    dead = await real_salon.hold(PERM, staff="Sarah", ttl_s=1)
    await real_salon.convert(held.token)
    await real_salon.hold(at=FRIDAY_10 + timedelta(hours=4))
    await real_salon.rows("SELECT pg_sleep_until($2) WHERE $1 > 0", dead.expires_at)
    return real_salon


def beside(output: str, label: str) -> str:
    """The text to the right of a label, up to the end of the line."""
    line = next(line for line in output.splitlines() if label in line)
    return " ".join(line.partition(label)[2].split())


async def test_the_originals_run_is_shown(command, the_originals_run):
    """The original's two tables are printed, with its rates of 33.33 and 50 %."""
    done = await command("reservations", "-c", the_originals_run.company.slug)
    assert done.exit_code == 0, done.output
    assert beside(done.stdout, "created").startswith("3")
    assert beside(done.stdout, "expired").startswith("1")
    assert beside(done.stdout, "conversion").startswith("33.33 %")
    assert beside(done.stdout, "completion").startswith("50.00 %")
    assert beside(done.stdout, "stylists' time held, not booked") == "1 h 50 min"


async def test_programs_get_every_figure(command, the_originals_run):
    """The JSON has every figure, with rates and histograms."""
    done = await command("reservations", "-c", the_originals_run.company.slug, "--json")
    found = json.loads(done.stdout)
    assert found["company"] == the_originals_run.company.slug
    assert (found["created"], found["created_compound"], found["active"]) == (3, 2, 1)
    assert (found["conversion_rate"], found["completion_rate"]) == (33.33, 50.0)
    assert found["time_to_conversion"]["at_most"]["5"] == 1
    assert (found["balance"], found["since"]) == (0, None)


async def test_a_window_shows_what_was_made_in_it(command, real_salon):
    """A window of a minute has a hold of now and not one of an hour ago."""
    await real_salon.hold()
    old = await real_salon.hold(at=FRIDAY_10 + timedelta(hours=4))
    await real_salon.rows(
        "UPDATE appointment_reservations SET reserved_at = reserved_at - interval '1 hour' "
        "WHERE company_id = $1 AND caller_token = $2",
        old.token,
    )
    for window, created in (("1m", 1), ("2h", 2), ("1d", 2)):
        done = await command(
            *("reservations", "-c", real_salon.company.slug, "--since", window, "--json")
        )
        assert json.loads(done.stdout)["created"] == created


@pytest.mark.parametrize("text", ["", "5", "h", "5x", "0m", "-5m", "1.5h", "9999999d", "²h"])
def test_a_malformed_window_is_refused(text):
    """Only whole minutes, hours and days of up to ten years."""
    with pytest.raises(typer.BadParameter):
        duration(text)


def test_a_window_is_minutes_hours_or_days():
    """30m, 24h and 7d are read as people mean them."""
    assert duration("30m") == timedelta(minutes=30)
    assert duration(" 24H ") == timedelta(days=1)
    assert duration("7d") == timedelta(days=7)


@pytest.mark.parametrize(
    ("rate", "colour"),
    [(100, "green"), (90, "green"), (89.99, "yellow"), (70, "yellow"), (69.99, "red"), (0, "red")],
)
def test_a_rate_is_coloured_at_the_originals_thresholds(rate, colour):
    """Green from 90 %, yellow from 70 %."""
    assert style_of(rate) == colour


async def test_a_terminal_sees_the_colours(real_salon, database_url):
    """Nine of ten offers are converted and one is open, so both rates are green."""
    for n in range(9):
        await real_salon.book(at=FRIDAY_10 + timedelta(days=n))
    await real_salon.hold(at=FRIDAY_10 + timedelta(days=9))
    words = ("metrics", "reservations", "-c", str(real_salon.id))
    with Terminal(*words, DATABASE_URL=database_url) as terminal:
        terminal.read_until("until converted, 95 %")
        assert b"\x1b[32m 90.00 %" in terminal.raw
        assert b"\x1b[32m100.00 %" in terminal.raw
        assert terminal.ended() == 0


async def watched(terminal: Terminal, text: str) -> str:
    """Read what a terminal shows without holding up the test's own server."""
    return await asyncio.to_thread(terminal.read_until, text)


async def test_watching_redraws_in_place_until_ctrl_c(real_salon, database_url):
    """New figures and trends appear on a screen of their own; Ctrl-C gives the old one back."""
    await real_salon.hold()
    with Terminal(*WATCH, "-c", str(real_salon.id), DATABASE_URL=database_url) as terminal:
        await watched(terminal, "created       1")
        await real_salon.hold(at=FRIDAY_10 + timedelta(hours=4))
        await watched(terminal, "created       2")
        await watched(terminal, "█")
        seen = terminal.raw
        assert seen.index(OTHER_SCREEN) < seen.index(HIDE_CURSOR) < seen.index(b"created")
        assert await asyncio.to_thread(terminal.ended, signal.SIGINT) == 0
        # Only the lines of the redrawn screen are filled up with blanks.
        await watched(terminal, "-\n")
        left = terminal.raw
    assert left.index(SHOW_CURSOR) < left.index(FIRST_SCREEN)
    # What was seen last stays, on the screen that was there before.
    assert b"created" in left[left.index(FIRST_SCREEN) :]


def resize(terminal: Terminal, rows: int) -> None:
    """Make a terminal higher or lower, as its user would."""
    fcntl.ioctl(terminal.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))
    terminal.process.send_signal(signal.SIGWINCH)


@pytest.fixture
async def many(fresh):
    """A database of twelve companies of which the first has most."""
    db = await Database.open(fresh.app_url, size=2)
    salons = [await a_company(Store(db, SECRET), sandbox=False) for _ in range(12)]
    for n in range(2):
        await salons[0].hold(at=FRIDAY_10 + timedelta(hours=4 * n))
    await salons[1].hold()
    await db.close()
    return fresh.app_url, salons


async def test_the_largest_companies_that_fit_are_printed(many):
    """The largest companies have a line each, and the last line says how many more there are."""
    url, salons = many
    settings = {"DATABASE_URL": url}
    with Terminal(*WATCH[:2], LINES="12", **settings) as terminal:
        seen = await watched(terminal, "more")
        assert seen.index(salons[0].company.slug) < seen.index(salons[1].company.slug)
        assert "+ 7 more" in seen
    with Terminal(*WATCH, **settings) as terminal:
        resize(terminal, 40)
        seen = await watched(terminal, "until Ctrl-C")
        assert "more" not in seen.rpartition("12 companies")[2]
        resize(terminal, 12)
        await watched(terminal, "+ 7 more")
        assert await asyncio.to_thread(terminal.ended, signal.SIGTERM) == 0


async def test_watching_outlives_the_database(many, cluster):
    """While the database is away, the last figures stay on the screen with the reason."""
    url, _ = many
    admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
    name = url.partition("?")[0].rpartition("/")[2]
    with Terminal(*WATCH, DATABASE_URL=url) as terminal:
        await watched(terminal, "12 companies")
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        await watched(terminal, "trying again")
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        db = await Database.open(url, size=1)
        await a_company(Store(db, SECRET))
        await db.close()
        await watched(terminal, "13 companies")
        assert await asyncio.to_thread(terminal.ended, signal.SIGINT) == 0
    await admin.close()


async def test_programs_get_all_companies_and_their_sum(many):
    """The JSON is one object with the companies and their sum."""
    url, salons = many
    done = await asyncio.to_thread(
        subprocess.run,
        [*COMMAND, *WATCH[:2], "--json"],
        env=environment(DATABASE_URL=url),
        capture_output=True,
        timeout=PATIENCE_S,
        check=True,
    )
    found = json.loads(done.stdout)
    assert {one["company"] for one in found["companies"]} == {s.company.slug for s in salons}
    assert (found["total"]["company"], found["total"]["created"]) == ("all", 3)


async def test_watching_without_a_terminal_prints_a_line_for_each_reading(real_salon, database_url):
    """A program reads one JSON object after the other until it ends the command."""
    await real_salon.hold()
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, *WATCH, "-c", str(real_salon.id)),
        stdout=subprocess.PIPE,
        env=environment(DATABASE_URL=database_url),
    )
    looks = [json.loads(await process.stdout.readline()) for _ in range(3)]
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode == 0
    assert [look["created"] for look in looks] == [1, 1, 1]
    assert looks[0]["read_at"] < looks[1]["read_at"] < looks[2]["read_at"]


async def test_verified_figures_agree(command, the_originals_run):
    """Both counts agree for one company and for all, and the exit code is 0."""
    done = await command("verify", "-c", the_originals_run.company.slug)
    assert (done.exit_code, "1 of 1 companies agree" in done.stdout) == (0, True), done.output
    done = await command("verify", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, []), done.output


async def test_a_figure_that_differs_is_named(command, fresh, monkeypatch):
    """The rows of a reservation disagree: its figures are printed, and the exit code is 1."""
    db = await Database.open(fresh.app_url, size=2)
    salon = await a_company(Store(db, SECRET), sandbox=False)
    held = await salon.hold(PERM)
    await salon.rows(
        "UPDATE appointment_reservations SET status = 'cancelled', blocks = false, "
        "end_reason = 'released', ended_at = clock_timestamp() "
        "WHERE company_id = $1 AND caller_token = $2 AND segment_number = 4",
        held.token,
    )
    await db.close()
    monkeypatch.setenv("DATABASE_URL", fresh.app_url)
    done = await command("verify", "-c", str(salon.id), "--json")
    assert done.exit_code == 1
    found = {row["figure"]: (row["collected"], row["recounted"]) for row in json.loads(done.stdout)}
    assert found["active"] == (1, 0)
    assert found["balance"] == (0, 1)
    shown = await command("verify", "-c", str(salon.id))
    assert (shown.exit_code, "0 of 1 companies agree" in shown.stdout) == (1, True)


def test_a_trend_shows_what_is_new_and_what_stands():
    """A count is drawn by its growth and a gauge as it is; a count that falls did not grow."""
    trends = Trends()
    for created, active in ((5, 4), (5, 4), (12, 0), (3, 2)):
        trends.add([replace(Figures("salon"), created=created, active=active)])
    assert trends.line("salon", "created", 20) == "▁█▁"
    assert trends.line("salon", "active", 2) == "▁█"
    assert trends.line("unknown", "created", 20) == ""


def test_the_highest_value_has_the_highest_bar():
    """Values of zero have the lowest bar."""
    assert bars([0, 0]) == "▁▁"
    assert bars([0, 7, 3.5]) == "▁█▅"
    assert bars([]) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (59.9, "59.9 s"),
        (60, "1 min 0 s"),
        (3_600, "1 h 0 min"),
        (float("inf"), "over 900 s"),
    ],
)
def test_times_are_told_in_two_units(seconds, text):
    """A duration is printed in its two largest units."""
    assert lasting(seconds) == text


def test_a_percentile_beyond_the_last_bucket_is_null():
    """JSON has no infinity."""
    slow = DurationHistogram(1, 5_000.0, 5_000.0, 5_000.0, (0,) * 12)
    figures = [replace(Figures("salon"), time_to_conversion=slow)]
    found = record(FiguresSample(datetime(2027, 3, 1, tzinfo=UTC), None, figures))
    assert found["total"]["time_to_conversion"]["median_s"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found
