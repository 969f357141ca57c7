from datetime import timedelta

from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.durations import BUCKETS_S, DurationHistogram, percentile_bound
from slotkeeper.metrics.figures import FIGURES, over_all
from slotkeeper.operations.check_availability import check_availability
from slotkeeper.storage.sql import core, query
from tests.build import FRIDAY_10, MONDAY_9, PERM, a_company


async def figures(salon, **window):
    """The salon's figures now."""
    collector = ReservationMetricsCollector(salon.store)
    return await collector.collect(salon.id, now=salon.now, **window)


async def test_the_originals_own_run_comes_out(salon):
    """Three made, two of them compound; one converted, one expired, one active: 33.33 and 50 %."""
    held = await salon.hold(PERM, at=FRIDAY_10, staff="Emma", ttl_s=60)
    await salon.hold(PERM, at=FRIDAY_10, staff="Sarah", ttl_s=60)
    await salon.convert(held.token)
    salon.clock.advance(90)
    await salon.hold(at=FRIDAY_10 + timedelta(hours=4))
    found = await figures(salon)
    assert (found.created, found.created_compound) == (3, 2)
    assert (found.converted, found.expired, found.active, found.cancelled) == (1, 1, 1, 0)
    assert (found.conversion_rate, found.completion_rate) == (33.33, 50.0)
    assert found.balance == 0


async def test_a_compound_counts_once(salon):
    """Four segments on four stretches are one reservation."""
    held = await salon.hold(PERM)
    await salon.convert(held.token)
    found = await figures(salon)
    assert (found.created, found.created_compound, found.converted_compound) == (1, 1, 1)


async def test_alternatives_that_were_not_chosen_are_no_lost_sale(salon):
    """Two are held and one is taken: two reservations, one offer, all of it converted."""
    for staff in ("Emma", "Sarah"):
        await salon.book(staff=staff)
    answer = await check_availability(salon.context("call_a"), salon.wish())
    await salon.convert(answer.others[0].hold.reservation.token, call="call_a")
    found = await figures(salon)
    assert (found.created, found.converted, found.cancelled_by_reason) == (4, 3, {"not_chosen": 1})
    assert (found.offers, found.conversion_rate) == (3, 100.0)


async def test_a_moved_appointment_is_no_new_reservation(salon):
    """It was made once and converted once, wherever it goes."""
    booked = await salon.book()
    await salon.move(booked.id, FRIDAY_10 + timedelta(hours=2))
    found = await figures(salon)
    assert (found.created, found.converted, found.balance) == (1, 1, 0)


async def test_times_fall_into_buckets(salon):
    """Converted after forty seconds: above thirty, within forty-five."""
    held = await salon.hold()
    salon.clock.advance(40)
    await salon.convert(held.token)
    found = (await figures(salon)).time_to_conversion
    assert (found.count, found.sum_s, found.median_s) == (1, 40.0, 40.0)
    assert found.at_most == (0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)


async def test_a_booking_at_once_is_in_no_histogram(salon):
    """A booking at once has no time to think, and would pull the median down."""
    await salon.book()
    found = await figures(salon)
    assert (found.converted, found.time_to_conversion.count, found.lifetime.count) == (1, 0, 0)


async def test_a_late_conversion_is_counted(salon):
    """An expired hold is made again and converted: two reservations, one of them expired."""
    held = await salon.hold(ttl_s=60)
    salon.clock.advance(90)
    await salon.convert(held.token, reacquire=True)
    found = await figures(salon)
    assert (found.created, found.expired, found.converted, found.late_conversions) == (2, 1, 1, 1)


async def test_held_time_that_is_not_booked_is_counted(salon):
    """A hold of a perm that expires has kept a stylist for 110 minutes."""
    await salon.hold(PERM, ttl_s=60)
    salon.clock.advance(61)
    await salon.book(at=FRIDAY_10 + timedelta(hours=4))
    assert (await figures(salon)).unbooked_s == 110 * 60


async def test_a_window_has_what_was_made_in_it(salon):
    """Reservations count by when they were made, whatever became of them later."""
    await salon.hold(ttl_s=60)
    salon.clock.advance(3600)
    await salon.hold()
    hour = MONDAY_9 + timedelta(hours=1)
    before, after = await figures(salon, until=hour), await figures(salon, since=hour)
    assert (before.created, before.expired) == (1, 1)
    assert (after.created, after.active) == (1, 1)


async def test_hanging_up_is_a_reason_of_its_own(salon):
    """A hold that ends with the call is told apart from one that the caller releases."""
    await salon.hold(call="call_a")
    await salon.hang_up("call_a")
    found = await figures(salon)
    assert (found.released_at_hangup, found.cancelled_by_reason) == (1, {"call_ended": 1})


async def test_nothing_of_another_company_is_counted(store):
    """Each has its own figures; all together are their sum."""
    here, there = await a_company(store), await a_company(store)
    await here.hold()
    await there.hold(PERM)
    mine, theirs = await figures(here), await figures(there)
    assert (mine.created, mine.created_compound, theirs.created_compound) == (1, 0, 1)
    total = over_all([mine, theirs])
    assert (total.company, total.created, total.offers) == ("all", 2, 2)


def test_a_percentile_of_buckets_is_their_upper_bound():
    """Buckets tell no more than that; beyond the last one the bound is infinite."""
    assert percentile_bound((0, 5, 10) + (10,) * 9, 10, 50) == 10.0
    assert percentile_bound((0,) * 12, 3, 50) == float("inf")
    assert percentile_bound((0,) * 12, 0, 50) == 0.0


async def test_the_database_counts_exactly_the_declared_figures(store):
    """The query's columns are the fields of Figures, the company and its id."""
    async with store.db.acting_for(1) as connection:
        prepared = await connection.prepare(query("figures"))
        columns = [column.name for column in prepared.get_attributes()]
    assert sorted(columns) == sorted(["company_id", "company", *FIGURES])


async def test_the_database_has_the_declared_buckets(store):
    """A duration of exactly a bound is in its bucket and all higher ones, in none below."""
    for number, bound in enumerate(BUCKETS_S):
        ((values,),) = await store.db.read(
            f"SELECT {core()}.duration_histogram(ARRAY[$1::numeric])", bound
        )
        at_most = DurationHistogram.from_sql(values).at_most
        assert at_most == (0,) * number + (1,) * (len(BUCKETS_S) - number)
