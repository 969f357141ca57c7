import asyncio
import json

import pytest

from tests.cli.processes import run

ROUNDS, OPERATIONS = 5, 10_000

FAULTS = ("--kills", "12", "--postgres-kills", "3", "--cuts", "100", "--stops", "6")


@pytest.mark.prove
@pytest.mark.timeout(3600)
async def test_nothing_that_must_never_be_is_found(monkeypatch):
    """Tens of thousands of operations while everything breaks now and then."""
    monkeypatch.setattr("tests.cli.processes.PATIENCE_S", 3_000.0)
    command = ("prove", "--ops", str(OPERATIONS), "--rounds", str(ROUNDS), *FAULTS, "--json")
    done = await asyncio.to_thread(run, *command)
    verdicts = json.loads(done.stdout)
    assert [one["violations"] for one in verdicts] == [[]] * ROUNDS
    assert sum(one["records"] for one in verdicts) >= ROUNDS * OPERATIONS
