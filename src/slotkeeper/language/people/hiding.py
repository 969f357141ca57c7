"""Hiding what names or reaches a person, in a text that is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from slotkeeper.language.people.names import understand_name
from slotkeeper.language.people.people_words import alternatives, words_for
from slotkeeper.language.people.phones import digits_said
from slotkeeper.language.phonetics import latin, sounds
from slotkeeper.language.vocabulary.tables import VOCABULARIES

HIDDEN = "[hidden]"
# Fewer digits in a row are a time, a price or a count.
FEWEST_DIGITS = 6
# A longer value of a name's argument is a sentence, of which only an introduced name counts.
MOST_NAME_WORDS = 5

# A part of a text: where it begins, and where it has ended.
Span = tuple[int, int]

_WORD = re.compile(r"[\w'\u2019]+")
_WRITTEN_EMAIL = re.compile(r"[^\s@<>\"',;]+\s?@\s?[^\s@<>\"',;]+")
_AT = re.compile(r"\b(?:at|ät|klammeraffe)\b", re.I)
_SPOKEN_EMAIL = re.compile(
    r"[\w-]+(?:\s*(?:[._]|\b(?:punkt|dot|minus|strich|unterstrich|underscore)\b)\s*[\w-]+){0,4}"
    r"\s+(?:at|ät|klammeraffe)\s+[^\W\d][\w-]*(?:\s*(?:\.|\b(?:punkt|dot|minus|strich)\b)\s*[\w-]+)+",
    re.I,
)
# Whoever has a hold's token may book it.
_TOKEN = re.compile(r"(?<!\w)[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?!\w)", re.I)
# What has many digits and reaches nobody: a day, a time of day.
_IMPERSONAL = re.compile(
    r"""(?<![\w.:+/-])(?:
        20\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?
        | (?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?:\s?20\d\d|\s?\d\d)?
        | (?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:20)?\d\d
        | [01]?\d[:.][0-5]\d | 2[0-4][:.][0-5]\d
    )(?![\w:/]|\.\d)""",
    re.X | re.I,
)


def hidden(
    text: str,
    names: Iterable[str] = (),
    *,
    known: Callable[[], frozenset[str]] = frozenset[str],
) -> str:
    """Give the text with [hidden] for numbers, e-mail addresses, names and tokens.

    A name is a word of ``names`` (see name_words), also as it sounds, or follows an introduction
    ("mein Name ist"), a form of address or a relative ("meine Tochter"); words of ``known()`` do
    not name a customer there.
    """
    if not text.isprintable() or not unicodedata.is_normalized("NFKC", text):
        normal = unicodedata.normalize("NFKC", text)
        text = "".join(c for c in normal if unicodedata.category(c) != "Cf")
    if "@" in text:
        text = _WRITTEN_EMAIL.sub(HIDDEN, text)
    if _AT.search(text):
        text = _SPOKEN_EMAIL.sub(HIDDEN, text)
    text = without_tokens(text)
    words = list(_WORD.finditer(text))
    spans = [*_numbers(text, words), *_introduced(text, known)]
    if ears := _ears(frozenset(names)):
        spans += [word.span() for word in words if ears(word[0])]
    return _without(text, spans)


def without_tokens(text: str) -> str:
    """Give the text with [hidden] for what may be the token of a reservation."""
    return _TOKEN.sub(HIDDEN, text)


def introduced_names(
    text: str, known: Callable[[], frozenset[str]] = frozenset[str]
) -> frozenset[str]:
    """Give the words of the names that a text introduces, to hide them elsewhere."""
    spans = _introduced(text, known)
    return frozenset(word for first, last in spans for word in name_words(text[first:last]))


def name_words(text: str | None) -> frozenset[str]:
    """Give the words by which a given name is known again, in letters from a to z."""
    words = latin(understand_name(text) or text or "").split()
    if len(words) > MOST_NAME_WORDS:
        return frozenset()
    return frozenset(word for word in words if len(word) > 1 and not _is_no_name(word))


def _without(text: str, spans: list[Span]) -> str:
    kept, done = "", 0
    for first, last in sorted(spans):
        if first >= done:
            kept += text[done:first] + HIDDEN
        done = max(done, last)
    return kept + text[done:]


def _numbers(text: str, words: list[re.Match[str]]) -> Iterator[Span]:
    """Find where enough digits stand or are spoken in a row."""
    impersonal = (
        [match.span() for match in _IMPERSONAL.finditer(text)] if _DIGIT.search(text) else []
    )
    first, last, count, repeat = 0, 0, 0, 1
    for word in words:
        digits = digits_said(word[0])
        if digits is None or any(a <= word.start() < b for a, b in impersonal):
            folded = _folded(word[0])
            if folded in words_for("twice"):
                repeat = 2
            elif folded not in words_for("between_digits"):
                if count >= FEWEST_DIGITS:
                    yield first, last
                count, repeat = 0, 1
            continue
        first = first if count else word.start()
        count, last, repeat = count + len(digits) * repeat, word.end(), 1
    if count >= FEWEST_DIGITS:
        yield first, last


_DIGIT = re.compile(r"\d")


def _introduced(text: str, known: Callable[[], frozenset[str]]) -> list[Span]:
    """Find the capitalised words after an introduction, a form of address, or a relative."""
    spans: list[Span] = []
    for lead in _lead().finditer(text):
        last = lead.end()
        while word := _NEXT_WORD.match(text, last):
            folded = _folded(word[1])
            if not word[1][0].isupper() or folded in _calendar_words() or folded in known():
                break
            spans.append(word.span(1))
            last = word.end()
    return spans


_BEFORE_NAMES = ("introductions", "honorifics", "relatives")
_NEXT_WORD = re.compile(r"[\s.-]*([^\W\d_][\w'\u2019]*)")


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(alternatives, _BEFORE_NAMES))})\b[\s.:]*", re.I)


@cache
def _calendar_words() -> frozenset[str]:
    return frozenset(
        latin(word) for each in VOCABULARIES.values() for word in (*each.weekdays, *each.months)
    )


def _is_no_name(word: str) -> bool:
    return word in words_for("between_digits") or bool(_honorific().fullmatch(word))


@cache
def _honorific() -> re.Pattern[str]:
    return re.compile(alternatives("honorifics"))


@lru_cache(maxsize=4096)
def _ears(names: frozenset[str]) -> Callable[[str], bool] | None:
    """Give what knows these names again in a word; None without names."""
    if not names:
        return None
    heard = {sounds(name) for name in names if len(name) > 3}
    within = [name for name in names if len(name) > 4]

    def knows(word: str) -> bool:
        folded = _folded(word)
        return (
            folded in names
            or (len(folded) > 3 and _sounds(folded) in heard)
            or any(name in folded for name in within)
        )

    return knows


@lru_cache(maxsize=8192)
def _sounds(word: str) -> str:
    return sounds(word)


@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    return latin(word).replace(" ", "")
