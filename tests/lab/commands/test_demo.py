"""The demo as its user sees it: a process that starts others and leaves none."""

import json
import re
import shlex
import shutil
import signal
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from slotkeeper.assembly import App, Settings
from slotkeeper.lab.commands.demo import demo_salon
from slotkeeper.storage.platform_secrets import MOST_SECRETS
from slotkeeper.storage.store import Store
from tests.build import SECRET
from tests.cli.processes import Terminal, environment, nothing_is_left_of, run

FEW = ("--callers", "5", "--slots", "2", "--seed", "1", "--pace", "0")


@pytest.fixture(scope="module")
def data_dir():
    """A data directory of the module's own, its server warm after the first test."""
    path = Path(tempfile.mkdtemp(prefix="slotkeeper-demo-"))
    yield path
    nothing_is_left_of(path.name)
    shutil.rmtree(path, ignore_errors=True)


def row(output: str, label: str) -> list[str]:
    """Give the two values beside a label: without holds, with holds."""
    (line,) = re.findall(rf"^{re.escape(label)}\s+(.+?)\s*$", output, re.MULTILINE)
    return re.split(r"\s{2,}", line)


def send(curl: str) -> tuple[int, dict]:
    """Do what a pasted curl line would do."""
    words = shlex.split(curl)
    headers = dict(words[i + 1].split(": ") for i, word in enumerate(words) if word == "-H")
    data = words[words.index("-d") + 1].encode() if "-d" in words else None
    url = next(word for word in words if word.startswith("http"))
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_without_a_terminal_it_shows_everything_and_leaves(data_dir):
    """Calls are played, both cohorts compared, held slots never refused; nothing stays behind."""
    done = run("demo", *FEW, "--data-dir", str(data_dir))

    assert done.returncode == 0, done.stderr
    assert "1. A perm is checked, held and booked" in done.stdout
    assert row(done.stdout, "told free, then refused")[1] == "0"
    assert row(done.stdout, "double bookings (rows)") == ["0", "0"]
    assert row(done.stdout, "booked (rows)")[0] == "2"
    assert "Ctrl-C" not in done.stdout
    nothing_is_left_of(data_dir.name)


def test_in_a_terminal_it_stays_up_and_what_it_says_to_try_works(data_dir):
    """The lines it names work when pasted, until Ctrl-C, which ends it with code 0.

    Pressing Ctrl-C again and again does not disturb it while it stops what it started.
    """
    with Terminal("demo", *FEW, "--data-dir", str(data_dir)) as terminal:
        seen = terminal.read_until("-m slotkeeper shell\n")
        lines = seen[seen.index("Try:") :].splitlines()
        hold, openapi, ready = (line for line in lines if line.startswith("curl"))
        listing = next(line for line in lines if "reservation list" in line)

        assert [send(hold)[0], send(hold)[0]] == [201, 409]
        assert send(openapi)[1]["openapi"].startswith("3.")
        assert send(ready) == (200, {"status": "ok"})
        assert f"SLOTKEEPER_DATA_DIR={data_dir}" in listing
        words = shlex.split(listing.partition(" -m slotkeeper ")[2])
        assert "active" in run(*words, SLOTKEEPER_DATA_DIR=str(data_dir)).stdout

        assert terminal.ended(signal.SIGINT, again_s=0.01) == 0
    nothing_is_left_of(data_dir.name)
    with pytest.raises(urllib.error.URLError):
        send(ready)


@pytest.mark.parametrize(
    ("signal_number", "code"),
    [
        (signal.SIGINT, 130),
        pytest.param(signal.SIGTERM, 130, marks=pytest.mark.prove),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_an_interrupted_demo_leaves_nothing_running(data_dir, signal_number, code):
    """Interrupted in mid-conversation, even by kill -9, it takes all that it started along."""
    with Terminal("demo", *FEW, "--data-dir", str(data_dir)) as terminal:
        terminal.read_until("check_availability")
        assert terminal.ended(signal_number) == code
    nothing_is_left_of(data_dir.name)


def test_more_slots_than_a_day_has_are_refused(data_dir):
    """A wish that the example salon cannot fulfil is refused with the number that it can."""
    done = run("demo", "--slots", "99", "--data-dir", str(data_dir))
    assert done.returncode == 1
    assert "40 popular slots at most" in done.stderr


def test_the_demo_keeps_away_from_the_real_data(tmp_path, monkeypatch):
    """Without --data-dir it works beside the directory of the real data, never in it."""
    from slotkeeper.assembly import Settings
    from slotkeeper.lab.commands.demo import apart

    real = Settings.from_environment(environment(SLOTKEEPER_DATA_DIR=str(tmp_path / "postgres")))
    assert apart(real, None).data_dir == tmp_path / "demo"


async def test_the_demo_may_be_shown_again_and_again(database):
    """A demo that was killed leaves its secret behind, and the next one signs with the same.

    Each brings 60 callers who are new to the salon, as many as another takes in an hour.
    """
    app = App(Settings(), Store(database, SECRET))
    for _ in range(MOST_SECRETS + 1):
        async with demo_salon(app) as salon:
            kept = await app.store.platform_secrets.of(salon.company.id, "retell")
            assert [secret.text for secret in kept] == [salon.secret]
            assert salon.company.rules.max_new_callers_hour >= 100 * 60
