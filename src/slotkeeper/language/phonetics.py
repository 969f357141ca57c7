"""Spelling words by their sound, as German ears hear them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "œ": "oe"})

_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u2018\u2019"))

# Letters that have the same digit everywhere; that of others depends on their neighbours.
_FIXED = {
    **dict.fromkeys("aeijouy", "0"),
    "b": "1",
    **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkq", "4"),
    "l": "5",
    **dict.fromkeys("mn", "6"),
    "r": "7",
    **dict.fromkeys("sz", "8"),
}

# Applied in this order: several letters that make one sound come before single letters.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"age$", "asx"),  # Balayage, Massage
        (r"air", "er"),  # hair
        (r"igh", "ai"),  # Highlights
        (r"eaux?$", "o"),
        (r"dsch|tsch|sch", "sx"),
        (r"ph", "f"),
        (r"chs|x(?<!sx)|cks", "ks"),
        (r"ck|qu?|c(?=[aou])", "k"),
        (r"ch", "x"),
        (r"tz|z|c(?=[eiy])", "ts"),
        (r"c", "k"),
        (r"aeu|(?<!a)eu|oy|oi", "oi"),
        (r"au", "aU"),  # the u is spoken for: Dauer has no ue
        (r"ei|ey|ay|ai|aj", "ai"),
        (r"ae", "e"),
        (r"oe", "o"),
        (r"ue", "u"),
        (r"ou", "u"),
        (r"ie", "i"),
        (r"y(?=[aeiou])", "j"),
        (r"y", "i"),
        (r"(?<=[aeiout])h(?![aeiou])|(?<=[bdgkprt])h", ""),
        (r"v", "f"),
        (r"d", "t"),
        (r"b", "p"),
        (r"g", "k"),
        (r"(.)\1+", r"\1"),
        (r"er$", "a"),  # Nila and Niller
    )
]


def latin(text: str) -> str:
    """Spell in small letters from a to z, digits and spaces: ``Föhn-Ombré`` is ``foehn ombre``."""
    plain = text.lower()
    if not text.isascii():
        lowered = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
        parts = unicodedata.normalize("NFKD", lowered)
        plain = "".join(c for c in parts if unicodedata.category(c) != "Mn")
    # An apostrophe joins its neighbours ("men's"), any other mark parts words.
    return re.sub("[^a-z0-9]+", " ", plain.translate(_APOSTROPHES)).strip()


# One sentence is searched in many ways, and the words of a sentence come again with the next.
_remembered = lru_cache(maxsize=4096)


@_remembered
def cologne(word: str) -> str:
    """Give the Kölner Phonetik of a word: Meyer and Maier are both 67."""
    letters = re.sub("[^a-z]", "", latin(word))
    digits = [_digit(letters, index) for index in range(len(letters))]
    joined = re.sub(r"(.)\1+", r"\1", "".join(digits))
    return joined[:1] + joined[1:].replace("0", "")


@_remembered
def sounds(word: str) -> str:
    """Respell a word by its sounds, vowels too: Ballajasch and Balayage are the same."""
    heard = latin(word).replace(" ", "")
    for pattern, sound in _SOUNDS:
        heard = pattern.sub(sound, heard)
    return heard


def _digit(letters: str, index: int) -> str:
    letter = letters[index]
    before, after = letters[index - 1 : index], letters[index + 1 : index + 2]
    match letter:
        case "h":
            return ""
        case "p":
            return "3" if after == "h" else "1"
        case "d" | "t":
            return "8" if after and after in "csz" else "2"
        case "x":
            return "8" if before and before in "ckq" else "48"
        case "c" if not before:
            return "4" if after and after in "ahkloqrux" else "8"
        case "c":
            return "4" if before not in "sz" and after and after in "ahkoqux" else "8"
    return _FIXED.get(letter, "")
