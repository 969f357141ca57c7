"""A number is a hint: no answer, and nothing that takes time, tells whether it has an appointment.

Two salons are alike but for whose the one appointment is: the number's that rings, or another's.
"""

import asyncio

import pytest

from slotkeeper.tools.registry import TOOLS
from tests.api.test_statements import server as server
from tests.build import HAIRCUT
from tests.isolation.conftest import without_ids
from tests.voice.line import CALLER, a_line

OTHER = "+491709999999"
BOOKED = {"service": HAIRCUT, "date": "2027-03-05", "time": "10:00", "staff": "Emma"}
ELSEWHERE = {"service": HAIRCUT, "date": "2027-03-08", "time": "11:00", "staff": "Sarah"}
AT_ITS_TIME = BOOKED | {"staff": "Sarah"}
# Tools that look for a time; for the others the day is a second fact.
WISHING = ("check_availability", "get_alternatives", "find_next_available", "start_booking")
# What a caller may say who knows nothing, guesses, or wishes what stands already.
SAID = {
    "nothing": {},
    "a wrong name": {"customer_name": "Berta Neu"},
    "a wrong day": {"date": "2027-03-09", "old_date": "2027-03-09"},
    "a wrong name and the day": {"customer_name": "Berta Neu", "date": "2027-03-05"},
    "a wish elsewhere": ELSEWHERE,
    "a wish at its time": AT_ITS_TIME,
    "its id": {"appointment_id": 1},
}


@pytest.fixture
async def salons(server, monkeypatch):
    """The number's own salon and its twin; and what slept in them."""
    http, store = server
    slept = []

    async def sleep(delay, result=None, *, pause=asyncio.sleep):
        if asyncio.current_task() not in background:
            slept.append(delay)
        return await pause(delay, result)

    lines = []
    for booked_by in (CALLER, OTHER):
        line = await a_line(http, store, sandbox=True)
        told = BOOKED | {"customer_name": "Anna Alt"}
        answer = await line.tool("start_booking", told, call="older", caller=booked_by)
        assert answer["status"] == "booked", answer
        await line.hang_up("older")
        lines.append(line)
    background = asyncio.all_tasks()  # the servers' own work
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return http, lines, slept


@pytest.mark.parametrize("said", SAID)
async def test_no_tool_tells_by_answer_or_effort_whether_there_is_one(salons, said):
    """Every tool: the same answer, the same statements in the same order, and no pause."""
    http, lines, slept = salons
    for n, tool in enumerate(WISHING if SAID[said] == AT_ITS_TIME else TOOLS):
        seen = []
        for line in lines:
            call = f"call_{n}"
            answer = await line.tool(tool, dict(SAID[said]), call=call, caller=CALLER)
            seen.append((without_ids(answer, sent=()), tuple(http.statements)))
            await line.hang_up(call)
        assert seen[0] == seen[1], tool
        assert "Anna" not in seen[0][0]
    assert slept == []


async def test_no_greeting_tells_it_either(salons):
    """What an agent may know before it says a word."""
    http, lines, slept = salons
    seen = []
    for line in lines:
        payload = {
            "event": "call_inbound",
            "call_inbound": {"from_number": CALLER, "to_number": line.number},
        }
        status, answer = await line.post("/v1/retell/events", payload)
        seen.append((status, answer, tuple(http.statements)))
    assert seen[0] == seen[1]
    assert slept == []
