"""Cutting a text into tokens: numbers are read, fillers dropped, phrases joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from slotkeeper.language.when.lexicon import Tag, Tags, TimeLexicon, normalise

# A caller's turn is some 10 to 40 words; a longer one is asked for again rather than searched.
MAX_TEXT_CHARS = 500
MAX_TEXT_TOKENS = 100
# Larger numbers are no hour, day or year.
_MAX_DIGITS = 4
_THOUSANDS = 2000  # "zweitausend", "two thousand"

TokenKind = Literal["word", "number", "ordinal", "date", "pair", "slash", "clock", "offset", "mark"]

_LEX = re.compile(
    r"(?P<stamp>\d{4}-\d{1,2}-\d{1,2})t(?P<at>\d{1,2}:\d{2})(?::\d{2}(?:[.,]\d+)?)?"
    r"(?P<zone>z|[+-]\d{2}:?\d{2})?(?!\d)"
    r"|(?P<ymd>\d{4}([-./])\d{1,2}\5\d{1,2})(?!\d)"
    r"|(?P<dmy>\d{1,2}([-./])\d{1,2}\7(?:\d{4}|\d{2}(?!\s?uhr)))(?![\d:])"
    r"|(?P<clock>\d{1,2}:\d{2})(?::\d{2})?(?!\d)"
    r"|(?P<pair>\d{1,2}\.\d{1,2})(?P<open>\.?)(?!\d)"
    r"|(?P<slash>\d{1,2}/\d{1,2})(?![\d/])"
    r"|(?P<ordinal>\d{1,2})(?:st|nd|rd|th|ster|sten|ste|ter|ten|te)\b"
    r"|(?P<dotted>\d{1,2})\.(?!\d)"
    r"|(?P<number>\d+)"
    r"|(?P<mark>[.,;:!?\u2026\u2013\u2014/()-])",
    re.ASCII,
)
# Words may be of any alphabet; figures are ASCII only, because dates have no other digits.
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*-?")
_MERIDIEM = re.compile(r"\b([ap])\.\s?m\b\.?")
_DIGITS_AND_LETTERS = re.compile(r"(?<=\d)-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark. ``value`` is the number, or day, month, year / hour, minute / text.

    ``dotted``: digits with a full stop, which may be an ordinal. ``spoken``: a number in words.
    """

    kind: TokenKind
    text: str
    tags: Tags = field(default_factory=dict)
    value: tuple[int, ...] = ()
    dotted: bool = False
    spoken: bool = False

    def has(self, *tags: Tag) -> bool:
        """Whether the word is of one of these classes."""
        own = self.tags
        if own:
            for tag in tags:
                if tag in own:
                    return True
        return False


def tokenise(text: str, words: TimeLexicon) -> list[Token] | None:
    """Cut a text into tokens; None if it is longer than MAX_TEXT_CHARS or MAX_TEXT_TOKENS."""
    if len(text) > MAX_TEXT_CHARS:
        return None
    folded = normalise(text)
    if len(folded) > 2 * MAX_TEXT_CHARS:
        return None
    tokens = [token for token in _lex(folded, words) if token.text not in words.fillers]
    if len(tokens) > MAX_TEXT_TOKENS:
        return None
    return _join_numbers(_join_phrases(tokens, words), words)


def _lex(text: str, words: TimeLexicon) -> Iterator[Token]:
    text = _DIGITS_AND_LETTERS.sub(" ", _MERIDIEM.sub(r"\1m ", text))
    index = 0
    while index < len(text):
        match = _WORD.match(text, index) or _LEX.match(text, index)
        if match is None:
            index += 1
            continue
        index = match.end()
        if match.re is _WORD:
            yield from _words(match[0], words)
        else:
            yield from _figures(match)


def _words(text: str, words: TimeLexicon) -> Iterator[Token]:
    text = text.replace("'", "").removesuffix("-")
    joined = text.replace("-", "")
    if joined in words.numbers or joined in words.ordinals:
        text = joined
    for index, hyphened in enumerate(text.split("-")):
        parts = [_word(part, words) for part in words.split.get(hyphened, (hyphened,))]
        if index and (parts[0].kind == "number" or parts[0].has(Tag.WEEKDAY)):
            yield Token("mark", "-")  # "Mo-Fr", "zehn-zwölf"
        yield from parts


def _word(text: str, words: TimeLexicon) -> Token:
    tags = words.words.get(text, {})
    if (number := words.numbers.get(text)) is not None:
        return Token("number", text, tags, (number,), spoken=True)
    if (number := words.ordinals.get(text)) is not None:
        return Token("ordinal", text, tags, (number,), spoken=True)
    return Token("word", text, tags)


