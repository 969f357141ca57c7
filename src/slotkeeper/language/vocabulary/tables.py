"""What a language's vocabulary holds, and where it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slotkeeper.domain.locale import LanguageRoom


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Numbers, weekdays and months of one language.

    ``weekdays`` begin with Monday, ``months`` with January, both as they are written in a sentence.
    ``spell`` gives the words of 0 to 59 as they are spoken; it raises ValueError beyond.
    ``cardinals`` and ``ordinals`` hold each number that callers say in one word, in every spelling
    and inflection, with its value. Marks inside a word are left out: "thirtyfirst".
    """

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    spell: Callable[[int], str]
    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]


VOCABULARIES = LanguageRoom("slotkeeper.language.vocabulary", Vocabulary)
