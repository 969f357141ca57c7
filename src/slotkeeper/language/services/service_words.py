"""What a language brings along to understand services, whatever the company offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slotkeeper.domain.locale import LanguageRoom


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """Word lists of one language, separated by spaces, in its own spelling.

    ``glue`` is left out wherever it stands; ``everyday`` words name no service, and ``vague`` ones
    none by themselves; ``kinds`` add nothing to a name ("Olaplex Behandlung"). ``choices`` part two
    services. ``audiences`` say whom a service is for, by ``men``, ``women`` or ``children``;
    ``relations`` say it of somebody ("for my son"); ``prefixes`` stand before a service in one word
    ("Herrenhaarschnitt").

    How words are inflected counts for every catalogue, because a salon's services have names of
    several languages: ``endings`` are taken away, of ``participles`` (prefix, ending, what stays)
    the prefix as well; ``irregular`` stems become another. ``purpose`` ends a word that says what
    an appointment is for ("Kontrolltermin"). ``number`` is a regular expression for the end of a
    number in words, or of an age. ``neither`` denies what follows its first word, and what follows
    its second ("weder Gloss noch Olaplex").
    """

    glue: str
    everyday: str
    vague: str
    kinds: str
    negations: str
    choices: str
    audiences: Mapping[str, str]
    relations: Mapping[str, str]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    endings: str = ""
    participles: tuple[tuple[str, str, str], ...] = ()
    irregular: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    number: str = ""
    neither: tuple[str, str] = ("", "")


SERVICE_WORDS = LanguageRoom("slotkeeper.language.services", ServiceWords)
