from slotkeeper.domain.wish import Call
from slotkeeper.operations.hold import hold
from tests.build import FRIDAY_10


async def test_a_booking_sent_again_is_the_same_whoever_was_wished(salon):
    """Also with a person named, who by then is busy with it, and when it is too soon for all."""
    first = await salon.book(staff="Emma", call="call_a")
    again = await salon.book(staff="Emma", call="call_a")
    salon.clock.now = FRIDAY_10
    late = await salon.book(staff="Emma", call="call_a")
    assert first.id == again.id == late.id


async def test_a_call_that_was_told_of_before_it_wished_is_capped_all_the_same(salon):
    """The platform's event knows no number; the first wish brings it."""
    call = Call("test", "call_a", "+491701234567")
    await salon.store.calls.note(salon.id, call, "started", now=salon.now)
    await hold(salon.context("call_a", caller="+491701234567"), salon.wish())
    (row,) = await salon.rows("SELECT caller_hash, withheld FROM calls WHERE company_id = $1")
    assert (row["caller_hash"] is not None, row["withheld"]) == (True, False)
