"""What was understood of a visit, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from slotkeeper.domain.catalogue import Service

VisitAction = Literal["accept", "confirm", "ask", "none"]
VisitQuestion = Literal["service", "people", "whose", "unexplained", "besides"]


@dataclass(frozen=True, slots=True)
class PersonServices:
    """The services of one person, in the order they were said.

    ``person`` counts from 1. ``who`` is how the caller calls her ("mein Sohn"), which is personal
    and must never be logged; None for the caller and for somebody who was only counted.
    ``is_caller`` is true where the caller spoke of herself, or where nobody else was named.
    """

    person: int
    services: tuple[Service, ...] = ()
    who: str | None = None
    is_caller: bool = False


@dataclass(frozen=True, slots=True)
class VisitGuess:
    """Which services were understood for whom, and what to do about it.

    ``action``: ``accept``, take what ``people`` hold; ``confirm``, take it or say it back, as it is
    likely but not sure; ``ask``, hold nothing and ask ``question``; ``none``, nothing was wished.

    ``question``: ``service``, which of the ``candidates`` is meant for the person ``asked`` (openly
    if there are none); ``people``, how many come; ``whose``, which services are for whom;
    ``unexplained``, whether to go on without what sounds like a wish and is not in the catalogue;
    ``besides``, whether the ``candidates`` are wished besides the visit or instead of it.
    None unless ``action`` is ``ask``.

    ``people`` holds an entry for each person who was counted, also those whose services are not
    clear yet. It is not capped: who cannot serve so many refuses them. ``unexplained`` holds the
    caller's own words, which may be personal. ``confidence`` is 0 to 1.
    """

    action: VisitAction
    people: tuple[PersonServices, ...] = ()
    candidates: tuple[Service, ...] = ()
    unexplained: tuple[str, ...] = ()
    confidence: float = 0.0
    question: VisitQuestion | None = None
    asked: int | None = None

    @property
    def services(self) -> tuple[Service, ...]:
        """List the services of all people, person by person."""
        return tuple(service for person in self.people for service in person.services)

    @property
    def is_single(self) -> bool:
        """Whether it is at most one service for one person, and nothing else was wished."""
        one = len(self.people) < 2 and len(self.services) < 2
        return one and not self.unexplained and self.question != "besides"
