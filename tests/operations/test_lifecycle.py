import pytest

from slotkeeper.domain.errors import (
    CallEnded,
    InThePast,
    ReservationCancelled,
    ReservationExpired,
    SlotTaken,
    StaffCannot,
    UnknownAppointment,
    UnknownReservation,
)
from slotkeeper.domain.wish import Customer
from tests.build import FRIDAY_10, HAIRCUT, PERM, a_company


async def test_a_held_slot_is_the_callers_until_it_expires(salon):
    """Nobody else gets a slot while its hold lives."""
    held = await salon.hold(at=FRIDAY_10, staff="Emma")
    with pytest.raises(SlotTaken) as no:
        await salon.hold(at=FRIDAY_10, staff="Emma")
    assert (no.value.blocked_by, no.value.blocked_until) == ("hold", held.expires_at)


async def test_an_expired_hold_blocks_nobody_although_nobody_swept_it(salon):
    """The core retires what is dead when it stands in the way."""
    dead = await salon.hold(staff="Emma", ttl_s=60)
    salon.clock.advance(60)
    await salon.hold(staff="Emma")
    assert (await salon.find(dead.token)).status == "expired"


async def test_converting_at_the_expiry_instant_is_refused(salon):
    """A hold is dead at its expiry, not after it."""
    held = await salon.hold(HAIRCUT, at=FRIDAY_10, ttl_s=300)
    salon.clock.advance(300)
    with pytest.raises(ReservationExpired):
        await salon.convert(held.token)


async def test_converting_just_before_the_expiry_books(salon):
    """A hold lives until its last moment."""
    held = await salon.hold(ttl_s=300)
    salon.clock.advance(299.999)
    assert (await salon.convert(held.token)).status == "booked"


async def test_converting_again_gives_the_same_appointment(salon):
    """A hold converts once, however often it is asked."""
    held = await salon.hold()
    first = await salon.convert(held.token, customer=Customer("Anna"))
    assert await salon.convert(held.token, customer=Customer("Berta")) == first


async def test_a_converted_hold_outlives_its_expiry(salon):
    """An appointment stands when its hold's time is over."""
    held = await salon.hold(staff="Emma", ttl_s=60)
    await salon.convert(held.token)
    salon.clock.advance(3600)
    with pytest.raises(SlotTaken) as no:
        await salon.hold(staff="Emma")
    assert (no.value.blocked_by, no.value.blocked_until) == ("appointment", None)


async def test_an_expired_hold_is_had_again_while_it_is_free(salon):
    """A late yes makes a new reservation; the expired one stays expired and points to it."""
    held = await salon.hold(ttl_s=60)
    salon.clock.advance(61)
    appointment = await salon.convert(held.token, reacquire=True)
    old = await salon.find(held.token)
    assert (old.status, old.replaced_by_token) == ("expired", appointment.token)
    assert await salon.convert(held.token) == appointment


async def test_a_late_yes_is_refused_once_the_slot_is_gone(salon):
    """Nothing that someone else has is taken back."""
    held = await salon.hold(staff="Emma", ttl_s=60)
    salon.clock.advance(61)
    await salon.hold(staff="Emma")
    with pytest.raises(ReservationExpired):
        await salon.convert(held.token, reacquire=True)


async def test_a_late_yes_to_a_compound_is_all_or_nothing(salon):
    """One segment that is taken refuses the whole, and leaves nothing behind."""
    held = await salon.hold(PERM, staff="Emma", ttl_s=60)
    salon.clock.advance(61)
    await salon.hold(HAIRCUT, at=held.segments[3].interval.start, staff="Emma")
    with pytest.raises(ReservationExpired):
        await salon.convert(held.token, reacquire=True)
    rows = await salon.rows(
        "SELECT count(*) FROM appointment_reservations WHERE company_id = $1 AND is_compound"
    )
    assert rows[0]["count"] == 4


async def test_taking_one_option_frees_the_others(salon, store):
    """What was offered beside the choice is free the moment the choice is made."""
    held = await salon.hold(staff="Emma")
    await store.db.read("SELECT 1")
    async with store.db.acting_for(salon.id) as db:
        sister = await salon.hold(at=FRIDAY_10.replace(hour=12), staff="Emma")
        await db.execute(
            "UPDATE appointment_reservations SET offer_id = $2 "
            "WHERE company_id = $1 AND reservation_token = $3",
            salon.id,
            held.offer_id,
            sister.token,
        )
    await salon.convert(held.token)
    found = await salon.find(sister.token)
    assert (found.status, found.end_reason) == ("cancelled", "not_chosen")


async def test_releasing_a_hold_frees_it_at_once(salon):
    """A cancelled hold can be had by the next caller, and no longer converted."""
    held = await salon.hold(staff="Emma")
    assert (await salon.cancel(held.token)).end_reason == "released"
    await salon.hold(staff="Emma")
    with pytest.raises(ReservationCancelled, match="released"):
        await salon.convert(held.token)


