import asyncio
import json
import re
from dataclasses import fields

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.lab.proof.faults import FaultPlan
from slotkeeper.lab.proof.history import read_history
from tests.cli.processes import run

OPERATIONS = 150
SMALL = ("--ops", str(OPERATIONS), "--callers", "8", "--servers", "2")
NOTHING_BROKEN = ("--fault", "all=0")
# How soon a killed server is back depends on the machine, and is not what these tests are about.
PATIENT = ("--recovery", "60")


def row_of_the_only_round(words: str) -> dict[str, int]:
    """The counts that the table shows of the one round, by the heads of its columns."""
    head, row = words.splitlines()[:2]
    counts = row.split()[1:5]
    return dict(zip(head.split()[1:5], (int(n.replace(",", "")) for n in counts), strict=True))


def test_the_proof_runs_and_says_what_it_found(tmp_path):
    """Callers, a kill, cut connections, and a verdict; the records are kept to be read again."""
    faults = ("--fault", "kill_server=1", "--fault", "kill_postgres=1", "--fault", "cut=4")
    kept = ("--seed", "7", "--history", str(tmp_path), "--json")
    done = run("prove", *SMALL, *PATIENT, *NOTHING_BROKEN, *faults, *kept)
    assert done.returncode == 0, done.stdout + done.stderr
    (verdict,) = json.loads(done.stdout)
    assert (verdict["seed"], verdict["violations"]) == ("7", [])
    assert verdict["records"] >= OPERATIONS
    assert verdict["faults"] == {"kill_server": 1, "kill_postgres": 1, "cut": 4}
    records = list(read_history(tmp_path / "history-7.jsonl"))
    assert len(records) == verdict["records"]
    assert {one.outcome for one in records} >= {"ok", "refused"}


@pytest.mark.prove
def test_without_faults_every_request_is_answered():
    """Nothing is unknown where nothing breaks, and words instead of JSON say so."""
    done = run("prove", *SMALL, *NOTHING_BROKEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert row_of_the_only_round(done.stdout)["unknown"] == 0
    assert "faults: none" in done.stdout
    assert "nothing that must never be was found" in done.stdout


@pytest.mark.prove
def test_everything_is_broken_that_the_machine_can_break():
    """Each kind is in the figures, or it is said why not."""
    done = run("prove", "--ops", "2500", *PATIENT, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (verdict,) = json.loads(done.stdout)
    skipped = re.findall(r"^skipped (\w+): \S", done.stderr, re.MULTILINE)
    kinds = {field.name for field in fields(FaultPlan)}
    assert set(verdict["faults"]) | set(skipped) == kinds
    assert verdict["at_night"] > 0


@pytest.mark.parametrize("fault", ["earthquake=1", "cut", "cut=-1", "cut=few", "=1"])
def test_a_fault_that_is_none_is_refused(fault):
    """Exit code 1, and the kinds that there are; nothing is started."""
    done = CliRunner().invoke(app, ["prove", "--fault", fault])
    assert done.exit_code == 1
    assert "kill_postgres" in done.stderr


async def test_a_running_server_is_proven_over_rest_on_a_sandbox(salon, base_url):
    """The key comes from standard input; what was told of is read again and judged, in words."""
    key = await salon.store.directory.create_key(salon.id)
    command = ("prove", "--url", base_url, *SMALL[:4])
    done = await asyncio.to_thread(run, *command, stdin=key)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = row_of_the_only_round(done.stdout)
    assert counts["operations"] >= OPERATIONS
    assert counts["ok"] > 0
    assert "faults: none" in done.stdout
    assert "nothing that must never be was found" in done.stdout


async def test_a_real_company_is_left_alone(real_salon, base_url):
    """Nobody fills a real salon's book with a proof."""
    key = await real_salon.store.directory.create_key(real_salon.id)
    done = await asyncio.to_thread(run, "prove", "--url", base_url, *SMALL, stdin=key)
    assert (done.returncode, "sandbox" in done.stderr) == (1, True)
    assert await real_salon.store.reservations.listed(real_salon.id) == []
