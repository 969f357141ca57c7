"""Reading a text into items: days and times in their order, and the words that link them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from slotkeeper.language.when.clock_grammar import CLOCK_RULES, read_point
from slotkeeper.language.when.day_grammar import DAY_RULES
from slotkeeper.language.when.expressions import (
    Bound,
    ClockItem,
    DayItem,
    Edge,
    Item,
    Mark,
    PartOfDay,
    Pick,
    Vague,
    is_date,
    is_weekday,
)
from slotkeeper.language.when.lexicon import Tag, Tags, TimeLexicon
from slotkeeper.language.when.reader import Reader, Rule, Slot, first_of, reader
from slotkeeper.language.when.stretch_grammar import LAST_RULES, STRETCH_RULES
from slotkeeper.language.when.tokens import tokenise

_PREFIXES = (
    *(Tag.AT, Tag.ON, Tag.ARTICLE, Tag.ABOUT, Tag.FROM, Tag.SINCE, Tag.UNTIL, Tag.BEFORE),
    *(Tag.AFTER, Tag.BETWEEN, Tag.IN),
)
# The strongest preposition first: "bis spätestens um zwölf" is until.
_BOUNDS: Sequence[tuple[Tag, Bound]] = (
    (Tag.BETWEEN, "between"),
    (Tag.FROM, "from"),
    (Tag.UNTIL, "until"),
    (Tag.BEFORE, "before"),
    (Tag.AFTER, "after"),
    (Tag.SINCE, "since"),
    (Tag.ABOUT, "about"),
)
# The tags that a Mark keeps, by which later steps link the items.
_LINKS = frozenset(
    {
        *(Tag.AND, Tag.OR, Tag.ELSE, Tag.CORRECT, Tag.BUT, Tag.NOT, Tag.ABLE, Tag.IF, Tag.WAS),
        *(Tag.MOVE, Tag.CHANGE, Tag.ONTO, Tag.TO, Tag.UNTIL, Tag.SINCE, Tag.STILL, Tag.SOONEST),
        *(Tag.LATER, Tag.EARLIER, Tag.OFFER, Tag.BETWEEN, Tag.THAN, Tag.INSTEAD),
    }
)
# The tags with which an expression can begin; a new rule's first tag has to be entered here.
_STARTS = frozenset(
    {
        *(Tag.NUMBERED, Tag.LATER, Tag.EARLIER, Tag.FINAL, Tag.NEXT_DAY, Tag.ONE, Tag.MINUTES_LONG),
        *(Tag.CALENDAR_WEEK, Tag.WEEK, Tag.EARLY, Tag.MIDDLE, Tag.LATE, Tag.NEXT, Tag.THIS),
        *(Tag.OVERNEXT, Tag.LAST, Tag.WEEKEND, Tag.NEXT_DAYS, Tag.AGO, Tag.IN, Tag.FEAST),
        *(Tag.MONTH, Tag.MONTH_SHORT, Tag.MONTH_UNIT, Tag.WEEKDAY, Tag.RELATIVE, Tag.SAME),
        *(Tag.SHORTLY, Tag.NOON, Tag.MIDNIGHT, Tag.QUARTER, Tag.THREE_QUARTERS, Tag.HALF),
        *(Tag.PART, Tag.OPENING, Tag.CLOSING, Tag.EVERY, Tag.VAGUE, Tag.SOMETIME, Tag.YEAR),
        Tag.DAY,
    }
)
_DASHES = frozenset("-\u2013\u2014")  # hyphen and the longer ones
_NAME_LIKE = (Tag.WEEKDAY, Tag.MONTH, Tag.SOMETIME, Tag.FEAST)


def scan(text: str, words: TimeLexicon, slot: Slot | None = None) -> list[Item] | None:
    """Read a text into items; None where it is too long to be read."""
    tokens = tokenise(text, words)
    return None if tokens is None else _dates_whole(list(_items(reader(tokens, words, slot))))


def _dates_whole(items: Sequence[Item]) -> list[Item]:
    """Take out the pause within one date: "Dienstag, den 11. November"."""
    return [
        item
        for index, item in enumerate(items)
        if not (isinstance(item, Mark) and item.pause and _within_date(items, index))
    ]


def _within_date(items: Sequence[Item], index: int) -> bool:
    if not 0 < index < len(items) - 1:
        return False
    return is_weekday(items[index - 1]) and is_date(items[index + 1])


def _items(read: Reader) -> Iterator[Item]:
    index = 0
    prefixes: list[int] = []
    while index < len(read.tokens):
        if _names_somebody(read, index):
            yield Mark()
            index += 2
            continue
        reading = first_of(_RULES, read, index) if _may_begin(read, index) else None
        if reading is not None:
            item, end = reading
            yield _bounded(item, [read.tokens[n].tags for n in prefixes])
            prefixes, index = [], end
            continue
        if read.has(index, *_PREFIXES) and not read.has(index, Tag.SKIP):
            prefixes.append(index)
            if read.has(index, Tag.ONTO, Tag.TO, Tag.NOT):
                yield _mark(read, index)
        else:
            yield from (_mark(read, n) for n in prefixes)
            prefixes = []
            yield _left_over(read, index) or _mark(read, index)
        index += 1


def _may_begin(read: Reader, index: int) -> bool:
    """Whether an expression can begin here, to skip most words of a sentence quickly."""
    token = read.token(index)
    if token.kind != "word":
        return token.kind != "mark"
    return not _STARTS.isdisjoint(token.tags) or read.ends_vaguely(index)


def _bounded(item: Item, before: Sequence[Tags]) -> Item:
    if not before or not isinstance(item, DayItem | ClockItem | PartOfDay | Edge):
        return item
    for tag, bound in _BOUNDS:
        if any(tag in tags for tags in before):
            return replace(item, bound=bound)
    return item


def _mark(read: Reader, index: int) -> Mark:
    token = read.token(index)
    if token.text in _DASHES:
        return Mark(frozenset({Tag.UNTIL}))
    return Mark(frozenset(token.tags) & _LINKS, pause=token.kind == "mark")


def _names_somebody(read: Reader, index: int) -> bool:
    """Whether a person's name follows that is also a day or month: Herr Freitag, Frau Mai."""
    if not read.has(index, Tag.TITLE) or read.has(index - 1, Tag.MINE):
        return False
    return read.has(index + 1, *_NAME_LIKE) or read.number(index + 1) is not None


