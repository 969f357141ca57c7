"""A service that is the answer to "what would it be for your son?" is for the son."""

import pytest

from tests.tools.test_visits import CHILD, CUT, FRIDAY, MEN, NAMED, SERVICES, shown
from tests.voice.line import a_line, reservations

BOTH = [[f"1 {CUT} 10:00", f"2 {CHILD} 10:00"]]


@pytest.fixture
async def line(http, store):
    """A sandbox salon with Emma and Sarah."""
    return await a_line(http, store, sandbox=True, services=SERVICES)


@pytest.fixture
def check(line):
    """Wish something, by all that a model sends again, or by the service alone."""

    async def checked(service, **when):
        return await line.tool("check_availability", {"service": service, **when})

    return checked


async def held(line):
    """What is held, person by person."""
    return [shown(line, each.parts) for each in await reservations(line)]


@pytest.mark.parametrize("when", [FRIDAY, {}], ids=["all said again", "the service alone"])
@pytest.mark.parametrize(
    ("first", "answers"),
    [
        ("Haarschnitt für mich und meinen Sohn", [CUT, CHILD]),
        ("Haarschnitt für mich und meinen Sohn", [f"{CHILD} für meinen Sohn", CUT]),
        ("Haarschnitt für mich und meinen Sohn", [f"{CUT} für mich und {CHILD} für meinen Sohn"]),
    ],
)
async def test_an_answer_is_for_whom_it_was_asked_about(line, check, when, first, answers):
    """Whoever is asked about, the other's service stays hers, and nobody is left out."""
    asked = await check(first, **FRIDAY)
    for answer in answers:
        assert (asked["status"], asked["missing"]) == ("needs_info", ["service"]), asked
        asked = await check(answer, **when)
    assert asked["status"] == "held", asked
    assert await held(line) == BOTH


async def test_who_comes_along_gets_the_answer(line, check):
    """The haircut that is held stays the caller's."""
    await check(CUT, **FRIDAY)
    await check("und mein Sohn auch")
    answer = await check(CHILD)
    assert answer["status"] == "held", answer
    assert BOTH[0] in await held(line)


async def test_the_question_is_about_whoever_is_left(line, check):
    """Once the caller's own is said, the son's is asked for, and a yes books nothing before."""
    asked = await check("Haarschnitt für mich und meinen Sohn", **FRIDAY)
    assert "für Sie" in asked["say"], asked
    asked = await check(MEN, **FRIDAY)
    assert "Ihren Sohn" in asked["say"], asked
    yes = await line.tool("start_booking", NAMED)
    assert (yes["status"], yes["missing"]) == ("needs_info", ["service"]), yes
    assert await held(line) == []


async def test_nobody_is_waited_for_who_is_not_to_come(line, check):
    """ "Only for me" takes the question back."""
    await check("Haarschnitt für mich und meinen Sohn", **FRIDAY)
    answer = await check(f"doch nur {CUT} für mich", **FRIDAY)
    assert answer["status"] == "held", answer
    assert await held(line) == [[f"1 {CUT} 10:00"]]
