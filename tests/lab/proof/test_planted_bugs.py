"""The judge is tested: it finds each planted bug, and nothing where all is well."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

import asyncpg
import pytest

from slotkeeper.lab.proof.causes import LEFT_AFTER_S
from slotkeeper.lab.proof.run import ProofRun, prove
from slotkeeper.lab.proof.targets import OwnSalonTarget, salon_file
from slotkeeper.lab.servers.fleet import fleet_on
from slotkeeper.operations.load_company import load_company
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query
from slotkeeper.storage.store import Store
from tests.build import SECRET, a_company
from tests.core import opened_core
from tests.lab.proof.planted import BUGS, CLOCK_BEFORE_THE_WAIT, SHORT_SILENCE_S, TAKEOVER
from tests.races.arena import LET_DIE
from tests.races.locks import Lock

OPERATIONS, FEW_OPERATIONS = 600, 200
RUNS = 3
# This runs with every test run; the rest with the long proofs.
ALWAYS = {"the constraint dropped"}


async def judged(fresh, *, seed, operations=OPERATIONS, silence_s=LEFT_AFTER_S, callers=24):
    """What the judge says of a run on a database."""
    db = await Database.open(fresh.app_url, size=4)
    try:
        store = Store(db, SECRET)
        loaded = await load_company(salon_file(seed), filename=seed, db=db)
        company = await store.catalogues.get(loaded.company_id)
        key = await store.directory.create_key(company.id)
        async with fleet_on(fresh.app_url, servers=2, environ=os.environ) as fleet:
            target = OwnSalonTarget(company, store)
            run = ProofRun(target, key, fleet.addresses, seed, operations, callers)
            run.silence_s, run.waits = silence_s, silence_s < LEFT_AFTER_S
            return await prove(run)
    finally:
        await db.close()


async def plant(fresh, sql):
    """Change the core of a test's own database."""
    async with opened_core(fresh) as owner:
        await owner.execute(sql)


@pytest.mark.prove
async def test_nothing_is_found_where_all_is_well(fresh):
    """The system as it is passes."""
    verdict = await judged(fresh, seed="well", operations=OPERATIONS)
    assert verdict.violations == []
    assert verdict.records >= OPERATIONS
    assert verdict.appointments > OPERATIONS / 30


async def test_takeovers_are_made_and_nothing_is_found(fresh):
    """Newer calls take over what older ones left; silence is short here, so that nobody waits.

    The callers are few, so that no request takes as long as such a silence.
    """
    await plant(fresh, TAKEOVER)
    how = {"operations": FEW_OPERATIONS, "silence_s": SHORT_SILENCE_S, "callers": 4}
    verdict = await judged(fresh, seed="left", **how)
    assert verdict.violations == []
    assert verdict.takeovers > 0


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_can_be_planted(bug):
    """The text that it changes is in the core; whether it is found takes long to show."""
    assert bug.patch()


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(bug, id=bug.name, marks=[] if bug.name in ALWAYS else pytest.mark.prove)
        for bug in BUGS
    ],
)
async def test_a_planted_bug_is_found(fresh, bug):
    """Whatever is wrong with the core shows in what callers were told or in what stands.

    A race that was not lost in one run is lost in the next, or in the one after it; without the
    constraint no race is needed, and few operations show it.
    """
    await plant(fresh, bug.patch())
    operations = FEW_OPERATIONS if bug.name in ALWAYS else bug.operations
    found: set[str] = set()
    for number in range(RUNS):
        seed = f"bug-{number}"
        verdict = await judged(fresh, seed=seed, operations=operations, silence_s=bug.silence_s)
        found |= {violation.invariant for violation in verdict.violations}
        if found & set(bug.found_as):
            return
    pytest.fail(f"found were only {sorted(found)}")


@pytest.mark.parametrize(
    ("planted", "outcome"), [("", "expired"), (CLOCK_BEFORE_THE_WAIT, "converted")]
)
async def test_a_clock_that_is_read_before_the_wait_is_found(fresh, planted, outcome):
    """A yes that waits over the expiry is too late; by the clock of before it would not be."""
    if planted:
        await plant(fresh, planted)
    db = await Database.open(fresh.app_url, size=4)
    salon = await a_company(Store(db, SECRET), sandbox=False)
    held = await salon.hold()
    other = await asyncpg.connect(fresh.app_url)
    lock = Lock(other)
    await lock.take_rows(salon, held.token)
    await other.execute(query("enter_company"), salon.id)
    yes = asyncio.create_task(salon.store.reservations.convert(salon.id, held.token))
    await lock.until_waiting(1)
    # So that the hold dies while the yes waits, however slow the machine is.
    await other.execute(LET_DIE, salon.id, [held.token], timedelta(0))
    await other.execute("COMMIT")
    assert (await yes).outcome == outcome
    await other.close()
    await db.close()
