"""The visit that a call talks about: what a second sentence adds to it, takes from it or changes.

Nothing that was said is dropped: what is not clear is asked about before anything is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slotkeeper.domain.catalogue import Company, Service
from slotkeeper.domain.locale import Locale
from slotkeeper.domain.topic import OpenQuestion, Topic, TopicPart
from slotkeeper.domain.wish import WishedPart
from slotkeeper.language.services.service_index import ServiceGuess
from slotkeeper.language.services.wish_words import tokens_of
from slotkeeper.language.understanding import Understanding
from slotkeeper.language.visits.people import people_in
from slotkeeper.language.visits.understand_visit import first_service
from slotkeeper.language.visits.visit_change import (
    VisitChange,
    change_of_visit,
    is_all_for_the_caller,
    keeps_it_all,
)
from slotkeeper.language.visits.visit_guess import PersonServices, VisitGuess
from slotkeeper.language.visits.visit_lexicon import relation_called, visit_lexicon
from slotkeeper.language.visits.visit_parts import VisitPart
from slotkeeper.language.when import When
from slotkeeper.tools.tool import ToolRequest

_SURE = ServiceGuess("accept", None, 1.0)


def changes_a_visit(request: ToolRequest) -> bool:
    """Whether the service was said as a part of more: "und Ansatzfärbung", "nur den Schnitt".

    What the call talks about is known only once it was read.
    """
    return _change(request) is not None


def said_services(understanding: Understanding) -> tuple[Service, ...]:
    """Give the services that were clear."""
    visit, service = understanding.visit, understanding.service.service
    if service is None:
        return ()
    return (service,) if visit.is_single else tuple(dict.fromkeys(visit.services))


def _change(request: ToolRequest) -> VisitChange | None:
    people = people_of(request.context.conversation.stored.parts, request.company)
    said = request.argument("service")
    return change_of_visit(said, parts_of(people), request.company.locale)


def visit_of_call(
    understanding: Understanding, request: ToolRequest, *, soonest: bool = False
) -> Understanding:
    """Understand a wish as a part of the visit that the call talks about, where it is one.

    The topic must have been read. ``soonest``: whatever time was wished before.
    """
    topic = request.context.conversation.stored
    if soonest:
        topic = replace(topic, day=None, at=None)
    people = people_of(topic.parts, request.company)
    if not people:
        return understanding
    heard, locale = understanding.visit, request.company.locale
    spoken = request.argument("service")
    change = change_of_visit(spoken, parts_of(people), locale)
    if change is not None and change.parts:
        return _changed(understanding, topic, people, change)
    if spoken and understanding.service.service is None:
        if is_all_for_the_caller(spoken, locale):
            services = tuple(dict.fromkeys(each for p in people for each in p.services))
            mine = PersonServices(1, services, is_caller=True)
            return at_the_same_time(understood_as(understanding, [mine]), topic)
        if change is None and keeps_it_all(spoken, parts_of(people), locale):
            return at_the_same_time(understood_as(understanding, people), topic)
    if spoken and _is_silent(heard) and (others := _others_named(spoken, people, locale)):
        return at_the_same_time(_asked_what_for(understanding, people, others), topic)
    if not spoken or _is_silent(heard):
        said = change_of_visit(spoken, (), locale)
        answered = _answered(understanding, topic, people, said, request.company)
        # "Nur ich", of a visit that is for nobody else: it stays as it was wished.
        asks_when = topic.question is not None and topic.question.about in ("date", "time")
        return at_the_same_time(answered, topic) if said and not asks_when else answered
    if change is None and _answers(topic):
        change = VisitChange("adds")
    if change is None:
        change = _as_it_is(understanding, topic, people)
    return _changed(understanding, topic, people, change)


def _others_named(spoken: str, people: Sequence[PersonServices], locale: Locale) -> list[str]:
    """List who is named without a service and is not of the visit yet: "und mein Sohn auch"."""
    mentions = people_in(tokens_of(spoken), visit_lexicon(locale))
    return [
        person.who
        for mention in mentions
        for person in mention.people
        if person.who and person.who not in {each.who for each in people}
    ]


def _asked_what_for(
    understanding: Understanding, people: Sequence[PersonServices], others: Sequence[str]
) -> Understanding:
    """Ask which service is wished for somebody who comes along."""
    new = PersonServices(len(people) + 1, who=others[0])
    guess = VisitGuess("ask", (*people, new), confidence=0.5, question="service", asked=new.person)
    return replace(understanding, visit=guess, service=ServiceGuess("ask", None, 0.5))


def people_of(parts: Sequence[TopicPart], company: Company) -> tuple[PersonServices, ...]:
    """Give the people of a topic with their services; none where one is no longer offered."""
    people: dict[int, PersonServices] = {}
    for part in parts:
        service = company.service_by_id(part.service_id)
        if service is None:
            return ()
        person = people.get(part.person) or PersonServices(
            part.person, (), part.called or None, is_caller=part.called == ""
        )
        people[part.person] = replace(person, services=(*person.services, service))
    return tuple(people.values())


def topic_parts(understanding: Understanding, request: ToolRequest) -> tuple[TopicPart, ...]:
    """Give what is clear of the wished visit, for the call's topic."""
    visit, service = understanding.visit, understanding.service.service
    if visit.is_single and service is not None:
        called = called_of(visit.people[0], request) if visit.people else ""
        return (TopicPart(service.id, called=called),)
    return tuple(
        TopicPart(service.id, person.person, called_of(person, request))
        for person in visit.people
        for service in person.services
    )


