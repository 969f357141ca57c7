"""Understanding which services a caller wishes, and for whom."""

from __future__ import annotations

from slotkeeper.language.services.service_index import Action, Heard, ServiceGuess, ServiceIndex
from slotkeeper.language.visits.visit_guess import PersonServices, VisitGuess


def understand_visit(text: str | None, index: ServiceIndex) -> VisitGuess:
    """Understand the services and people in a sentence. Total: every text gets a guess."""
    heard = index.hear(text)
    return visit_in(heard, index, index.judge(heard))


def visit_in(heard: Heard, index: ServiceIndex, single: ServiceGuess) -> VisitGuess:
    """Understand the services and people in what was heard.

    ``single`` is the guess for the case that it is one service for one person.
    """
    return visit_of_one(single)


def first_service(visit: VisitGuess, single: ServiceGuess) -> ServiceGuess:
    """Give a visit's first service as a guess, for who serves one service only.

    A visit that must be asked about has none, so that nothing is taken before it is clear.
    """
    if visit.is_single:
        return single
    services = tuple(dict.fromkeys(visit.services))
    if visit.action == "ask":
        return ServiceGuess("ask", None, visit.confidence, visit.candidates or services)
    action: Action = "accept" if visit.action == "accept" else "confirm"
    return ServiceGuess(action, services[0], visit.confidence, services[1:])


def visit_of_one(guess: ServiceGuess) -> VisitGuess:
    """Give one service of one person, as it was guessed, as a visit."""
    services = (guess.service,) if guess.service is not None else ()
    people = () if guess.action == "none" else (PersonServices(1, services, is_caller=True),)
    asks = guess.action == "ask"
    return VisitGuess(
        guess.action,
        people,
        guess.candidates,
        confidence=guess.confidence,
        question="service" if asks else None,
        asked=1 if asks else None,
    )
