"""Joining several wishes to one answer: the only wish, times in order of wish, or a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time
from itertools import pairwise

from slotkeeper.language.when.drafts import Drafts
from slotkeeper.language.when.resolve import Situation, resolve
from slotkeeper.language.when.result import NOTHING, Candidate, When, Window


def chosen(plan: Drafts, situation: Situation) -> When:
    """Give the one answer for all wishes of a text."""
    answers = [resolve(wish, situation) for wish in plan.wishes if wish.wishes_when]
    answers = [each for each in answers if each != NOTHING]
    if plan.vague:
        return When(
            "ask", reason="unclear", candidates=_candidates(answers, situation), confidence=0.3
        )
    if not answers:
        return When("ask", reason="unclear", confidence=0.3) if plan.weakly_vague else NOTHING
    answer = _together(list(dict.fromkeys(answers)), situation, listed=plan.listed)
    if plan.weakly_vague:
        return replace(answer, confidence=min(answer.confidence, 0.7))
    return answer


def _together(answers: Sequence[When], situation: Situation, *, listed: bool) -> When:
    first = answers[0]
    if len(answers) == 1:
        return first
    asked = next((each for each in answers if each.status == "ask"), None)
    candidates = _candidates(answers, situation)
    if asked is not None:
        return replace(asked, candidates=candidates)
    if len({(each.date, each.date_range) for each in answers}) > 1:
        return _several_days(answers, candidates)
    times = tuple(dict.fromkeys(each.time for each in answers if each.time is not None))
    if listed:
        return replace(first, status="ask", time=None, reason="ambiguous_time", candidates=times)
    windows = [each.window for each in answers if each.window is not None]
    if not times and not _touching(windows):
        begins = tuple(each.starts for each in windows if each.starts is not None)
        return replace(first, status="ask", window=None, reason="ambiguous_time", candidates=begins)
    return replace(
        first,
        time=times[0] if times else None,
        preferences=times if len(times) > 1 else (),
        window=_hull(windows) if windows else None,
        confidence=min(each.confidence for each in answers),
    )


def _several_days(answers: Sequence[When], candidates: tuple[Candidate, ...]) -> When:
    """Ask which day is meant, and keep a time or window that is the same for all."""
    first, same = answers[0], len({(each.time, each.window) for each in answers}) == 1
    return When(
        "ask",
        time=first.time if same else None,
        window=first.window if same else None,
        part=first.part if same else None,
        reason="several_days",
        candidates=candidates,
        confidence=0.3,
    )


def _candidates(answers: Iterable[When], situation: Situation) -> tuple[Candidate, ...]:
    """List what each wish comes to, as finely as it is known, in their order."""
    said: list[Candidate] = []
    for each in answers:
        if each.status == "ask" and each.candidates:
            said += each.candidates
        elif each.wall is not None:
            said.append(each.wall.replace(tzinfo=situation.now.tzinfo))
        elif each.date is not None:
            said.append(each.date)
        elif each.time is not None:
            said.append(each.time)
        elif each.date_range is not None:
            said.append(each.date_range.first)
    return tuple(dict.fromkeys(said))


def _touching(windows: Sequence[Window]) -> bool:
    """Whether windows join to one: "vormittags oder nachmittags" do, 9-10 and 14-15 do not."""
    ordered = sorted(windows, key=lambda each: each.starts or time.min)
    return all(
        before.ends is None or after.starts is None or after.starts <= before.ends
        for before, after in pairwise(ordered)
    )


def _hull(windows: Sequence[Window]) -> Window:
    starts = [window.starts for window in windows if window.starts is not None]
    ends = [window.ends for window in windows if window.ends is not None]
    return Window(
        min(starts) if len(starts) == len(windows) else None,
        max(ends) if len(ends) == len(windows) else None,
    )
