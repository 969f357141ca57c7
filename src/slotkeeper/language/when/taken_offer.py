"""Finding the offer that a caller takes, by its place or by a day or time that only it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from slotkeeper.language.when.drafts import Draft
from slotkeeper.language.when.expressions import DayItem, DayMonth, Pick
from slotkeeper.language.when.resolve import Situation
from slotkeeper.language.when.result import When


def bind(when: When, wishes: Sequence[Draft], situation: Situation, *, from_fields: bool) -> When:
    """Bind what was understood to one of the offers, if it can only be that one.

    ``from_fields``: the day comes from a model, which may have kept it from an earlier wish.
    """
    picks = [pick for wish in wishes for pick in wish.picks]
    pick = picks[-1] if picks else _numbered(wishes, situation)
    if pick is not None and (pick.sure or (situation.offers and when.time is None)):
        return _picked(pick, when, situation)
    if not situation.offers or when.status != "ok" or when.relative or when.preferences:
        return when
    if when.time is not None and when.window is None:
        return _by_time(when, situation, stale=from_fields and not _dated(wishes))
    if when.date is not None and when.window is None:
        return _only(
            when, [n for n, at in enumerate(situation.offers) if at.date() == when.date], situation
        )
    return when


def _dated(wishes: Sequence[Draft]) -> bool:
    """Whether a date was written out, which a model does not keep by mistake."""
    days = [day for wish in wishes for day in wish.days if isinstance(day, DayItem)]
    return any(isinstance(day.spec, DayMonth) for day in days)


def _numbered(wishes: Sequence[Draft], situation: Situation) -> Pick | None:
    """Read "den zweiten" as an offer if there are at least two."""
    if len(wishes) != 1 or len(wishes[0].days) != 1 or wishes[0].says_time:
        return None
    day = wishes[0].days[0]
    if not (isinstance(day, DayItem) and isinstance(day.spec, DayMonth) and day.spec.article):
        return None
    nth = day.spec.day
    return Pick(nth - 1, sure=False) if nth <= len(situation.offers) else None


def _picked(pick: Pick, when: When, situation: Situation) -> When:
    offers = situation.offers
    if pick.later is not None:
        ranked = sorted(range(len(offers)), key=lambda n: offers[n])
        index = (ranked[-1] if pick.later else ranked[0]) if offers else -1 if pick.later else 0
    else:
        index = pick.index or 0
    if not offers:
        base = when if when.status != "none" else When("ok", confidence=0.8)
        return replace(base, selects=index)
    index = len(offers) - 1 if index == -1 else index
    if index >= len(offers):
        return When("ask", reason="unclear", candidates=offers, confidence=0.3)
    if not pick.sure and any(at.day == index + 1 for n, at in enumerate(offers) if n != index):
        return When("ask", reason="ambiguous_date", candidates=offers, confidence=0.3)
    chosen = offers[index]
    said_time = when.time is not None and when.time != chosen.time()
    if said_time or (pick.sure and when.date is not None and when.date != chosen.date()):
        said = (when.wall.replace(tzinfo=situation.now.tzinfo),) if when.wall else ()
        return When("ask", reason="offer_mismatch", candidates=(chosen, *said), confidence=0.3)
    return _taken(index, situation)


def _taken(index: int, situation: Situation) -> When:
    chosen = situation.offers[index]
    return When("ok", chosen.date(), chosen.time(), grain="minute", selects=index)


def _by_time(when: When, situation: Situation, *, stale: bool) -> When:
    at_time = [n for n, at in enumerate(situation.offers) if at.time() == when.time]
    if when.date is None:
        return _only(when, at_time, situation)
    same = [n for n in at_time if situation.offers[n].date() == when.date]
    if same:
        return replace(when, selects=same[0])
    if stale and len(at_time) == 1 and when.wall is not None:
        said = when.wall.replace(tzinfo=situation.now.tzinfo)
        candidates: tuple[datetime, ...] = (situation.offers[at_time[0]], said)
        return replace(when, status="ask", reason="offer_mismatch", candidates=candidates)
    return when


def _only(when: When, matching: Sequence[int], situation: Situation) -> When:
    """Take the only offer that matches; ask if several on different days do."""
    if len(matching) == 1:
        return replace(_taken(matching[0], situation), part=when.part)
    if len(matching) > 1 and when.date is None:
        candidates = tuple(situation.offers[n] for n in matching)
        return replace(when, status="ask", reason="several_days", candidates=candidates)
    return when
