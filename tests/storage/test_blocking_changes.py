"""What blocks takes the company's lock: how long it waits and holds it is measured and bounded."""

import secrets

import pytest

from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.domain.intervals import Interval
from slotkeeper.operations.load_company import load_company
from slotkeeper.storage import database as module
from slotkeeper.storage.catalogue_loading import read_company
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, SECRET

A_DAY = Interval(FRIDAY_10.replace(hour=0), FRIDAY_10.replace(hour=23))
FILE = """
company: {slug: salon, name: Salon, timezone: Europe/Berlin}
branches: [{key: main, name: Main, hours: {mon: ["09:00-18:00"]}}]
staff: [{key: emma, name: Emma, branch: main}]
services: [{key: cut, name: Cut, duration_min: 30}]
"""


async def loaded(db, text=FILE):
    """Load a company of the test's own; its catalogue, and its file."""
    text = text.replace("salon", f"salon-{secrets.token_hex(4)}")
    report = await load_company(text, filename="salon.yaml", db=db)
    return await read_company(db, report.company_id), text


def blocking_changes(store, company, text):
    """An absence, an import of busy time and another file, each ready to run."""
    calendar_id = company.calendars[0].id
    return {
        "absence": store.absences.add(company.id, calendar_id, A_DAY),
        "imported": store.busy_times.replace(company.id, calendar_id, "home", [A_DAY]),
        "catalogue": load_company(
            text + "closures: [{from: 2027-03-05}]", filename="salon.yaml", db=store.db
        ),
    }


async def test_how_long_callers_wait_for_what_blocks_is_measured(fresh):
    """Each change tells once how long it waited for the lock, and held it."""
    db = await Database.open(fresh.app_url)
    company, text = await loaded(db)
    told = []
    db.lock_watch = lambda *measured: told.append(measured)
    for change in blocking_changes(Store(db, SECRET), company, text).values():
        await change
    await db.close()
    assert [kind for kind, _, _ in told] == ["absence", "imported", "catalogue"]
    assert all(waited_s >= 0 and held_s > 0 for _, waited_s, held_s in told)


async def test_what_blocks_waits_for_the_lock_but_not_for_ever(fresh, monkeypatch):
    """Whoever has the company's lock makes it give up; then nothing was done."""
    monkeypatch.setattr(module, "LOCK_TIMEOUT_MS", 50)
    db = await Database.open(fresh.app_url)
    company, text = await loaded(db)
    async with db.acting_for(company.id) as connection:
        await connection.execute(query("enter_company"), company.id)
        for change in blocking_changes(Store(db, SECRET), company, text).values():
            with pytest.raises(StorageUnavailable):
                await change
    assert await read_company(db, company.id) == company
    assert await Store(db, SECRET).absences.to_come(company.id, A_DAY.start) == []
    await db.close()
