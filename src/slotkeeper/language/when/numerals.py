"""Spoken numbers of the two languages, from their regular parts: word -> number."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DE_SMALL = _words(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_DE_TENS = _words("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_DE_FIRST = _words(
    "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt "
    "vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt"
)
_DE_ENDINGS = ("e", "en", "er", "es", "em")
_EN_SMALL = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_EN_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_EN_FIRST = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
# Years are said in full only of this century.
_CENTURY = 2000
_DAYS = 31


def german_cardinals() -> dict[str, int]:
    """From "null" to "neunundneunzig", and the years from "zweitausend" on."""
    found = {word: n for n, word in enumerate(_DE_SMALL)}
    found |= {"zwo": 2, "fuffzehn": 15, "fuffzig": 50}
    for tens, word in enumerate(_DE_TENS, start=2):
        found[word] = tens * 10
        for unit in range(1, 10):
            said = "ein" if unit == 1 else _DE_SMALL[unit]
            for joint in ("und", "un"):
                found[f"{said}{joint}{word}"] = tens * 10 + unit
    years = {"zweitausend": _CENTURY}
    for word, n in found.items():
        if n:
            years |= {f"zweitausend{word}": _CENTURY + n, f"zweitausendund{word}": _CENTURY + n}
        if 20 <= n < 40:
            years[f"zwanzig{word}"] = _CENTURY + n
    return found | years


def german_ordinals() -> dict[str, int]:
    """From "erste" to "einunddreißigster", in every ending."""
    stems = {word: n for n, word in enumerate(_DE_FIRST, start=1)}
    stems |= {"zwot": 2, "siebent": 7}
    for word, n in german_cardinals().items():
        if 20 <= n <= _DAYS:
            stems[f"{word}st"] = n
    return {stem + ending: n for stem, n in stems.items() for ending in _DE_ENDINGS}


def english_cardinals() -> dict[str, int]:
    """From "zero" to "ninety-nine" (the hyphen is gone; two words are joined by the reader)."""
    found = {word: n for n, word in enumerate(_EN_SMALL)} | {"fourty": 40}
    for tens, word in enumerate(_EN_TENS, start=2):
        found[word] = tens * 10
        found |= {word + _EN_SMALL[unit]: tens * 10 + unit for unit in range(1, 10)}
    return found


def english_ordinals() -> dict[str, int]:
    """From "first" to "thirty-first" (without the hyphen)."""
    found = {word: n for n, word in enumerate(_EN_FIRST, start=1)}
    found |= {"twentieth": 20, "thirtieth": 30}
    found |= {f"twenty{word}": 20 + n for n, word in enumerate(_EN_FIRST[:9], start=1)}
    return found | {"thirtyfirst": 31}
