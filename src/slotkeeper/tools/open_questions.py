"""Questions that stay open: what was asked is asked again until it is answered.

A tool that asks calls ``ask``, which keeps the question with all that was understood so far. The
next tool call of the same call, whichever tool it is, sees it in ``open_question`` once the call's
holds or the caller's appointments were read (``holds_of_call``, ``of_caller``). An answer that
lacks what was asked fills in what it says (``filled_in``), and nothing is booked, moved or
cancelled until the rest is said. A wish that says all its parts closes the question, and so does
any ``Conversation.say`` of a topic without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.topic import (
    OpenQuestion,
    QuestionAbout,
    Topic,
    TopicPart,
    WaitingPerson,
)
from slotkeeper.language.phonetics import latin
from slotkeeper.language.services.service_index import ServiceGuess
from slotkeeper.language.understanding import Understanding
from slotkeeper.language.when import When, Window
from slotkeeper.language.when.result import DateRange
from slotkeeper.tools.arguments import flag
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.open_days import or_closed
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wording import ToolAnswer

# A shorter word of an answer tells no service from another: "der", "für".
TELLING_CHARS = 4
# A day that was named for choice without a time stands at one that nobody says.
UNTIMED = time(3, 33)
# What must be answered before anything is booked or moved.
_NEEDED: frozenset[QuestionAbout] = frozenset(("service", "date", "time", "staff", "branch"))


def ask(
    request: ToolRequest,
    answer: ToolAnswer,
    about: QuestionAbout,
    *,
    choices: Iterable[object] = (),
    purpose: Literal["book", "move", "cancel"] = "book",
) -> ToolAnswer:
    """Ask a question that stays open until it is answered; gives ``answer`` back.

    ``choices`` are what the answer names for choice, in its order: days, times, or ids.
    """
    conversation = request.context.conversation
    question = OpenQuestion(about, tuple(map(_written, choices)), purpose)
    conversation.say(conversation.topic.asked(question))
    return answer


def open_question(request: ToolRequest) -> OpenQuestion | None:
    """Give the question that must be answered before anything is booked or moved."""
    question = request.context.conversation.topic.question
    return question if question is not None and question.about in _NEEDED else None


def asked_before(request: ToolRequest, about: QuestionAbout) -> OpenQuestion | None:
    """Give the question about this that was open when the request came."""
    question = request.context.conversation.stored.question
    return question if question is not None and question.about == about else None


def named_for_choice(request: ToolRequest) -> list[datetime]:
    """The days or times that the open question named, as instants of which one may be taken."""
    topic, zone = request.context.conversation.topic, request.company.zone
    question = topic.question
    if question is None:
        return []
    if question.days:
        return [datetime.combine(day, UNTIMED, zone) for day in question.days]
    if question.times and topic.day is not None:
        return [datetime.combine(topic.day, at, zone) for at in question.times]
    return []


def filled_in(understanding: Understanding, request: ToolRequest) -> Understanding:
    """Fill in from the topic what the caller has said before, but not what was asked for.

    Without an open question nothing but a missing service and, for a mere time, the day is filled
    in.
    """
    topic = request.context.conversation.topic
    question = topic.question
    about = question.about if question is not None else None
    service = understanding.service
    silent = service.service is None and not request.argument("service")
    if silent and topic.parts and about != "service":
        known = request.company.service_by_id(topic.parts[0].service_id)
        service = ServiceGuess("accept", known, 1.0) if known is not None else service
    elif service.service is None and question is not None and about == "service":
        picked = _picked_service(request, question)
        service = ServiceGuess("accept", picked, 1.0) if picked is not None else service
    when = _without_stand_in(understanding.when)
    when = _yes_to_the_only_day(or_closed(when, request.company), request)
    if when.status != "ask":
        when = _when_filled_in(when, topic, question)
    return replace(understanding, service=service, when=when)


def _picked_service(request: ToolRequest, question: OpenQuestion) -> Service | None:
    """Give the one service of those that were asked about which an answer means.

    "Damen" tells one of them by how its name begins, "the second one" by its place.
    """
    said = request.argument("service")
    if said is None:
        return None
    words = [word for word in latin(said).split() if len(word) >= TELLING_CHARS]
    known = [request.company.service_by_id(int(each)) for each in question.choices]
    services = [service for service in known if service is not None]
    fitting = [
        service
        for service in services
        if any(part.startswith(word) for part in latin(service.name).split() for word in words)
    ]
    if len(fitting) == 1:
        return fitting[0]
    # Instants that stand for the services, so that a place among them is understood.
    stand_ins = [request.local_now + timedelta(days=400 + n) for n in range(len(services))]
    place = language_of(request.company).understand(
        WishText(text=said), now=request.now, offers=stand_ins
    )
    index = place.when.selects
    return services[index] if index is not None and -1 <= index < len(services) else None


def _without_stand_in(when: When) -> When:
    """Drop the time that stands for "no time" among the days that were named for choice."""
    return replace(when, time=None, grain="day") if when.time == UNTIMED else when


def _yes_to_the_only_day(when: When, request: ToolRequest) -> When:
    """Take the one day that was asked about, where the answer is a mere yes."""
    question = request.context.conversation.topic.question
    days = question.days if question is not None else ()
    says_yes = any(flag(request.args, name) for name in ("date", "new_date", "datetime"))
    if len(days) != 1 or not says_yes or when.date is not None or when.date_range is not None:
        return when
    return replace(when, status="ok", date=days[0])


def _when_filled_in(when: When, topic: Topic, question: OpenQuestion | None) -> When:
    says_day = when.date is not None or when.date_range is not None
    says_time = when.time is not None or when.window is not None
    if question is None:
        mere_time = says_time and not says_day
        return replace(when, date=topic.day) if mere_time and not topic.last_day else when
    if not says_day and question.about != "date" and topic.day is not None:
        if topic.last_day is not None:
            when = replace(when, date_range=DateRange(topic.day, topic.last_day))
        else:
            when = replace(when, date=topic.day)
    if not says_time and question.about != "time":
        window = Window(*topic.window) if topic.window else None
        when = replace(when, time=topic.at, window=window)
    known = when.date or when.date_range or when.time or when.window
    return replace(when, status="ok") if when.status == "none" and known else when


def talked_about(
    request: ToolRequest,
    parts: Sequence[TopicPart],
    when: When,
    *,
    moving: int | None = None,
    waiting: Sequence[WaitingPerson] = (),
) -> None:
    """Note what the call talks about from now on; questions that were open are closed.

    What is unsure, and a day that is over, is not noted. ``moving`` is the id of the appointment
    that is to be moved; of those who are ``waiting`` it is asked what is wished.
    """
    conversation = request.context.conversation
    sure = when.status == "ok" or when.reason not in ("past", "past_year", "invalid_date")
    window = when.window if sure else None
    span = when.date_range if sure else None
    topic = Topic(
        parts=tuple(parts),
        waiting=tuple(waiting),
        day=(when.date or (span.first if span else None)) if sure else None,
        at=when.time if sure else None,
        window=(window.starts, window.ends) if window else None,
        last_day=span.last if span and not when.date else None,
        staff_ids=conversation.topic.staff_ids,
        branch_id=conversation.topic.branch_id,
        appointment_id=moving,
        beside=conversation.topic.beside,
    )
    conversation.say(topic)


def _written(choice: object) -> str:
    if isinstance(choice, time):
        return f"{choice:%H:%M}"
    return choice.isoformat() if isinstance(choice, date) else str(choice)