async def test_releasing_again_changes_nothing(salon):
    """A cancelled hold stays as it ended."""
    held = await salon.hold()
    first = await salon.cancel(held.token)
    salon.clock.advance(10)
    assert await salon.cancel(held.token) == first


async def test_releasing_a_booked_one_leaves_it_booked(salon):
    """Only an appointment's own cancellation ends an appointment."""
    held = await salon.hold()
    await salon.convert(held.token)
    assert (await salon.cancel(held.token)).status == "converted"


async def test_a_dead_hold_is_expired_and_not_cancelled(salon):
    """Nobody releases what is dead."""
    held = await salon.hold(ttl_s=60)
    salon.clock.advance(60)
    assert (await salon.cancel(held.token)).status == "expired"


async def test_extending_moves_the_expiry_and_never_shortens_it(salon):
    """A hold lives longer when asked to, and never less."""
    held = await salon.hold(ttl_s=300)
    salon.clock.advance(100)
    assert (await salon.extend(held.token, ttl_s=60)).expires_at == held.expires_at
    later = (await salon.extend(held.token, ttl_s=300)).expires_at
    assert (later - held.expires_at).total_seconds() == 100


async def test_a_hold_is_not_extended_beyond_its_greatest_age(salon):
    """Fifteen minutes after it was made a hold ends, whoever asks."""
    held = await salon.hold(ttl_s=300)
    for _ in range(4):
        salon.clock.advance(200)
        extended = await salon.extend(held.token, ttl_s=300)
    assert (extended.expires_at - held.reserved_at).total_seconds() == 900


async def test_a_dead_hold_is_not_revived(salon):
    """Extending after the expiry is refused."""
    held = await salon.hold(ttl_s=60)
    salon.clock.advance(60)
    with pytest.raises(ReservationExpired):
        await salon.extend(held.token)


async def test_the_same_wish_of_a_call_is_the_same_hold(salon):
    """A tool call that is repeated has one effect, and renews it."""
    first = await salon.hold(call="c1", ttl_s=300)
    salon.clock.advance(100)
    again = await salon.hold(call="c1", ttl_s=300)
    assert again.token == first.token
    assert (again.expires_at - first.expires_at).total_seconds() == 100


async def test_a_name_spelt_otherwise_is_the_same_wish(salon):
    """Identity never looks at the name."""
    first = await salon.hold(call="c1", customer=Customer("Meier"))
    assert (await salon.hold(call="c1", customer=Customer("Maier"))).token == first.token


async def test_father_and_child_are_two(salon):
    """The second of a visit is a wish of its own."""
    father = await salon.hold(call="c1", person=1)
    child = await salon.hold(call="c1", person=2)
    assert father.token != child.token
    assert father.staff_id != child.staff_id


async def test_another_stylist_replaces_the_first(salon):
    """Asked for with somebody else, the slot with the first is free again."""
    emma = await salon.hold(call="c1", staff="Emma")
    sarah = await salon.hold(call="c1", staff="Sarah")
    assert sarah.token != emma.token
    assert (await salon.find(emma.token)).end_reason == "superseded"


async def test_another_stylist_who_is_taken_leaves_the_first_held(salon):
    """A new wish takes nothing back before it succeeds."""
    emma = await salon.hold(call="c1", staff="Emma")
    await salon.hold(call="c2", staff="Sarah")
    with pytest.raises(SlotTaken):
        await salon.hold(call="c1", staff="Sarah")
    assert (await salon.find(emma.token)).status == "active"


async def test_a_call_keeps_its_newest_two_offers(salon):
    """The third offer releases the oldest, and a repeated one is not the oldest."""
    at = [FRIDAY_10.replace(hour=hour) for hour in (9, 11, 13)]
    nine = await salon.hold(call="c1", at=at[0], staff="Emma")
    salon.clock.advance(1)
    eleven = await salon.hold(call="c1", at=at[1], staff="Emma")
    salon.clock.advance(1)
    await salon.hold(call="c1", at=at[0], staff="Emma")
    salon.clock.advance(1)
    await salon.hold(call="c1", at=at[2], staff="Emma")
    assert (await salon.find(nine.token)).status == "active"
    assert (await salon.find(eleven.token)).end_reason == "superseded"


async def test_hanging_up_releases_all_the_call_holds(salon):
    """The next caller gets at once what a caller who hung up had."""
    held = await salon.hold(call="c1", staff="Emma")
    assert await salon.hang_up("c1") == 1
    assert (await salon.find(held.token)).end_reason == "call_ended"
    await salon.hold(call="c2", staff="Emma")


async def test_a_call_that_hung_up_holds_nothing_more(salon):
    """A wish that was still on its way when the caller hung up is refused."""
    await salon.hang_up("c1")
    with pytest.raises(CallEnded):
        await salon.hold(call="c1")


async def test_hanging_up_leaves_what_was_booked(salon):
    """An appointment does not end with the call."""
    held = await salon.hold(call="c1")
    await salon.convert(held.token)
    await salon.hang_up("c1")
    assert (await salon.find(held.token)).status == "converted"


