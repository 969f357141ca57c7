"""The outcome of a call, from the answers that it was given."""

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


def second(after_s):
    """The instant this many seconds into the call; None for None."""
    return None if after_s is None else MONDAY_9 + timedelta(seconds=after_s)


def answer(after_s, status, *, named_s=None, **more):
    """An answer in a call without holds; ``named_s``: when its slot was last named as free."""
    known = {"wish": "asked", "service_id": HAIRCUT, "cohort": "off"} | more
    return AnsweredWish(
        call_id="call_1",
        status=status,
        answered_at=second(after_s),
        told_free_at=second(named_s),
        **known,
    )


def free(after_s, **more):
    """A slot is named as free."""
    return answer(after_s, "available", told_free=True, **more)


def taken(after_s, start=FRIDAY_10, *, reason="taken", **more):
    """A slot is refused because another call has it."""
    return answer(after_s, "slot_taken", refused_start=start, reason=reason, **more)


def yes(after_s, start=FRIDAY_10, **more):
    """A yes that is booked."""
    return answer(after_s, "booked", wish="accepted", start=start, **more)


def broken(after_s, **more):
    """A fault breaks a yes."""
    return answer(after_s, "try_again", wish="accepted", **more)


def measured(*answers, holds=(), lifetime_s=300):
    """The outcome of a call with these answers."""
    return measure_call(answers, holds, lifetime_s=lifetime_s)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([free(0), yes(9)], "booked"),
        ([free(0), taken(9, named_s=0), broken(12), yes(20, ELEVEN)], "booked"),
        ([free(0), taken(9, named_s=0)], "told_free_then_refused"),
        ([free(0), broken(5), taken(9, named_s=0)], "told_free_then_refused"),
        ([free(0), broken(9)], "error"),
        ([broken(0)], "error"),
        ([taken(0), taken(5, ELEVEN)], "nothing_suitable"),
        ([answer(0, "closed", refused_start=FRIDAY_10, reason="closed")], "nothing_suitable"),
        ([taken(0), free(5)], "hung_up"),
        ([free(0)], "hung_up"),
    ],
)
def test_a_call_has_the_first_outcome_that_fits(answers, outcome):
    """Booked, refused after free, error, nothing suitable, hung up: in this order."""
    assert measured(*answers).outcome == outcome


def test_a_refusal_is_counted_though_the_call_booked_another_time():
    """A booking does not undo that a named slot was refused."""
    call = measured(free(0), taken(9, named_s=0), free(10), yes(15, ELEVEN))
    assert (call.outcome, call.refused_after_free) == ("booked", 1)


def test_a_slot_counts_once_however_often_it_is_refused():
    """A slot that is asked for again is the same slot; with somebody else it is another."""
    again = [taken(after_s, named_s=0) for after_s in (9, 12, 15)]
    assert measured(free(0), *again).refused_after_free == 1
    emma, sarah = taken(9, staff_id=EMMA, named_s=0), taken(12, staff_id=SARAH, named_s=1)
    assert measured(free(0), free(1), emma, sarah).refused_after_free == 2


@pytest.mark.parametrize("refusal", [taken(9), taken(9, named_s=0, reason="too_soon")])
def test_no_other_refusal_counts(refusal):
    """The slot was never named, or no other call is the reason."""
    assert measured(free(0), refusal).refused_after_free == 0


def test_a_slot_that_the_call_itself_has_booked_is_no_race():
    """The second person of a visit cannot sit on the same chair."""
    call = measured(free(0), yes(5, named_s=0), taken(9, named_s=0))
    assert call.refused_after_free == 0


def test_a_hold_would_have_prevented_a_refusal_within_its_lifetime():
    """At the last second of a hold's life yes, after it no."""
    assert measured(free(0), taken(300, named_s=0), lifetime_s=300).preventable == 1
    assert measured(free(0), taken(301, named_s=0), lifetime_s=300).preventable == 0


def test_nothing_protects_a_start_between_its_naming_and_the_yes():
    """The window begins when the start was last named."""
    assert measured(free(0), free(8), yes(20, named_s=8)).unprotected_s == (12.0,)
    refused = taken(20, wish="accepted", named_s=0)
    assert measured(free(0), refused).unprotected_s == (20.0,)


def test_a_hold_that_lives_leaves_no_window():
    """The start was booked out of the hold."""
    hold = HeldStart(HAIRCUT, FRIDAY_10, until=second(20.1))
    assert measured(free(0), yes(20, named_s=0), holds=[hold]).unprotected_s == (0.0,)


def test_a_hold_that_expired_leaves_the_time_after_it():
    """Sixty seconds are protected, fourteen are not."""
    hold = HeldStart(HAIRCUT, FRIDAY_10, until=second(60))
    assert measured(free(0), yes(74, named_s=0), holds=[hold]).unprotected_s == (14.0,)


def test_a_hold_of_another_start_protects_nothing():
    """Nor does one of another service."""
    holds = [HeldStart(HAIRCUT, ELEVEN, second(90)), HeldStart(PERM, FRIDAY_10, second(90))]
    assert measured(free(0), yes(20, named_s=0), holds=holds).unprotected_s == (20.0,)


def test_a_start_that_was_never_named_has_no_window():
    """A regular who knows what she wants books at once."""
    assert measured(yes(0)).unprotected_s == ()


def test_a_compound_is_reliable_where_the_yes_books_all_of_it():
    """One of two tried starts; a mere question is no attempt."""
    perm = {"service_id": PERM, "compound": True}
    call = measured(
        free(0, **perm),
        taken(9, wish="accepted", **perm),
        free(10, **perm),
        yes(15, ELEVEN, **perm),
    )
    assert (call.compound_attempts, call.compound_booked) == (2, 1)


def test_a_fault_and_a_success_are_one_attempt():
    """A yes that is repeated after a fault succeeds; one that is not repeated has failed."""
    perm = {"service_id": PERM, "compound": True}
    again = measured(free(0, **perm), broken(9, **perm), yes(12, **perm))
    never = measured(free(0, **perm), broken(9, **perm))
    assert (again.compound_attempts, again.compound_booked) == (1, 1)
    assert (never.compound_attempts, never.compound_booked) == (1, 0)


def test_a_call_that_changed_its_cohort_belongs_to_none():
    """The switch is turned off during the call."""
    assert measured(free(0), taken(9)).cohort == "off"
    assert measured(replace(free(0), cohort="on"), taken(9)).cohort is None
