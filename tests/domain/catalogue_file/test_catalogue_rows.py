"""What differs between a file and the tables, and how it is told."""

import copy
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.catalogue_file.catalogue_rows import (
    CatalogueDifference,
    CatalogueRows,
    difference,
    rows_of,
)
from slotkeeper.operations.load_company import example, read_catalogue_file

FRISEUR = example("friseur-1").decode()


def rows(*replaced):
    """The example's rows, after some of its text was replaced."""
    text = FRISEUR
    for written, instead in replaced:
        assert written in text
        text = text.replace(written, instead, 1)
    return copy.deepcopy(_rows_of(text))


@cache
def _rows_of(text):
    """Read a file once, however many examples a property tries on its rows."""
    return rows_of(read_catalogue_file(text, "friseur-1.yaml"))


def lines(*replaced):
    """What a load of the example with some text replaced would tell."""
    return difference(rows(*replaced), rows()).lines


def test_the_same_file_makes_no_difference():
    """Nothing is written and nothing is told."""
    assert difference(rows(), rows()) == CatalogueDifference()


def test_a_first_load_writes_everything():
    """Against empty tables every row is new."""
    found = difference(rows(), CatalogueRows())
    assert [row["key"] for row in found.branches] == ["zentrale", "zweigstelle"]
    assert [row["key"] for row in found.staff][:2] == ["fabian-1", "fabian-2"]
    assert [row["key"] for row in found.calendars] == [
        "fabian-1",
        "emma",
        "sarah",
        "david",
        "michael",
    ]
    assert len(found.abilities_gained) == 6 * 18


def test_a_change_is_told_with_what_was_and_what_is():
    """Subject, field, before and after: as one would say it."""
    assert lines(("price: 32.00", "price: 34")) == [
        "service herrenhaarschnitt: price 32.00 -> 34.00"
    ]
    assert lines(("duration_min: 55", "duration_min: 50")) == [
        "service herrenhaarschnitt: duration_min 55 -> 50"
    ]
    assert lines(("duration_min: 5\n", "duration_min: 10\n")) == [
        "service dauerwelle: segments[1].duration_min 5 -> 10"
    ]
    assert lines(("min_notice_min: 15", "min_notice_min: 60")) == [
        "company: min_notice_min 15 -> 60"
    ]
    assert lines(('mon: ["09:00-18:00"]', 'mon: ["09:00-13:00", "14:00-19:00"]')) == [
        "branch zentrale: hours mon 09:00-18:00 -> 09:00-13:00, 14:00-19:00"
    ]
    assert lines(("Herrenschnitt: 0.95", "Herrenschnitt: 0.9\n      Haareschneiden: 0.5")) == [
        "service herrenhaarschnitt: synonyms +Haareschneiden, Herrenschnitt 0.95 -> 0.9"
    ]
    assert lines(("position: Senior Stylist", 'hours: {tue: ["10:00-12:00"]}')) == [
        "staff emma: position Senior Stylist -> none",
        "staff emma: hours her own",
    ]


def test_who_does_less_is_told_once():
    """A list of services instead of all loses the others."""
    found = difference(rows(("position: Senior Stylist", "services: [dauerwelle, gloss]")), rows())
    assert len(found.abilities_lost) == 16
    assert sum(line.startswith("staff emma: services -") for line in found.lines) == 1


def test_what_is_no_longer_in_the_file_is_kept_inactive():
    """A service that is taken out is written once more, as not active, and told as removed."""
    start, end = FRISEUR.index("  - name: Gloss"), FRISEUR.index("  - name: Balayage")
    without = rows((FRISEUR[start:end], ""))
    found = difference(without, rows())
    assert [(row["key"], row["active"]) for row in found.services] == [("gloss", False)]
    assert found.lines == ["service gloss: removed"]
    assert found.abilities_lost == []


def test_what_comes_back_is_told_so():
    """An inactive row of the same key is used again."""
    stored = rows()
    stored.services["gloss"]["active"] = False
    found = difference(rows(), stored)
    assert found.lines == ["service gloss: back again"]


def test_a_new_calendar_of_a_person_is_noticed():
    """Whoever moves to another calendar is named, for her bookings would not block there."""
    apart = ("    same_person_as: fabian-1\n", "")
    found = difference(rows(), rows(apart))
    assert found.moved_staff == {"fabian-2": ["fabian-2"]}


def test_the_other_record_of_a_person_may_have_her_bookings():
    """If the first record leaves the file, what stands on its calendar is the second's as well."""
    start, end = FRISEUR.index("  - key: fabian-1"), FRISEUR.index("  # The same person")
    found = difference(
        rows((FRISEUR[start:end], ""), ("    same_person_as: fabian-1\n", "")), rows()
    )
    assert found.moved_staff == {"fabian-2": ["fabian-1", "fabian-2"]}


def test_a_new_key_for_a_person_is_noticed():
    """Who leaves and who comes by the same name is one person, whose bookings must still block."""
    found = difference(rows(("key: emma", "key: emma-williams")), rows())
    assert found.moved_staff == {"emma-williams": ["emma"]}


@given(st.data())
def test_nothing_is_written_without_a_word(data):
    """Whatever differs in the stored rows, there is a line about it whenever there is a write."""
    wanted, stored = rows(), rows()
    table = data.draw(st.sampled_from(["branches", "calendars", "staff", "services"]))
    key = data.draw(st.sampled_from(sorted(getattr(stored, table))))
    row = getattr(stored, table)[key]
    column = data.draw(st.sampled_from(sorted(row)))
    row[column] = data.draw(st.sampled_from([not row["active"] if column == "active" else None]))
    if data.draw(st.booleans()):
        del getattr(stored, table)[key]
    found = difference(wanted, stored)
    writes = [
        name
        for name in CatalogueDifference.__struct_fields__
        if name not in ("lines", "moved_staff")
    ]
    assert bool(found.lines) == any(getattr(found, name) for name in writes)
