"""At which branch a caller is served: said, asked, kept or the last one, and read back."""

from datetime import timedelta

import pytest

from tests.build import FRIDAY_10, HAIRCUT
from tests.voice.line import a_line, reservations

WISH = {"service": HAIRCUT, "date": "5. März", "time": "10 Uhr"}
# Emma works at the Zentrale, Sarah and Zoe in the Weststadt.
SECOND_BRANCH = """
WITH first AS (
    UPDATE branches SET name = 'Salon Zentrale' WHERE company_id = $1
), second AS (
    INSERT INTO branches (company_id, key, name) VALUES ($1, 'west', 'Salon Weststadt')
    RETURNING id
), hours AS (
    INSERT INTO opening_hours (company_id, branch_id, weekday, opens_local, closes_local)
    SELECT $1, id, day, '08:00', '20:00' FROM second, generate_series(1, 7) day
)
UPDATE staff SET branch_id = second.id FROM second WHERE company_id = $1 AND key <> 'Emma'
RETURNING staff.id
"""


async def open_second_branch(salon):
    """Let all but Emma work in a second branch from now on."""
    await salon.rows(SECOND_BRANCH)
    salon.company = await salon.store.catalogues.reload(salon.id)


async def let_any_branch_do(salon):
    """Ask nobody for the branch from now on."""
    await salon.rows("UPDATE companies SET which_branch = 'any' WHERE id = $1 RETURNING id")
    salon.company = await salon.store.catalogues.reload(salon.id)


@pytest.fixture
async def line(http, store):
    """A sandbox salon with two branches; who names none is asked."""
    line = await a_line(http, store, sandbox=True, staff=("Emma", "Sarah", "Zoe"))
    await open_second_branch(line.salon)
    return line


@pytest.fixture
def check(line):
    """Wish a haircut for Friday at ten."""

    async def checked(**more):
        return await line.tool("check_availability", WISH | more)

    return checked


@pytest.mark.parametrize(
    ("said", "at_first", "place"),
    [
        ({"filiale": "in der Zentrale"}, True, "in der Zentrale"),
        ({"branch": "west"}, False, "in der Filiale Weststadt"),
        ({"service": f"{HAIRCUT} in der Zentrale"}, True, "in der Zentrale"),
        ({"date": "5. März in der Weststadt"}, False, "in der Filiale Weststadt"),
        ({"staff": "Sarah"}, False, "bei Sarah in der Filiale Weststadt"),
    ],
)
async def test_a_branch_that_is_said_is_held_and_read_back(check, said, at_first, place):
    """By its own argument, within what else was said, or by the person who works there."""
    answer = await check(**said)
    assert (answer["status"], answer["staff"] == "Emma") == ("held", at_first)
    assert place in answer["say"]
    assert answer["branch"] in ("Salon Zentrale", "Salon Weststadt")


async def test_who_names_no_branch_is_asked_before_anything_is_held(line, check):
    """The branches are named."""
    answer = await check()
    assert (answer["status"], answer["missing"]) == ("needs_info", ["branch"])
    assert answer["say"] == "In welche Filiale möchten Sie kommen, Zentrale oder Weststadt?"
    assert answer["candidates"] == ["Salon Zentrale", "Salon Weststadt"]
    assert await reservations(line) == []


@pytest.mark.parametrize("branch", ["Weststadt", "die zweite"])
async def test_an_answer_is_taken_with_what_was_wished_before(line, check, branch):
    """By its name or by its place among those that were named."""
    await check()
    answer = await line.tool("check_availability", {"branch": branch})
    assert (answer["status"], answer["branch"]) == ("held", "Salon Weststadt")
    assert answer["start"].startswith("2027-03-05T10:00")


@pytest.mark.parametrize("tool", ["check_availability", "start_booking", "find_next_available"])
async def test_the_question_stays_open_until_it_is_answered(line, check, tool):
    """Whichever tool is called next, and whatever it says of the rest."""
    await check()
    answer = await line.tool(tool, WISH | {"customer_name": "Erika Muster"})
    assert (answer["status"], answer["missing"]) == ("needs_info", ["branch"])


async def test_any_branch_will_do(line, check):
    """Who does not mind is not asked again."""
    await check()
    assert (await check(branch="egal"))["status"] == "held"
    assert (await check(time="12 Uhr"))["status"] == "held"


async def test_a_branch_is_kept_for_the_call(line, check):
    """Also for a wish that says all the rest anew."""
    await check(branch="Weststadt")
    answer = await check(time="12 Uhr")
    assert (answer["status"], answer["branch"]) == ("held", "Salon Weststadt")


async def test_other_times_stay_in_the_branch(line, check):
    """Somebody who is free elsewhere at the wished time is not named."""
    await line.salon.book(at=FRIDAY_10, call="other", staff="Emma")
    answer = await check(branch="Zentrale")
    assert answer["status"] == "slot_taken"
    assert {offer["branch"] for offer in answer["offers"]} == {"Salon Zentrale"}
    assert "in der Zentrale" in answer["say"]


async def test_the_callers_last_branch_is_taken(line, check):
    """Once the call has proven whose it is: the number alone tells nothing of a booking."""
    await check(branch="Weststadt")
    booked = await line.tool("start_booking", {"customer_name": "Erika Muster"})
    assert "in der Filiale Weststadt" in booked["say"]
    again = {**WISH, "date": "12. März"}
    asked = await line.tool("check_availability", again, call="call_next")
    assert asked["missing"] == ["branch"]
    name = {"customer_name": "Erika Muster"}
    await line.tool("get_customer_appointments", name, call="call_next")
    answer = await line.tool("check_availability", again, call="call_next")
    assert (answer["status"], answer["branch"]) == ("held", "Salon Weststadt")


