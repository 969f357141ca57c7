"""The tags that words have for the grammar, and how word lists become a lexicon."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from slotkeeper.language.vocabulary.tables import Vocabulary
from slotkeeper.language.when.result import Part

# Words and phrases with one tag: "a|b|c d", each with the value 1, or {"a|b": value}.
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
    """Fold case, umlauts (to ae, oe, ue), sharp s and compatibility forms."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)


def _spellings(word: str) -> Iterator[str]:
    """Give a word's spelling, and the one of a speech recogniser that knows no umlauts."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    yield folded.translate(_UMLAUTS)
    yield folded.translate(_BARE)


@dataclass(frozen=True, slots=True)
class Idioms:
    """How a language orders and means what the shared grammar reads.

    ``day_first``: 3/12 is in December, and "Dezember 3" stands in forms only. ``units_first``:
    "fünf und zwanzig" is 25, and "acht zehn" may be 18. ``half_before``: "halb drei" is 2:30.
    ``quarter_of_hour``: "viertel acht" is 7:15. ``clock_of_24_hours``: a written 10:45 is in the
    morning. ``minutes_after_oclock``: five past ten is "zehn Uhr fünf" and never "zehn fünf".
    ``hour_said_twice``: "elf elf" may be a stutter. ``ago_first``: "vor drei Tagen".
    ``week_of_eight_days``: "in acht Tagen" is in a week to some. ``ordinal_after_pause``:
    "Termin bitte, dritter" is a day. ``article_before_month``: "third of December".
    ``weekday_and_day``: "Friday 14" is the fourteenth. ``counts_weeks``: "Friday week", "a week on
    Friday", "week 49". ``thousand`` is its word; ``unit_one`` is a one that only stands in a
    larger number ("ein und zwanzig"). ``vague_endings`` end words for a time that is not looked up
    ("dezemberwoche").
    """

    day_first: bool = False
    units_first: bool = False
    half_before: bool = False
    quarter_of_hour: bool = False
    clock_of_24_hours: bool = False
    minutes_after_oclock: bool = False
    hour_said_twice: bool = False
    ago_first: bool = False
    week_of_eight_days: bool = False
    ordinal_after_pause: bool = False
    article_before_month: bool = False
    weekday_and_day: bool = False
    counts_weeks: bool = False
    thousand: str = ""
    unit_one: str = ""
    vague_endings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeLexicon:
    """One language's words for days and times, ready for the reader.

    ``words`` and ``phrases`` are in normal form; a phrase is keyed by its first word, the longest
    first. ``split`` takes a compound apart ("freitagabend").
    """

    words: Mapping[str, Tags]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], Tags]]]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    fillers: frozenset[str]
    split: Mapping[str, tuple[str, ...]]
    idioms: Idioms


def build(
    words: Mapping[Tag, Entries],
    *,
    vocabulary: Vocabulary,
    fillers: str,
    split: Mapping[str, tuple[str, ...]],
    idioms: Idioms,
) -> TimeLexicon:
    """Build a lexicon from word lists. Raises ValueError for a phrase that holds a filler."""
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
    return TimeLexicon(
        words=single,
        phrases=phrases,
        numbers=_spelled(vocabulary.cardinals),
        ordinals=_spelled(vocabulary.ordinals),
        fillers=dropped,
        split={s: parts for word, parts in split.items() for s in _spellings(word)},
        idioms=idioms,
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


def numbered(names: Iterable[str], *more: str) -> dict[str, int]:
    """Number names from 1, each with its other spellings: "montags|mo"; "" where there are none."""
    others = [f"|{spellings}" if spellings else "" for spellings in more]
    return {f"{name}{others[at] if others else ''}": at + 1 for at, name in enumerate(names)}
