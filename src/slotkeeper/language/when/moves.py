"""Telling an appointment's old time from its new one: "von morgen auf Freitag", "statt"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slotkeeper.language.when.expressions import (
    ClockItem,
    ClockSpanItem,
    DayItem,
    DaySpanItem,
    Item,
    Mark,
    Moved,
    PartOfDay,
    SameTime,
    is_date,
    is_weekday,
)
from slotkeeper.language.when.lexicon import Tag

_CONTENT = (DayItem, DaySpanItem, ClockItem, ClockSpanItem, PartOfDay, SameTime, Moved)
_BREAKS = (Tag.CORRECT, Tag.BUT, Tag.OR, Tag.ELSE)


@dataclass(frozen=True, slots=True)
class MoveParts:
    """What was said of an appointment's old time, and the rest; ``moving``: there is a move."""

    old: Sequence[Item]
    new: Sequence[Item]
    moving: bool


def part_move(items: Sequence[Item]) -> MoveParts:
    """Part a text's items into those of the old time and those of the new one."""
    if (index := _find(items, Tag.INSTEAD)) is not None:
        return _instead(items, index)
    verb = _find(items, Tag.MOVE)
    if verb is None and (_has_content(items) or _find(items, Tag.OFFER) is not None):
        verb = _find(items, Tag.CHANGE)
    onto = _onto(items, verb is not None)
    if onto is not None:
        return MoveParts(items[:onto], items[onto:], moving=True)
    if verb is None:
        return MoveParts((), items, moving=False)
    # "den Termin am Freitag verschieben" names the old time; "umbuchen, Freitag um elf" the new.
    begin, end = _clause(items, verb)
    for old in (range(begin, verb), _after_offer(items, range(verb + 1, end))):
        if _names_old([items[index] for index in old]):
            new = [item for index, item in enumerate(items) if index not in old]
            return MoveParts([items[index] for index in old], new, moving=True)
    return MoveParts((), items, moving=True)


def _after_offer(items: Sequence[Item], clause: range) -> range:
    """Give the range of items behind "move my appointment"."""
    index = next((n for n in clause if _has(items[n], Tag.OFFER)), clause.stop)
    early = _has_content(items[clause.start : index])
    return range(clause.stop if early else index, clause.stop)


def _names_old(items: Sequence[Item]) -> bool:
    counted = any(isinstance(item, Moved | SameTime) for item in items)
    return _has_content(items) and not counted and not any(_has(i, Tag.ONTO) for i in items)


def _has(item: Item, tag: Tag) -> bool:
    return isinstance(item, Mark) and item.has(tag)


def without_since(items: Sequence[Item]) -> list[Item]:
    """Read "from Friday" as the Friday: before "to Monday" it begins no range."""
    return [
        replace(item, bound=None)
        if isinstance(item, DayItem | ClockItem) and item.bound in {"from", "since"}
        else item
        for item in items
    ]


def _instead(items: Sequence[Item], index: int) -> MoveParts:
    end = index + 1
    kinds: set[bool] = set()
    while end < len(items):
        item = items[end]
        if isinstance(item, _CONTENT):
            is_day = isinstance(item, DayItem | DaySpanItem)
            whole = is_date(item) and is_weekday(items[end - 1])
            if not whole and (is_day in kinds or (is_day and False in kinds)):
                break
            kinds.add(is_day)
        elif kinds:
            break
        end += 1
    return MoveParts(items[index + 1 : end], [*items[:index], *items[end:]], moving=True)


def _onto(items: Sequence[Item], verb: bool) -> int | None:
    """Find the "auf" between an old time and a new one."""
    for index, item in enumerate(items):
        if not (isinstance(item, Mark) and item.has(Tag.ONTO) and _has_content(items[index + 1 :])):
            continue
        before = items[:index]
        since = any(
            isinstance(each, DayItem | ClockItem) and each.bound == "since" for each in before
        )
        if _has_content(before) and (verb or since):
            return index
    return None


def _has_content(items: Sequence[Item]) -> bool:
    return any(isinstance(item, _CONTENT) for item in items)


def _find(items: Sequence[Item], tag: Tag) -> int | None:
    return next(
        (index for index, item in enumerate(items) if isinstance(item, Mark) and item.has(tag)),
        None,
    )


def _clause(items: Sequence[Item], index: int) -> tuple[int, int]:
    begin = end = index
    while begin > 0 and not _breaks(items[begin - 1]):
        begin -= 1
    while end < len(items) and not _breaks(items[end]):
        end += 1
    return begin, end


def _breaks(item: Item) -> bool:
    return isinstance(item, Mark) and (item.pause or item.has(*_BREAKS))
