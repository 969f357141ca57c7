"""What must hold of terms, needs, categories and combinations in a company's file."""

import pytest

from slotkeeper.domain.catalogue_file.checks import refusals, warnings
from slotkeeper.domain.catalogue_file.entries import (
    CalendarEntry,
    CategoryEntry,
    CombinationEntry,
    NeedEntry,
    SegmentEntry,
    ServiceEntry,
    StaffEntry,
    TermsEntry,
)
from tests.domain.catalogue_file.test_checks import a_file, remarks

CUT = ServiceEntry(name="Cut", duration_min=30, category="Hair")
BEARD = ServiceEntry(name="Beard", duration_min=15)
COLOUR = ServiceEntry(
    name="Colour",
    segments=(
        SegmentEntry(name="apply", duration_min=30),
        SegmentEntry(name="wash", duration_min=10),
    ),
)
SERVICES = (CUT, BEARD, COLOUR)
ROOMS = tuple(CalendarEntry(key=key, name=key, branch="main", kind="room") for key in ("r1", "r2"))


def with_terms(*terms, services="all"):
    """Give a file in which Emma has terms."""
    emma = StaffEntry(name="Emma", branch="main", services=services, terms=terms)
    return a_file(services=SERVICES, staff=(emma,))


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (
            TermsEntry(service="cutt", price="3"),
            "terms[0].service: there is no service 'cutt'; did you mean 'cut'?",
        ),
        (TermsEntry(service="cut"), "terms[0]: says nothing that differs: give a duration or"),
        (
            TermsEntry(service="colour", duration_min=20),
            "terms[0].duration_min: Colour has 2 segments: give durations_min, one for each",
        ),
        (
            TermsEntry(service="colour", durations_min=(20,)),
            "terms[0].durations_min: Colour has 2 segments, and here are 1",
        ),
        (
            TermsEntry(service="cut", duration_min=20, durations_min=(20,)),
            "terms[0].duration_min: give duration_min or durations_min, not both",
        ),
        (TermsEntry(service="beard", price="3"), "terms[0].service: 'beard' is not among her"),
    ],
)
def test_terms_fit_the_service_that_they_are_of(terms, reason):
    """Each mistake is named at its field, an unknown key with the nearest one."""
    (remark,) = remarks(refusals(with_terms(terms, services=("cut", "colour"))))
    assert remark.startswith(f"staff[0].{reason}")


def test_a_service_has_terms_once():
    """Twice could contradict itself."""
    once = TermsEntry(service="cut", price="30")
    assert refusals(with_terms(once)) == []
    assert len(refusals(with_terms(once, once))) == 1


def test_somebodys_own_duration_fits_on_a_calendar():
    """Her buffers count to it."""
    slow = ServiceEntry(name="Slow", duration_min=30, buffer_after_min=60)
    emma = StaffEntry(
        name="Emma", branch="main", terms=(TermsEntry(service="slow", duration_min=700),)
    )
    (remark,) = remarks(refusals(a_file(services=(slow,), staff=(emma,))))
    assert remark == "staff[0].terms[0]: takes a calendar for 760 minutes, more than 12 hours"


@pytest.mark.parametrize(
    ("needs", "resources", "reason"),
    [
        ([NeedEntry(count=3, of=("r1", "r2"))], (), "needs: asks for 3 at once, and 2 are named"),
        ([NeedEntry(count=2, of=("r1", "r2"))], ("r1",), "needs: asks for 3 at once, and 2 are"),
        ([NeedEntry(of=("r1",)), NeedEntry(of=("r1",))], (), "needs: asks for 2 at once, and 1"),
        ([NeedEntry(of=("rr1",))], (), "needs[0].of[0]: there is no room or device 'rr1'; did"),
        ([NeedEntry(of=("r1", "r1"))], (), "needs[0].of: a room or device is there twice"),
    ],
)
def test_there_are_as_many_rooms_as_a_segment_needs(needs, resources, reason):
    """All needs together, because no room serves two of them."""
    segment = SegmentEntry(name="s", duration_min=20, needs=tuple(needs), resources=resources)
    service = ServiceEntry(name="Laser", segments=(segment,))
    found = remarks(refusals(a_file(services=(service,), calendars=ROOMS)))
    assert any(remark.startswith(f"services[0].segments[0].{reason}") for remark in found)


def test_a_service_takes_no_more_than_a_visit_may():
    """Twelve segments with two rooms each are too many claims."""
    segment = SegmentEntry(name="s", duration_min=5, needs=(NeedEntry(count=2, of=("r1", "r2")),))
    service = ServiceEntry(name="Much", segments=(segment,) * 12)
    (remark,) = remarks(refusals(a_file(services=(service,), calendars=ROOMS)))
    assert remark == "services[0]: takes 36 people, rooms and devices, more than 24"


def test_a_category_is_one_of_the_services():
    """An order for a name that no service has does nothing."""
    categories = (CategoryEntry(name="Haar", visit_order=1),)
    (remark,) = remarks(refusals(a_file(services=SERVICES, categories=categories)))
    assert remark.startswith(
        "categories[0].name: there is no category 'Haar'; did you mean 'Hair'?"
    )


@pytest.mark.parametrize(
    ("combination", "reason"),
    [
        (
            CombinationEntry(services=("cut", "bread"), extra_min=-5),
            "services[1]: there is no service 'bread'; did you mean 'beard'?",
        ),
        (CombinationEntry(services=("cut", "cut"), extra_min=5), "services: a service is there"),
        (CombinationEntry(services=("cut", "beard")), " changes nothing: give extra_min,"),
        (
            CombinationEntry(services=("cut", "beard"), extra_min=5, is_done=False),
            " what is not done takes no time and costs nothing",
        ),
        (
            CombinationEntry(services=("cut", "colour"), extra_min=-10),
            "extra_min: leaves less than 5 minutes of Colour",
        ),
        (
            CombinationEntry(services=("cut", "beard"), extra_min=710),
            "extra_min: makes Cut longer than 12 hours",
        ),
    ],
)
def test_a_combination_is_of_known_services_and_changes_something(combination, reason):
    """Each mistake is named at its field."""
    found = remarks(refusals(a_file(services=SERVICES, combinations=(combination,))))
    separator = ":" if reason.startswith(" ") else "."
    assert found[0].startswith(f"combinations[0]{separator}{reason}")


def test_services_are_combined_once():
    """In whatever order they are named."""
    pair = CombinationEntry(services=("cut", "beard"), extra_min=-5)
    other = CombinationEntry(services=("beard", "cut"), extra_price="-3")
    (remark,) = remarks(refusals(a_file(services=SERVICES, combinations=(pair, other))))
    assert remark == "combinations[1].services: are those of combinations[0] already"


def test_add_ons_alone_are_warned_of():
    """None of them could be booked."""
    service = ServiceEntry(name="Gloss", duration_min=15, add_on=True)
    assert remarks(warnings(a_file(services=(service,)))) == [
        "services: all are add-ons: none can be booked, as there is no other"
    ]
