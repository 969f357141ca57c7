"""The outcome of a call, computed from the answers that it was given.

Only calls that wished for something count: they asked what is free, or said yes. Each has one
outcome, the first of these that fits:

``booked``
    An appointment was made, whatever else happened.
``told_free_then_refused``
    A slot was named as free and later refused, because another call held it or had booked it.
``error``
    A fault kept the call from booking.
``nothing_suitable``
    No slot was ever named as free.
``hung_up``
    Slots were named, and the caller took none.

A slot that was told free and then refused comes before an error, because it is what holds are to
prevent. A call that was refused such a slot and booked another one counts as booked, and the
refused slot is counted all the same. Which slots were named before is not decided here: the SQL
function ``named_free_before`` tells both this report and the figure ``told_free_then_refused``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from slotkeeper.domain.catalogue import Cohort
from slotkeeper.storage.rollout import AnsweredWish, HeldStart

CallOutcome = Literal["booked", "told_free_then_refused", "error", "nothing_suitable", "hung_up"]
OUTCOMES: tuple[CallOutcome, ...] = get_args(CallOutcome)

# A service, a start (None where something broke), and the person where only she was wished.
_Slot = tuple[int | None, datetime | None, UUID | None]

# The reasons of a refusal by which another call was faster; a closed day is nobody's race.
_TAKEN = ("held", "taken")
_BROKEN = ("try_again", "outcome_unknown")


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """One call. A slot (service, start, person) counts once, however often it was asked for.

    ``refused_after_free`` slots were named as free and then refused; ``preventable`` of them so
    soon that a hold would still have lived. ``unprotected_s`` has the seconds in which nothing
    held a slot between its naming and the yes, for each slot that the caller said yes to.
    """

    outcome: CallOutcome
    cohort: Cohort | None
    told_free: bool = False
    refused_after_free: int = 0
    preventable: int = 0
    compound_attempts: int = 0
    compound_booked: int = 0
    unprotected_s: tuple[float, ...] = ()


def measure_call(
    answers: Sequence[AnsweredWish], holds: Sequence[HeldStart] = (), *, lifetime_s: int
) -> MeasuredCall:
    """Compute the outcome of a call from its answers, at least one, the first one first.

    ``cohort`` is None where it changed during the call, so that the call counts in neither.
    """
    refused = _refused_after_free(answers)
    compound = _compound_attempts(answers)
    cohorts = {answer.cohort for answer in answers}
    return MeasuredCall(
        outcome=_outcome(answers, refused_after_free=bool(refused)),
        cohort=cohorts.pop() if len(cohorts) == 1 else None,
        told_free=any(answer.told_free for answer in answers),
        refused_after_free=len(refused),
        preventable=sum(after_s <= lifetime_s for after_s in refused.values()),
        compound_attempts=len(compound),
        compound_booked=sum(compound.values()),
        unprotected_s=tuple(_unprotected_s(answers, holds)),
    )


def _outcome(answers: Sequence[AnsweredWish], *, refused_after_free: bool) -> CallOutcome:
    if any(answer.status == "booked" for answer in answers):
        return "booked"
    if refused_after_free:
        return "told_free_then_refused"
    if any(answer.status in _BROKEN for answer in answers):
        return "error"
    return "hung_up" if any(answer.told_free for answer in answers) else "nothing_suitable"


def _refused_after_free(answers: Sequence[AnsweredWish]) -> dict[_Slot, float]:
    """Give, for each slot that was refused after it was named, the seconds between the two.

    A slot that the call itself has booked by then was not taken by another.
    """
    refused: dict[_Slot, float] = {}
    booked: set[datetime | None] = set()
    for answer in answers:
        start, told_at = answer.refused_start, answer.told_free_at
        if start is not None and start not in booked and answer.reason in _TAKEN and told_at:
            refused.setdefault(_slot(answer), _seconds(told_at, answer.answered_at))
        if answer.status == "booked":
            booked.add(answer.start)
    return refused


def _compound_attempts(answers: Sequence[AnsweredWish]) -> dict[_Slot, bool]:
    """Tell, for each compound slot that the caller said yes to, whether it was booked whole.

    An attempt that a fault broke has no start. It does not count where another one succeeded.
    """
    attempts: dict[_Slot, bool] = {}
    for answer in answers:
        if answer.wish == "accepted" and answer.compound:
            was_booked = attempts.get(_slot(answer), False)
            attempts[_slot(answer)] = was_booked or answer.status == "booked"
    if any(attempts.values()):
        return {slot: booked for slot, booked in attempts.items() if slot[1] is not None}
    return attempts


def _unprotected_s(answers: Sequence[AnsweredWish], holds: Sequence[HeldStart]) -> list[float]:
    """Measure from the last naming of a slot to the yes to it, less the time a hold kept it."""
    seconds: dict[_Slot, float] = {}
    for answer in answers:
        if answer.wish != "accepted" or answer.told_free_at is None:
            continue
        held = (answer.service_id, answer.refused_start or answer.start)
        until = [
            hold.until
            for hold in holds
            if (hold.service_id, hold.start) == held and answer.staff_id in (None, hold.staff_id)
        ]
        unheld_from = max([answer.told_free_at, *until])
        seconds.setdefault(_slot(answer), _seconds(unheld_from, answer.answered_at))
    return list(seconds.values())


def _slot(answer: AnsweredWish) -> _Slot:
    return answer.service_id, answer.refused_start or answer.start, answer.staff_id


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
