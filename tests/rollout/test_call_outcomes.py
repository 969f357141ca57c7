"""What a call measure_call through, told from what it was answered."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from slotkeeper.rollout.call_outcomes import measure_call
from slotkeeper.storage.rollout import AnsweredWish, HeldStart
from tests.build import FRIDAY_10, MONDAY_9

EMMA, SARAH = UUID(int=1), UUID(int=2)
ELEVEN = FRIDAY_10 + timedelta(hours=1)
HAIRCUT, PERM = 1, 2


def answer(after_s, status, **more):
    """An answer so many seconds into a call without holds."""
    at = MONDAY_9 + timedelta(seconds=after_s)
    known = {"wish": "asked", "service_id": HAIRCUT, "cohort": "off"} | more
    return AnsweredWish(call_id="call_1", status=status, answered_at=at, **known)


def free(after_s, *starts, staff=EMMA, **more):
    """Starts are named as free."""
    told = tuple((start, staff) for start in starts or (FRIDAY_10,))
    return answer(after_s, "available", told_free=told, **more)


def taken(after_s, start=FRIDAY_10, *, reason="taken", **more):
    """A start is refused because another has it."""
    return answer(after_s, "slot_taken", refused_start=start, reason=reason, **more)


def yes(after_s, start=FRIDAY_10, **more):
    """A yes that is booked."""
    return answer(after_s, "booked", wish="accepted", start=start, **more)


def broken(after_s, **more):
    """Something broke at a yes."""
    return answer(after_s, "try_again", wish="accepted", **more)


def told(*answers, holds=(), lifetime_s=300):
    """What such a call measure_call through."""
    return measure_call(answers, holds, lifetime_s=lifetime_s)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([free(0), yes(9)], "booked"),
        ([free(0), taken(9), broken(12), yes(20, ELEVEN)], "booked"),
        ([free(0), taken(9)], "told_free_then_refused"),
        ([free(0), broken(5), taken(9)], "told_free_then_refused"),
        ([free(0), broken(9)], "error"),
        ([broken(0)], "error"),
        ([taken(0), taken(5, ELEVEN)], "nothing_suitable"),
        ([answer(0, "closed", refused_start=FRIDAY_10, reason="closed")], "nothing_suitable"),
        ([taken(0), free(5, ELEVEN)], "hung_up"),
        ([free(0)], "hung_up"),
    ],
)
def test_a_call_has_the_first_outcome_that_fits(answers, outcome):
    """Booked, broken word, error, nothing, left: in this order."""
    assert told(*answers).outcome == outcome


def test_a_broken_word_is_counted_though_the_call_booked_another_time():
    """A booking does not undo it."""
    found = told(free(0), taken(9), free(10, ELEVEN), yes(15, ELEVEN))
    assert (found.outcome, found.refused_after_free) == ("booked", 1)


def test_a_slot_counts_once_however_often_it_is_refused():
    """Asked again, it is the same broken word; with somebody else it is another."""
    assert told(free(0), taken(9), taken(12), taken(15)).refused_after_free == 1
    emma, sarah = taken(9, staff_id=EMMA), taken(12, staff_id=SARAH)
    assert told(free(0), free(1, staff=SARAH), emma, sarah).refused_after_free == 2


@pytest.mark.parametrize(
    "no",
    [
        taken(9, ELEVEN),
        taken(9, service_id=PERM),
        taken(9, staff_id=SARAH),
        taken(9, reason="too_soon"),
    ],
)
def test_what_was_never_named_breaks_no_word(no):
    """Another time, another service, another person, or a reason that is nobody's race."""
    assert told(free(0), no).refused_after_free == 0


def test_who_wishes_anybody_may_count_on_whom_was_named():
    """Free with Emma, and refused with everybody, is a broken word."""
    assert told(free(0, staff=EMMA), taken(9, staff_id=None)).refused_after_free == 1
    assert told(free(0, staff=EMMA), taken(9, staff_id=EMMA)).refused_after_free == 1


def test_what_is_named_after_the_refusal_does_not_count():
    """First taken, then free again."""
    assert told(taken(0), free(9)).refused_after_free == 0


def test_what_the_call_itself_has_booked_is_no_race():
    """The second person of a party cannot sit on the same chair."""
    assert told(free(0), yes(5), taken(9)).refused_after_free == 0


def test_a_hold_would_have_prevented_what_came_within_its_lifetime():
    """At its last second yes, after it no."""
    assert told(free(0), taken(300), lifetime_s=300).preventable == 1
    assert told(free(0), taken(301), lifetime_s=300).preventable == 0


def test_nothing_protects_a_start_between_being_named_and_the_yes():
    """Counted from the last time that it was named."""
    assert told(free(0), free(8), yes(20)).unprotected_s == (12.0,)
    assert told(free(0), taken(20, wish="accepted")).unprotected_s == (20.0,)


def test_a_hold_that_lives_leaves_no_window():
    """It was booked out of the hold."""
    hold = HeldStart(HAIRCUT, FRIDAY_10, until=MONDAY_9 + timedelta(seconds=20.1))
    assert told(free(0), yes(20), holds=[hold]).unprotected_s == (0.0,)


def test_a_hold_that_died_leaves_what_came_after_it():
    """Sixty seconds protected, fourteen not."""
    hold = HeldStart(HAIRCUT, FRIDAY_10, until=MONDAY_9 + timedelta(seconds=60))
    assert told(free(0), yes(74), holds=[hold]).unprotected_s == (14.0,)


def test_a_hold_of_another_start_protects_nothing():
    """Nor does one of another service."""
    late = MONDAY_9 + timedelta(seconds=90)
    holds = [HeldStart(HAIRCUT, ELEVEN, late), HeldStart(PERM, FRIDAY_10, late)]
    assert told(free(0), yes(20), holds=holds).unprotected_s == (20.0,)


def test_what_was_never_named_has_no_window():
    """Booked at once, as a regular does who knows what she wants."""
    assert told(yes(0)).unprotected_s == ()


def test_a_compound_is_reliable_where_the_yes_books_all_of_it():
    """One of two tried starts; a mere question is no attempt."""
    perm = {"service_id": PERM, "compound": True}
    found = told(
        free(0, **perm),
        taken(9, wish="accepted", **perm),
        free(10, ELEVEN, **perm),
        yes(15, ELEVEN, **perm),
    )
    assert (found.compound_attempts, found.compound_booked) == (2, 1)


def test_what_broke_and_then_worked_is_one_attempt():
    """Asked again, it was booked; never asked again, it failed."""
    perm = {"service_id": PERM, "compound": True}
    again = told(free(0, **perm), broken(9, **perm), yes(12, **perm))
    never = told(free(0, **perm), broken(9, **perm))
    assert (again.compound_attempts, again.compound_booked) == (1, 1)
    assert (never.compound_attempts, never.compound_booked) == (1, 0)


def test_a_call_that_changed_its_cohort_belongs_to_none():
    """The switch was thrown in the middle of it."""
    assert told(free(0), taken(9)).cohort == "off"
    assert told(replace(free(0), cohort="on"), taken(9)).cohort is None
