import pytest

from slotkeeper.tools.information import get_opening_hours
from tests.build import HAIRCUT, PERM


async def test_the_services_are_told_by_a_few_names(line):
    """Three names to hear, all of them for the model."""
    answer = await line.tool("list_services", {})
    assert {one["service"] for one in answer["services"]} == {HAIRCUT, PERM, "Trockenschnitt"}
    assert answer["say"].count(",") <= 1


async def test_a_service_is_told_with_its_length_and_price(line):
    """Both only because they were asked for."""
    answer = await line.tool("get_service_info", {"service_name": PERM})
    assert "zwei Stunden und fünfzehn Minuten" in answer["say"]
    assert answer["duration_min"] == 135


async def test_a_service_that_is_not_offered_is_said(line):
    """And never another one in its place."""
    answer = await line.tool("get_available_services", {"service": "Fußpflege"})
    assert (answer["status"], answer["candidates"]) == ("unknown_service", [])


@pytest.mark.parametrize(
    ("date", "said", "hours"),
    [
        ("", "Montag bis Sonntag von acht Uhr bis zwanzig Uhr", None),
        ("Freitag", "Freitag, den 5. März haben wir von acht Uhr bis", ["08:00-20:00"]),
        ("6.3.", "Samstag, den 6. März haben wir geschlossen", []),
    ],
)
async def test_hours_are_told_of_the_week_or_a_day(test_line, date, said, hours):
    """Closures count."""
    salon = test_line.salon
    await salon.rows(
        "INSERT INTO closures (company_id, first_day, last_day, reason) "
        "VALUES ($1, '2027-03-06', '2027-03-06', 'Messe') RETURNING id"
    )
    await salon.store.catalogues.reload(salon.id)
    answer = await test_line.tool("get_opening_hours", {"date": date})
    assert said in answer["say"]
    assert hours is None or answer["hours"] == hours


@pytest.mark.parametrize(
    ("said", "date", "weekday"),
    [
        ("nächste Woche Montag", "2027-03-08", "Montag"),
        ("übermorgen", "2027-03-03", "Mittwoch"),
    ],
)
async def test_a_date_is_parsed_and_said_back(test_line, said, date, weekday):
    """As the original's tool did, and with its weekday."""
    answer = await test_line.tool("parse_date", {"date_string": said})
    assert (answer["status"], answer["date"], answer["weekday"]) == ("date", date, weekday)
    assert weekday in answer["say"]


async def test_what_is_no_date_is_asked(test_line):
    """Rather than guessed."""
    assert (await test_line.tool("parse_date", {"date_string": "Banane"}))["missing"] == ["date"]


async def test_hours_are_told_of_the_branch_that_is_named(salon):
    """The second opens later; without a name the first is told."""
    await salon.rows(
        "WITH second AS (INSERT INTO branches (company_id, key, name) VALUES ($1, 'west', "
        "'Salon Weststadt') RETURNING id) "
        "INSERT INTO opening_hours (company_id, branch_id, weekday, opens_local, closes_local) "
        "SELECT $1, id, 5, '11:00', '17:00' FROM second RETURNING id"
    )
    salon.company = await salon.store.catalogues.reload(salon.id)
    named = salon.tool_request(date="Freitag", filiale="in der Weststadt")
    assert (await get_opening_hours(named)).facts["hours"] == ["11:00-17:00"]
    unnamed = salon.tool_request(date="Freitag")
    assert (await get_opening_hours(unnamed)).facts["hours"] == ["08:00-20:00"]
