"""Understanding the name that a caller gives."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from slotkeeper.language.people.people_words import (
    LONGEST_ANSWER_CHARS,
    alternatives,
    placeholders,
    words_for,
)
from slotkeeper.language.phonetics import latin, sounds

MAX_NAME = 200
# "Anna Maria von Droste zu Hülshoff"; whoever says more says several names.
MAX_NAME_WORDS = 6
# A first name and a surname.
SHORT_NAME_WORDS = 2
_JOINING = frozenset(("oder", "or", "und", "and", "bzw", "sowie"))

_UNSPOKEN = {"Cc", "Cn", "Co", "Cs", "So", "Sk", "Zl", "Zp"}
_LETTER = re.compile(r"[^\W\d_]")
# Digits and signs belong to identifiers, addresses and code; no name has them.
_NO_NAME = re.compile(r"[\d_@#$%*+=\\|<>{}\[\]^~]|//|&&")
# What parts the people or the firm of one name: "Müller & Söhne", "Meyer/Schulz".
_PARTING = re.compile(r"[&/]")
# What is written beside a name: "Anna Schmidt (Mutter von Tim)".
_BESIDE = re.compile(r"\([^()]*\)")
# {{name}}, [REDACTED], <name>: a variable or a mark, not what it stands for.
_UNFILLED = re.compile(r"[{}\[\]<>]")


def understand_name(text: str | None) -> str | None:
    """Give the name in a text, as it is spelt; None for placeholders and for what is no name.

    ``Mein Name ist Müller`` is Müller, and so is ``Herr Müller``. ``Frau Bitte`` is Bitte, and
    ``nein danke`` is none.
    """
    if text is None or len(text) > LONGEST_ANSWER_CHARS or _UNFILLED.search(text):
        return None
    said = _without_frame(_printable(text))
    name = _trimmed(_honorific().sub("", said))
    if not name or len(name) > MAX_NAME or _NO_NAME.search(name):
        return None
    # "Herr Gast" is a name; "Gast" alone is what a model fills in.
    unsaid = name == said and (latin(name) in placeholders() or _is_refused(name))
    return name if _LETTER.search(name) and not unsaid else None


def is_made_up(name: str) -> bool:
    """Whether a written name stands for none: a placeholder, a mere title or mark, a variable."""
    said = _printable(name)
    bare = _honorific().sub("", _trimmed(said))
    unfilled = _UNFILLED.search(said) is not None
    return unfilled or not _LETTER.search(bare) or latin(said) in placeholders()


def one_name(text: str | None) -> str | None:
    """Give the name in a text where it can be one person's; None for a list of names as well."""
    name = understand_name(text)
    if name is None or name.count(",") > 1 or re.search(r"[;:!?]", name):
        return None
    if len(_PARTING.findall(name)) > 1:
        return None
    words = latin(name).split()
    return name if len(words) <= MAX_NAME_WORDS and _JOINING.isdisjoint(words) else None


def surname_sounds(name: str) -> tuple[str, ...]:
    """Give the sound of what may be the surname: the last word or, spoken first, the first one."""
    words = [sounds(word) for word in latin(name).split()]
    return tuple(dict.fromkeys((words[-1], words[0]))) if words else ()


def same_person(said: str | None, known: str | None) -> bool:
    """Whether a name that was said sounds like the known one.

    The surname, the last word of the known name, must be said last, or first where the rest is
    said as well: "Herr Schumann" is Jens Schuhmann, and so is "Schuhmann, Jens"; "Jens" is not.
    Of a long name every word must be right, because it may be a list of guesses; of two names that
    are said as one ("Meyer/Schulz") both. What stands beside a name need not be said.
    """
    name, known = one_name(said), known or ""
    heard = _sounds_of(name or "")
    if name is None or _PARTING.search(name):
        return bool(heard) and set(heard) == set(_sounds_of(known))
    bare = _BESIDE.sub(" ", known)
    return any(_is_said(heard, _sounds_of(each)) for each in (bare, *_PARTING.split(bare)))


def _is_said(heard: list[str], spelt: list[str]) -> bool:
    if not heard or not spelt or (len(heard) > SHORT_NAME_WORDS and not set(heard) <= set(spelt)):
        return False
    return heard[-1] == spelt[-1] or heard == [spelt[-1], *spelt[:-1]]


def _sounds_of(name: str) -> list[str]:
    return [sounds(word) for word in latin(name).split()]


def _printable(text: str) -> str:
    """Replace characters that cannot be spoken, such as control marks and pictures."""
    normal = unicodedata.normalize("NFC", text)
    visible = (c for c in normal if unicodedata.category(c) != "Cf")
    spoken = (" " if unicodedata.category(c) in _UNSPOKEN else c for c in visible)
    return " ".join("".join(spoken).split())


def _without_frame(text: str) -> str:
    """Take a name out of the sentence that it is said in."""
    if _title_and_word().fullmatch(text):
        return _trimmed(text)  # "Frau Bitte": what would be left out is the name
    said = _greeting().sub("", text)
    if introduced := _introduction().search(said):
        said = _end_of_name().split(said[introduced.end() :], maxsplit=1)[0]
    return _trimmed(_afterwards().sub("", said))


def _trimmed(text: str) -> str:
    return text.strip(" .,;:!?\"'-„“”»«")


def _is_refused(name: str) -> bool:
    """Whether an answer says that there is no name: all its words are everyday ones, and several.

    One alone may be somebody's.
    """
    words = latin(name).split()
    return len(words) > 1 and words_for("nameless").issuperset(words)


@cache
def _title_and_word() -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{alternatives('honorifics')})\b\.?\s+[\w'-]+\W*", re.I)


@cache
def _honorific() -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:{alternatives('honorifics')})\b\.?\s*)+", re.I)


@cache
def _greeting() -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:{alternatives('greetings')})(?:[\s,.!]+|$))+", re.I)


@cache
def _introduction() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('introductions')})\s+", re.I)


@cache
def _end_of_name() -> re.Pattern[str]:
    """A pause, a full stop that ends no title or initial, or what the caller says beside it."""
    full_stop = r"(?<!\bDr)(?<!\bProf)(?<!\bSt)(?<!\b\w)\.(?:\s|$)"
    return re.compile(rf",\s|[;!?]|{full_stop}|\s(?:{alternatives('and_i')})\b", re.I)


@cache
def _afterwards() -> re.Pattern[str]:
    return re.compile(rf"[\s,]+(?:{alternatives('afterwards')})[\s.!]*$", re.I)
