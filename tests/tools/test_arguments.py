import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.tools.arguments import (
    MAX_ARGUMENT,
    argument,
    as_declared,
    flag,
    number,
)
from slotkeeper.tools.parameters import PARAMETERS

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


READ = ("date", "customer_name", "person")
NAMES = [alias for name in READ for alias in (name, *PARAMETERS[name].aliases)]


@pytest.mark.parametrize(
    "value", ["", "  ", "None", "null", "undefined", "N/A", "{{date}}", None, [], {"a": 1}, "\x00"]
)
def test_what_says_nothing_is_missing(value):
    """Empty words and variables that were not filled are no argument."""
    assert argument({"datum": value}, "date") is None


def test_an_argument_is_found_by_any_of_its_names():
    """German and English; the first that says something counts."""
    assert argument({"date": "", "datum": " morgen "}, "date") == "morgen"
    assert argument({"preferred_date": 5}, "date") == "5"


@pytest.mark.parametrize(
    "sent",
    [
        {"service": "Dauerwelle"},
        {"Service": "Dauerwelle"},
        {"SERVICE ": "Dauerwelle", "service": ""},
        {"serviceName": "Dauerwelle"},
        {"service-type": "Dauerwelle"},
        {"args": {"service": "Dauerwelle"}},
        {"args": {"args": {"Service": "Dauerwelle"}}},
        {"arguments": '{"args": {"service": "Dauerwelle"}}'},
        {"name": "check_availability", "input": {"service": ["Dauerwelle"]}},
        {"service": ["Dauerwelle"]},
        {"service": ["", None, "Dauerwelle"]},
        {"service": {"name": "Dauerwelle", "price": 80}},
        {"leistung": [{"value": "Dauerwelle"}]},
    ],
)
def test_however_it_is_sent_it_is_the_same_argument(sent):
    """Wrapped, spelt otherwise, or as a list; and nothing else is made of it."""
    args = as_declared(sent)
    assert argument(args, "service") == "Dauerwelle"
    assert argument(args, "customer_name") is None


def test_a_name_as_it_is_declared_wins_over_another_spelling():
    """And what a wrapper names beside the arguments is the tool, not the customer."""
    sent = {"Customer Name": "call_7", "customer_name": "Anna", "time": "10", "Time": "11"}
    args = as_declared(sent)
    assert (argument(args, "customer_name"), argument(args, "time")) == ("Anna", "10")
    assert argument(as_declared({"name": "start_booking", "args": {}}), "customer_name") is None
    assert argument(as_declared({"name": "Anna", "date": "morgen"}), "customer_name") == "Anna"


def test_several_values_are_all_kept():
    """What a caller listed is not dropped."""
    assert argument({"service": ["Herrenhaarschnitt", "Bart"]}, "service") == (
        "Herrenhaarschnitt, Bart"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("ja", True), ("true", True), (False, False), ("nein", False), (None, False)],
)
def test_a_flag_is_true_only_where_it_says_so(value, expected):
    """Anything else is no yes."""
    assert flag({"bestaetigung": value}, "confirmed") is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("7", 7), (7.0, 7), ("sieben", None), (-1, None), (10**30, None)],
)
def test_a_number_is_a_small_whole_one(value, expected):
    """Ids and counts, never an overflow."""
    assert number({"appointment_id": value}, "appointment_id") == expected


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), anything, max_size=6))
def test_whatever_is_sent_is_read_or_left(args):
    """No argument of any shape raises; what is read is text that says something."""
    texts = [argument(as_declared(args), name) for name in READ]
    for text in filter(lambda text: text is not None, texts):
        assert isinstance(text, str)
        assert 0 < len(text.strip()) <= MAX_ARGUMENT
