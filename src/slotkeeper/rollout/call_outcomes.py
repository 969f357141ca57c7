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
refused slot is counted all the same.
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

# What another's hold or booking makes an answer say; a closed day is nobody's race.
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
    cohorts = {one.cohort for one in answers}
    return MeasuredCall(
        outcome=_outcome(answers, broken_word=bool(refused)),
        cohort=cohorts.pop() if len(cohorts) == 1 else None,
        told_free=any(one.told_free for one in answers),
        refused_after_free=len(refused),
        preventable=sum(after_s <= lifetime_s for after_s in refused.values()),
        compound_attempts=len(compound),
        compound_booked=sum(compound.values()),
        unprotected_s=tuple(_unprotected_s(answers, holds)),
    )


def _outcome(answers: Sequence[AnsweredWish], *, broken_word: bool) -> CallOutcome:
    if any(one.status == "booked" for one in answers):
        return "booked"
    if broken_word:
        return "told_free_then_refused"
    if any(one.status in _BROKEN for one in answers):
        return "error"
    return "hung_up" if any(one.told_free for one in answers) else "nothing_suitable"


def _refused_after_free(answers: Sequence[AnsweredWish]) -> dict[_Slot, float]:
    """How many seconds after it was last named a slot was first refused.

    What the call itself has booked by then is in nobody else's hands.
    """
    found: dict[_Slot, float] = {}
    for n, one in enumerate(answers):
        start = one.refused_start
        own = {before.start for before in answers[:n] if before.status == "booked"}
        if start is None or start in own or one.reason not in _TAKEN:
            continue
        told_at = _told_free_at(answers[:n], one, start)
        if told_at is not None:
            found.setdefault(_slot(one), _seconds(told_at, one.answered_at))
    return found


def _told_free_at(
    before: Sequence[AnsweredWish], now: AnsweredWish, start: datetime
) -> datetime | None:
    """When the same service was last named as free at a start; with the same person, if wished."""
    for one in reversed(before):
        if one.service_id == now.service_id and any(
            named == start and (staff is None or now.staff_id in (None, staff))
            for named, staff in one.told_free
        ):
            return one.answered_at
    return None


def _compound_attempts(answers: Sequence[AnsweredWish]) -> dict[_Slot, bool]:
    """Whether a yes to a slot of a compound ended in a booking of all of it.

    What broke has no start, and is no attempt of its own where the next one succeeded.
    """
    found: dict[_Slot, bool] = {}
    for one in answers:
        if one.wish == "accepted" and one.compound:
            found[_slot(one)] = found.get(_slot(one), False) or one.status == "booked"
    if any(found.values()):
        return {slot: whole for slot, whole in found.items() if slot[1] is not None}
    return found


def _unprotected_s(answers: Sequence[AnsweredWish], holds: Sequence[HeldStart]) -> list[float]:
    """From the last time a slot was named until the yes to it, less while a hold kept it."""
    found: dict[_Slot, float] = {}
    for n, one in enumerate(answers):
        start = one.refused_start or (one.start if one.status == "booked" else None)
        if one.wish != "accepted" or start is None:
            continue
        told_at = _told_free_at(answers[:n], one, start)
        if told_at is not None:
            kept = [h.until for h in holds if (h.service_id, h.start) == (one.service_id, start)]
            open_from = max([told_at, *kept])
            found.setdefault(_slot(one), _seconds(open_from, one.answered_at))
    return list(found.values())


def _slot(one: AnsweredWish) -> _Slot:
    return one.service_id, one.refused_start or one.start, one.staff_id


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
