"""What answers say and tell, from the objects that they are about."""

from dataclasses import replace

import pytest

from slotkeeper.domain.booked_visit import BookedVisit
from slotkeeper.domain.errors import Closed, OutcomeUnknown, SlotTaken, StorageUnavailable
from slotkeeper.operations.check_availability import Availability, NamedSlot
from slotkeeper.operations.hold import hold
from slotkeeper.tools.wording import (
    ToolAnswer,
    asking,
    available,
    booked,
    offered,
    refused,
    visit_facts,
)
from tests.build import FRIDAY_10, HAIRCUT


@pytest.fixture
async def held(salon):
    """A slot at ten that is held."""
    return NamedSlot.held(await hold(salon.context("call_a"), salon.wish(staff="Emma")))


def priced(salon, cents):
    """The salon with a price on its haircut."""
    services = tuple(
        replace(each, price_cents=cents) if each.name == HAIRCUT else each
        for each in salon.company.services
    )
    return replace(salon.company, services=services)


async def test_a_held_slot_is_said_with_its_day_and_told_with_its_token(salon, held):
    """A program needs the instant, a caller the weekday and date."""
    answer = available(salon.company, salon.wish().service, held)
    assert (answer.status, answer.facts["start"]) == ("held", "2027-03-05T10:00:00+01:00")
    assert answer.facts["expires_in_s"] == 300
    assert answer.facts["reservation_token"] == str(held.hold.reservation.token)
    assert "Freitag, den 5. März" in answer.say


async def test_a_free_slot_promises_nothing(salon, held):
    """Without a hold there is neither a token nor a time for which it is kept."""
    answer = available(salon.company, salon.wish().service, replace(held, hold=None))
    assert answer.status == "available"
    assert not answer.facts.keys() & {"reservation_token", "expires_in_s"}


async def test_a_price_is_the_one_that_was_held_and_never_said_unasked(salon, held):
    """Since then it may have become dearer."""
    parts = tuple(replace(part, price_cents=2950) for part in held.parts)
    answer = available(priced(salon, 9900), salon.wish().service, replace(held, parts=parts))
    assert "29" in answer.facts["spoken_price"]
    assert answer.facts["spoken_price"] not in answer.say


@pytest.mark.parametrize(
    ("refusal", "status", "reason"),
    [
        (SlotTaken("hold"), "slot_taken", "held"),
        (SlotTaken("appointment"), "slot_taken", "taken"),
        (Closed(), "closed", "closed"),
    ],
)
async def test_a_no_comes_with_its_reason_and_the_other_times(salon, held, refusal, status, reason):
    """Why not, and what instead, in one answer."""
    answer = offered(salon.company, salon.wish(), Availability(None, (held,), refusal))
    assert (answer.status, answer.reason, answer.facts["success"]) == (status, reason, False)
    assert (answer.refused_start, answer.told_free) == (FRIDAY_10, (held.starts_at,))
    assert answer.facts["alternatives"][0]["time"] == "2027-03-05 10:00"


async def test_only_a_person_who_alone_was_wished_is_noted_as_refused(salon, held):
    """With anybody it is nobody's refusal."""
    no = Availability(None, (held,), SlotTaken("hold"))
    named = offered(salon.company, salon.wish(staff="Emma"), no)
    assert named.refused_staff_id == salon.staff_ids["Emma"]
    assert offered(salon.company, salon.wish(), no).refused_staff_id is None


@pytest.mark.parametrize(("others", "status"), [(1, "openings"), (0, "nothing_free")])
async def test_times_that_were_asked_for_refuse_nothing(salon, held, others, status):
    """An open question has no wished start that could be refused."""
    answer = offered(salon.company, salon.wish(), Availability(others=(held,) * others))
    assert (answer.status, answer.refused_start, answer.reason) == (status, None, None)
    assert answer.facts["success"] is bool(others)


async def test_an_appointment_is_told_without_whom_it_is_for(salon):
    """Its facts may stand in a call's story."""
    appointment = await salon.book()
    facts = visit_facts(salon.company, BookedVisit((appointment,)))
    assert facts["appointment_id"] == appointment.id
    assert not any("customer" in name for name in facts)
    assert booked(salon.company, [appointment]).service.name == HAIRCUT


async def test_an_appointment_of_a_service_that_is_no_longer_offered_is_told(salon):
    """Without a name and a price."""
    appointment = await salon.book()
    company = replace(salon.company, services=())
    answer = booked(company, [appointment])
    assert (answer.facts["service"], answer.service) == ("", None)
    assert "spoken_price" not in answer.facts


@pytest.mark.parametrize(
    ("error", "status", "reason", "fault"),
    [
        (Closed(), "closed", "closed", None),
        (OutcomeUnknown("slow"), "outcome_unknown", None, "outcome_unknown"),
        (StorageUnavailable("gone"), "try_again", None, "storage_unavailable"),
    ],
)
async def test_a_fault_is_neither_a_yes_nor_a_no(salon, error, status, reason, fault):
    """Only a refusal has a reason."""
    answer = refused(error, salon.company)
    assert (answer.status, answer.reason, answer.fault) == (status, reason, fault)
    assert ("reason" in answer.flat()) is (reason is not None)


async def test_a_flat_answer_has_what_the_originals_agents_read(salon):
    """The sentence is also its message, and of a failure its error."""
    flat = asking("date", salon.company, candidates=["Freitag"], reason="unclear").flat()
    assert flat["message"] == flat["error"] == flat["say"]
    assert (flat["status"], flat["missing"], flat["candidates"], flat["reason"]) == (
        "needs_info",
        ["date"],
        ["Freitag"],
        "unclear",
    )


def test_the_story_keeps_nothing_that_names_a_person():
    """Whatever a tool tells the model."""
    answer = ToolAnswer("ok", "", {"customer_name": "Erika", "found": True}, reason="why")
    assert answer.impersonal_facts() == {"found": True, "reason": "why"}
