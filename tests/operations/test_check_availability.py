"""Wishes, alternatives and open questions, all on a real database."""

import itertools
import random
from datetime import datetime, timedelta

import pytest

from slotkeeper.domain.availability import people_for, search_window
from slotkeeper.domain.errors import (
    Closed,
    InThePast,
    OffStep,
    SlotTaken,
    StaffAbsent,
    TooFar,
    TooSoon,
)
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Customer, Wish
from slotkeeper.operations.check_availability import check_availability, find_openings
from slotkeeper.operations.placing import read_for_wish
from tests.build import FRIDAY_10, HAIRCUT, PERM, a_company
from tests.domain.starts import all_starts

HOUR = timedelta(hours=1)


async def check(salon, service=HAIRCUT, *, call="c1", caller=None, **wish):
    """Ask for a slot, as a tool call does."""
    return await check_availability(salon.context(call, caller=caller), salon.wish(service, **wish))


async def set_rules(salon, **rules):
    """Change what the company allows."""
    async with salon.store.db.acting_for(salon.id) as db:
        for name, value in rules.items():
            await db.execute(f"UPDATE companies SET {name} = $2 WHERE id = $1", salon.id, value)
    salon.company = await salon.store.catalogues.reload(salon.id)


def starts(answer):
    """When the held others start."""
    return [slot.starts_at for slot in answer.others]


async def test_a_free_wish_is_held(salon):
    """What is free is the caller's, and nothing beside it."""
    answer = await check(salon)
    assert answer.wished.hold.reservation.starts_at == FRIDAY_10
    assert (answer.others, answer.refusal) == ((), None)


async def test_a_taken_wish_brings_others_that_are_held(salon):
    """The no and the alternatives come in one answer, and each can be taken."""
    await salon.book(staff="Emma")
    answer = await check(salon, staff="Emma")
    assert isinstance(answer.refusal, SlotTaken)
    assert len(answer.others) == 2
    assert {slot.hold.reservation.status for slot in answer.others} == {"active"}
    first, second = answer.others
    assert first.hold.reservation.offer_id == second.hold.reservation.offer_id
    appointment = await salon.convert(second.hold.reservation.token)
    assert appointment.starts_at == second.hold.reservation.starts_at
    assert (await salon.find(first.hold.reservation.token)).end_reason == "not_chosen"


async def test_the_others_are_near_and_on_both_sides(salon):
    """An earlier and a later time of the same day are a real choice."""
    await salon.book(staff="Emma")
    earlier, later = starts(await check(salon, staff="Emma"))
    assert earlier < FRIDAY_10 < later
    assert later - earlier < 4 * HOUR
    assert earlier.date() == later.date() == FRIDAY_10.date()


async def test_the_others_are_times_that_a_salon_would_say(salon):
    """Nine and eleven: five past nine and five to eleven leave room for nothing more."""
    await salon.book(staff="Emma")
    assert starts(await check(salon, staff="Emma")) == [FRIDAY_10 - HOUR, FRIDAY_10 + HOUR]


async def test_the_others_leave_no_unusable_holes(salon):
    """Where two cuts fit into what is left, an hour that would cost one of them is not offered."""
    await salon.book(staff="Emma")
    await salon.book(staff="Emma", at=FRIDAY_10 + timedelta(minutes=3 * 55))
    _, later = starts(await check(salon, staff="Emma"))
    assert later == FRIDAY_10 + timedelta(minutes=55)


async def test_when_the_day_is_full_the_next_days_follow(salon):
    """Tomorrow at the same time, then the day after."""
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute(
            "INSERT INTO absences (company_id, calendar_id, starts_at, ends_at) "
            "SELECT company_id, id, $2, $3 FROM calendars WHERE company_id = $1",
            salon.id,
            FRIDAY_10 - 10 * HOUR,
            FRIDAY_10 + 13 * HOUR,
        )
    answer = await check(salon)
    assert isinstance(answer.refusal, StaffAbsent)
    day = timedelta(days=1)
    assert starts(answer) == [FRIDAY_10 + day, FRIDAY_10 + 2 * day]


