"""What a language brings along to speak, and where it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from slotkeeper.domain.locale import LanguageRoom
from slotkeeper.language.vocabulary.tables import Vocabulary


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language is spoken.

    ``sentences`` by status; their blanks are filled by ``say``. ``say_date`` says a day with its
    weekday and without its year, ``say_time`` a time so that only one can be meant. ``on_date`` and
    ``at_time`` are the prepositions before them. ``hour`` and ``minute`` are the words for one of
    them, and for several. ``currencies`` by ISO code; ``price_with_cents`` has the blanks
    ``{whole}``, ``{unit}`` and ``{cents}``. ``with_staff`` has a blank for a name; ``for_person``
    holds the words for each person of a visit, ``booked_as`` those for the appointment that was
    booked first, next and last.
    """

    vocabulary: Vocabulary
    sentences: Mapping[str, str]
    say_date: Callable[[date], str]
    say_time: Callable[[datetime | time], str]
    on_date: str
    at_time: str
    conjunction: str
    disjunction: str
    hour: tuple[str, str]
    minute: tuple[str, str]
    hours_from_to: str
    days_from_to: str
    days_all: str
    midnight: str
    currencies: Mapping[str, str]
    price_with_cents: str
    with_staff: str
    for_person: tuple[str, ...]
    booked_as: tuple[str, str, str]

    def at(self, clock: datetime | time) -> str:
        """Say a time with its preposition: um zehn Uhr."""
        return f"{self.at_time} {self.say_time(clock)}"


SPEECH = LanguageRoom("slotkeeper.language.say", Speech)