async def test_booking_at_once_is_an_appointment(salon):
    """Reserve and convert are one step for whoever does not hold."""
    appointment = await salon.book(staff="Emma", customer=Customer("Anna", "+491701234567"))
    assert (appointment.status, appointment.customer_name) == ("booked", "Anna")
    with pytest.raises(SlotTaken):
        await salon.book(staff="Emma")


async def test_booking_again_in_the_same_call_is_the_same_appointment(salon):
    """A booking that is repeated is one."""
    first = await salon.book(call="c1")
    assert await salon.book(call="c1") == first


async def test_booking_takes_the_calls_own_hold(salon):
    """Whoever holds the slot and books it gets that very hold converted."""
    held = await salon.hold(call="c1", staff="Emma")
    assert (await salon.book(call="c1")).token == held.token


async def test_wishing_again_what_is_booked_holds_nothing_more(salon):
    """A late repetition of the check finds the appointment and not a second hold."""
    booked = await salon.book(call="c1")
    again = await salon.hold(call="c1")
    assert (again.status, again.appointment_id) == ("converted", booked.id)


async def test_cancelling_an_appointment_frees_its_calendars_at_once(salon):
    """All segments are free, and cancelling again changes nothing."""
    held = await salon.hold(PERM, staff="Emma")
    appointment = await salon.convert(held.token)
    cancelled = await salon.cancel_appointment(appointment.id)
    assert cancelled.status == "cancelled"
    salon.clock.advance(1)
    assert await salon.cancel_appointment(appointment.id) == cancelled
    await salon.hold(PERM, staff="Emma")


async def test_appointments_write_their_outbox_row(salon):
    """What others must be told is written by the transaction that made it true."""
    appointment = await salon.book()
    await salon.book(at=FRIDAY_10.replace(hour=12))
    await salon.cancel_appointment(appointment.id)
    rows = await salon.rows("SELECT kind FROM outbox WHERE company_id = $1 ORDER BY id")
    assert [row["kind"] for row in rows] == [
        "appointment.booked",
        "appointment.booked",
        "appointment.cancelled",
    ]


async def test_anyone_is_the_one_who_has_least_to_do(salon):
    """Without a wish for somebody the slot goes to who has least booked that day."""
    await salon.book(staff="Emma", at=FRIDAY_10.replace(hour=12))
    held = await salon.hold(at=FRIDAY_10)
    assert held.staff_id == salon.staff_ids["Sarah"]


async def test_anyone_means_everyone_is_tried(salon):
    """A slot is taken only when nobody is free."""
    await salon.hold()
    await salon.hold()
    with pytest.raises(SlotTaken):
        await salon.hold()


async def test_a_compound_leaves_its_gaps_to_others(salon):
    """While colour develops she cuts someone else."""
    perm = await salon.hold(PERM, staff="Emma")
    gap_start = perm.segments[0].interval.end
    with pytest.raises(SlotTaken):
        await salon.hold("Trockenschnitt", at=gap_start, staff="Emma")  # 30 min in a 15 min gap
    assert len(perm.segments) == 4
    assert (perm.ends_at - perm.starts_at).total_seconds() == 135 * 60


async def test_a_compound_is_held_whole_or_not_at_all(salon):
    """One segment that is taken refuses the whole."""
    await salon.hold(HAIRCUT, at=FRIDAY_10.replace(hour=11), staff="Emma")
    with pytest.raises(SlotTaken):
        await salon.hold(PERM, staff="Emma")
    rows = await salon.rows(
        "SELECT count(*) FROM appointment_reservations WHERE company_id = $1 AND is_compound"
    )
    assert rows[0]["count"] == 0


async def test_the_past_is_refused(salon):
    """Nothing is held for a time that is over."""
    with pytest.raises(InThePast):
        await salon.hold(at=salon.clock.now)


async def test_who_does_not_do_a_service_is_not_held_for_it(store):
    """A stylist is held only for what she does."""
    salon = await a_company(store, staff=("Emma", "Sarah"))
    async with store.db.acting_for(salon.id) as db:
        await db.execute(
            "DELETE FROM staff_services WHERE company_id = $1 AND staff_id = $2",
            salon.id,
            salon.staff_ids["Sarah"],
        )
    salon.company = await store.catalogues.reload(salon.id)
    with pytest.raises(StaffCannot):
        await salon.hold(staff="Sarah")


async def test_a_token_is_good_for_its_own_call_only(salon):
    """Another call's token is as good as none."""
    held = await salon.hold(call="c1")
    with pytest.raises(UnknownReservation):
        await salon.convert(held.token, call="c2")


async def test_a_token_is_good_for_its_own_company_only(salon, store):
    """Another company's token, or appointment, is as good as none."""
    other = await a_company(store)
    held = await salon.hold()
    with pytest.raises(UnknownReservation):
        await other.convert(held.token)
    appointment = await salon.convert(held.token)
    with pytest.raises(UnknownAppointment):
        await other.cancel_appointment(appointment.id)