async def test_an_alternative_never_takes_back_what_the_call_holds(salon):
    """Asking for more frees nothing that was named before."""
    held = await salon.hold(call="c1", staff="Emma", at=FRIDAY_10)
    await salon.book(staff="Emma", at=FRIDAY_10 + HOUR)
    await check(salon, staff="Emma", at=FRIDAY_10 + HOUR)
    assert (await salon.find(held.token)).status == "active"


async def test_what_the_call_holds_already_is_named_again(salon):
    """Where it is still the nearest: it costs nobody another slot."""
    for hour in range(-2, 8):
        if hour != 2:
            await salon.book(staff="Emma", at=FRIDAY_10 + hour * HOUR)
    first = await check(salon, staff="Emma")
    second = await check(salon, staff="Emma", at=FRIDAY_10 + HOUR)
    (noon,) = (at for at in starts(first) if at.date() == FRIDAY_10.date())
    assert noon in starts(second)
    tokens = {slot.hold.reservation.token for slot in first.others + second.others}
    assert len(tokens) == len({*starts(first), *starts(second)})


async def test_what_is_named_again_is_of_the_new_offer(salon):
    """Taking one of the times that were named last frees the others, whenever they were held."""
    await salon.book(staff="Emma")
    first = await check(salon, staff="Emma")
    await salon.book(staff="Emma", at=FRIDAY_10 - 2 * HOUR, call="other")
    second = await check(salon, staff="Emma", at=FRIDAY_10 - 2 * HOUR)
    again = {slot.hold.reservation.token for slot in first.others + second.others}
    offers = {slot.hold.reservation.offer_id for slot in second.others}
    assert len(offers) == 1
    assert len(again) < len(first.others) + len(second.others)
    taken, *others = second.others
    await salon.convert(taken.hold.reservation.token)
    for other in others:
        assert (await salon.find(other.hold.reservation.token)).end_reason == "not_chosen"


async def test_what_the_call_has_booked_is_no_alternative(salon):
    """Ten is the caller's already; the others are at other times."""
    await salon.book(staff="Emma", call="c1")
    await salon.book(staff="Emma", at=FRIDAY_10 + HOUR, call="other")
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + HOUR)
    assert answer.others
    assert FRIDAY_10 not in starts(answer)


async def test_a_callers_own_hold_is_not_in_the_callers_way(salon):
    """Ten, then a quarter past: the new wish takes the old one's place."""
    ten = await salon.hold(call="c1", staff="Emma")
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + timedelta(minutes=15))
    assert answer.wished is not None
    assert (await salon.find(ten.token)).end_reason == "superseded"


async def test_a_callers_own_hold_stays_where_another_blocks_as_well(salon):
    """Nothing is given up for a wish that cannot be had."""
    ten = await salon.hold(call="c1", staff="Emma")
    await salon.book(staff="Emma", at=FRIDAY_10 + HOUR)
    answer = await check(salon, staff="Emma", at=FRIDAY_10 + timedelta(minutes=30))
    assert answer.wished is None
    assert (await salon.find(ten.token)).status == "active"


async def test_a_childs_wish_does_not_take_the_fathers_hold(salon):
    """The second of a visit is somebody else."""
    father = await salon.hold(call="c1", staff="Emma", person=1)
    answer = await check(salon, staff="Emma", person=2)
    assert answer.wished is None
    assert (await salon.find(father.token)).status == "active"


@pytest.mark.parametrize(
    ("rules", "at", "refusal"),
    [
        ({}, "2027-02-01T10:00+01:00", InThePast),
        ({"min_notice_min": 120}, "2027-03-01T10:00+01:00", TooSoon),
        ({"min_notice_min": 120}, "2027-03-01T09:05+01:00", TooSoon),
        ({"horizon_days": 3}, "2027-03-05T10:00+01:00", TooFar),
        ({"slot_step_min": 30}, "2027-03-05T10:15+01:00", OffStep),
        ({}, "2027-03-05T10:02+01:00", OffStep),
        ({}, "2027-03-05T19:30+01:00", Closed),
        ({}, "2027-03-05T03:00+01:00", Closed),
    ],
)
async def test_a_refusal_says_which_rule(salon, rules, at, refusal):
    """Each rule has its own no."""
    await set_rules(salon, **rules)
    answer = await check(salon, at=datetime.fromisoformat(at))
    assert type(answer.refusal) is refusal


