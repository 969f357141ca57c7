"""What must hold between the parts of a company's file, each check by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from slotkeeper.domain.catalogue_file.checks import (
    MAX_REMARKS,
    calendar_key_of,
    refusals,
    warnings,
)
from slotkeeper.domain.catalogue_file.entries import (
    BranchEntry,
    CalendarEntry,
    CatalogueFile,
    ClosureEntry,
    CompanyEntry,
    SegmentEntry,
    ServiceEntry,
    StaffEntry,
    WeekEntry,
)
from slotkeeper.domain.hints import MAX_COMPARED_CHARS, did_you_mean
from slotkeeper.domain.phone_numbers import e164
from slotkeeper.domain.placement import LONGEST_CLAIM_MIN

OPEN = WeekEntry(mon=("09:00-18:00",))
MAIN = BranchEntry(key="main", name="Main", hours=OPEN)
EMMA = StaffEntry(name="Emma", branch="main")
CUT = ServiceEntry(name="Cut", duration_min=30)


def a_file(**parts):
    """A file that nothing is wrong with, and what a test is about."""
    parts = {"branches": (MAIN,), "staff": (EMMA,), "services": (CUT,)} | parts
    return CatalogueFile(
        company=CompanyEntry(slug="s", name="S", timezone="Europe/Berlin"), **parts
    )


def remarks(found):
    """Word remarks as a report does."""
    return [f"{remark.path}: {remark.reason}" for remark in found]


def test_a_sound_file_is_neither_refused_nor_warned_of():
    """Nothing is said where nothing is wrong."""
    assert refusals(a_file()) == warnings(a_file()) == []


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        *(("DE-NS", "DE-NI"), ("DE-HS", "DE-HE"), ("DE-TU", "DE-TH"), ("DE-NRW", "DE-NW")),
        *(("DE-BAY", "DE-BY"), ("DE-SAC", "DE-SN"), ("AT-W", "AT-9"), ("UK-ENG", "GB-ENG")),
        *(("LU-1", "LU"), ("DE-XX", "DE-")),
    ],
)
def test_a_land_that_does_not_exist_is_refused_with_the_nearest(code, nearest):
    """By its letters, or by the name that they abbreviate; it would be open on every holiday."""
    branch = structs.replace(MAIN, subdivision=code)
    (remark,) = refusals(a_file(branches=(branch,)))
    assert remark.path == "branches[0].subdivision"
    assert remark.reason.startswith(f"there is no {code}; did you mean {nearest}")


@pytest.mark.parametrize(
    ("code", "place", "refused"),
    [
        *((code, "catholic", False) for code in ("DE-BY", "DE-SN", "DE-TH")),
        *((code, None, False) for code in ("DE-BE", "LU", "AT-9", "CH-ZH", "GB-SCT")),
        *((code, "catholic", True) for code in ("DE-BE", "LU", None)),
        *(("DE-BY", "augsburg", False), ("DE-BW", "augsburg", True)),
    ],
)
def test_what_a_place_keeps_beside_its_land_is_said_where_there_is_such_a_place(
    code, place, refused
):
    """Elsewhere it is refused."""
    branch = structs.replace(MAIN, subdivision=code, local_holidays=place)
    paths = [remark.path for remark in refusals(a_file(branches=(branch,)))]
    assert paths == (["branches[0].local_holidays"] if refused else [])


@pytest.mark.parametrize(
    ("policy", "parts", "refused"),
    [
        ("free", [(LONGEST_CLAIM_MIN, 0)], False),
        ("free", [(LONGEST_CLAIM_MIN, 60), (LONGEST_CLAIM_MIN - 60, 0)], False),
        ("blocked", [(LONGEST_CLAIM_MIN - 60, 60), (30, 0)], True),
    ],
)
def test_no_claim_is_longer_than_the_database_allows(policy, parts, refused):
    """A gap parts a service into claims, unless the service blocks it."""
    segments = tuple(
        SegmentEntry(name="s", duration_min=length, gap_after_min=gap) for length, gap in parts
    )
    service = ServiceEntry(name="Long", segments=segments, gap_policy=policy)
    assert bool(refusals(a_file(services=(service,)))) is refused


def test_buffers_count_to_the_claim():
    """They take the calendar as well."""
    service = ServiceEntry(name="Long", duration_min=LONGEST_CLAIM_MIN, buffer_after_min=5)
    (remark,) = refusals(a_file(services=(service,)))
    assert remark.reason.startswith("takes a calendar for 725 minutes without a gap")


def test_a_second_record_of_a_person_stands_on_the_first_ones_calendar():
    """However it is written, one person has one calendar."""
    again = StaffEntry(name="Emma B.", key="again", branch="main", same_person_as="emma")
    on_calendar = StaffEntry(name="Tim", branch="main", calendar="chair")
    chair = CalendarEntry(key="chair", name="Chair", branch="main", kind="person")
    file = a_file(staff=(EMMA, again, on_calendar), calendars=(chair,))
    assert refusals(file) == []
    assert [calendar_key_of(member, file) for member in file.staff] == ["emma", "emma", "chair"]


def test_what_is_allowed_and_probably_not_meant_is_warned_of():
    """Off the grid, done by nobody, or a name that callers cannot tell apart."""
    nobody = StaffEntry(name="Emma", key="other", branch="main", services=())
    odd = ServiceEntry(name="Odd", duration_min=7)
    busy = StaffEntry(name="Emma", branch="main", services=("odd",))
    assert remarks(warnings(a_file(staff=(busy, nobody), services=(CUT, odd)))) == [
        "services[1].duration_min: 7 is no multiple of 5: it is kept, and rounded up where free "
        "time is looked for",
        "services[0]: nobody does 'Cut': it cannot be booked",
        "staff[1].name: two people are called 'Emma', and callers cannot tell them apart; if they "
        "are one, say same_person_as",
    ]


def test_a_file_with_hundreds_of_faults_is_looked_through_to_an_end():
    """The first hundred teach as much as all."""
    closures = tuple(
        ClosureEntry(first_day=f"2026-01-{n % 28 + 1:02}", branch=f"b{n}") for n in range(300)
    )
    assert len(refusals(a_file(closures=closures))) == MAX_REMARKS


@given(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 48)), min_size=1, max_size=4))
def test_a_day_is_sound_where_no_half_hour_is_open_twice(stretches):
    """Checked against each half hour of the day."""
    written = [f"{a // 2:02}:{a % 2 * 30:02}-{b // 2:02}:{b % 2 * 30:02}" for a, b in stretches]
    hours = BranchEntry(key="main", name="Main", hours=WeekEntry(tue=tuple(written)))
    covered = [half for begins, ends in stretches for half in range(begins, ends)]
    sound = len(covered) == len(set(covered)) and all(begins < ends for begins, ends in stretches)
    assert (refusals(a_file(branches=(hours,))) == []) is sound


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+49 30 23125038", "+493023125038"),
        ("+49 (0)30 23125038", "+493023125038"),
        ("030 23125038", None),
        ("+1", None),
        ("+", None),
        ("salon", None),
    ],
)
def test_a_number_is_compared_in_one_form(written, number):
    """With its country: without it, it could be several."""
    assert e164(written) == number


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("zentrle", "; did you mean 'zentrale'?"),
        ("filiale", ""),
        ("z" * (MAX_COMPARED_CHARS + 1), ""),
    ],
)
def test_a_hint_names_what_is_close(name, hint):
    """And nothing where nothing is, or where comparing would take long."""
    assert did_you_mean(name, ["zentrale", "west"]) == hint
