"""The way in to understanding days and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from slotkeeper.domain.locale import LOCALES, LanguageRoom, Locale
from slotkeeper.language.when.choosing import chosen
from slotkeeper.language.when.drafts import Drafts, drafts_of, merge_field
from slotkeeper.language.when.expressions import DayItem, Item, Mark, Offset
from slotkeeper.language.when.lexicon import TimeLexicon
from slotkeeper.language.when.moves import MoveParts, part_move, without_since
from slotkeeper.language.when.negation import without_denied
from slotkeeper.language.when.reader import Slot
from slotkeeper.language.when.resolve import Situation, resolve
from slotkeeper.language.when.result import When
from slotkeeper.language.when.scan import scan
from slotkeeper.language.when.taken_offer import bind

# No calendar is kept longer. A later day is asked about like one that does not exist.
LAST_YEAR = 8999
# A tool call reads its texts twice, and callers say much the same.
TEXTS_REMEMBERED = 512

LEXICONS = LanguageRoom("slotkeeper.language.when", TimeLexicon)


def understand_when(
    text: str | None,
    situation: Situation,
    *,
    locale: Locale = "de",
    date_text: str | None = None,
    time_text: str | None = None,
) -> When:
    """Understand what was said about a day and a time. Total: it answers or asks.

    ``text`` is what the caller said; ``date_text`` and ``time_text`` are what a model filled in as
    date and as time, each of which may be a whole phrase too. Raises ValueError if the situation's
    ``now`` is naive.
    """
    situation = situation.in_one_zone()
    read = [
        _scanned(text or "", locale, None),
        _scanned(date_text or "", locale, "date"),
        _scanned(time_text or "", locale, "time"),
    ]
    items = [list(each) for each in read if each is not None]
    if len(items) < len(read):
        return When("ask", reason="too_long", confidence=0.0)
    try:
        when = _understood(items, situation, from_fields=not text and bool(date_text))
    except OverflowError:  # beyond what a calendar of the language itself can count to
        return When("ask", reason="invalid_date", confidence=0.0)
    return when if _ends(when) else When("ask", reason="invalid_date", confidence=0.0)


def _ends(when: When) -> bool:
    """Whether all the days in it are such that arithmetic with time zones stays in bounds."""
    days = [when.date, *(when.date_range or ()), *when.candidates]
    last = max((day.year for day in days if isinstance(day, date)), default=0)
    return last <= LAST_YEAR and (when.old is None or _ends(when.old))


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _scanned(said: str, locale: Locale, slot: Slot | None) -> tuple[Item, ...] | None:
    """Read a text; a form's field in every other language too: models fill in "tomorrow"."""
    items = scan(said, LEXICONS[locale], slot)
    others = [other for other in LOCALES if other != locale] if slot else []
    while items is not None and others and all(isinstance(item, Mark) for item in items):
        items = scan(said, LEXICONS[others.pop(0)], slot)
    return None if items is None else tuple(items)


def _understood(read: Sequence[list[Item]], situation: Situation, *, from_fields: bool) -> When:
    move = part_move(read[0])
    left, denied = without_denied(move.new)
    plan = drafts_of(left, moves=move.moving)
    for items in read[1:]:
        if items:
            left, refused = without_denied(items)
            denied += refused
            merge_field(plan, drafts_of(left))
    former = _former(move, plan, situation)
    if move.moving and former is not None and former.date is not None:
        _on_the_same_day(plan, former, situation)
    when = chosen(plan, situation)
    if when.status == "none" and (denied or move.moving):
        when = When("ask", reason="excluded" if denied else "missing", confidence=0.3)
    when = bind(when, plan.wishes, situation, from_fields=from_fields)
    return when if former is None else replace(when, old=former)


def _former(move: MoveParts, plan: Drafts, situation: Situation) -> When | None:
    """Give the appointment's old time, as it was said or else as it is known."""
    left, _ = without_denied(without_since(move.old))
    old = drafts_of(left, moves=True).wishes
    if old and (said := resolve(old[-1], situation)).status != "none":
        return said
    relative = any(wish.moved or wish.same_time or wish.same_day for wish in plan.wishes)
    if situation.appointment is None or not (move.moving or relative):
        return None
    at = situation.appointment
    return When("ok", at.date(), at.time(), grain="minute")


def _on_the_same_day(plan: Drafts, former: When, situation: Situation) -> None:
    """Let "auf elf Uhr verschieben" mean the day that the appointment is on."""
    if former.date is None:
        return
    for wish in plan.wishes:
        if wish.says_time and not wish.says_day:
            wish.days = [DayItem(Offset((former.date - situation.today).days))]