async def test_too_short_notice_is_said_before_closed(salon):
    """Of several reasons the one about the caller's haste comes first."""
    await set_rules(salon, min_notice_min=24 * 60)
    answer = await check(salon, at=datetime.fromisoformat("2027-03-01T23:00+01:00"))
    assert isinstance(answer.refusal, TooSoon)


@pytest.mark.parametrize(("locale", "name"), [("de", "Karfreitag"), ("en", "Good Friday")])
async def test_a_holiday_is_named(salon, locale, name):
    """A closed day says why it is closed, in the company's language."""
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute(
            "UPDATE branches SET subdivision = 'DE-BE' WHERE company_id = $1", salon.id
        )
        await db.execute("UPDATE companies SET locale = $2 WHERE id = $1", salon.id, locale)
    salon.company = await salon.store.catalogues.reload(salon.id)
    answer = await check(salon, at=datetime.fromisoformat("2027-03-26T10:00+01:00"))
    assert answer.refusal.reason == name


async def test_a_held_wish_says_until_when(salon):
    """Whoever waits may be lucky, and learns for how long."""
    held = await salon.hold(call="c2", staff="Emma")
    answer = await check(salon, staff="Emma")
    assert (answer.refusal.blocked_by, answer.refusal.blocked_until) == ("hold", held.expires_at)


async def test_a_rival_between_read_and_claim_is_never_heard_of(salon, monkeypatch):
    """What was taken meanwhile is replaced within the same answer."""
    reserve = salon.store.reservations.reserve
    rivals = []

    async def reserve_late(company_id, wish, offer, **more):
        if not rivals:
            named = offer.placements[0].staff.name
            rivals.append(await salon.book(at=wish.starts_at, staff=named))
        return await reserve(company_id, wish, offer, **more)

    monkeypatch.setattr(salon.store.reservations, "reserve", reserve_late)
    answer = await check(salon)
    assert answer.wished is not None
    assert answer.wished.hold.reservation.staff_id != rivals[0].staff_id


async def rivals_take(salon, monkeypatch, *, rounds):
    """Let rivals book the first options of an offer between the read and the claim, so often."""
    reserve, taken = salon.store.reservations.reserve, []

    async def reserve_late(company_id, wish, offer, **more):
        if len(taken) < rounds and not offer.wished:
            taken.append(offer.placements[:2])
            for placement in offer.placements[:2]:
                await salon.book(at=placement.starts_at, staff=placement.staff.name)
        return await reserve(company_id, wish, offer, **more)

    monkeypatch.setattr(salon.store.reservations, "reserve", reserve_late)


async def test_alternatives_that_rivals_took_are_replaced_under_one_offer(salon, monkeypatch):
    """Two were to be offered, both are gone: two others come, and taking one frees the other."""
    await salon.book(staff="Emma")
    await rivals_take(salon, monkeypatch, rounds=1)
    answer = await check(salon, staff="Emma")
    assert len(answer.others) == 2
    assert len({slot.hold.reservation.offer_id for slot in answer.others}) == 1


async def test_openings_that_rivals_took_are_replaced_under_one_offer(salon, monkeypatch):
    """The same for an open question."""
    await rivals_take(salon, monkeypatch, rounds=1)
    answer = await find(salon, FRIDAY_10, FRIDAY_10 + 9 * HOUR)
    assert len(answer.others) == 3
    assert len({slot.hold.reservation.offer_id for slot in answer.others}) == 1


async def find(salon, first, last, *, call="c1", **context):
    """Ask an open question, where the company lets three slots be named."""
    await set_rules(salon, max_alternatives=3)
    context = salon.context(call, **context)
    return await find_openings(context, salon.wish(at=first), [Interval(first, last)])


async def test_an_open_question_gets_the_first_good_slots_held(salon):
    """What is free on Friday afternoon: a few, apart from each other, all held."""
    first = FRIDAY_10 + 3 * HOUR
    answer = await find(salon, first, first + 6 * HOUR)
    found = starts(answer)
    assert len(found) == 3
    assert found[0] == first
    assert all(b - a >= HOUR for a, b in itertools.pairwise(found))
    for kept in answer.others[:1]:
        assert (await salon.convert(kept.hold.reservation.token)).status == "booked"