def _figures(match: re.Match[str]) -> Iterator[Token]:
    kind, text = match.lastgroup, match[0]
    if match["stamp"]:
        yield Token("date", text, value=_day_first(match["stamp"]))
        if match["at"] in {"00:00", "0:00"}:
            return  # a program had no time to write
        yield Token("clock", match["at"], value=_ints(match["at"]))
        if match["zone"]:
            yield Token("offset", text, value=(_offset_min(match["zone"]),))
    elif match["dmy"] and "." not in text:
        yield Token("slash", text, value=_day_first(text))
    elif match["ymd"] or match["dmy"]:
        yield Token("date", text, value=_day_first(text))
    elif match["clock"]:
        yield Token("clock", text, value=_ints(match["clock"]))
    elif match["pair"]:
        yield Token("pair", text, value=_ints(match["pair"]), dotted=bool(match["open"]))
    elif match["slash"]:
        yield Token("slash", text, value=_ints(text))
    elif match["ordinal"]:
        yield Token("ordinal", text, value=(int(match["ordinal"]),))
    elif match["dotted"]:
        yield Token("number", text, value=(int(match["dotted"]),), dotted=True)
    elif kind == "number" and len(text) <= _MAX_DIGITS:
        yield Token("number", text, value=(int(text),))
    else:
        yield Token("mark" if kind == "mark" else "word", text)


def _ints(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[^0-9]", text))


def _day_first(text: str) -> tuple[int, ...]:
    """Give day, month, year; a year of two digits is of this century."""
    first, month, last = _ints(text)
    if first > 31:  # the year comes first
        return last, month, first
    return first, month, last if last > 99 else 2000 + last


def _offset_min(zone: str) -> int:
    if zone == "z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def _join_phrases(tokens: list[Token], words: TimeLexicon) -> list[Token]:
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        for parts, tags in words.phrases.get(token.text, ()):
            if [t.text for t in tokens[index : index + len(parts)]] == list(parts):
                token = Token("word", " ".join(parts), tags)
                index += len(parts) - 1
                break
        joined.append(token)
        index += 1
    return joined


def _join_numbers(tokens: list[Token], words: TimeLexicon) -> list[Token]:
    """Join what was spoken in several words: "fünf und vierzig", "two thousand twenty five"."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        for join in (_thousands, _tens_and_units):
            if (joined_token := join(tokens, index, words)) is not None:
                token, length = joined_token
                break
        else:
            token, length = tokens[index], 1
        joined.append(token)
        index += length
    return joined


def _spoken_number(tokens: list[Token], index: int) -> int | None:
    if index < len(tokens) and tokens[index].kind == "number" and tokens[index].spoken:
        return tokens[index].value[0]
    return None


def _is_text(tokens: list[Token], index: int, text: str) -> bool:
    return index < len(tokens) and tokens[index].text == text


def _thousands(tokens: list[Token], index: int, words: TimeLexicon) -> tuple[Token, int] | None:
    first = _spoken_number(tokens, index)
    if first != _THOUSANDS and (
        first != 2 or not _is_text(tokens, index + 1, words.idioms.thousand)
    ):
        return None
    after = thousand = index + 1 if first == _THOUSANDS else index + 2
    if after < len(tokens) and tokens[after].has(Tag.AND):
        after += 1
    rest = _spoken_number(tokens, after)
    if rest is None:
        return Token("number", "2000", value=(_THOUSANDS,), spoken=True), thousand - index
    length = after + 1 - index
    if rest % 10 == 0 and (unit := _spoken_number(tokens, after + 1)) and unit < 10 <= rest:
        rest, length = rest + unit, length + 1
    return Token("number", str(2000 + rest), value=(2000 + rest,), spoken=True), length


def _tens_and_units(
    tokens: list[Token], index: int, words: TimeLexicon
) -> tuple[Token, int] | None:
    """Join "fünf und vierzig", or "forty five" where the language says the tens first."""
    first = 1 if tokens[index].text == words.idioms.unit_one else _spoken_number(tokens, index)
    other = index + (2 if words.idioms.units_first else 1)
    if first is None or other >= len(tokens) or not tokens[other].spoken:
        return None
    second = tokens[other].value[0]
    if words.idioms.units_first:
        # "zwischen fünf und zwanzig Uhr" are two numbers.
        range_before = index > 0 and tokens[index - 1].has(Tag.BETWEEN, Tag.SINCE)
        if not tokens[index + 1].has(Tag.AND) or range_before:
            return None
        first, second = second, first
    if not (first in range(20, 100, 10) and 0 < second < 10):
        return None
    kind: TokenKind = tokens[other].kind
    return Token(kind, str(first + second), value=(first + second,), spoken=True), other + 1 - index
