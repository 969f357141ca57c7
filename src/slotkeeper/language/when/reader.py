"""Reading tokens: the questions that the rules of the grammar ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from slotkeeper.language.when.expressions import Item
from slotkeeper.language.when.lexicon import Idioms, Tag, TimeLexicon
from slotkeeper.language.when.tokens import Token

# Which field of a form a text fills: a bare "10" is a day in the one and an hour in the other.
Slot = Literal["date", "time"]

_NONE = Token("mark", "")
# "null eins fünf eins": a telephone number, no time.
_PHONE_RUN = 4
_LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class Reader:
    """The tokens of one text; places before and after it read as empty."""

    tokens: Sequence[Token]
    words: TimeLexicon
    slot: Slot | None = None
    digits_of_phone: frozenset[int] = field(default_factory=frozenset)

    @property
    def idioms(self) -> Idioms:
        """Give the idioms of the text's language."""
        return self.words.idioms

    def token(self, index: int) -> Token:
        """Give the token at a place, or an empty one."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else _NONE

    def has(self, index: int, *tags: Tag) -> bool:
        """Whether the word at a place is of one of these classes."""
        own = self.token(index).tags
        if own:
            for tag in tags:
                if tag in own:
                    return True
        return False

    def value(self, index: int, tag: Tag) -> int | None:
        """Give the value of a word for a tag; None if it does not have the tag."""
        return self.token(index).tags.get(tag)

    def number(self, index: int) -> int | None:
        """Give a cardinal number that is no part of a telephone number."""
        token = self.token(index)
        if token.kind != "number" or index in self.digits_of_phone:
            return None
        return token.value[0]

    def hour(self, index: int) -> int | None:
        """Give a number that can be an hour; "ein" only if "Uhr" follows."""
        if self.has(index, Tag.ONE) and self.has(index + 1, Tag.OCLOCK):
            return 1
        number = self.number(index)
        return number if number is not None and number <= 24 else None

    def ordinal(self, index: int) -> int | None:
        """Give an ordinal number, in words or as digits with a full stop."""
        token = self.token(index)
        if token.kind == "ordinal" or (token.kind == "number" and token.dotted):
            return token.value[0]
        return None

    def count(self, index: int) -> int | None:
        """Give how many of a unit there are: a number, or 1 for "ein"."""
        return 1 if self.has(index, Tag.ONE) else self.number(index)

    def skip(self, index: int, *tags: Tag) -> int:
        """Give the place after one optional word of these classes."""
        return index + 1 if self.has(index, *tags) else index

    def skip_mark(self, index: int) -> int:
        """Give the place after one optional mark, as in "December 3rd, 2025"."""
        return index + 1 if self.token(index).kind == "mark" and index < len(self.tokens) else index

    def ends(self, index: int) -> bool:
        """Whether the text or a clause ends here."""
        return self.token(index).kind == "mark"

    def names_day(self, month: int) -> bool:
        """Whether the month at a place is followed by its day: "December 3rd"."""
        after = self.skip(month + 1, Tag.ARTICLE)
        number = self.number(after)
        day = self.ordinal(after) is not None or (number is not None and number <= _LAST_DAY)
        return day and not self.has(after + 1, Tag.OCLOCK, Tag.AM_PM)

    def ends_vaguely(self, index: int) -> bool:
        """Whether the word is a compound of a time that is not looked up: "Dezemberwoche"."""
        return self.token(index).text.endswith(self.words.idioms.vague_endings)

    def unknown(self, index: int) -> bool:
        """Whether a word stands here that the lexicon does not know: a noun, a name."""
        token = self.token(index)
        return token.kind == "word" and not token.tags

    def counts_things(self, index: int) -> bool:
        """Whether the number at a place counts what follows: two people, ten minutes."""
        units = (Tag.COUNT, Tag.DAY, Tag.WEEK, Tag.MONTH_UNIT, Tag.HOUR, Tag.YEAR, Tag.MINUTE)
        return self.has(index + 1, *units, Tag.MINUTES_LONG)

    def is_hour_in_date_field(self, index: int) -> bool:
        """Whether a number in a date's field is an hour: "Freitag um elf", "Freitag elf"."""
        if self.has(index - 1, Tag.AT, Tag.ABOUT):
            return True
        bounds = (Tag.FROM, Tag.UNTIL, Tag.BEFORE, Tag.AFTER, Tag.SINCE)
        day = index - 2 if self.has(index - 1, *bounds) else index - 1
        # A written "Freitag 11" may be the eleventh; the eleventh is said as such.
        return (day < index - 1 or self.token(index).spoken) and self.has(
            day, Tag.WEEKDAY, Tag.RELATIVE
        )


Rule = Callable[[Reader, int], tuple[Item, int] | None]


def reader(tokens: Sequence[Token], words: TimeLexicon, slot: Slot | None) -> Reader:
    """Make a reader that knows which numbers belong to a telephone number."""
    phone: set[int] = set()
    index = 0
    for is_number, group in groupby(tokens, key=lambda token: token.kind == "number"):
        run = list(group)
        if is_number and len(run) >= _PHONE_RUN:
            phone.update(range(index, index + len(run)))
        index += len(run)
    return Reader(tokens, words, slot, frozenset(phone))


def first_of(rules: Sequence[Rule], read: Reader, index: int) -> tuple[Item, int] | None:
    """Give what the first rule that fits reads at a place, and the place after it."""
    for rule in rules:
        if (reading := rule(read, index)) is not None:
            return reading
    return None
