"""The same caller again: what already stands is asked about before one more is booked.

A line drops before "booked" is heard, and the caller rings again: without this, a second
appointment would stand beside the first. The number that rings reveals nothing, not even by a
question. Where it has an appointment that shares a service and the time with the wish, only whoever
gives the name of that appointment hears of it, and is asked: move it, one more, or leave it?
Meanwhile the wished slot stays held. What this very call has booked, or what is left of it, is
asked about in the same way, unless somebody else is wished for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from slotkeeper.domain.booked_visit import BookedVisit, booked_visits
from slotkeeper.domain.errors import SlotTaken
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.topic import MAX_CHOICES_KEPT
from slotkeeper.domain.wish import Customer, Wish
from slotkeeper.language.people.names import same_person, understand_name
from slotkeeper.language.replies.reply import Reply, understand_reply
from slotkeeper.language.say.spoken import say, say_news, spoken_choice, spoken_list, spoken_time
from slotkeeper.language.visits.visit_change import speaks_of_people
from slotkeeper.operations.cancel import release_call
from slotkeeper.operations.check_availability import Availability, NamedSlot
from slotkeeper.operations.extend import extend_call
from slotkeeper.operations.keep_topic import holds_and_topic
from slotkeeper.storage.reservation_results import ChangedReservation
from slotkeeper.tools.arguments import flag
from slotkeeper.tools.caller_appointments import caller_number
from slotkeeper.tools.changes import move_to
from slotkeeper.tools.open_questions import ask, asked_before
from slotkeeper.tools.telling_apart import told_apart
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wish_arguments import person_of
from slotkeeper.tools.wording import ToolAnswer, asking, available, spoken_no, visit_facts

# Where the caller's answer may stand once it was asked for, beside the argument for it.
_REPLIES = ("another", "datetime", "service", "date", "time", "reason")


@dataclass(frozen=True, slots=True)
class WishedVisit:
    """What is about to be booked: when, which services (by id), and how each person is called."""

    starts_at: datetime
    ends_at: datetime
    services: frozenset[int]
    called: frozenset[str | None] = frozenset()

    @classmethod
    def of_hold(cls, hold: AppointmentReservation) -> WishedVisit:
        """Take what is held."""
        services = frozenset(part.service_id for part in hold.parts)
        called = frozenset(part.called for part in hold.parts)
        return cls(hold.starts_at, hold.ends_at, services, called)

    @classmethod
    def of_wish(cls, wish: Wish) -> WishedVisit:
        """Take what is wished, as long as it takes where one is served after the other."""
        services = frozenset(part.service.id for part in wish.parts)
        called = frozenset(part.called for part in wish.parts)
        return cls(wish.starts_at, wish.ends_at, services, called)

    def is_like(self, appointment: Appointment) -> bool:
        """Whether an appointment overlaps it and has one of its services.

        For whom does not matter: each call counts its people anew.
        """
        services = {part.service_id for part in appointment.parts}
        overlaps = appointment.starts_at < self.ends_at and self.starts_at < appointment.ends_at
        return overlaps and not services.isdisjoint(self.services)


@dataclass(frozen=True, slots=True)
class StandingAlready:
    """What stands for the number that rings and is like the wish: ``mine``, as is proven."""

    visit: WishedVisit
    mine: tuple[BookedVisit, ...]


def standing_already(
    request: ToolRequest, visit: WishedVisit, *, name: str | None = None
) -> StandingAlready | None:
    """Find what must be asked about before the visit is booked; None where nothing is.

    ``name`` is the one given earlier. Without a name nothing is asked about but what this call has
    booked, and nothing under another name: somebody else of the family has not booked it.
    """
    conversation = request.context.conversation
    own = {each.id for each in conversation.booked}
    standing = [each for each in conversation.standing if each.id not in own]
    standing += conversation.booked
    given = understand_name(request.argument("customer_name")) or name
    alike = [
        each
        for each in standing
        if each.id not in conversation.topic.beside and visit.is_like(each)
    ]
    others = {each.id for each in alike if each.id in own and _is_anothers(request, visit, each)}
    ids = {
        each.id
        for each in alike
        if each.id in own - others
        or each.id in conversation.topic.proven
        or same_person(given, each.customer_name)
    } - others
    conversation.prove(ids - own)
    if reply_of(request) == "another":
        others, ids = others | ids, set()
    if others:
        beside = (*conversation.topic.beside, *sorted(others))[-MAX_CHOICES_KEPT:]
        conversation.say(replace(conversation.topic.settled(), beside=beside))
    if not ids:
        return None
    visits = booked_visits(standing)
    return StandingAlready(visit, tuple(each for each in visits if ids.intersection(each.ids)))


def name_to_ask(request: ToolRequest, customer: Customer) -> tuple[Literal["name"], ...]:
    """Give the name as missing where a call gives none and a name could tell an appointment.

    That is so where somebody, of any number, has an appointment at that time. It is asked for once;
    without a name again, it is booked. What stands for the number that rings plays no part in it,
    so that the question tells no more than the calendar does. A name that was sent and cannot be
    read, as the platform hides it, is none to ask for.
    """
    conversation = request.context.conversation
    known = customer.name or request.argument("customer_name") or conversation.topic.proven
    named = any(each.customer_name for each in conversation.booked)
    rings = request.call_id is not None and caller_number(request) is not None
    settled = conversation.topic.asked_name or reply_of(request) == "another"
    wanted = request.company.rules.needed_to_book != "nothing" and conversation.somebody_stands
    if known or named or settled or not rings or not wanted:
        return ()
    conversation.say(replace(conversation.topic, asked_name=True))
    return ("name",)


def _is_anothers(request: ToolRequest, visit: WishedVisit, appointment: Appointment) -> bool:
    """Whether something is said to be for somebody else than what this call has booked."""
    name, person = understand_name(request.argument("customer_name")), person_of(request)
    if name and appointment.customer_name and not same_person(name, appointment.customer_name):
        return True
    if person > 1 and person != appointment.person:
        return True
    called = {part.called for part in appointment.parts}
    known = None not in called | visit.called and called.isdisjoint(visit.called)
    return known and speaks_of_people(request.argument("service"), request.company.locale)


def reply_of(request: ToolRequest) -> Reply | None:
    """Give what the caller answered: one more, move it, or leave it; None where not yet.

    Once it was asked, the words count wherever the model put them.
    """
    if flag(request.args, "another"):
        return "another"
    asked = asked_before(request, "another") is not None
    return _reply_in(request, _REPLIES if asked else _REPLIES[:1])


def _reply_in(request: ToolRequest, names: Sequence[str]) -> Reply | None:
    replies = (understand_reply(request.argument(name)) for name in names)
    return next((reply for reply in replies if reply is not None), None)


async def ask_before_booking(
    request: ToolRequest, hold: AppointmentReservation
) -> ToolAnswer | None:
    """Ask about what stands already before a hold is booked, and renew it; None: go on."""
    if hold.status == "converted" or hold.replaced_by_token is not None:
        return None
    already = standing_already(request, WishedVisit.of_hold(hold), name=hold.customer_name)
    if already is None:
        return None
    if (answer := await settled(request, already)) is not None:
        return answer
    await extend_call(request.context)
    alive = hold.is_active(request.now)
    slot = NamedSlot.held(ChangedReservation(hold, request.now)) if alive else None
    return asked_about(request, already, slot)


async def settled_at_once(request: ToolRequest, wish: Wish) -> ToolAnswer | None:
    """Do what the caller answered instead of the wish, before it is checked; None: check it.

    Whoever wants the appointment that stands moved, or left, needs no hold for it.
    """
    call_id, conversation = request.call_id, request.context.conversation
    if call_id is None or _reply_in(request, _REPLIES) not in ("move", "keep"):
        return None
    if conversation.known_to_stand is None:
        await holds_and_topic(request.context, call_id)
    already = standing_already(request, WishedVisit.of_wish(wish))
    return await settled(request, already) if already is not None else None


async def settled(request: ToolRequest, already: StandingAlready) -> ToolAnswer | None:
    """Do what the caller answered: move the one that stands, or leave all as it is."""
    company, reply = request.company, reply_of(request)
    if reply == "keep":
        await release_call(request.context)
        said = told_apart(company, already.mine)
        text = say("stays", company.locale, words={"others": spoken_list(said, company.locale)})
        facts = {"success": True, "appointments": _facts(request, already)}
        return ToolAnswer("appointments", text, facts)
    if reply != "move" or len(already.mine) != 1:
        return None
    if already.mine[0].starts_at == already.visit.starts_at:
        return ask(request, asking("date", company), "date", purpose="move")
    wall = already.visit.starts_at.astimezone(company.zone).replace(tzinfo=None)
    return await move_to(request, already.mine[0], wall)


def asked_about(
    request: ToolRequest, already: StandingAlready, slot: NamedSlot | None = None
) -> ToolAnswer:
    """Ask what is to become of the appointment that stands; ``slot`` is held meanwhile."""
    answer = _of_slot(request, slot)
    text = _question(request, already)
    told: dict[str, object] = {
        "success": False,
        "available": slot is not None,
        "missing": ["another"],
        "appointments": _facts(request, already),
    }
    question = ToolAnswer("needs_info", text, answer.facts | told, "stands_already", answer.service)
    return ask(request, question, "another", choices=[each.first.id for each in already.mine])


def asked_instead(
    request: ToolRequest, wish: Wish, availability: Availability, answer: ToolAnswer
) -> ToolAnswer:
    """Where the wished slot cannot be had, say that the caller's own appointment stands there.

    ``answer`` names other times, which stay held. Why it cannot be had is said, unless it is just
    that appointment that may take it. Whoever has not given the name hears nothing.
    """
    already = standing_already(request, WishedVisit.of_wish(wish))
    if availability.refusal is None or already is None:
        return answer
    company = request.company
    times = [slot.starts_at.astimezone(company.zone) for slot in availability.others]
    said = spoken_list(told_apart(company, already.mine), company.locale)
    words = {"others": said, "times": spoken_choice(times, company.locale)}
    text = say("stands_or_others" if times else "stands_taken", company.locale, words=words)
    if not isinstance(availability.refusal, SlotTaken):
        text = say_news(spoken_no(company, wish, availability), text)
    told: dict[str, object] = {
        "success": False,
        "missing": ["another"],
        "appointments": _facts(request, already),
    }
    question = replace(
        answer, status="needs_info", say=text, facts=answer.facts | told, reason="stands_already"
    )
    return ask(request, question, "another", choices=[each.first.id for each in already.mine])


def _of_slot(request: ToolRequest, slot: NamedSlot | None) -> ToolAnswer:
    """Say the wished slot as a check does; nothing is told as free by that alone."""
    hold = slot.hold.reservation if slot is not None and slot.hold else None
    service = request.company.service_by_id(hold.service_id) if hold is not None else None
    if slot is None or service is None:
        return ToolAnswer("needs_info", "")
    return available(request.company, service, slot)


def _question(request: ToolRequest, already: StandingAlready) -> str:
    """Word the question: it names what tells apart what stands and what is wished."""
    company = request.company
    sentence = "stands_several"
    if len(already.mine) == 1:
        same_start = already.mine[0].starts_at == already.visit.starts_at
        sentence = "stands_then" if same_start else "stands_near"
    local = already.visit.starts_at.astimezone(company.zone)
    words = {
        "others": spoken_list(told_apart(company, already.mine), company.locale),
        "wished": spoken_time(local, company.locale),
    }
    return say(sentence, company.locale, words=words)


def _facts(request: ToolRequest, already: StandingAlready) -> list[dict[str, object]]:
    company = request.company
    said = told_apart(company, already.mine)
    return [
        visit_facts(company, each) | {"spoken": spoken}
        for each, spoken in zip(already.mine, said, strict=False)
    ]
