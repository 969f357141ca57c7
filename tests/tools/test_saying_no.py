"""A no is said as what it is, with its day, and with other times that are held."""

from datetime import datetime, timedelta

import pytest

from slotkeeper.tools.checking import check_availability, find_next_available, get_alternatives
from tests.build import FRIDAY_10, HAIRCUT, PERM, a_company

HOUR = timedelta(hours=1)
SUNDAY = "2027-03-07"


@pytest.fixture
async def week(store):
    """A salon that is closed on Sundays, and on the 12th of March for a training."""
    salon = await a_company(store, services={HAIRCUT: [(55, 0)], PERM: [(120, 0)]})
    async with store.db.acting_for(salon.id) as db:
        await db.execute(
            "DELETE FROM opening_hours WHERE company_id = $1 AND weekday = 7", salon.id
        )
        await db.execute(
            "UPDATE branches SET subdivision = 'DE-BE' WHERE company_id = $1", salon.id
        )
        await db.execute(
            "INSERT INTO closures (company_id, first_day, last_day, reason) "
            "VALUES ($1, '2027-03-12', '2027-03-12', 'Fortbildung')",
            salon.id,
        )
    salon.company = await store.catalogues.reload(salon.id)
    return salon


async def change(salon, sql, *args):
    """Change the catalogue by hand."""
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute(sql, salon.id, *args)
    salon.company = await salon.store.catalogues.reload(salon.id)


async def away(salon, name, day):
    """Let somebody be absent for a day."""
    await change(
        salon,
        "INSERT INTO absences (company_id, calendar_id, starts_at, ends_at) "
        "SELECT company_id, id, $3, $4 FROM calendars WHERE company_id = $1 AND key = $2",
        name,
        day,
        day + timedelta(days=1),
    )


async def ask(salon, tool=check_availability, **wish):
    """Ask a tool about a haircut unless another service is named."""
    return await tool(salon.tool_request(**({"service": HAIRCUT} | wish)))


async def check(salon, answer, status, text):
    """Whether the answer says it, and holds whatever it names."""
    assert (answer.status, answer.say.startswith(text)) == (status, True), answer.say
    active = await salon.store.reservations.active(salon.id, now=salon.now)
    assert answer.facts["offers"]
    assert {offer["reservation_token"] for offer in answer.facts["offers"]} == {
        str(hold.token) for hold in active
    }


@pytest.mark.parametrize(
    ("wish", "status", "text"),
    [
        ({"date": SUNDAY}, "closed", "Am Sonntag, den 7. März, haben wir geschlossen. "),
        ({"date": SUNDAY, "time": "nachmittags"}, "closed", "Am Sonntag, den 7. März, haben wir "),
        ({"date": SUNDAY, "time": "10:00"}, "closed", "Am Sonntag, den 7. März, haben wir gesch"),
        (
            {"date": "2027-03-08", "time": "10:00"},  # the Women's Day of Berlin
            "closed",
            "Am Montag, den 8. März, haben wir geschlossen, da ist Frauentag. ",
        ),
        (
            {"date": "12. März"},
            "closed",
            "Am Freitag, den 12. März, haben wir wegen Fortbildung geschlossen. ",
        ),
        (
            {"date": "2027-03-04", "time": "nach 20 Uhr"},
            "closed",
            "Am Donnerstag, den 4. März, haben wir nur von acht Uhr bis zwanzig Uhr geöffnet. ",
        ),
        (
            {"date": "2027-03-04", "time": "morgens um sechs"},
            "closed",
            "Donnerstag, den 4. März um sechs Uhr haben wir geschlossen. ",
        ),
        (
            {"date": "2027-08-30"},
            "too_far",
            "Termine für Montag, den 30. August vergeben wir noch nicht, nur bis zu 180 Tage",
        ),
        ({"date": "2027-08-30", "time": "10:00"}, "too_far", "Termine für Montag, den 30. Aug"),
    ],
)
async def test_a_no_is_said_as_what_it_is_with_times_that_are_held(week, wish, status, text):
    """With an hour and without."""
    await check(week, await ask(week, **wish), status, text)


async def test_far_beyond_what_can_be_booked_nothing_is_offered(week):
    """Who asks for December does not want August."""
    for wish in ({}, {"time": "10:00"}):
        answer = await ask(week, date="2027-12-20", **wish)
        assert (answer.status, answer.told_free) == ("too_far", ())
        assert answer.say.startswith("Termine für Montag, den 20. Dezember vergeben wir noch nicht")


async def test_after_a_closed_day_the_next_open_day_is_offered(week):
    """Sunday, then the holiday on Monday: Tuesday."""
    answer = await ask(week, date=SUNDAY)
    assert {start.date().isoformat() for start in answer.told_free} == {"2027-03-09"}


async def test_the_same_part_of_the_next_open_day_is_offered(week):
    """Whoever wished an afternoon hears of afternoons."""
    answer = await ask(week, date=SUNDAY, time="nachmittags")
    assert all(start >= FRIDAY_10 + timedelta(days=4, hours=2) for start in answer.told_free)


