"""What a call has booked itself: it is booked once, and said as it stands."""

import pytest

from tests.tools.test_visits import CHILD, COLOUR, CUT, FAMILY, FRIDAY, NAMED, SERVICES, standing
from tests.voice.line import a_line

SON = [[f"2 {CHILD} 10:00"]]
BOTH_TOOLS = pytest.mark.parametrize("tool", ["check_availability", "start_booking"])


@pytest.fixture(params=[("Emma", "Sarah"), ("Emma", "Sarah", "Zoe")], ids=["two", "three"])
async def line(http, store, request):
    """A sandbox salon of two, or of three, who do all services."""
    return await a_line(http, store, sandbox=True, services=SERVICES, staff=request.param)


@pytest.fixture
async def sons(say):
    """A visit for two is booked, and the caller's own part of it cancelled."""
    await say("check_availability", service=FAMILY, **FRIDAY)
    await say("start_booking", **NAMED)
    await say("cancel_appointment", part="nur ich")


@BOTH_TOOLS
@pytest.mark.parametrize("said", [CHILD, f"{CHILD} für meinen Sohn"])
async def test_what_is_left_of_a_visit_is_booked_already(line, say, sons, tool, said):
    """The son's haircut stands: it is said so, and the caller's own is not."""
    answer = await say(tool, service=said, **FRIDAY, **NAMED)
    assert (answer["status"], answer["service"]) == ("booked", CHILD), answer
    assert CUT not in answer["say"]
    assert (await say("start_booking", service=said, **FRIDAY, **NAMED))["status"] == "booked"
    assert await standing(line) == SON


@BOTH_TOOLS
async def test_the_whole_visit_again_names_what_stands_of_it(line, say, sons, tool):
    """The son is not booked twice, and his own appointment is not somebody's who was faster."""
    answer = await say(tool, service=FAMILY, **FRIDAY, **NAMED)
    assert (answer["status"], answer["reason"]) == ("needs_info", "stands_already"), answer
    assert CHILD in answer["say"]
    answer = await say("start_booking", service=FAMILY, **FRIDAY, **NAMED)
    assert answer["reason"] == "stands_already"
    assert await standing(line) == SON


async def test_leaving_it_leaves_the_rest_of_the_visit(line, say, sons):
    """The way out of the question."""
    await say("check_availability", service=FAMILY, **FRIDAY, **NAMED)
    answer = await say("check_availability", another="es bleibt dabei", service=FAMILY, **FRIDAY)
    assert answer["say"].startswith("Gut, es bleibt bei"), answer
    assert await standing(line) == SON


async def test_the_cancelled_part_is_booked_anew(line, say, sons):
    """It is not called booked because it once was."""
    answer = await say("start_booking", service=CUT, **FRIDAY, **NAMED)
    assert answer["status"] == "booked"
    assert await standing(line) == [*SON, [f"1 {CUT} 10:00"]]


async def test_a_cancelled_service_of_one_person_is_booked_anew(line, say):
    """Only the colour of two services was cancelled."""
    await say("check_availability", service=f"{CUT} und {COLOUR}", **FRIDAY)
    await say("start_booking", **NAMED)
    await say("cancel_appointment", part=f"nur die {COLOUR}")
    answer = await say("start_booking", service=CUT, **FRIDAY, **NAMED)
    assert (answer["status"], COLOUR in answer["say"]) == ("booked", False)
    assert await standing(line) == [[f"1 {CUT} 10:00"]]
    later = FRIDAY | {"time": "11 Uhr"}
    assert (await say("start_booking", service=COLOUR, **later, **NAMED))["status"] == "booked"
    assert await standing(line) == [[f"1 {CUT} 10:00"], [f"1 {COLOUR} 11:00"]]


async def test_what_was_cancelled_whole_is_booked_anew(line, say):
    """A yes after the cancellation is no repetition of the yes before it."""
    first = await say("start_booking", service=CUT, **FRIDAY, **NAMED)
    await say("cancel_appointment")
    token = {"reservation_token": first["reservation_token"]}
    assert (await say("start_booking", **token, **NAMED))["status"] == "needs_info"
    again = await say("start_booking", service=CUT, **FRIDAY, **NAMED)
    assert again["status"] == "booked"
    assert await standing(line) == [[f"1 {CUT} 10:00"]]


@BOTH_TOOLS
async def test_an_overlapping_wish_moves_what_the_call_has_booked(line, say, tool):
    """Half past instead of ten: it is asked, and nobody is booked twice."""
    await say("start_booking", service=CUT, **FRIDAY, **NAMED)
    later = FRIDAY | {"time": "10:30"}
    asked = await say(tool, service=CUT, **later)
    assert asked["reason"] == "stands_already", asked
    moved = await say(tool, service=CUT, **later, another="verschieben bitte")
    assert moved["status"] == "moved", moved
    assert await standing(line) == [[f"1 {CUT} 10:30"]]


@pytest.mark.parametrize(
    ("said", "more"),
    [(f"{CHILD} für meine Tochter", {}), (CHILD, {"person": 2}), (CHILD, {"another": True})],
)
async def test_whoever_else_is_wished_for_is_no_question(line, say, said, more):
    """The daughter comes half an hour after the son has begun."""
    await say("start_booking", service=f"{CHILD} für meinen Sohn", **FRIDAY, **NAMED)
    line.salon.clock.advance(20)
    later = FRIDAY | {"time": "10:15"}
    held = await say("check_availability", service=said, **later, **more)
    assert held["status"] == "held", held
    assert (await say("start_booking", **NAMED))["status"] == "booked"
    assert len(await standing(line)) == 2
