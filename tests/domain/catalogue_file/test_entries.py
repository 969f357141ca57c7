"""A company's file: what it may say, and what is said about what it may not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotkeeper.domain.catalogue_file.entries import CatalogueRefused, key_of, stretches_of
from slotkeeper.operations.load_company import example, read_catalogue_file

SALON = """\
company: {slug: salon, name: Salon, timezone: Europe/Berlin}
lines: ["+493023125038"]
rules: {slot_step_min: 15}
branches:
  - {key: main, name: Main, hours: {mon: ["09:00-13:00", "14:00-18:00"]}}
  - {key: west, name: West, hours: closed}
calendars:
  - {key: room, name: Room, branch: main, kind: room}
  - {key: tim, name: Tim, branch: main, kind: person}
staff:
  - {key: emma, name: Emma, branch: main}
  - {name: Tim Ott, branch: main, calendar: tim}
services:
  - {name: Haircut, duration_min: 30, price: 20}
  - name: Perm
    segments:
      - {name: wrap, duration_min: 50, gap_after_min: 15}
      - {name: cut, duration_min: 40, resources: [room]}
    synonyms: {Dauerwelle: 0.9, Locken: 0.5}
closures:
  - {from: 2026-12-24, to: 2026-12-26, branch: main}
"""

# What is written instead of what, and the problem that must be among those reported.
REFUSED = [
    ("duration_min: 30", "duration_min: 0", "14: services[0].duration_min: expected an integer"),
    ("duration_min: 30", "duration_min: 721", "14: services[0].duration_min: expected an integer"),
    ("duration_min: 30", 'duration_min: "30"', "an integer from 1 to 720"),
    ("duration_min: 30", "duration_min: 1e3", "an integer from 1 to 720"),
    ("duration_min: 30", f"duration_min: {'9' * 5000}", "an integer from 1 to 720"),
    ("duration_min: 30", "duration: 30", "services[0].duration: there is no such field; did you "),
    ("duration_min: 30, ", "", "14: services[0]: duration_min or segments are missing"),
    ("duration_min: 40", "duration_mins: 40", "18: services[1].segments[1].duration_min: is miss"),
    (
        "    segments",
        "    duration_min: 9\n    segments",
        "services[1].duration_min: give duration",
    ),
    ("slug: salon, ", "", "1: company.slug: is missing"),
    ("slug: salon", "slug: Salon", "1: company.slug: expected a short name"),
    ("slug: salon", "slug: '12'", "1: company.slug: expected a short name"),
    ("name: Salon", "name: ''", "company.name: expected a text of 1 to 200 characters"),
    ("name: Salon", "name: null", "company.name: expected a text of 1 to 200 characters"),
    ("name: Salon", f"name: {'x' * 201}", "company.name: expected a text of 1 to 200 characters"),
    (
        "Europe/Berlin",
        "Europe/Berlni",
        "1: company.timezone: there is no time zone 'Europe/Berlni'",
    ),
    ("Europe/Berlin", "../etc/passwd", "1: company.timezone: there is no time zone"),
    ("+493023125038", "+1", "2: lines[0]: expected a telephone number, such as"),
    ('["+493023125038"]', '["+493023125038", "+49 30 23125038"]', "lines[1]: this number is there"),
    ("slot_step_min: 15", "slot_step_min: 7", "an integer from 5 to 240, a multiple of 5"),
    ("slot_step_min: 15", "hold_ttl_s: 900, max_hold_age_s: 60", "rules.hold_ttl_s: longer than"),
    ("key: west", "key: main", "6: branches[1].key: the key 'main' is that of branches[0] already"),
    ("key: tim,", "key: room,", "9: calendars[1].key: the key 'room' is that of calendars[0]"),
    ("key: tim,", "key: emma,", "11: staff[0]: the key 'emma' is that of a calendar already"),
    ("name: Tim Ott", "name: '!!'", "12: staff[1]: no key can be made from this name: give a key"),
    ("name: Tim Ott", "name: Emma", "12: staff[1]: the key 'emma' is that of staff[0] already"),
    ("emma, name: Emma, branch: main", "emma, name: Emma, branch: mian", "did you mean 'main'?"),
    ("branch: main, calendar: tim", "branch: west, calendar: tim", "a calendar belongs to one bra"),
    ("calendar: tim", "calendar: room", "there is no calendar of kind person 'room'"),
    ("calendar: tim", "same_person_as: ema", "no member of staff 'ema'; did you mean 'emma'?"),
    ("calendar: tim", "same_person_as: tim-ott", "name the first record of this person"),
    ("calendar: tim", "calendar: tim, same_person_as: emma", "same_person_as says already which"),
    (
        "calendar: tim",
        "services: [haircut, permm]",
        "12: staff[1].services[1]: there is no service",
    ),
    ("calendar: tim", "hours: closed", "12: staff[1].hours: who never works is left out"),
    ("09:00-13:00", "13:00-09:00", "5: branches[0].hours.mon: 13:00-09:00 ends before it begins"),
    ("09:00-13:00", "09:00-09:00", "branches[0].hours.mon: 09:00-09:00 ends before it begins"),
    ("09:00-13:00", "09:00-15:00", "branches[0].hours.mon: what begins at 14:00 overlaps another"),
    ("14:00-18:00", "14:00-24:30", "5: branches[0].hours.mon[1]: expected a stretch such as"),
    ("14:00-18:00", "24:00-18:00", "5: branches[0].hours.mon[1]: expected a stretch such as"),
    ("mon:", "monday:", "branches[0].hours.monday: there is no such field; did you mean 'mon'?"),
    ("hours: closed", "hours: open", "6: branches[1].hours: expected fields or closed"),
    ("kind: room", "kind: chair", "8: calendars[0].kind: expected device or person or room"),
    ("price: 20", "price: 20.005", "14: services[0].price: expected a price such as 32 or 32.50"),
    ("price: 20", "price: -1", "14: services[0].price: expected a price such as 32 or 32.50"),
    ("name: Perm", "name: haircut", "15: services[1]: the key 'haircut' is that of services[0]"),
    (
        "name: Perm",
        "key: x\n    name: HAIRCUT",
        "services[1]: 'HAIRCUT' means services[0] (Haircut)",
    ),
    ("Locken: 0.5", "haircut: 0.85", "15: services[1]: 'haircut' means services[0] (Haircut) as"),
    ("Locken: 0.5", "dauerwelle: 0.5", "services[1].synonyms: 'dauerwelle' is there 2 times"),
    ("Locken: 0.5", "Locken: 1.01", "19: services[1].synonyms['Locken']: expected a number from 0"),
    ("Locken: 0.5", "Locken: .nan", "19: services[1].synonyms['Locken']: expected a number from 0"),
    ("resources: [room]", "resources: [tim]", "there is no room or device 'tim'"),
    (
        "resources: [room]",
        "gap_after_min: 5",
        "18: services[1].segments[1]: nothing follows the las",
    ),
    ("gap_after_min: 15", "gap_after_min: 15, gap_after_max_min: 10", "is less than gap_after_min"),
    ("50, gap_after_min: 15", "720, gap_after_min: 720", "takes 1480 minutes with its gaps, more"),
    ("to: 2026-12-26", "to: 2026-12-23", "21: closures[0].to: is before from"),
    ("to: 2026-12-26", "to: 2026-13-01", "21: closures[0].to: expected a day such as 2026-12-24"),
    (
        "26, branch: main}",
        "26, branch: north}",
        "21: closures[0].branch: there is no branch 'north'",
    ),
]


# The same, at the edge of what is allowed.
ACCEPTED = [
    ("duration_min: 30", "duration_min: 720"),
    ("gap_after_min: 15", "gap_after_min: 720, gap_after_max_min: 720"),
    ("name: Perm", "name: Perm\n    gap_policy: blocked\n    buffer_after_min: 240"),
    ("calendar: tim", "calendar: null"),
    ("calendar: tim", "same_person_as: emma"),
    ("Locken: 0.5", "Haircut: 0.84"),
    ("14:00-18:00", "13:00-24:00"),
    ("to: 2026-12-26, ", ""),
]


def problems_of(source):
    """Read a file and give what it was refused for; None where it was not."""
    try:
        read_catalogue_file(source, "salon.yaml")
    except CatalogueRefused as refused:
        return refused.problems
    return None


@pytest.mark.parametrize(("written", "instead"), ACCEPTED)
def test_what_is_just_allowed_is_accepted(written, instead):
    """The limits belong to what is allowed."""
    text = SALON.replace(written, instead, 1)
    assert text != SALON
    assert problems_of(text) is None


@pytest.mark.parametrize(("written", "instead", "problem"), REFUSED)
def test_a_fault_is_named_with_line_path_and_reason(written, instead, problem):
    """Each fault is refused with its line, its path and what is wrong; its neighbour is not."""
    text = SALON.replace(written, instead, 1)
    assert text != SALON
    with pytest.raises(CatalogueRefused) as refused:
        read_catalogue_file(text, "salon.yaml")
    assert problem in str(refused.value)
    assert all(line.startswith("salon.yaml:") for line in str(refused.value).splitlines())


def test_all_faults_are_found_at_once():
    """Whoever mends a file by hand is told everything, in the order of the lines."""
    text = SALON.replace("name: Salon", "name: ''").replace("price: 20", "prise: 20")
    text = text.replace("from: 2026-12-24", "from: Christmas")
    with pytest.raises(CatalogueRefused) as refused:
        read_catalogue_file(text, "salon.yaml")
    assert [problem.line for problem in refused.value.problems] == [1, 14, 21]
    facts = refused.value.facts()["problems"]
    assert facts[1]["path"] == "services[0].prise"


def test_a_service_that_would_block_for_half_a_day_is_refused():
    """Twelve hours is the longest that one claim may take, gaps included where they are blocked."""
    text = SALON.replace("gap_after_min: 15", "gap_after_min: 700")
    read_catalogue_file(text, "salon.yaml")
    with pytest.raises(CatalogueRefused, match=r"services\[1\]: takes a calendar for 790 minutes"):
        read_catalogue_file(
            text.replace("name: Perm", "name: Perm\n    gap_policy: blocked"), "salon.yaml"
        )


def test_the_smallest_file():
    """A company with one branch that never opens is a company."""
    text = (
        "{company: {slug: a, name: A, timezone: UTC}, branches: [{key: b, name: B, hours: closed}]}"
    )
    file = read_catalogue_file(text, "a.yaml")
    assert (file.company.locale, file.company.currency, file.rules.horizon_days) == (
        "de",
        "EUR",
        180,
    )


def test_json_says_the_same_as_yaml():
    """A JSON file is as good as a YAML file."""
    as_json = {
        "company": {"slug": "a", "name": "A", "timezone": "UTC", "sandbox": True},
        "branches": [{"key": "b", "name": "B", "hours": {"sun": ["0:00-24:00"]}}],
        "services": [{"name": "Cut", "duration_min": 30, "price": 12.5, "synonyms": {"x": 1}}],
    }
    as_yaml = """