def called_of(person: PersonServices, request: ToolRequest) -> str | None:
    """Give how a person is called, by her relation only: "mein Sohn", "" for the caller."""
    if person.is_caller:
        return ""
    related = person.who and relation_called(person.who, request.company.locale)
    return person.who if related else None


def parts_of(people: Sequence[PersonServices]) -> tuple[VisitPart, ...]:
    """List the parts of a visit, person by person."""
    return tuple(
        VisitPart(person.person, service, person.who, person.is_caller)
        for person in people
        for service in person.services
    )


def wished_parts(
    understanding: Understanding, request: ToolRequest, *, person: int
) -> tuple[WishedPart, ...]:
    """Give the parts of a wish; that of one service is for ``person``."""
    visit, service = understanding.visit, understanding.service.service
    assert service is not None, "an unsure service was asked back before"
    if visit.is_single or visit.question is not None:
        who = called_of(visit.people[0], request) if visit.people else None
        return (WishedPart(service, person, called=who),)
    several = len(visit.people) > 1
    return tuple(
        WishedPart(service, each.person if several else person, called=called_of(each, request))
        for each in visit.people
        for service in each.services
    )


def understood_as(understanding: Understanding, people: Sequence[PersonServices]) -> Understanding:
    """Give the same understanding of a visit of these people."""
    visit = VisitGuess("accept", tuple(people), confidence=1.0)
    single = replace(_SURE, service=visit.services[0])
    return replace(understanding, visit=visit, service=first_service(visit, single))


def _is_silent(heard: VisitGuess) -> bool:
    return heard.action == "none" and not heard.candidates


def _answers(topic: Topic) -> bool:
    """Whether the call was asked which service is wished besides those that are clear."""
    return topic.question is not None and topic.question.about == "service"


def _answered(
    understanding: Understanding,
    topic: Topic,
    people: Sequence[PersonServices],
    said: VisitChange | None,
    company: Company,
) -> Understanding:
    """Take the visit that was talked about, unless the call was asked what else it is to be.

    "Besides or instead?" is answered by a word.
    """
    if topic.question is None or not _is_open(topic.question, people):
        return understood_as(understanding, people)
    named = [company.service_by_id(int(each)) for each in topic.question.choices]
    if said is None or len(named) != 1 or named[0] is None:
        return understanding
    new = PersonServices(1, (named[0],), is_caller=True)
    changed = understood_as(understanding, [new])
    return _changed(changed, topic, people, said)


def _is_open(question: OpenQuestion, people: Sequence[PersonServices]) -> bool:
    """Whether a service is still to be named: a yes to "only these?" is an answer too."""
    if question.about != "service":
        return False
    known = {str(service.id) for person in people for service in person.services}
    return not question.choices or not set(question.choices) <= known


def _as_it_is(
    understanding: Understanding, topic: Topic, people: Sequence[PersonServices]
) -> VisitChange | None:
    """Judge a service that was named without a word about the visit; None where it is asked.

    Whoever names a part of her visit again means the visit. Another service with a day or a time
    of its own, or before any time was wished, is another wish.
    """
    when, services = understanding.when, set(understanding.visit.services)
    another_day = when.date is not None and when.date != topic.day
    if services and services < _services(people) and not another_day:
        return VisitChange("adds")
    said_when = when.date or when.date_range or when.time or when.window
    if said_when or topic.at is None or services >= _services(people) or not services:
        return VisitChange("replaces")
    return None


