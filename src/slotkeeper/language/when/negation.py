"""Taking out what does not suit: "nicht Freitag", "Freitag geht nicht", "not before ten"."""

from __future__ import annotations

from collections.abc import Sequence

from slotkeeper.language.when.expressions import (
    ClockItem,
    ClockSpanItem,
    DayItem,
    DaySpanItem,
    Item,
    Mark,
    PartOfDay,
    Vague,
)
from slotkeeper.language.when.lexicon import Tag

CONTENT = (DayItem, DaySpanItem, ClockItem, ClockSpanItem, PartOfDay)
# How many words may stand between "nicht" and a day: "ich kann nicht so gut am Freitag".
_GAP = 2
_NOON_MIN = 12 * 60
_EVENING_MIN = 17 * 60
_STOPS = (Tag.CORRECT, Tag.BUT, Tag.OR, Tag.ELSE, Tag.INSTEAD)


def without_denied(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Part items into those that are left and those that were denied.

    A denied item leaves a correction mark, so that what follows replaces what came before. "Wenn
    Freitag nicht geht, Samstag" denies nothing, but puts wishes in order.
    """
    left = [
        Vague() if _tells_of_the_past(items, index) else item for index, item in enumerate(items)
    ]
    denied: set[int] = set()
    for index, item in enumerate(items):
        if isinstance(item, Mark) and item.has(Tag.NOT):
            _deny(left, denied, index)
        elif _is(item, Tag.THAN) and any(_is(before, Tag.CORRECT) for before in items[:index]):
            denied.update(_content_ahead(items, index))
    remaining = [
        Mark(frozenset({Tag.CORRECT})) if index in denied else item
        for index, item in enumerate(left)
    ]
    return remaining, [items[index] for index in sorted(denied)]


def _tells_of_the_past(items: Sequence[Item], index: int) -> bool:
    """Whether a word puts its clause into the past: "letztes Mal war ich am Freitag da"."""
    if not _is(items[index], Tag.WAS):
        return False
    clause = items[_clause_begin(items, index) : _clause_end(items, index)]
    return any(isinstance(item, CONTENT) for item in clause)


def _deny(items: list[Item], denied: set[int], index: int) -> None:
    ahead = _content_ahead(items, index)
    begins = _clause_begin(items, index)
    behind = [n for n in range(begins, index) if isinstance(items[n], CONTENT)]
    able = any(_is(items[n], Tag.ABLE) for n in range(behind[-1] if behind else index, index))
    if ahead and behind and able:
        items[index] = Vague()  # "Freitag kann ich nicht Samstag": either may be meant
    elif ahead:
        _deny_group(items, denied, ahead)
    elif any(_is(items[n], Tag.IF) for n in range(begins, index)):
        items[index] = Mark(frozenset({Tag.ELSE}))
    elif behind and behind[-1] == index - 1 and index + 1 == _clause_end(items, index + 1):
        _deny_group(items, denied, behind)  # "Freitag nicht, lieber Samstag"
    elif behind and any(_is(items[n], Tag.ABLE) for n in range(begins, _clause_end(items, index))):
        _deny_group(items, denied, behind)


def _deny_group(items: list[Item], denied: set[int], group: Sequence[int]) -> None:
    """Deny only the finest items: "Freitag um zehn geht nicht" leaves the Friday."""
    finest = [n for n in group if isinstance(items[n], ClockItem | ClockSpanItem)]
    parts = [n for n in group if isinstance(items[n], PartOfDay)]
    if not finest and len(group) == len(parts) == 1 and (rest := _rest_of_day(items[parts[0]])):
        items[parts[0]] = rest
        return
    denied.update(finest or parts or group)


def _rest_of_day(item: Item) -> ClockItem | None:
    """Turn "nicht am Vormittag" into "ab zwölf"."""
    if not isinstance(item, PartOfDay):
        return None
    match item.part:
        case "morning" | "forenoon":
            return ClockItem(_NOON_MIN, "exact", bound="from")
        case "afternoon":
            return ClockItem(_NOON_MIN, "exact", bound="until")
        case "evening" | "night":
            return ClockItem(_EVENING_MIN, "exact", bound="until")
    return None


def _content_ahead(items: Sequence[Item], index: int) -> list[int]:
    start = index + 1
    while start < len(items) and start <= index + _GAP and _is_word(items[start]):
        start += 1
    content = []
    while start < len(items) and isinstance(items[start], CONTENT):
        content.append(start)
        start += 1
    return content


def _is_word(item: Item) -> bool:
    return isinstance(item, Mark) and not item.pause and not item.has(*_STOPS)


def _is(item: Item, tag: Tag) -> bool:
    return isinstance(item, Mark) and item.has(tag)


def _ends_clause(item: Item) -> bool:
    return isinstance(item, Mark) and (item.pause or item.has(*_STOPS))


def _clause_begin(items: Sequence[Item], index: int) -> int:
    while index > 0 and not _ends_clause(items[index - 1]):
        index -= 1
    return index


def _clause_end(items: Sequence[Item], index: int) -> int:
    while index < len(items) and not _ends_clause(items[index]):
        index += 1
    return index
