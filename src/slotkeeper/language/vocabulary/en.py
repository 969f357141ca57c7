"""English numbers, weekdays and months."""

from __future__ import annotations

from slotkeeper.language.vocabulary.tables import Vocabulary

_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_MONTHS = "January February March April May June July August September October November December"
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FIRST = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()


def spell(number: int) -> str:
    """Spell 0 to 59: forty-five. Raises ValueError beyond."""
    if not 0 <= number < 60:
        raise ValueError("only 0 to 59 are spelt")
    if number < 20:
        return _SMALL[number]
    tens, unit = _TENS[number // 10 - 2], number % 10
    return f"{tens}-{_SMALL[unit]}" if unit else tens


def _cardinals() -> dict[str, int]:
    """From "zero" to "ninety-nine" (the hyphen is gone; two words are joined by the reader)."""
    words = {word: n for n, word in enumerate(_SMALL)} | {"fourty": 40}
    for tens, word in enumerate(_TENS, start=2):
        words[word] = tens * 10
        words |= {word + _SMALL[unit]: tens * 10 + unit for unit in range(1, 10)}
    return words


def _ordinals() -> dict[str, int]:
    """From "first" to "thirty-first" (without the hyphen)."""
    words = {word: n for n, word in enumerate(_FIRST, start=1)}
    words |= {"twentieth": 20, "thirtieth": 30}
    words |= {f"twenty{word}": 20 + n for n, word in enumerate(_FIRST[:9], start=1)}
    return words | {"thirtyfirst": 31}


LANGUAGE = Vocabulary(
    weekdays=tuple(_WEEKDAYS.split()),
    months=tuple(_MONTHS.split()),
    spell=spell,
    cardinals=_cardinals(),
    ordinals=_ordinals(),
)
