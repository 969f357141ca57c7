"""What words mean to the grammar: tags, and how a language's word lists become a lexicon."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from slotkeeper.language.when.result import Part

# "a|b|c d", each of value 1, or {"a|b": value}; a language lists them by tag.
Entries = str | Mapping[str, int]
# Tag -> value. A word may carry several: "morgen" is tomorrow and the morning.
Tags = Mapping["Tag", int]


class Tag(IntEnum):
    """The classes of words that the grammar knows; the languages share them."""

    # days
    RELATIVE = auto()  # days from today
    WEEKDAY = auto()  # ISO, Monday is 1
    MONTH = auto()
    MONTH_SHORT = auto()  # only beside a day: "Jan" is also a name, "may" also a verb
    FEAST = auto()  # see feasts.py
    NEXT = auto()  # 2 where it can only be the very next one: "kommenden"
    THIS = auto()
    OVERNEXT = auto()
    LAST = auto()
    SAME = auto()
    DAY = auto()
    WEEK = auto()  # the value is how many: a fortnight is 2
    MONTH_UNIT = auto()
    YEAR = auto()
    WEEKEND = auto()
    CALENDAR_WEEK = auto()
    EARLY = auto()
    MIDDLE = auto()
    LATE = auto()
    AGO = auto()  # -1 is back from now, 1 ahead: "two weeks from now"
    IN = auto()
    NEXT_DAYS = auto()  # "in den nächsten Tagen"
    NEXT_DAY = auto()  # the day after the appointment
    # times
    PART = auto()  # index in PARTS
    OCLOCK = auto()
    HALF = auto()
    QUARTER = auto()
    THREE_QUARTERS = auto()
    HOUR = auto()
    MINUTE = auto()
    MINUTES_LONG = auto()  # "Viertelstunde": the value in minutes
    AM_PM = auto()  # 0 or 12
    NOON = auto()
    MIDNIGHT = auto()
    SHORTLY = auto()
    OPENING = auto()
    CLOSING = auto()
    TIME_WORD = auto()  # "Uhrzeit"
    # prepositions and the like
    AT = auto()
    ON = auto()
    ARTICLE = auto()
    ABOUT = auto()
    FROM = auto()
    SINCE = auto()  # "von": a beginning only where an end follows
    UNTIL = auto()
    BEFORE = auto()
    AFTER = auto()
    BETWEEN = auto()
    TO = auto()
    ONTO = auto()
    # between wishes
    AND = auto()
    OR = auto()
    ELSE = auto()
    CORRECT = auto()
    BUT = auto()
    NOT = auto()
    ABLE = auto()
    IF = auto()
    INSTEAD = auto()
    THAN = auto()  # "lieber Samstag als Freitag": what follows is not wished
    MOVE = auto()
    CHANGE = auto()  # moves an appointment only where one, or a time, is named as well
    LATER = auto()
    THEREAFTER = auto()  # "den Montag darauf": after a day that was named before
    EARLIER = auto()
    OFFER = auto()
    NUMBERED = auto()  # an offer that is called by a number: "Option zwei"
    FINAL = auto()  # "den letzten"
    STILL = auto()
    SOONEST = auto()
    VAGUE = auto()  # makes the whole phrase unclear
    SOMETIME = auto()  # unclear if there is nothing else
    EVERY = auto()
    WAS = auto()  # what was is no wish
    SHADE = auto()  # "am frühen Morgen"
    # neighbours
    ONE = auto()
    COUNT = auto()  # a number before it counts things
    PLAIN = auto()  # an everyday word that says nothing about its neighbours
    TAKE = auto()  # "ich nehme zehn": a number after it is a time
    MINE = auto()  # "meine Frau" is no title
    TITLE = auto()  # the next word is a name
    SKIP = auto()  # a greeting and the like


PARTS: Sequence[Part] = ("morning", "forenoon", "noon", "afternoon", "evening", "night")

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "\u2019": "'", "\u2018": "'"})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})


def normalise(text: str) -> str:
    """Fold case, umlauts (ae, oe, ue), sharp s and compatibility forms: what sounds the same."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)


def _spellings(word: str) -> Iterator[str]:
    """Spell a word as it is, and as a recogniser without umlauts writes it."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    yield folded.translate(_UMLAUTS)
    yield folded.translate(_BARE)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language, ready for the reader.

    ``words`` and ``phrases`` are in normal form; a phrase is keyed by its first word, the longest
    first. ``split`` takes a compound apart ("freitagabend"). ``day_first`` orders 3/12. ``german``:
    the language follows German rather than English order and idiom: "fünf und zwanzig", "halb
    drei", "vor drei Tagen", "heute in acht Tagen", a clock of 24 hours.
    """

    words: Mapping[str, Tags]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], Tags]]]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    fillers: frozenset[str]
    split: Mapping[str, tuple[str, ...]]
    thousand: str
    day_first: bool
    german: bool


def build(
    words: Mapping[Tag, Entries],
    *,
    numbers: Mapping[str, int],
    ordinals: Mapping[str, int],
    fillers: str,
    split: Mapping[str, tuple[str, ...]],
    thousand: str,
    day_first: bool,
    german: bool,
) -> Lexicon:
    """Build a lexicon from word lists."""
    dropped = frozenset(s for word in fillers.split() for s in _spellings(word))
    single: dict[str, dict[Tag, int]] = {}
    multiple: dict[tuple[str, ...], dict[Tag, int]] = {}
    for tag, entry, value in _entries(words):
        for spelled in _spellings(entry):
            parts = tuple(spelled.split())
            if not dropped.isdisjoint(parts):
                raise ValueError(f"{entry!r} holds a filler word and can never be met")
            if len(parts) == 1:
                single.setdefault(parts[0], {})[tag] = value
            else:
                multiple.setdefault(parts, {})[tag] = value
    phrases: dict[str, list[tuple[tuple[str, ...], Tags]]] = {}
    for parts, tags in sorted(multiple.items(), key=lambda item: -len(item[0])):
        phrases.setdefault(parts[0], []).append((parts, tags))
    return Lexicon(
        words=single,
        phrases=phrases,
        numbers=_spelled(numbers),
        ordinals=_spelled(ordinals),
        fillers=dropped,
        split={s: parts for word, parts in split.items() for s in _spellings(word)},
        thousand=thousand,
        day_first=day_first,
        german=german,
    )


def _entries(words: Mapping[Tag, Entries]) -> Iterator[tuple[Tag, str, int]]:
    for tag, entries in words.items():
        if isinstance(entries, str):
            for entry in entries.split("|"):
                yield tag, entry.strip(), 1
        else:
            for listed, value in entries.items():
                for entry in listed.split("|"):
                    yield tag, entry.strip(), value


def _spelled(numbers: Mapping[str, int]) -> dict[str, int]:
    return {s: value for word, value in numbers.items() for s in _spellings(word)}
