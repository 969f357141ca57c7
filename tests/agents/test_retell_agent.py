import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.agents.retell_agent import MAX_AGENT_DEPTH, address_of, read_agent
from slotkeeper.agents.retell_doctor import diagnose
from slotkeeper.agents.retell_tool_check import ExpectedServer
from slotkeeper.domain.errors import InvalidInput

SERVER = ExpectedServer("https://slots.example", "friseur-1")


@pytest.mark.parametrize("raw", [None, 7, "agent", [], {}, [1, None], {"tools": {}}, {"nodes": 1}])
def test_what_is_no_agent_is_refused(raw):
    """There is nothing to compare."""
    with pytest.raises(InvalidInput):
        diagnose(raw, SERVER)


def test_no_depth_is_too_deep():
    """A file that is nested endlessly is read as far as agents go."""
    raw = {"tools": [{"name": "crm_lookup"}]}
    for _ in range(MAX_AGENT_DEPTH + 50):
        raw = {"agent": raw}
    with pytest.raises(InvalidInput):
        diagnose(raw, SERVER)


KEYS = (
    "tools nodes edges id name type url parameters properties required tool_id timeout_ms else_edge"
    " transition_condition equations left right agent webhook_url"
).split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)


@given(JSON)
def test_whatever_is_in_a_file_is_told_or_refused(raw):
    """No JSON breaks the doctor."""
    try:
        findings = diagnose(raw, SERVER)
    except InvalidInput:
        return
    assert all(one.where for one in findings)


def test_an_address_is_taken_apart():
    """A server may stand below a path; what is no address of ours has no parts."""
    below = address_of("https://x.example/slots/v1/retell/a/functions/b")
    assert (below.base_url, below.company, below.tool) == ("https://x.example/slots", "a", "b")
    bare = address_of("https://x.example/v1/retell/functions")
    assert (bare.base_url, bare.company, bare.tool) == ("https://x.example", None, None)
    assert address_of("https://x.example/api/retell/v17/check-availability") is None


FUNCTION = {"type": "function", "function": {"name": "check_availability", "parameters": {}}}
WEBHOOK = {"type": "webhook", "name": "check_availability", "api_schema": {"url": "https://x"}}


@pytest.mark.parametrize(
    ("raw", "platform"),
    [
        ({"id": "asst_1", "firstMessage": "Hallo", "tools": [FUNCTION]}, "Vapi"),
        ({"name": "Salon", "model": {"provider": "openai", "tools": [FUNCTION]}}, "Vapi"),
        ([FUNCTION], "Vapi or OpenAI"),
        ({"agent_id": "a", "conversation_config": {"agent": {}}}, "ElevenLabs"),
        ({"tools": [WEBHOOK]}, "ElevenLabs"),
        ([{"tool_config": WEBHOOK}], "ElevenLabs"),
    ],
)
def test_another_platforms_agent_is_named_as_such(raw, platform):
    """It is not diagnosed as a Retell agent without tools."""
    with pytest.raises(InvalidInput, match=f"made for {platform}") as refused:
        read_agent(raw)
    assert "Retell" in str(refused.value)