def _left_over(read: Reader, index: int) -> Vague | None:
    """Give Vague for what no rule reads and yet is about days or times; None for the rest."""
    token = read.token(index)
    if token.kind in {"pair", "slash", "clock", "date"} or token.has(Tag.CALENDAR_WEEK):
        return Vague()
    number = read.number(index)
    if read.ordinal(index) is not None and read.value(index - 1, Tag.ON) == 1:
        return Vague()
    if read.token(index).dotted and read.value(index - 1, Tag.ARTICLE) == 1:
        return Vague(strong=False)  # "um den 14. herum"
    if not number or index in read.digits_of_phone or token.has(Tag.ONE):
        return None
    harmless = read.counts_things(index) or read.unknown(index + 1) or read.unknown(index - 1)
    harmless = harmless or read.has(index + 1, Tag.OFFER) or number >= 100
    harmless = harmless and read.slot is None  # a form's field holds nothing else
    return None if harmless else Vague(strong=False)


def _pick(read: Reader, index: int) -> tuple[Pick, int] | None:
    """Read "der erste Termin", "Option zwei", "den späteren", "the last one"."""
    if read.has(index, Tag.NUMBERED) and (number := read.number(index + 1)) in {1, 2, 3}:
        return None if read.has(index + 2, Tag.OCLOCK) else (Pick(number - 1), index + 2)
    nth = read.ordinal(index)
    if nth is not None and 0 < nth <= 9 and read.has(index + 1, Tag.OFFER):
        return Pick(nth - 1), index + 2
    if not read.has(index - 1, Tag.ARTICLE):
        return None
    offer = read.has(index + 1, Tag.OFFER)
    after = read.skip(index + 1, Tag.OFFER)
    if read.has(index, Tag.LATER, Tag.EARLIER) and (offer or _clause_ends(read, after)):
        return Pick(later=read.has(index, Tag.LATER)), after
    if read.has(index, Tag.FINAL) and (offer or _clause_ends(read, after)):
        return Pick(-1), after
    feminine = read.value(index - 1, Tag.ARTICLE) == 0
    if nth is not None and nth <= 9 and feminine and _clause_ends(read, after):
        return Pick(nth - 1, sure=False), index + 1
    return None


def _clause_ends(read: Reader, index: int) -> bool:
    return read.ends(index) or read.has(index, Tag.ABLE, Tag.PLAIN, Tag.TAKE, Tag.AND)


_RULES: Sequence[Rule] = (
    _pick,
    *STRETCH_RULES,
    read_point,
    *DAY_RULES,
    *CLOCK_RULES,
    *LAST_RULES,
)
