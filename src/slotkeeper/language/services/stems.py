"""Writing a word in one way, without umlauts and without inflection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from slotkeeper.language.phonetics import latin
from slotkeeper.language.services.service_words import SERVICE_WORDS

# Shorter stems would stand for too many words: "Welle" is not "well".
SHORTEST_STEM = 4
# Shorter words that begin like a participle are no participles: "gelten".
_SHORTEST_PARTICIPLE = 7


@dataclass(frozen=True, slots=True)
class _Inflection:
    """How the words of all languages are inflected; the longest ending comes first."""

    endings: tuple[str, ...]
    participles: tuple[tuple[str, str, str], ...]
    irregular: Mapping[str, str]
    purposes: tuple[str, ...]
    number: re.Pattern[str]
    parting: re.Pattern[str]


def fold(text: str) -> str:
    """Write in one way what is written in several: Föhnen, foehnen and FOHNEN are one word."""
    return squeeze(latin(text).replace(" ", ""))


def squeeze(word: str) -> str:
    """Take the e from ae, oe and ue, because some write no umlauts and others spell them out."""
    return re.sub("([aou])e", r"\1", word)


def stem(folded: str) -> str:
    """Take away the inflection: gefärbt, färben and Färbung have one stem."""
    inflection = _inflection()
    bare = folded
    for prefix, ending, stays in inflection.participles:
        if len(bare) >= _SHORTEST_PARTICIPLE and bare.startswith(prefix) and bare.endswith(ending):
            bare = bare.removeprefix(prefix).removesuffix(ending) + stays
            break
    for ending in inflection.endings:
        if bare.endswith(ending) and len(bare) - len(ending) >= SHORTEST_STEM:
            bare = bare.removesuffix(ending)
            break
    return inflection.irregular.get(bare, bare)


def purpose_of(written: str) -> str:
    """Give the purpose in a word for an appointment: a Kontrolltermin is for a Kontrolle."""
    for noun in _inflection().purposes:
        purpose = written.removesuffix(noun)
        if purpose != written and len(purpose) >= SHORTEST_STEM:
            return purpose
    return written


def parts_of_name(name: str) -> list[str]:
    """Part a service's name where it names several things: "Balayage/Ombré"."""
    return _inflection().parting.split(name)


def is_number(folded: str) -> bool:
    """Whether a word is a number, in digits or in words."""
    return _inflection().number.search(folded) is not None


@cache
def _inflection() -> _Inflection:
    languages = list(SERVICE_WORDS.values())
    endings = {ending for words in languages for ending in words.endings.split()}
    choices = [word for words in languages for word in words.choices.split()]
    numbers = [r"^\d+$", *(f"(?:{words.number})$" for words in languages if words.number)]
    return _Inflection(
        endings=tuple(sorted(endings, key=lambda ending: (-len(ending), ending))),
        participles=tuple(each for words in languages for each in words.participles),
        irregular={stem: other for words in languages for stem, other in words.irregular.items()},
        purposes=tuple(words.purpose for words in languages if words.purpose),
        number=re.compile("|".join(numbers)),
        parting=re.compile(rf"[/()|]|\b(?:{'|'.join(choices)})\b"),
    )