async def test_the_end_of_the_day_is_too_soon_and_then_over(week):
    """A quarter to eight is too late for a haircut; at nine the salon has closed."""
    week.clock.now += timedelta(hours=10, minutes=45)
    answer = await ask(week, date="heute")
    await check(week, answer, "too_soon", "Am Montag, den 1. März, ist das leider zu kurzfristig")
    week.clock.now += timedelta(hours=1)
    late = await ask(week, date="heute")
    assert (late.status, late.say.split(". ")[0]) == ("closed", "Am Montag, den 1")


async def test_a_full_day_is_full(week):
    """Nothing is closed, nobody is away."""
    for name in week.staff_ids:
        for hour in range(-2, 10):
            await week.book(staff=name, at=FRIDAY_10 + hour * HOUR)
    text = "Am Freitag, den 5. März, ist für Dauerwelle leider nichts mehr frei. "
    answer = await ask(week, date="2027-03-05", service=PERM)
    await check(week, answer, "nothing_free", text)
    assert (answer.reason, answer.refused_start) == ("taken", None)


async def test_who_is_away_is_said_to_be_away(week):
    """Although a colleague works that day."""
    await away(week, "Emma", FRIDAY_10 - 10 * HOUR)
    day = await ask(week, date="2027-03-05", staff="Emma")
    await check(week, day, "staff_absent", "Am Freitag, den 5. März, ist Emma leider nicht da. ")
    hour = await ask(week, date="2027-03-05", time="10:00", staff="Emma")
    assert hour.say.startswith("Emma ist am Freitag, den 5. März um zehn Uhr leider nicht da. ")


async def test_who_has_no_hours_that_day_is_away_and_the_salon_is_not_closed(week):
    """Her own hours are Mondays only."""
    await change(
        week,
        "INSERT INTO opening_hours (company_id, branch_id, staff_id, weekday, "
        "opens_local, closes_local) "
        "SELECT company_id, branch_id, id, 1, '09:00', '18:00' FROM staff "
        "WHERE company_id = $1 AND name = 'Emma'",
    )
    for wish in ({}, {"time": "10:00"}):
        answer = await ask(week, date="2027-03-05", staff="Emma", **wish)
        assert (answer.status, "Emma" in answer.say) == ("staff_absent", True)


async def test_of_a_weekend_both_days_are_told(week):
    """Saturday is full and Sunday is closed."""
    for name in week.staff_ids:
        await away(week, name, FRIDAY_10 + timedelta(hours=14))
    answer = await ask(week, date="am Wochenende")
    text = (
        "Am Samstag, den 6. März, ist leider niemand dafür da, und am Sonntag, den 7. März, "
        "haben wir geschlossen. "
    )
    await check(week, answer, "staff_absent", text)


async def test_long_holidays_do_not_end_the_search(week):
    """Three weeks of closure: the first day after them is offered, whether or not at an hour."""
    await change(
        week,
        "INSERT INTO closures (company_id, first_day, last_day, reason) "
        "VALUES ($1, '2027-04-01', '2027-04-24', 'Betriebsferien')",
    )
    for wish in ({}, {"time": "10:00"}):
        answer = await ask(week, date="2027-04-02", **wish)
        assert "wegen Betriebsferien" in answer.say
        assert min(answer.told_free).date().isoformat() == "2027-04-26"


@pytest.mark.parametrize("tool", [check_availability, get_alternatives, find_next_available])
async def test_nobody_of_a_name_works_here_and_who_does_is_named(week, tool):
    """With times in the same answer."""
    answer = await ask(week, tool, date="2027-03-05", time="10:00", staff="Waltraud")
    text = "Jemand mit diesem Namen arbeitet nicht bei uns, Herrenhaarschnitt gibt es bei "
    await check(week, answer, "unknown_staff", text)
    assert all(name in answer.say for name in ("Emma", "Sarah"))


async def test_a_name_that_sounds_similar_is_asked(week):
    """Emmi may be Emma, and may be somebody else."""
    answer = await ask(week, date="2027-03-05", time="10:00", staff="Emmi")
    assert (answer.status, answer.facts["missing"]) == ("needs_info", ["staff"])
    assert answer.say == "Meinen Sie Emma?"


async def test_who_does_not_do_a_service_is_told_with_who_does(week):
    """Emma does no perms; Sarah is named, and a time with her is held."""
    await change(
        week,
        "DELETE FROM staff_services USING staff, services WHERE staff_services.company_id = $1 "
        "AND staff.id = staff_id AND staff.name = 'Emma' AND services.id = service_id "
        "AND services.name = 'Dauerwelle'",
    )
    answer = await ask(week, date="2027-03-05", time="10:00", staff="Emma", service=PERM)
    text = "Emma macht Dauerwelle nicht, das gibt es bei Sarah. "
    await check(week, answer, "staff_cannot", text)
    assert answer.told_free == (datetime.fromisoformat("2027-03-05T10:00+01:00"),)
