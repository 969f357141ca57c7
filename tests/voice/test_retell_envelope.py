import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.voice.retell_envelope import CallEnvelope, function_call

REAL = "call_910361f460a999429d37699b3ac"
ARGS = {"datum": "morgen"}
OURS, THEIRS = "+493023125038", "+491701234567"

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["name", "function_name", "function", "call", "call_id", "args", "arguments", "parameters"]


def read(raw, *, tool=None):
    """A function call as (tool, arguments, call id)."""
    incoming = function_call(msgspec.json.encode(raw), tool=tool)
    return incoming.tool, dict(incoming.args), incoming.call.id


@pytest.mark.parametrize(
    "raw",
    [
        {"name": "check", "call": {"call_id": REAL}, "args": ARGS},
        {"name": "check", "call": {"call_id": REAL}, "args": ARGS | {"call_id": "call_1"}},
        {"function_name": "check", "call": {"call_id": REAL}, "parameters": ARGS},
        {"function_name": "check", "call_id": REAL, "args": ARGS},
        {"name": "check", "call": {"call_id": REAL}, "arguments": '{"datum": "morgen"}'},
        {"function": {"name": "check", "args": ARGS}, "call": {"call_id": REAL}},
        {"function": {"name": "check", "arguments": '{"datum":"morgen"}'}, "call_id": REAL},
    ],
)
def test_every_form_of_the_envelope_is_one_call(raw):
    """All that was seen, with the call that the envelope names."""
    assert read(raw) == ("check", ARGS, REAL)


def test_bare_arguments_name_their_tool_in_the_address():
    """With "args only" a ``name`` is the customer's, and no call is known."""
    raw = {"name": "Gottfried Heu", "datum": "morgen", "call_id": "call_1"}
    expected = {"name": "Gottfried Heu", "datum": "morgen"}
    assert read(raw, tool="check") == ("check", expected, None)


@pytest.mark.parametrize("made_up", ["1", "call_1", "current", "None", "smoke_test", "call_", 7])
def test_a_call_id_beside_the_arguments_must_look_like_retells(made_up):
    """What a model or a script makes up names no call."""
    assert read({"function_name": "check", "call_id": made_up, "args": ARGS})[2] is None


def test_no_tool_is_a_refusal():
    """Nothing is guessed."""
    with pytest.raises(InvalidInput):
        read({"call": {"call_id": REAL}, "args": ARGS})


@pytest.mark.parametrize(
    ("call", "line", "phone"),
    [
        (
            {"from_number": THEIRS, "to_number": OURS},
            OURS,
            THEIRS,
        ),
        ({"from_number": "anonymous", "to_number": OURS}, OURS, None),
        (
            {"from_number": OURS, "to_number": THEIRS, "direction": "outbound"},
            OURS,
            THEIRS,
        ),
        ({"call_id": REAL}, None, None),
    ],
)
def test_our_line_and_the_customers_number_are_told_apart(call, line, phone):
    """In both directions, withheld, and for web calls, which have neither."""
    envelope = msgspec.json.decode(msgspec.json.encode(call), type=CallEnvelope)
    assert (envelope.line, envelope.caller_phone) == (line, phone)


@given(
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), anything, max_size=6),
    st.sampled_from([None, "check_availability"]),
)
def test_whatever_is_sent_is_read_or_refused(raw, tool):
    """No body raises anything but a refusal, and no argument names a call."""
    try:
        incoming = function_call(msgspec.json.encode(raw), tool=tool)
    except InvalidInput:
        return
    assert incoming.tool
    assert "call_id" not in incoming.args
