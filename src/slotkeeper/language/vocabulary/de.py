"""German numbers, weekdays and months."""

from __future__ import annotations

from slotkeeper.language.vocabulary.tables import Vocabulary

_WEEKDAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"
_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_SMALL = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
).split()
_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
_FIRST = (
    "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt "
    "vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt"
).split()
_ENDINGS = ("e", "en", "er", "es", "em")
# Years are said in full only of this century.
_CENTURY = 2000
_LAST_DAY_OF_MONTH = 31


def spell(number: int) -> str:
    """Spell 0 to 59: fünfundvierzig. Raises ValueError beyond."""
    if not 0 <= number < 60:
        raise ValueError("only 0 to 59 are spelt")
    if number < 20:
        return _SMALL[number]
    tens, unit = _TENS[number // 10 - 2], number % 10
    return f"{_unit(unit)}und{tens}" if unit else tens


def _unit(unit: int) -> str:
    return "ein" if unit == 1 else _SMALL[unit]


def _cardinals() -> dict[str, int]:
    """From "null" to "neunundneunzig", and the years from "zweitausend" on."""
    words = {word: n for n, word in enumerate(_SMALL)}
    words |= {"zwo": 2, "fuffzehn": 15, "fuffzig": 50}
    for tens, word in enumerate(_TENS, start=2):
        words[word] = tens * 10
        for unit in range(1, 10):
            for joint in ("und", "un"):
                words[f"{_unit(unit)}{joint}{word}"] = tens * 10 + unit
    years = {"zweitausend": _CENTURY}
    for word, n in words.items():
        if n:
            years |= {f"zweitausend{word}": _CENTURY + n, f"zweitausendund{word}": _CENTURY + n}
        if 20 <= n < 40:
            years[f"zwanzig{word}"] = _CENTURY + n
    return words | years


def _ordinals() -> dict[str, int]:
    """From "erste" to "einunddreißigster", in every ending."""
    stems = {word: n for n, word in enumerate(_FIRST, start=1)}
    stems |= {"zwot": 2, "siebent": 7}
    for word, n in _cardinals().items():
        if 20 <= n <= _LAST_DAY_OF_MONTH:
            stems[f"{word}st"] = n
    return {stem + ending: n for stem, n in stems.items() for ending in _ENDINGS}


LANGUAGE = Vocabulary(
    weekdays=tuple(_WEEKDAYS.split()),
    months=tuple(_MONTHS.split()),
    spell=spell,
    cardinals=_cardinals(),
    ordinals=_ordinals(),
)
