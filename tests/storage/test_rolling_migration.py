"""A server of the former release stays at work while the database is migrated under it."""

import asyncio

import pytest

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Claim, Placement
from slotkeeper.domain.wish import Call
from slotkeeper.storage.database import Database
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store
from tests.build import SECRET, TOKENS, Salon
from tests.races.arena import Caller
from tests.storage.former_release.server import (
    CALL_MIX,
    DAY,
    HOUR,
    FormerServer,
    make_former_database,
)
from tests.waiting import until

# Enough that every statement was prepared before the migration and was run again after it.
CALLS = 20


@pytest.fixture
async def former_server(empty_database, tmp_path):
    """A server of the former release on a database that it made."""
    urls = empty_database
    company = await make_former_database(urls.owner_url, urls.superuser_url, tmp_path)
    db = await Database.open(urls.app_url, size=CALL_MIX)
    yield FormerServer(db, company)
    await db.close()


async def test_no_request_of_the_former_release_fails_while_the_schema_changes(
    former_server, empty_database
):
    """Its callers hold, book, move, cancel and hang up before, during and after the migration."""
    callers = [asyncio.create_task(former_server.serve(n)) for n in range(CALL_MIX)]
    for phase in ("before", "after"):
        served = former_server.calls + CALLS
        await until(
            lambda served=served: former_server.calls >= served or any(c.done() for c in callers),
            f"{CALLS} calls were served {phase} the migration",
        )
        if phase == "before":
            await migrate(empty_database.owner_url)
    for caller in callers:
        caller.cancel()
    ended = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(end) for end in ended] == [asyncio.CancelledError] * CALL_MIX, ended
    assert former_server.mixed_up == []


async def test_both_releases_serve_the_same_calls(former_server, empty_database):
    """What one of them holds the other converts, for as long as both run."""
    (held,) = await former_server.hold("first", DAY)
    await migrate(empty_database.owner_url)
    db = await Database.open(empty_database.app_url, size=2)
    store = Store(db, SECRET)
    converted = await store.reservations.convert(former_server.company_id, held)
    assert converted.outcome == "converted"
    company = await store.catalogues.get(former_server.company_id)
    assert company.slug == "former"
    await former_server.call("second", DAY.replace(month=2))
    ended = await store.reservations.end_call(former_server.company_id, Call("test", "second"))
    assert ended == []
    await db.close()


def a_slot(company, *, day):
    """An hour of Emma's; the former company's service has no segments that tell."""
    start, emma = DAY.replace(day=day), company.staff_member("emma")
    claim = Claim(1, emma.calendar_id, emma.id, Interval(start, start + HOUR))
    return Placement(start, start + HOUR, emma, (claim,))


async def test_tokens_are_sealed_once_no_server_of_the_former_release_runs(
    former_server, empty_database
):
    """For a day both take each other's tokens, later those that were given out before as well."""
    (theirs,) = await former_server.hold("first", DAY)
    await migrate(empty_database.owner_url)
    db = await Database.open(empty_database.app_url, size=2)
    store = Store(db, SECRET)
    company = await store.catalogues.get(former_server.company_id)
    caller = Caller(Salon(company, store, None), "second")
    (ours,) = await caller.hold(a_slot(company, day=2), service="cut")
    assert TOKENS.seal(ours) == ours
    assert await former_server.convert(ours)
    assert former_server.mixed_up == []
    async with db.acting_for(company.id) as connection:
        await connection.execute("UPDATE companies SET tokens_sealed_from = now()")
    (later,) = await caller.hold(a_slot(company, day=3), service="cut")
    assert TOKENS.seal(later) != later
    for given_out in (theirs, TOKENS.seal(later)):
        assert (await caller.convert(TOKENS.unseal(given_out))).outcome == "converted"
    await db.close()
