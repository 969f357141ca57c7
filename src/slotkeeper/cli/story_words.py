"""Explains statuses and reasons to somebody who reads a call's story."""

from __future__ import annotations

from collections.abc import Mapping

from slotkeeper.domain.errors import refusals

# Status -> explanation. Refusals are explained below; "context" needs no explanation.
_MEANINGS: Mapping[str, str] = {
    "held": "It was free, and was held for the caller in the same instant.",
    "available": "It was free. Nothing was held: this call belongs to a cohort without holds.",
    "openings": "The free times were named.",
    "nothing_free": "Nothing was free then.",
    "booked": "The appointment stands.",
    "moved": "The appointment stands at its new time.",
    "cancelled": "The appointment is cancelled, its time is free again.",
    "released": "The call's holds were released.",
    "transfer": "The caller asked for a person, and the call was to be handed over.",
    "callback_requested": "The callback is on the list: slotkeeper callback list.",
    "unknown_tool": "The agent called a tool that does not exist: check its configuration.",
    "try_again": "The database did not answer in time. Nothing was changed.",
    "outcome_unknown": "The database's answer was lost: it is unknown whether the change was made.",
}

_TAKEN = {
    "held": "Another call held this time.",
    "taken": "An appointment, or other busy time, covers this time.",
}

# A hold's end_reason -> why it ended.
ENDED_BECAUSE: Mapping[str, str] = {
    "released": "the caller did not want it",
    "superseded": "the caller wished another time",
    "taken_over": "a newer call of the same number wished the same slot",
    "not_chosen": "the caller took another of the times that were offered",
    "call_ended": "the call ended without a yes",
    "desk": "the desk released it",
}


def meaning_of(status: str, answer: Mapping[str, object]) -> str:
    """Explain in a sentence why a tool call was answered like this; "" where nothing needs it.

    ``answer`` is the part of the answer that is stored.
    """
    reason = str(answer.get("reason", ""))
    if status == "slot_taken" and reason in _TAKEN:
        return _TAKEN[reason]
    if status == "needs_info":
        return _asked(answer, reason)
    return _MEANINGS.get(status) or _REFUSALS.get(status, "")


def _asked(answer: Mapping[str, object], reason: str) -> str:
    missing, candidates = answer.get("missing"), answer.get("candidates")
    wanted = " and ".join(map(str, missing)) if isinstance(missing, list) else "more"
    text = f"The caller was asked for {wanted.replace('_', ' ')}"
    if reason:
        text += f" ({reason.replace('_', ' ')})"
    if isinstance(candidates, list):
        text += f", to choose from {', '.join(map(str, candidates))}"
    return f"{text}."


# A tool answers with a refusal of the domain; the first line of its docstring explains it.
_REFUSALS: Mapping[str, str] = {
    refusal.code: (refusal.__doc__ or "").splitlines()[0] for refusal in refusals()
}
