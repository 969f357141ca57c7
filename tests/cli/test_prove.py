import json

from slotkeeper.simulator.history import read_history
from tests.cli.processes import run

SMALL = ("--ops", "250", "--callers", "8", "--servers", "2")


def test_the_proof_runs_and_says_what_it_found(tmp_path):
    """Callers, a kill, cut connections, and a verdict; the records are kept to be read again."""
    faults = ("--kills", "1", "--postgres-kills", "1", "--cuts", "4", "--stops", "0")
    done = run("prove", *SMALL, *faults, "--seed", "7", "--history", str(tmp_path), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (verdict,) = json.loads(done.stdout)
    assert (verdict["seed"], verdict["violations"]) == ("7", [])
    assert verdict["records"] >= 250
    assert verdict["faults"] == {"kill_server": 1, "kill_postgres": 1, "cut": 4}
    records = list(read_history(tmp_path / "history-7.jsonl"))
    assert len(records) == verdict["records"]
    assert {one.outcome for one in records} >= {"ok", "refused"}


def test_without_faults_every_request_is_answered():
    """Nothing unknown, and words instead of JSON."""
    nothing = ("--kills", "0", "--postgres-kills", "0", "--cuts", "0", "--stops", "0")
    done = run("prove", *SMALL, *nothing)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing that must never be was found" in done.stdout
