"""Understanding a whole wish at once: when, and which service.

    understand(WishText(text="Herrenschnitt nächsten Freitag, halb drei"), situation, ...)

Pure and total: every text is understood, or asked about with candidates, or found to hold no wish.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from slotkeeper.domain.locale import Locale
from slotkeeper.language.say.speech import SPEECH
from slotkeeper.language.say.spoken import (
    MAX_CHOICES,
    say,
    say_candidates,
    spoken_day_and_time,
    spoken_either,
)
from slotkeeper.language.services.service_index import ServiceGuess, ServiceIndex
from slotkeeper.language.visits.understand_visit import first_service, visit_in
from slotkeeper.language.visits.visit_guess import VisitGuess
from slotkeeper.language.visits.visit_speech import spoken_visit, told_apart, visit_question
from slotkeeper.language.when import Situation, When, understand_when

# A tool call reads its texts twice, and callers say much the same.
PHRASES_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class WishText:
    """The texts of a wish, as the caller said or a model filled them in; each may be a sentence."""

    text: str | None = None
    date: str | None = None
    time: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """A wish as it was understood.

    ``status``: ``ok``, take it; ``ask``, ask the question ``say``; ``none``, there is no wish.
    ``visit`` holds all services of all people; ``service`` is the first of them.
    """

    status: Literal["ok", "ask", "none"]
    when: When
    service: ServiceGuess
    say: str
    visit: VisitGuess

    @property
    def confidence(self) -> float:
        """Give the confidence of the least sure part, 0 to 1."""
        parts = [self.when.confidence] if self.when.status != "none" else []
        if self.service.action != "none":
            parts.append(self.service.confidence)
        return min(parts, default=0.0)


def understand(
    said: WishText, situation: Situation, *, locale: Locale, index: ServiceIndex
) -> Understanding:
    """Understand a wish that is said in a situation."""
    when = understand_when(
        said.text, situation, locale=locale, date_text=said.date, time_text=said.time
    )
    if when.status == "none" and said.service:
        plain = Situation(situation.now, situation.hours)
        when = understand_when(said.service, plain, locale=locale)
    visit, service = _services_in(said, index)
    status: Literal["ok", "ask", "none"] = "ok"
    if "ask" in (when.status, service.action, visit.action):
        status = "ask"
    elif when.status == "none" and service.action == "none":
        status = "none"
    told = _said_back(status, when, service, visit, locale)
    return Understanding(status, when, service, told, visit)


def _services_in(said: WishText, index: ServiceIndex) -> tuple[VisitGuess, ServiceGuess]:
    """Understand the first of the texts that names a service."""
    visit, service = VisitGuess("none"), ServiceGuess("none")
    for phrase in (said.service, said.text, said.date, said.time):
        if service.action == "none" and visit.action == "none" and phrase:
            visit, service = _services_of(phrase, index)
    return visit, service


@lru_cache(maxsize=PHRASES_REMEMBERED)
def _services_of(phrase: str, index: ServiceIndex) -> tuple[VisitGuess, ServiceGuess]:
    """Understand one text. What a catalogue makes of it does not depend on the call."""
    heard = index.hear(phrase)
    guess = index.judge(heard)
    visit = visit_in(heard, index, guess)
    return visit, first_service(visit, guess)


def question(when: When, locale: Locale) -> str:
    """Word the question about what is not sure of the time, with its candidates."""
    if when.candidates and when.reason not in ("past", "invalid_date", "past_year"):
        return say_candidates(when.candidates, locale)
    sentences = SPEECH[locale].sentences
    return sentences.get(f"ask_{when.reason}", sentences["ask_unclear"])


def which_service(guess: ServiceGuess, locale: Locale) -> str:
    """Word the question which of the candidates was meant, or an open one if there are none."""
    if not guess.candidates:
        return say("ask_service", locale)
    names = told_apart(guess.candidates[:MAX_CHOICES], locale)
    return say("which_service", locale, service=spoken_either(names, locale))


def _said_back(
    status: str, when: When, service: ServiceGuess, visit: VisitGuess, locale: Locale
) -> str:
    if status == "none":
        return ""
    if when.status == "ask":
        return question(when, locale)
    if visit.question is not None and not visit.is_single:
        return visit_question(visit, locale)
    if service.action == "ask":
        return which_service(service, locale)
    parts = [
        spoken_day_and_time(when.date, when.time, locale),
        spoken_visit(visit.people, locale) or (service.service.name if service.service else ""),
    ]
    text = ", ".join(part for part in parts if part)
    return f"{text}." if text else ""
