"""Numbers as words, as far as dates and times need them."""

from __future__ import annotations

from typing import Literal

Locale = Literal["de", "en"]

_SMALL = {
    "de": [
        "null",
        "eins",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwölf",
        "dreizehn",
        "vierzehn",
        "fünfzehn",
        "sechzehn",
        "siebzehn",
        "achtzehn",
        "neunzehn",
    ],
    "en": [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ],
}
_TENS = {
    "de": ("zwanzig", "dreißig", "vierzig", "fünfzig"),
    "en": ("twenty", "thirty", "forty", "fifty"),
}


def spell(number: int, locale: Locale) -> str:
    """Spell 0 to 59: fünfundvierzig, forty-five. Raises ValueError beyond."""
    if not 0 <= number < 60:
        raise ValueError("only 0 to 59 are spelt")
    if number < 20:
        return _SMALL[locale][number]
    tens, ones = _TENS[locale][number // 10 - 2], number % 10
    if not ones:
        return tens
    if locale == "en":
        return f"{tens}-{_SMALL['en'][ones]}"
    return f"{'ein' if ones == 1 else _SMALL['de'][ones]}und{tens}"


def ordinal(number: int) -> str:
    """An English ordinal in digits: 1st, 22nd, 13th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
