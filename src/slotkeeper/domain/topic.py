"""What a call is talking about: a small record that is kept from one tool call to the next.

It holds what was understood and nothing that was said: no name and no number of the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal
from uuid import UUID

QuestionAbout = Literal[
    "service", "date", "time", "staff", "appointment", "branch", "person", "customer", "another"
]

# More than a caller can choose from; a question with more choices is kept without the rest.
MAX_CHOICES_KEPT = 20
# A caller has no more appointments to come.
MAX_PROVEN_KEPT = 50


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that the caller was asked and has not answered yet.

    ``about`` is what was asked for. ``choices`` are what was named for choice, in the order in
    which it was said: ISO days for a date, HH:MM for a time, ids for the rest; empty where the
    question was open. ``purpose`` is what waits for the answer.
    """

    about: QuestionAbout
    choices: tuple[str, ...] = ()
    purpose: Literal["book", "move", "cancel"] = "book"

    @property
    def days(self) -> tuple[date, ...]:
        """The days that were named for choice."""
        return tuple(map(date.fromisoformat, self.choices)) if self.about == "date" else ()

    @property
    def times(self) -> tuple[time, ...]:
        """The times of day that were named for choice."""
        return tuple(map(time.fromisoformat, self.choices)) if self.about == "time" else ()


@dataclass(frozen=True, slots=True)
class TopicPart:
    """One service of the visit that the call talks about, and which person it is for.

    ``called`` is how the caller is related to that person ("mein Sohn"), never a name; "" is the
    caller herself, None somebody who was only counted.
    """

    service_id: int
    person: int = 1
    called: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """Somebody of the visit of whom it was asked what is wished; ``called`` as in TopicPart."""

    person: int
    called: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What a call talks about, as far as it was understood.

    ``parts`` are the services of the wished visit; for those who are ``waiting``, of whom the
    first was asked about, no service is known yet. ``day`` and ``at`` are wall time of the
    company; ``window`` are the wall times between which the start is wished, ``last_day`` ends a
    range of days that begins with ``day``. ``staff_ids`` are the wished people in the order of
    wish; empty where nobody in particular is wished. ``branch_id`` is the wished branch, 0 where
    any will do. ``appointment_id`` is the appointment that is to be moved; ``beside`` are those
    beside which the caller wants one more; ``proven`` are those of which the caller has given a
    second fact beside the number. ``asked_name``: the caller was asked for a name before a
    booking. ``question`` is what the caller was asked last and has not answered.
    """

    parts: tuple[TopicPart, ...] = ()
    waiting: tuple[WaitingPerson, ...] = ()
    day: date | None = None
    at: time | None = None
    window: tuple[time | None, time | None] | None = None
    last_day: date | None = None
    staff_ids: tuple[UUID, ...] = ()
    branch_id: int | None = None
    appointment_id: int | None = None
    beside: tuple[int, ...] = ()
    proven: tuple[int, ...] = ()
    asked_name: bool = False
    question: OpenQuestion | None = None

    def asked(self, question: OpenQuestion) -> Topic:
        """Give the same topic with a question that is open from now on."""
        bounded = replace(question, choices=question.choices[:MAX_CHOICES_KEPT])
        return replace(self, question=bounded)

    def with_proven(self, ids: Iterable[int]) -> Topic:
        """Give the same topic with these appointments proven as well; the newest are kept."""
        proven = tuple(dict.fromkeys((*self.proven, *ids)))
        return replace(self, proven=proven[-MAX_PROVEN_KEPT:])

    def after(self, former: Topic) -> Topic:
        """Give the same topic with what a call never forgets: what is proven, and a name asked."""
        kept = self.with_proven(former.proven)
        return replace(kept, asked_name=self.asked_name or former.asked_name)

    def settled(self) -> Topic:
        """Give the same topic without an open question."""
        return replace(self, question=None)
