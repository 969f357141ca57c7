"""What a language says around names and numbers, and all languages together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from slotkeeper.domain.locale import LanguageRoom
from slotkeeper.language.phonetics import latin

# An answer with a name or a number is shorter; a longer text is not searched.
LONGEST_ANSWER_CHARS = 400


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """One language's words around names and numbers.

    Regular expressions, alternatives joined by "|": ``honorifics`` before a name; ``greetings``,
    ``introductions`` and ``relatives`` ("meine Tochter") before it, ``afterwards`` behind it ("am
    apparat"); ``and_i`` begins what no longer belongs to it ("und ich"); ``anyone`` says, in
    letters from a to z, that anybody will do, and takes back who was wished before.
    ``placeholders`` are parted by commas, they stand where a name is not known. The rest are words
    parted by spaces, in letters from a to z: ``withheld`` for a number that is not shown; ``twice``
    doubles the next digit; ``between_digits`` is said within a number; ``zero`` is a letter said
    for the digit. Of ``nameless`` words alone are answers that give no name ("das sag ich nicht").
    ``titles`` belong to no name of the staff; ``negations`` leave somebody out;
    ``anybody`` are everyday words around a wish for nobody in particular; ``either`` stands between
    people of whom either will do, ``contrast`` before the one who is wished instead of another.
    """

    honorifics: str
    greetings: str
    introductions: str
    afterwards: str
    and_i: str
    placeholders: str
    nameless: str
    withheld: str
    twice: str
    between_digits: str
    titles: str
    negations: str
    anybody: str
    anyone: str
    either: str
    contrast: str
    relatives: str
    zero: str = ""


PEOPLE_WORDS = LanguageRoom("slotkeeper.language.people", PeopleWords)


@cache
def alternatives(field: str) -> str:
    """Join one field's regular expressions of all languages."""
    return "|".join(getattr(words, field) for words in PEOPLE_WORDS.values())


@cache
def words_for(field: str) -> frozenset[str]:
    """Give one field's words of all languages."""
    return frozenset(
        word for words in PEOPLE_WORDS.values() for word in getattr(words, field).split()
    )


@cache
def placeholders() -> frozenset[str]:
    """Give all phrases that stand for an unknown name, in letters from a to z."""
    return frozenset(
        latin(phrase) for words in PEOPLE_WORDS.values() for phrase in words.placeholders.split(",")
    )
