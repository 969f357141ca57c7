"""The core with its pauses is the core, and the core has none."""

from __future__ import annotations

import re

import asyncpg
import pytest

from slotkeeper.storage.migration_files import FUNCTIONS, Script, read_functions
from tests.proof.steps import AFTER_LOCK, BEFORE_LOCK, planted, steps_of, with_pauses
from tests.style.tree import SRC, demand_none, files, hits

PAUSE = re.compile(r"PERFORM pause_at\('([^']*)'")


def test_no_function_of_ours_pauses():
    """What is installed for users knows nothing of the pauses of tests."""
    pauses = hits(files(SRC, "*"), r"pause_at|test_client|test_steps")
    demand_none(pauses, "Keep pauses out of what is installed:")


async def test_a_migrated_database_has_no_pause(fresh):
    """Nor does a database that was made by our migrations."""
    owner = await asyncpg.connect(fresh.owner_url)
    found = await owner.fetch("SELECT proname FROM pg_proc WHERE prosrc LIKE '%pause_at%'")
    await owner.close()
    assert found == []


@pytest.mark.parametrize("script", read_functions(FUNCTIONS), ids=lambda script: script.name)
def test_the_pauses_are_all_that_differs(script: Script):
    """Without its pauses the text is that of the file."""
    kept = [line for line in with_pauses(script.text).splitlines() if not PAUSE.match(line)]
    assert kept == script.text.splitlines()


def test_each_step_is_a_pause():
    """Every step that the files name is one, and the lock has one on each side."""
    scripts = read_functions(FUNCTIONS)
    pauses = [name for script in scripts for name in PAUSE.findall(with_pauses(script.text))]
    named = [step for script in scripts for step in steps_of(script)]
    comments = sum(len(re.findall("-- step: ", script.text)) for script in scripts)
    assert len(named) == comments > 20
    assert set(named) | {BEFORE_LOCK, AFTER_LOCK} <= set(pauses)
    # PostgreSQL cuts a longer one off.
    assert max(len(pause) for pause in pauses) < 64


def test_a_bug_that_has_no_place_is_refused():
    """A bug whose place has gone from the files would show nothing."""
    with pytest.raises(AssertionError, match="0 places"):
        planted(["BEGIN END"], ("no such text", ""))