def _changed(
    understanding: Understanding,
    topic: Topic,
    people: Sequence[PersonServices],
    change: VisitChange | None,
) -> Understanding:
    """Change the visit; where nothing is said of a day or a time, both stay as they were wished."""
    heard = understanding.visit
    match change:
        case None:
            changed = _asked_which_way(understanding, people)
        case VisitChange("replaces"):
            changed = understanding
        case VisitChange("adds") if understanding.service.service is None or _is_unclear(heard):
            changed = _asked_about(understanding, people)
        case VisitChange("adds") if len(people) > 1 and _is_for_nobody_in_particular(heard):
            changed = _asked_whose(understanding, people)
        case VisitChange("adds"):
            changed = understood_as(understanding, _joined(people, heard.people))
        case VisitChange("only", parts):
            changed = understood_as(understanding, _of_parts(people, parts))
        case VisitChange(_, parts):
            left = [part for part in parts_of(people) if part not in parts]
            changed = understood_as(understanding, _of_parts(people, left))
    return at_the_same_time(changed, topic)


def at_the_same_time(understanding: Understanding, topic: Topic) -> Understanding:
    """Take the day and the time that were wished before, where nothing is said of them."""
    when = understanding.when
    said = when.date or when.date_range or when.time or when.window or when.status == "ask"
    if said or topic.day is None or topic.at is None or topic.last_day is not None:
        return understanding
    same = When("ok", date=topic.day, time=topic.at, confidence=1.0)
    return replace(understanding, when=same)


def _asked_which_way(
    understanding: Understanding, people: Sequence[PersonServices]
) -> Understanding:
    """Ask whether another service is wished besides the visit or instead of it."""
    new = understanding.visit.services
    guess = VisitGuess("ask", tuple(people), new, confidence=0.5, question="besides", asked=1)
    unclear = ServiceGuess("ask", None, 0.5, new)
    return replace(understanding, visit=guess, service=unclear)


def _asked_about(understanding: Understanding, people: Sequence[PersonServices]) -> Understanding:
    """Ask about a part that is not clear, and keep those that are."""
    heard = understanding.visit
    asked = replace(heard, people=_joined(people, heard.people), question=heard.question)
    return replace(understanding, visit=asked)


def _asked_whose(understanding: Understanding, people: Sequence[PersonServices]) -> Understanding:
    new = understanding.visit.services
    first, *others = people
    joined = (replace(first, services=(*first.services, *new)), *others)
    guess = VisitGuess("ask", joined, (), confidence=0.5, question="whose")
    return replace(understanding, visit=guess, service=ServiceGuess("ask", None, 0.5))


def _is_for_nobody_in_particular(heard: VisitGuess) -> bool:
    return len(heard.people) == 1 and heard.people[0].who is None


def _is_unclear(heard: VisitGuess) -> bool:
    """Whether several services or people were named, and something of it is not clear."""
    return heard.question is not None and not heard.is_single


def _joined(
    people: Sequence[PersonServices], more: Sequence[PersonServices]
) -> tuple[PersonServices, ...]:
    """Add what more is wished: for somebody of the visit, or for somebody else who comes along."""
    joined = list(people)
    for person in more:
        place = _place_of(person, joined, alone=len(more) == 1)
        if place is None:
            joined.append(replace(person, person=len(joined) + 1))
        else:
            services = dict.fromkeys((*joined[place].services, *person.services))
            joined[place] = replace(joined[place], services=tuple(services))
    return tuple(joined)


def _place_of(
    person: PersonServices, people: Sequence[PersonServices], *, alone: bool
) -> int | None:
    """Give the place of a person in a visit; None where she comes along."""
    for place, each in enumerate(people):
        same = each.who == person.who if person.who else person.is_caller and each.is_caller
        if same:
            return place
    mine = person.who is None and (person.is_caller or alone)
    return 0 if mine and len(people) == 1 else None


def _of_parts(
    people: Sequence[PersonServices], parts: Sequence[VisitPart]
) -> tuple[PersonServices, ...]:
    """Keep these parts of a visit; the people are counted anew."""
    left: list[PersonServices] = []
    for person in people:
        kept = {part.service for part in parts if part.person == person.person}
        services = tuple(service for service in person.services if service in kept)
        if services:
            left.append(replace(person, person=len(left) + 1, services=services))
    return tuple(left)


def _services(people: Sequence[PersonServices]) -> set[Service]:
    return {service for person in people for service in person.services}