company: {slug: a, name: A, timezone: UTC, sandbox: true}
branches: [{key: b, name: B, hours: {sun: [00:00 - 24:00]}}]
services: [{name: Cut, duration_min: 30, price: 12.5, synonyms: {x: 1}}]
"""
    file = read_catalogue_file(json.dumps(as_json, indent="\t"), "a.json")
    assert stretches_of(file.branches[0].hours) == [(7, "00:00", "24:00")]
    other = read_catalogue_file(as_yaml, "a.yaml")
    assert stretches_of(other.branches[0].hours) == [(7, "00:00", "24:00")]
    assert (file.company, file.services) == (other.company, other.services)


def test_words_that_yaml_would_turn_into_something_else_stay_words():
    """A service may be called No, 9:00 or 007."""
    text = SALON.replace("name: Haircut", "name: No").replace("name: Perm", "name: 9:00")
    text = text.replace("Dauerwelle: 0.9", "007: 0.9")
    file = read_catalogue_file(text, "salon.yaml")
    assert [service.name for service in file.services] == ["No", "9:00"]
    assert file.services[1].also_called[0].text == "007"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Waschen, schneiden, föhnen", "waschen-schneiden-foehnen"),
        ("Balayage/Ombré", "balayage-ombre"),
        ("Ansatz + Längenausgleich", "ansatz-laengenausgleich"),
        ("GROSSER Spaß", "grosser-spass"),
        ("  ", ""),
        ("Стрижка", ""),
    ],
)
def test_a_key_is_made_from_the_name(name, key):
    """Umlauts are written out, accents dropped, all else becomes hyphens."""
    service = read_catalogue_file(SALON, "salon.yaml").services[0]
    assert key_of(type(service)(name=name, duration_min=1)) == key


def test_the_example_is_read_without_a_word():
    """The shipped salon has no fault and nothing odd."""
    file = read_catalogue_file(example("friseur-1"), "friseur-1.yaml")
    assert len(file.services) == 18


# What makes YAML interesting, so that more than the first character is read.
YAMLISH = st.lists(
    st.sampled_from([*"[]{}:,-&*!'\"\n #?|>%@\\<a1.", "\n  ", "\n- ", ": ", "&a ", "*a ", "---\n"])
    | st.sampled_from(SALON.splitlines(keepends=True)),
    max_size=60,
).map("".join)


@settings(max_examples=150)
@given(st.binary(max_size=2000) | st.text(max_size=2000) | YAMLISH)
def test_nothing_but_a_refusal_comes_of_garbage(source):
    """Any bytes and any text are read or refused, never a crash."""
    problems = problems_of(source)
    assert problems is None or problems


@settings(max_examples=150)
@given(st.data())
def test_nothing_but_a_refusal_comes_of_a_damaged_file(data):
    """A file in which something is lost or put in is read or refused, never a crash."""
    start = data.draw(st.integers(0, len(SALON)))
    end = data.draw(st.integers(start, min(len(SALON), start + 40)))
    damaged = SALON[:start] + data.draw(YAMLISH) + SALON[end:]
    lines = damaged.count("\n") + 1
    problems = problems_of(damaged)
    assert problems is None or problems
    assert all(1 <= problem.line <= lines for problem in problems or ())
