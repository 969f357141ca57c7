"""A million operations while everything breaks: fifty rounds, each a proof of its own."""

import asyncio
import json

import pytest

from tests.cli.processes import run

# 50 times: 1,000 kills of servers and workers, 200 of PostgreSQL, 2,000 cuts, 300 stops.
ROUNDS, OPERATIONS = 50, 20_000
COUNTS = {"kill_server": 14, "kill_worker": 6, "kill_postgres": 4, "cut": 40, "stop_server": 6}
FAULTS = [word for kind, n in COUNTS.items() for word in ("--fault", f"{kind}={n}")]


@pytest.mark.prove
@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
async def test_nothing_that_must_never_be_is_found(monkeypatch, number):
    """Every request and answer is judged, with all that stands in the end."""
    monkeypatch.setattr("tests.cli.processes.PATIENCE_S", 3_000.0)
    size = ("--ops", str(OPERATIONS), "--callers", "48", "--seed", f"million-{number}")
    done = await asyncio.to_thread(run, "prove", *size, *FAULTS, "--json")
    (verdict,) = json.loads(done.stdout)
    assert verdict["violations"] == []
    assert verdict["records"] >= OPERATIONS
