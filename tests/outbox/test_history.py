"""Who did what: every event names its actor, and nobody who serves callers can change one."""

from datetime import UTC, datetime, timedelta

import pytest

from slotkeeper.domain.actor import Actor, act_as
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Call
from slotkeeper.operations.block import block
from slotkeeper.operations.context import Contexts
from slotkeeper.operations.request_callback import request_callback
from tests.build import FRIDAY_10, a_company
from tests.voice.line import MEIER, TEN, a_line

ACTORS = "SELECT kind, actor FROM outbox WHERE company_id = $1 ORDER BY id"


async def actors(salon):
    """The events of a salon, each with who did it."""
    return [tuple(row) for row in await salon.rows(ACTORS)]


async def test_what_a_caller_does_is_the_calls(http, store):
    """Booked and cancelled over the telephone: the platform's id of the call says who."""
    line = await a_line(http, store, sandbox=True)
    await line.tool("check_availability", TEN)
    booked = await line.tool("start_booking", MEIER)
    await line.tool("cancel_appointment", {"appointment_id": booked["appointment_id"]})
    assert await actors(line.salon) == [
        ("appointment.booked", "call:call_real"),
        ("appointment.cancelled", "call:call_real"),
    ]


async def test_what_the_desk_does_is_its_commands_or_its_keys(salon):
    """Whoever opens a session says who acts in it; a call inside it is more exact."""
    act_as(Actor("command", "appointment cancel"))
    appointment = await salon.book()
    await salon.cancel_appointment(appointment.id)
    act_as(Actor("key", "sk_12345678"))
    hour = Interval(FRIDAY_10, FRIDAY_10 + timedelta(hours=1))
    await block(salon.context(), salon.company.calendars[0], hour)
    context = await Contexts(salon.store).open(salon.id, Call("rest", "call_a"), test_now=salon.now)
    callback = await request_callback(context, salon.wish().customer, reason=None)
    act_as(Actor("worker"))
    await salon.store.callbacks.done(salon.id, callback.id)
    assert await actors(salon) == [
        ("appointment.booked", "command:appointment cancel"),
        ("appointment.cancelled", "command:appointment cancel"),
        ("absence.added", "key:sk_12345678"),
        ("callback.requested", "call:call_a"),
        ("callback.done", "worker"),
    ]
    newest = (await salon.store.outbox.history(salon.id, limit=1))[0]
    assert (newest.kind, newest.payload) == ("callback.done", {"callback_id": callback.id})


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE outbox SET actor = 'call:other' WHERE company_id = $1 RETURNING id",
        "UPDATE outbox SET payload = '{}' WHERE company_id = $1 RETURNING id",
        "DELETE FROM outbox WHERE company_id = $1 RETURNING id",
    ],
)
async def test_the_application_can_add_to_the_history_and_change_nothing(salon, attempt):
    """An event is there for good, whatever a server is made to say."""
    await salon.book()
    before = await salon.rows("SELECT * FROM outbox WHERE company_id = $1")
    assert await salon.rows(attempt) == []
    assert await salon.rows("SELECT * FROM outbox WHERE company_id = $1") == before


async def test_events_end_by_the_companys_rule_and_never_within_a_month(store):
    """In batches, the oldest first; a sandbox's stay, which is judged by its own clock."""
    salon, sandbox = [await a_company(store, sandbox=sandbox) for sandbox in (False, True)]
    await salon.rows("UPDATE companies SET keep_events_days = 30 WHERE id = $1 RETURNING id")
    for company in (salon, sandbox):
        for days in (401, 31, 29):
            at = datetime.now(UTC) - timedelta(days=days)
            await company.store.figures.add_faults(company.id, [("old", "test", at)])
    assert [await store.outbox.forget(salon.id, limit=1) for _ in range(3)] == [1, 1, 0]
    assert await store.outbox.forget(sandbox.id) == 0
    assert len(await actors(salon)) == 1
