"""The context of a request: opened once, and again only where the catalogue has changed."""

import pytest

from slotkeeper.domain.errors import ClockRefused, HoldsOff
from slotkeeper.domain.wish import Call
from slotkeeper.operations.context import Contexts
from slotkeeper.operations.hold import hold
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from tests.build import MONDAY_9, a_company
from tests.operations.test_check_availability import set_rules

CALL = Call("test", "call_a")


async def test_a_test_clock_is_for_sandbox_companies_alone(salon, real_salon):
    """Any other company is judged by the database's clock."""
    contexts = Contexts(salon.store)
    context = await contexts.open(salon.id, CALL, test_now=MONDAY_9)
    assert await context.now() == MONDAY_9
    with pytest.raises(ClockRefused):
        await contexts.open(real_salon.id, CALL, test_now=MONDAY_9)


async def test_a_companys_lifetime_of_holds_wins_over_the_servers(store):
    """And a request's own wins over both."""
    salon = await a_company(store)
    contexts = Contexts(store, hold_ttl_s=120)
    assert (await contexts.open(salon.id, CALL)).hold_ttl_s == 120
    await set_rules(salon, hold_ttl_s=60)
    context = await contexts.open(salon.id, CALL)
    assert (context.hold_ttl_s, context.holding_for(30).hold_ttl_s) == (60, 30)
    assert context.holding_for(None) is context


async def test_a_request_that_must_not_hold_is_refused_a_hold(salon):
    """Whoever asks for one by name hears why."""
    with pytest.raises(HoldsOff):
        await hold(salon.context(cohort="off"), salon.wish())
    assert await salon.store.reservations.listed(salon.id) == []


async def test_the_cohort_is_decided_by_company_and_call(salon):
    """Once, when the context is opened."""
    asked = []

    def cohort_of(company, call):
        asked.append((company.id, call))
        return "shadow"

    context = await Contexts(salon.store, cohort_of=cohort_of).open(salon.id, CALL)
    assert (context.cohort, context.holds, asked) == ("shadow", False, [(salon.id, CALL)])


async def test_a_changed_catalogue_is_decided_with_anew_and_not_for_ever(salon):
    """The next decision sees the newest catalogue; one that changes all the time is a fault."""
    contexts, names = Contexts(salon.store), []

    async def decide(context):
        names.append(context.company.name)
        raise CatalogueChanged

    context = await contexts.open(salon.id, CALL)
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute("UPDATE companies SET name = 'Other' WHERE id = $1", salon.id)
    with pytest.raises(CatalogueChanged):
        await contexts.deciding(context, decide)
    assert names == ["Salon", "Other", "Other"]
