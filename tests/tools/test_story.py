"""What a call's story keeps of its tool calls."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.wish import Customer
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from slotkeeper.tools.story import MAX_CALLS, UNKNOWN_TOOL, NamesOfCalls, without_personal
from tests.build import HAIRCUT
from tests.domain.salon import a_salon
from tests.operations.test_explain_call import TEN, Caller, caller
from tests.tools.test_arguments import anything

__all__ = ["caller"]

COMPANY = a_salon()
NAME, NUMBER, EMAIL = "Zebulon Quastenflosser", "0151 2398 4501", "zebulon@quastenflosser.example"
CANARIES = ("zebulon", "quastenflosser", "2398 4501", "23984501")
CALLER = "+491701234567"
ALIASES = [alias for each in PARAMETERS.values() for alias in (each.name, *each.aliases)]
UNLISTED = ["vorname", "nachname", "caller_name", "Customer_Name", "telefon ", "notes", NAME]


def leaks(kept: object) -> list[str]:
    """The canaries that stand in a JSON value."""
    text = json.dumps(kept, ensure_ascii=False).lower()
    return [canary for canary in CANARIES if canary in text]


@given(
    st.sampled_from(sorted(TOOLS)),
    st.dictionaries(
        st.sampled_from([*ALIASES, *UNLISTED]) | st.text(),
        st.sampled_from([NAME, NUMBER, EMAIL, f"am Freitag für {NAME}, {NUMBER}"]) | anything,
        max_size=6,
    ),
)
def test_no_argument_keeps_a_person(tool, args):
    """By whatever name it is sent to whatever tool; what is kept, a tool declares."""
    kept = without_personal(tool, args, frozenset({"zebulon", "quastenflosser"}), COMPANY)
    assert leaks(kept) == []
    assert kept.keys() <= set(ALIASES)
    assert all(isinstance(text, str) for text in kept.values())


@pytest.mark.parametrize("argument", ["customer_name", "nachname", "Customer_Name"])
async def test_a_name_is_hidden_before_and_after_it_is_given(caller, argument):
    """A call says a name in passing, gives it, and says it again; the platform says it too."""
    passing = {"datum": f"Freitag für {NAME.lower()}", "dienstleistung": HAIRCUT}
    await caller.use("check_availability", passing)
    await caller.use("start_booking", {argument: NAME, "service": HAIRCUT, "grund": NUMBER})
    await caller.use("get_alternatives", passing | {"tag": EMAIL})
    await caller.use(f"book_{NAME}", passing)
    await caller.hang_up(f"{NAME} hung up, {NUMBER}")
    story = await caller.story()
    assert leaks([msgspec.to_builtins(step.tool_call) for step in story.steps]) == []
    assert leaks(story.call.disconnection_reason) == []
    assert story.steps[-1].tool_call.tool == UNKNOWN_TOOL
    assert [step.tool_call.arguments["datum"] for step in story.steps[::2]] == [
        "Freitag für [hidden] [hidden]"
    ] * 2


async def test_the_name_of_a_known_number_is_hidden(salon):
    """Whoever rings has booked before, under a name that the story does not tell."""
    await salon.book(customer=Customer(NAME, CALLER))
    caller = Caller(salon)
    await caller.use("check_availability", TEN | {"staff": f"wie immer, {NAME}"})
    (step,) = (await caller.story()).steps
    assert leaks(step.tool_call.arguments) == []


def test_the_names_of_old_calls_are_forgotten():
    """A server that runs for months remembers the calls that it heard last."""
    names = NamesOfCalls()
    for number in range(MAX_CALLS + 1):
        names.learn(1, f"call_{number}", frozenset({"alt"}))
    assert names.of(1, "call_0") == frozenset()
    assert names.of(1, f"call_{MAX_CALLS}") == {"alt"}
