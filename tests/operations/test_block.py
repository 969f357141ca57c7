"""Somebody is away: what is offered, and what stands."""

from datetime import timedelta

import pytest

from slotkeeper.domain.errors import (
    InThePast,
    InvalidInput,
    StaffAbsent,
    UnknownAbsence,
    UnknownCalendar,
    UnknownStaff,
)
from slotkeeper.domain.intervals import Interval
from slotkeeper.operations.block import MAX_DAYS, block, calendar_of, unblock
from slotkeeper.operations.check_availability import check_availability
from tests.build import FRIDAY_10, MONDAY_9, PERM, a_company

HOUR = timedelta(hours=1)
FRIDAY = Interval(FRIDAY_10 - 2 * HOUR, FRIDAY_10 + 8 * HOUR)


async def away(salon, name="Emma", interval=FRIDAY, reason=None):
    """Block somebody's calendar."""
    calendar = calendar_of(salon.company, staff=name, key=None)
    return await block(salon.context(), calendar, interval, reason=reason)


async def test_who_is_away_is_not_offered(salon):
    """The next check says so, and another person is found."""
    await away(salon)
    with pytest.raises(StaffAbsent):
        await salon.hold(staff="Emma")
    held = await salon.hold()
    assert held.staff_id == salon.staff_ids["Sarah"]


async def test_who_is_back_is_offered_again(salon):
    """Unblocked is as if nothing had been."""
    blocked = await away(salon)
    ended = await unblock(salon.context(), blocked.absence.id)
    assert ended == blocked.absence
    await salon.hold(staff="Emma")
    with pytest.raises(UnknownAbsence):
        await unblock(salon.context(), blocked.absence.id)


async def test_appointments_in_it_are_listed_and_stay(salon):
    """Those that touch it on that calendar, in their order; none before, after or of others."""
    later = await salon.book(PERM, staff="Emma", at=FRIDAY_10 + 6 * HOUR)
    early = await salon.book(staff="Emma")
    await salon.book(staff="Sarah")
    for hours in (-24, 24):
        await salon.book(staff="Emma", at=FRIDAY_10 + hours * HOUR)
    gone = await salon.book(staff="Emma", at=FRIDAY_10 + 3 * HOUR)
    await salon.cancel_appointment(gone.id)
    blocked = await away(salon)
    assert [found.id for found in blocked.hits.appointments] == [early.id, later.id]
    assert await salon.store.appointments.find(salon.id, early.id) == early


async def test_back_to_back_is_no_hit(salon):
    """An absence that begins when an appointment ends does not touch it; in a gap neither."""
    booked = await salon.book(staff="Emma")
    perm = await salon.book(PERM, staff="Sarah")  # 10:00 to 10:50, then a gap of 15 minutes
    after = Interval(booked.ends_at, booked.ends_at + HOUR)
    gap = Interval(FRIDAY_10 + timedelta(minutes=50), FRIDAY_10 + timedelta(minutes=65))
    assert (await away(salon, interval=after)).hits.appointments == ()
    assert (await away(salon, "Sarah", gap)).hits.appointments == ()
    assert (await away(salon, "Sarah")).hits.appointments == (perm,)


async def test_a_live_hold_is_honoured(salon):
    """It is named, and still becomes an appointment; a dead one is not named."""
    held = await salon.hold(PERM, staff="Emma", ttl_s=300)
    (named,) = (await away(salon)).hits.holds
    assert (named.token, named.service_id, named.starts_at) == (
        held.token,
        salon.company.service(PERM).id,
        FRIDAY_10,
    )
    booked = await salon.convert(held.token)
    hits = (await away(salon)).hits
    assert (hits.holds, hits.appointments) == ((), (booked,))
    await salon.hold(staff="Sarah", ttl_s=60)
    salon.clock.advance(60)
    assert not (await away(salon, "Sarah")).hits


async def test_what_the_call_holds_is_still_its_own(salon):
    """The same wish again gets the same hold, a booking at once converts it; others get none."""
    held = await salon.hold(PERM, staff="Emma", call="call_1")
    await away(salon)
    again = await check_availability(salon.context("call_1"), salon.wish(PERM, staff="Emma"))
    assert again.wished.hold.reservation.token == held.token
    with pytest.raises(StaffAbsent):
        await salon.hold(PERM, staff="Emma", call="call_2")
    booked = await salon.book(PERM, staff="Emma", call="call_1")
    assert (booked.token, booked.hits) == (held.token, ("absence",))


async def test_an_absence_may_have_begun(salon):
    """Who falls ill at noon is away from noon on; a day that is over is nobody's absence."""
    await away(salon, interval=Interval(MONDAY_9 - HOUR, MONDAY_9 + HOUR))
    with pytest.raises(InThePast):
        await away(salon, interval=Interval(MONDAY_9 - HOUR, MONDAY_9))


async def test_absences_to_come_are_listed(salon):
    """In their order, without what is over."""
    second, first = await away(salon), await away(salon, "Sarah", reason="Urlaub")
    absences = salon.store.absences
    listed = await absences.to_come(salon.id, FRIDAY.start)
    assert listed == [second.absence, first.absence]
    assert listed[1].reason == "Urlaub"
    assert await absences.to_come(salon.id, FRIDAY.end) == []


@pytest.mark.parametrize("reason", ["x" * 201, "a\nb", "a\0b", "\ud800", " "])
async def test_a_reason_is_one_line_of_text(salon, reason):
    """What no text column holds is refused by the field's name."""
    with pytest.raises(InvalidInput, match=r"^\$\.reason"):
        await away(salon, reason=reason)


async def test_an_absence_has_an_end(salon):
    """Longer than any leave lasts is a slip."""
    with pytest.raises(InvalidInput, match=r"^\$\.to"):
        await away(salon, interval=Interval(MONDAY_9, MONDAY_9 + timedelta(days=MAX_DAYS + 1)))


async def test_a_calendar_is_found_by_person_or_key(salon):
    """By one of the two, and only among the company's own."""
    company = salon.company
    assert calendar_of(company, staff="emma", key=None).key == "Emma"
    assert calendar_of(company, staff=None, key="Sarah").key == "Sarah"
    for wrong, staff, key in (
        (UnknownStaff, "Nobody", None),
        (UnknownCalendar, None, "Room 9"),
        (InvalidInput, None, None),
        (InvalidInput, "Emma", "Emma"),
    ):
        with pytest.raises(wrong):
            calendar_of(company, staff=staff, key=key)


async def test_another_companys_absence_is_unknown(salon, store):
    """It can be neither ended nor seen."""
    blocked, other = await away(salon), await a_company(store)
    with pytest.raises(UnknownAbsence):
        await unblock(other.context(), blocked.absence.id)
    assert await store.absences.to_come(other.id, MONDAY_9) == []
    assert await store.absences.to_come(salon.id, MONDAY_9) == [blocked.absence]
