"""Understanding the telephone number that a caller gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from slotkeeper.domain.phone_numbers import REGION, in_region, is_valid
from slotkeeper.language.people.people_words import LONGEST_ANSWER_CHARS, words_for
from slotkeeper.language.phonetics import latin
from slotkeeper.language.services.stems import squeeze
from slotkeeper.language.vocabulary.tables import VOCABULARIES

# Twice the digits of the longest telephone number.
MAX_DIGITS = 30

_TRUNK = re.compile(r"\(0\)")  # +49 (0) 30: either the country or the 0
# A number that ends in six equal digits is a model's invention.
_DUMMY_NUMBER = re.compile(r"(\d)\1{5}$")


def understand_phone(text: str | None, region: str = REGION) -> str | None:
    """Give the telephone number in E.164; None for dummies and for what is no valid number.

    Digits may be spoken: ``null eins sieben null ...``. A number without its country is read as
    ``in_region`` does.
    """
    if text is None or len(text) > LONGEST_ANSWER_CHARS:
        return None
    if not words_for("withheld").isdisjoint(latin(text).split()):
        return None
    # The rest of a sentence may hold digits too; the longest valid run is the number.
    for run in sorted(_runs_of_digits(text), key=len, reverse=True):
        if number := _valid_number(run, region):
            return number
    return None


def _runs_of_digits(text: str) -> Iterator[str]:
    run, repeat = "", 1
    spelt = _TRUNK.sub("", text.lower()).replace("+", " plus ")
    for word in latin(spelt).split():
        if word == "plus" and not run:
            run = "+"
        elif word in words_for("twice"):
            repeat = 2
        elif (digits := digits_said(word)) is not None:
            run, repeat = run + digits * repeat, 1
        elif word not in words_for("between_digits"):
            yield run[:MAX_DIGITS]
            run, repeat = "", 1
    yield run[:MAX_DIGITS]


@lru_cache(maxsize=8192)
def digits_said(word: str) -> str | None:
    """Give the digits that a word is or names, such as ``17`` or ``siebzehn``; else None."""
    return word if word.isdigit() else _digits().get(squeeze(latin(word).replace(" ", "")))


@cache
def _digits() -> dict[str, str]:
    """Give the digits of every number in words below a hundred, in any language."""
    numbers = {
        squeeze(latin(word).replace(" ", "")): str(number)
        for vocabulary in VOCABULARIES.values()
        for word, number in vocabulary.cardinals.items()
        if number < 100
    }
    return numbers | dict.fromkeys(words_for("zero"), "0")


def _valid_number(digits: str, region: str) -> str | None:
    number = in_region(digits, region)
    if number is None or not is_valid(number) or _DUMMY_NUMBER.search(digits):
        return None
    return number
