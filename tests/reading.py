"""Reading the log of facts in tests, where other tests' transactions hold its horizon back."""

from slotkeeper.metrics.lifecycle import READER
from slotkeeper.worker.loop import tell_events
from tests.waiting import until

SEEN = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


async def readable(store):
    """Wait until all that is committed now lies below the horizon."""
    ((last,),) = await store.db.read(SEEN)

    async def is_passed():
        ((horizon,),) = await store.db.read(HORIZON)
        return horizon >= last

    await until(is_passed, "every transaction of before is over")


async def tell_news(store, tell, *, then=None):
    """Tell all events that are due, as the worker does."""
    await readable(store)
    await tell_events(store, tell, then=then)


async def has_news(store, *, reader=READER):
    """Whether some company has facts that a reader has not read."""
    await readable(store)
    return bool(await store.outbox.companies_to_read(reader, limit=1))
