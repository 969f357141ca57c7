"""Nodes are fitted to structs: all that does not fit is reported at once, with its line."""

from datetime import date
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from slotkeeper.domain.catalogue_file.document import read_tree
from slotkeeper.domain.catalogue_file.fitting import fit


class Seat(Struct, frozen=True, kw_only=True):
    """A table that stands in a list."""

    name: str
    wide: bool = False


class Bus(Struct, frozen=True, kw_only=True):
    """A file of every kind of field."""

    line: Annotated[int, Meta(ge=1, le=99)]
    driver: str | None = None
    color: Literal["red", "blue"] = "red"
    price: Annotated[float, Meta(ge=0)] = 1.0
    since: date | None = None
    seats: Annotated[tuple[Seat, ...], Meta(max_length=2)] = ()
    stops: dict[str, int] = {}


def fitted(text):
    """Give the value of a text, and its problems as compilers word them."""
    value, report = fit(read_tree(text), Bus)
    return value, [str(problem) for problem in report.problems]


def test_what_fits_becomes_a_struct():
    """Each scalar is read as what its field wants."""
    text = "line: 7\ndriver: 007\nprice: 2.5\nsince: 2026-12-24\nseats: [{name: a, wide: true}]\n"
    bus = Bus(
        line=7,
        driver="007",
        price=2.5,
        since=date(2026, 12, 24),
        seats=(Seat(name="a", wide=True),),
    )
    assert fitted(text) == (bus, [])


def test_every_problem_is_reported_with_its_line_and_path():
    """Somebody who writes a file by hand wants all of them at once."""
    value, problems = fitted("line: 0\ncolour: red\nseats:\n  - {wide: maybe}\n")
    assert value is None
    assert problems == [
        "1: line: expected an integer from 1 to 99",
        "2: colour: there is no such field; did you mean 'color'?",
        "4: seats[0].wide: expected true or false",
        "4: seats[0].name: is missing: expected a text",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("line: '7'", "1: line: expected an integer from 1 to 99"),
        ("line: 7\nprice: -1", "2: price: expected a number of at least 0"),
        ("line: 7\nsince: 2026-02-30", "2: since: expected a day such as 2026-12-24"),
        ("line: 7\ncolor: green", "2: color: expected blue or red"),
        (
            "line: 7\nseats: {}",
            "2: seats: expected a list of 0 to 2 entries, each the fields name,",
        ),
        ("line: 7\nseats: [1, 2, 3]", "2: seats: expected a list of 0 to 2 entries"),
        ("line: 7\nstops: {north: x}", "2: stops['north']: expected an integer"),
        ("[1]", "1: expected the fields line, ..."),
    ],
)
def test_what_is_expected_is_said_in_words(text, problem):
    """For one who has never seen a type."""
    _, problems = fitted(text)
    assert problems[0].startswith(problem)


def test_null_leaves_an_optional_field_at_its_default():
    """As if it was not written; a required one must be there."""
    assert fitted("line: 7\nprice: null\nseats: ~")[0] == Bus(line=7)
    assert fitted("line: null")[1] == ["1: line: expected an integer from 1 to 99"]


def test_a_path_that_was_not_written_has_the_line_of_what_is_around_it():
    """A check may look at a field that the file leaves out."""
    _, report = fit(read_tree("line: 7\nseats:\n  - name: a\n"), Bus)
    lines = [report.problem(path, "odd").line for path in ("seats[0].wide", "seats[9]", "stops")]
    assert lines == [3, 3, 1]


@given(st.integers(-(10**6), 10**6), st.booleans())
def test_an_integer_fits_within_its_bounds_only(number, quoted):
    """And only where it was not written as a text."""
    value, problems = fitted(f"line: '{number}'" if quoted else f"line: {number}")
    assert (value is not None) == (1 <= number <= 99 and not quoted) == (not problems)


@given(st.dictionaries(st.sampled_from(Bus.__struct_fields__), st.text("a0-[]{},: \n", max_size=9)))
def test_any_text_gives_a_value_or_a_problem(fields):
    """Never both, and never neither."""
    text = "".join(f"{name}: {value!r}\n" for name, value in fields.items()) or "{}"
    value, problems = fitted(text)
    assert (value is None) == bool(problems)
