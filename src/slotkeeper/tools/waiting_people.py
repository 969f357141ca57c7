"""Whom a service is for that answers "what would it be for your son?": whoever was asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.topic import WaitingPerson
from slotkeeper.language.services.service_index import ServiceGuess
from slotkeeper.language.understanding import Understanding
from slotkeeper.language.visits.visit_change import (
    change_of_visit,
    is_for_the_caller_alone,
    speaks_of_people,
)
from slotkeeper.language.visits.visit_guess import PersonServices, VisitGuess
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.visit_wish import (
    at_the_same_time,
    called_of,
    parts_of,
    people_of,
    understood_as,
)


def who_waits(visit: VisitGuess, request: ToolRequest) -> tuple[WaitingPerson, ...]:
    """List of whom it is asked what is wished, the one who is asked about first."""
    if visit.question != "service":
        return ()
    return tuple(
        WaitingPerson(each.person, called_of(each, request))
        for each in visit.people
        if not each.services
    )


def with_waiting(understanding: Understanding, request: ToolRequest) -> Understanding | None:
    """Give a named service to whom it was asked about, and ask about the next who waits.

    Who is named with it gets it, whoever was asked about. None where nobody waits, or the
    visit is changed.
    """
    spoken, locale = request.argument("service"), request.company.locale
    topic = request.context.conversation.stored
    people = people_of(topic.parts, request.company)
    change = change_of_visit(spoken, parts_of(people), locale)
    changes = change is not None and change.kind != "adds"
    if not topic.waiting or changes or is_for_the_caller_alone(spoken, locale):
        return None
    known = [
        PersonServices(each.person, (), each.called or None, is_caller=each.called == "")
        for each in topic.waiting
    ]
    everyone = sorted((*people, *known), key=lambda each: each.person)
    for number, services in _answers_of(understanding, request, everyone):
        everyone = [
            replace(each, services=(*each.services, *services)) if each.person == number else each
            for each in everyone
        ]
    left = [each.person for each in everyone if not each.services]
    if not left:
        return at_the_same_time(understood_as(understanding, everyone), topic)
    choices = understanding.visit.candidates
    guess = VisitGuess("ask", tuple(everyone), choices, (), 0.5, "service", left[0])
    return replace(understanding, visit=guess, service=ServiceGuess("ask", None, 0.5, choices))


def _answers_of(
    understanding: Understanding, request: ToolRequest, everyone: Sequence[PersonServices]
) -> list[tuple[int, tuple[Service, ...]]]:
    """Tell which services an answer names for whom, by the numbers of the people who wait."""
    open_ = [each for each in everyone if not each.services]
    heard = [each for each in understanding.visit.people if each.services]
    picked = understanding.service.service
    if not heard:
        return [(open_[0].person, (picked,))] if picked is not None else []
    if not speaks_of_people(request.argument("service"), request.company.locale):
        return [(open_[0].person, heard[0].services)]
    answers: list[tuple[int, tuple[Service, ...]]] = []
    for each in heard:
        same = [
            one
            for one in open_
            if (one.who == each.who if each.who else one.is_caller and each.is_caller)
        ]
        free = [one for one in open_ if one.person not in {number for number, _ in answers}]
        who = next(iter(same or (free if each.who is None and not each.is_caller else ())), None)
        if who is not None:
            answers.append((who.person, each.services))
    return answers