async def test_an_open_question_may_hold_nothing(salon):
    """In the cohort without holds the slots are named, and nothing is taken."""
    answer = await find(salon, FRIDAY_10, FRIDAY_10 + 5 * HOUR, cohort="off")
    assert [slot.hold for slot in answer.others] == [None, None, None]
    assert await salon.store.reservations.listed(salon.id) == []


async def test_one_person_with_two_records_is_in_one_place(store):
    """Two staff records that share a calendar are one human."""
    salon = await a_company(store, staff=("Fabian",))
    async with store.db.acting_for(salon.id) as db:
        await db.execute(
            "INSERT INTO staff (company_id, branch_id, calendar_id, key, name) "
            "SELECT company_id, branch_id, calendar_id, 'again', 'Fabian again' FROM staff "
            "WHERE company_id = $1",
            salon.id,
        )
        await db.execute(
            "INSERT INTO staff_services (company_id, staff_id, service_id) "
            "SELECT s.company_id, s.id, v.id FROM staff s JOIN services v USING (company_id) "
            "WHERE s.company_id = $1 AND s.key = 'again'",
            salon.id,
        )
    salon.company = await store.catalogues.reload(salon.id)
    await salon.hold(call="c1", staff="Fabian")
    for staff in ("Fabian", "Fabian again", None):
        assert (await check(salon, call="c2", staff=staff)).wished is None


async def test_a_cut_is_booked_inside_a_perms_gap_only_where_it_fits(store):
    """Half an hour of developing takes a dry cut of half an hour, and nothing longer."""
    services = {
        "Ansatz": [(30, 30), (15, 0)],
        "Trockenschnitt": [(30, 0)],
        HAIRCUT: [(55, 0)],
    }
    salon = await a_company(store, staff=("Emma",), services=services)
    colour = await salon.hold("Ansatz", call="c1")
    gap = colour.segments[0].interval.end
    assert (await check(salon, HAIRCUT, call="c2", at=gap)).wished is None
    assert (await check(salon, "Trockenschnitt", call="c3", at=gap)).wished is not None


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_offered_can_be_taken_and_what_is_not_is_taken(store, seed):
    """In a random, fullish salon every offer converts, and only what rows take is not offered."""
    rng = random.Random(seed)
    salon = await a_company(store, staff=("Emma", "Sarah", "Zoe"))
    for n in range(30):
        at = FRIDAY_10 + timedelta(minutes=5 * rng.randrange(-24, 100))
        try:
            service = rng.choice([HAIRCUT, PERM, "Trockenschnitt"])
            held = await salon.hold(service, call=f"c{n}", at=at)
            if rng.random() < 0.7:
                await salon.convert(held.token)
        except (SlotTaken, Closed):
            continue
    for service in (HAIRCUT, PERM):
        await assert_offers_are_true(salon, service)
    answer = await find(salon, FRIDAY_10 - 2 * HOUR, FRIDAY_10 + 10 * HOUR, call="asks")
    for kept in answer.others:
        other = await salon.hold(call="rival", at=FRIDAY_10 + timedelta(days=1))
        assert (await salon.convert(kept.hold.reservation.token)).status == "booked"
        await salon.cancel(other.token)
        break


async def assert_offers_are_true(salon, service_name):
    """Compare what is free with the rows, start by start and person by person."""
    service = salon.company.service(service_name)
    wish = Wish.of(service, FRIDAY_10, customer=Customer())
    reading = await read_for_wish(salon.context(), wish)
    people = people_for(salon.company, service, None)
    free = all_starts(reading.diary, service, people, reading.read_at)
    empty = reading.diary.without("hold", "appointment")
    window = search_window(salon.company, service, FRIDAY_10)
    rows = await salon.rows(
        "SELECT calendar_id, start_time, end_time FROM appointment_reservations "
        "WHERE company_id = $1 AND blocks AND start_time < $2",
        window.end,
    )
    taken = [(r["calendar_id"], Interval(r["start_time"], r["end_time"])) for r in rows]
    for person, allowed in all_starts(empty, service, people, reading.read_at).items():
        for start in allowed:
            if start.date() != FRIDAY_10.date():
                continue
            placement = empty.place(service, person, empty.grid.index(start))
            blocked = any(
                claim.calendar_id == calendar_id and claim.interval.overlaps(interval)
                for claim in placement.claims
                for calendar_id, interval in taken
            )
            assert (start in free[person]) is not blocked, (person.name, start)