async def test_another_branch_with_the_yes_is_no_yes_to_what_is_held(line, check):
    """What is booked is at the branch that was named last."""
    await check(branch="Weststadt")
    yes = WISH | {"branch": "Zentrale", "customer_name": "Erika Muster"}
    booked = await line.tool("start_booking", yes)
    assert (booked["status"], booked["branch"]) == ("booked", "Salon Zentrale")


async def test_a_person_of_another_branch_is_asked_about(check):
    """Neither the person nor the branch is dropped."""
    answer = await check(branch="Zentrale", staff="Sarah")
    assert (answer["missing"], answer["candidates"]) == (["branch"], ["Salon Weststadt"])


async def test_an_unknown_branch_is_asked_about(check):
    """And never another one taken in its place."""
    assert (await check(branch="in Hamburg"))["missing"] == ["branch"]


async def test_where_any_branch_will_do_nobody_is_asked(line, check):
    """By the company's rule; where it is, is read back all the same."""
    await let_any_branch_do(line.salon)
    answer = await check()
    assert (answer["status"], "in der" in answer["say"]) == ("held", True), answer
    other = await check(branch="Weststadt")
    assert (other["branch"], "in der Filiale Weststadt" in other["say"]) == (
        "Salon Weststadt",
        True,
    )
    booked = await line.tool("start_booking", {"customer_name": "Erika Muster"})
    assert "in der Filiale Weststadt" in booked["say"]


async def test_a_company_of_one_branch_asks_nobody(http, store):
    """And says nothing of it."""
    line = await a_line(http, store, sandbox=True)
    answer = await line.tool("check_availability", WISH)
    assert answer["status"] == "held"
    assert "branch" not in answer


async def test_another_branch_for_the_same_time_is_another_wish(line, check):
    """What is held at the former branch goes back."""
    await check(branch="Weststadt")
    answer = await check(branch="Zentrale")
    assert (answer["status"], answer["branch"]) == ("held", "Salon Zentrale")
    assert [hold.staff_id for hold in await reservations(line)] == [line.salon.staff_ids["Emma"]]


async def test_a_move_stays_in_the_branch(line, check):
    """Also where its person is busy then and somebody elsewhere is not."""
    await check(branch="Zentrale")
    await line.tool("start_booking", {"customer_name": "Erika Muster"})
    await line.salon.book(at=FRIDAY_10 + timedelta(hours=1), call="other", staff="Emma")
    move = {"new_date": "5. März", "new_time": "11 Uhr", "customer_name": "Erika Muster"}
    answer = await line.tool("reschedule_appointment", move)
    assert answer["status"] == "slot_taken"
    assert {offer["branch"] for offer in answer["offers"]} == {"Salon Zentrale"}


async def booked_at_the_first(line, check):
    """An appointment with Emma, in the Zentrale."""
    await check(branch="Zentrale")
    await line.tool("start_booking", {"customer_name": "Erika Muster"})


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"new_date": "5. März", "new_time": "11 Uhr", "branch": "Weststadt"}, "11:00"),
        ({"new_date": "5. März in der Weststadt", "new_time": "11 Uhr"}, "11:00"),
        ({"branch": "Weststadt"}, "10:00"),
    ],
    ids=["by its argument", "within the day", "and nothing else"],
)
async def test_a_move_to_another_branch_is_made_and_read_back(line, check, said, at):
    """With somebody who works there; where only the branch is said, at the same time."""
    await booked_at_the_first(line, check)
    move = {"customer_name": "Erika Muster", **said}
    answer = await line.tool("reschedule_appointment", move)
    assert (answer["status"], answer["branch"]) == ("moved", "Salon Weststadt")
    assert answer["start"].startswith(f"2027-03-05T{at}")
    assert "in der Filiale Weststadt" in answer["say"]
    again = await line.tool("reschedule_appointment", move)
    assert (again["status"], again["start"], again["branch"]) == (
        "moved",
        answer["start"],
        "Salon Weststadt",
    )


async def test_a_move_to_an_unknown_branch_is_asked_about(line, check):
    """And the answer moves it, to the time that was said before."""
    await booked_at_the_first(line, check)
    move = {"new_time": "11 Uhr", "customer_name": "Erika Muster", "branch": "in Hamburg"}
    answer = await line.tool("reschedule_appointment", move)
    assert (answer["status"], answer["missing"]) == ("needs_info", ["branch"])
    answer = await line.tool("reschedule_appointment", {"branch": "die zweite"})
    assert (answer["status"], answer["branch"]) == ("moved", "Salon Weststadt")
    assert answer["start"].startswith("2027-03-05T11:00")


@pytest.mark.parametrize("rule", ["ask", "any"])
@pytest.mark.parametrize("argument", [{}, {"branch": "Zentrale"}], ids=["within", "one sent"])
async def test_two_branches_in_one_breath_are_asked_about(line, check, rule, argument):
    """A visit is at one branch: it is said, and nobody is put there without a word."""
    if rule == "any":
        await let_any_branch_do(line.salon)
    wish = f"{HAIRCUT} für mich in der Zentrale und {HAIRCUT} für meinen Sohn in der Weststadt"
    asked = await check(service=wish, **argument)
    assert (asked["status"], asked["missing"]) == ("needs_info", ["branch"]), asked
    assert "Ein Besuch ist immer in einer Filiale" in asked["say"]
    assert await reservations(line) == []
    answer = await check(service=wish, branch="Weststadt")
    assert (answer["status"], answer["branch"]) == ("held", "Salon Weststadt"), answer
    assert {hold.staff_id for hold in await reservations(line)} <= {
        line.salon.staff_ids[name] for name in ("Sarah", "Zoe")
    }
